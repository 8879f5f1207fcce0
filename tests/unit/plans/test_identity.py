"""The personal identity code: valid, normalised, and silent."""

import traceback
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.refusals import Refusal
from services.plans.people.identity import Hetu

CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def number(born_on: date, individual: int, sign: str) -> str:
    digits = f"{born_on:%d%m%y}"
    return f"{digits}{sign}{individual:03}{CHECK[int(f'{digits}{individual:03}') % 31]}"


def parse(text: str) -> Hetu:
    return Hetu.parse(text, allow_temporary=True)


def refusal_of(text: str, *, allow_temporary: bool = True) -> Refusal:
    with pytest.raises(Refusal) as caught:
        Hetu.parse(text, allow_temporary=allow_temporary)
    return caught.value


SIGNS = {1800: "+", 1900: "-YXWVU", 2000: "ABCDEF"}


@given(
    born_on=st.dates(date(1850, 1, 1), date(2049, 12, 31)),
    individual=st.integers(900, 999),
    data=st.data(),
)
def test_every_sign_of_a_century_gives_the_day_of_birth(born_on: date, individual: int, data: st.DataObject) -> None:
    sign = data.draw(st.sampled_from(SIGNS[born_on.year // 100 * 100]))
    assert parse(number(born_on, individual, sign)).born_on == born_on


@pytest.mark.parametrize("spell", [str.lower, " {} ".format, str])
def test_the_number_is_normalised(spell: Callable[[str], str]) -> None:
    plain = number(date(2006, 2, 1), 957, "A")
    assert parse(spell(plain)).plain == plain


def test_two_spellings_of_a_number_are_the_same_value() -> None:
    assert parse("020180-999Y") == parse("020180-999y ")
    assert len({parse("020180-999Y"), parse("020180-999y")}) == 1


def test_a_number_never_shows_itself() -> None:
    hetu = parse("020180-999Y")
    shown = [repr(hetu), str(hetu), f"{hetu}", f"{hetu!r}", repr([hetu]), repr({"hetu": hetu})]
    assert all("020180" not in text and "999Y" not in text for text in shown)
    assert repr(hetu) == "Hetu(…)"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "hetu-form"),
        ("020180", "hetu-form"),
        ("020180999Y", "hetu-form"),
        ("020180-999Y0", "hetu-form"),
        ("020180*999Y", "hetu-form"),
        ("02018٠-999Y", "hetu-form"),
        ("310280-999Y", "hetu-date"),
        ("290299-999Y", "hetu-date"),
        ("001380-999Y", "hetu-date"),
        ("020180-000Y", "hetu-individual-number"),
        ("020180-001Y", "hetu-individual-number"),
        ("020180-999X", "hetu-checksum"),
    ],
)
def test_an_error_names_what_was_wrong_and_repeats_nothing(text: str, code: str) -> None:
    refusal = refusal_of(text)
    assert (refusal.code, refusal.field) == (code, "hetu")
    assert refusal.expected
    shown = "".join(traceback.format_exception(refusal, chain=True)) + repr(refusal.__dict__)
    parts = [text[:6], text[7:]]
    assert all(part not in shown for part in parts if part)
    assert refusal.__context__ is None


def test_numbers_that_are_never_anybodys_are_refused_where_real_people_are() -> None:
    assert refusal_of("020180-999Y", allow_temporary=False).code == "hetu-individual-number"


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    assert outcome(text) in {"a number", "hetu-form", "hetu-date", "hetu-individual-number", "hetu-checksum"}


def outcome(text: str) -> str:
    try:
        return "a number" if len(parse(text).plain) == 11 else "something else"
    except Refusal as refusal:
        return refusal.code


@given(
    born_on=st.dates(date(1900, 1, 1), date(1999, 12, 31)), individual=st.integers(900, 999), wrong=st.integers(1, 30)
)
def test_every_wrong_check_character_is_seen(born_on: date, individual: int, wrong: int) -> None:
    right = number(born_on, individual, "-")
    altered = right[:-1] + CHECK[(CHECK.index(right[-1]) + wrong) % 31]
    assert refusal_of(altered).code == "hetu-checksum"


def test_a_leap_day_is_a_day_of_birth() -> None:
    assert parse(number(date(2004, 2, 29), 912, "A")).born_on == date(2004, 2, 29)
