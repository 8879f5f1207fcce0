"""What a document of the population register's change feed says."""

import json
from copy import deepcopy
from datetime import date
from itertools import permutations

import pytest

from services.plans.moves.findings import (
    AddressChanged,
    DeathWithdrawn,
    Died,
    Finding,
    HetuCorrected,
    MotherTongueChanged,
    MovedAbroad,
    MovedTo,
    NameChanged,
    NonDisclosureLifted,
    NonDisclosureSet,
    PersonFindings,
    ResidenceWithheld,
    findings_of,
)
from services.plans.moves.register import ChangeDocument, OtherGroup, PersonChange
from services.plans.people.identity import Hetu

Json = dict[str, object]

DOCUMENT = """
{"viimeisinKirjausavain": 100000022, "ajanTasalla": true, "muutokset": [
  {"henkilotunnus": "020180-999Y", "muutospv": "2019-09-24T21:00:00.000Z", "tietoryhmat": [
    {"tietoryhma": "TURVAKIELTO", "muutosattribuutti": "LISATTY", "turvakieltoAktiivinen": true},
    {"tietoryhma": "VAKINAINEN_KOTIMAINEN_OSOITE", "muutosattribuutti": "LISATTY",
     "alkupv": {"arvo": "2019-06-27", "tarkkuus": "PAIVA"}, "katunimi": {"fi": "…", "sv": "…"}, "katunumero": "6a-6b",
     "kuntakoodi": "287", "postinumero": "64370", "postitoimipaikka": {"fi": "…", "sv": "…"}},
    {"tietoryhma": "KOTIKUNTA", "muutosattribuutti": "LISATTY", "kuntakoodi": "287",
     "kuntaanMuuttopv": {"arvo": "2019-06-27", "tarkkuus": "PAIVA"}},
    {"tietoryhma": "EDELLINEN_KOTIKUNTA", "muutosattribuutti": "MUUTETTU", "kuntakoodi": "091",
     "kuntaanMuuttopv": {"arvo": "2004-05-01", "tarkkuus": "PAIVA"},
     "kunnastaPoisMuuttopv": {"arvo": "2019-06-26", "tarkkuus": "PAIVA"}}]}]}
"""
"""As the register's clients receive it."""

ONE = "020180-999Y"
OTHER = "010280-952L"


def hetu(text: str) -> Hetu:
    return Hetu.parse(text, allow_temporary=True)


def day(value: str, precision: str = "PAIVA") -> Json:
    return {"arvo": value, "tarkkuus": precision}


def group(kind: str, change: str = "LISATTY", /, **fields: object) -> Json:
    return {"tietoryhma": kind, "muutosattribuutti": change, **fields}


def home(code: str, since: str = "2026-05-04", change: str = "LISATTY", /, **fields: object) -> Json:
    return group("KOTIKUNTA", change, kuntakoodi=code, kuntaanMuuttopv=day(since), **fields)


def order(*, active: bool, change: str = "LISATTY", **fields: object) -> Json:
    return group("TURVAKIELTO", change, turvakieltoAktiivinen=active, **fields)


def change_of(person: str, at: str, *groups: Json) -> Json:
    return {"henkilotunnus": person, "muutospv": at, "tietoryhmat": list(groups)}


def read(*changes: object) -> tuple[PersonFindings, ...]:
    return findings_of(
        ChangeDocument.model_validate(
            {"viimeisinKirjausavain": 100000022, "ajanTasalla": True, "muutokset": list(changes)}
        )
    )


def found(*groups: Json, at: str = "2026-05-05T06:00:00.000Z") -> tuple[Finding, ...]:
    """The findings of one change of one person that can be read."""
    (person,) = read(change_of(ONE, at, *groups))
    assert person.held == ()
    return person.findings


# The document


def test_the_feeds_document_gives_the_order_first_and_then_the_move() -> None:
    document = ChangeDocument.model_validate_json(DOCUMENT)
    assert (document.latest_key, document.up_to_date) == (100000022, True)
    assert findings_of(document) == (
        PersonFindings(
            hetu=hetu(ONE),
            findings=(
                NonDisclosureSet(),
                MovedTo(date(2019, 6, 27), True, "287"),
                AddressChanged(date(2019, 6, 27), True),
            ),
            held=(),
        ),
    )


def test_the_order_of_the_groups_in_a_change_changes_nothing() -> None:
    original = json.loads(DOCUMENT)
    expected = findings_of(ChangeDocument.model_validate(original))
    for groups in permutations(original["muutokset"][0]["tietoryhmat"]):
        shuffled = deepcopy(original)
        shuffled["muutokset"][0]["tietoryhmat"] = list(groups)
        assert findings_of(ChangeDocument.model_validate(shuffled)) == expected


def test_nothing_of_a_document_or_of_what_follows_shows_anybody() -> None:
    document = ChangeDocument.model_validate_json(DOCUMENT)
    change = document.changes[0]
    assert isinstance(change, PersonChange)
    shown = [repr(document), str(document), repr(change), *map(repr, change.groups), repr(findings_of(document))]
    for private in ("020180", "999Y", "287", "091", "64370", "6a-6b"):
        assert all(private not in text for text in shown)


def test_an_empty_document_has_no_findings() -> None:
    assert read() == ()


def test_people_are_kept_apart_in_the_order_in_which_they_appear() -> None:
    at = "2026-05-05T06:00:00.000Z"
    people = read(change_of(OTHER, at, home("091")), change_of(ONE, at, home("837")), change_of(OTHER, at))
    assert [person.hetu for person in people] == [hetu(OTHER), hetu(ONE)]


# Where the person lives


@pytest.mark.parametrize("change", ["LISATTY", "MUUTETTU", "KORJATTU"])
def test_a_new_home_municipality_is_a_move(change: str) -> None:
    assert found(home("837", "2026-05-04", change)) == (MovedTo(date(2026, 5, 4), True, "837"),)


@pytest.mark.parametrize("change", ["POISTETTU", "LISATIETO"])
def test_a_removed_value_and_one_that_only_goes_along_are_no_move(change: str) -> None:
    assert found(home("837", "2026-05-04", change)) == ()


def test_a_removed_row_beside_the_new_one_does_not_win() -> None:
    assert found(home("837"), home("091", "2026-05-01", "POISTETTU")) == (MovedTo(date(2026, 5, 4), True, "837"),)


@pytest.mark.parametrize(
    "dates",
    [
        {"kuntaanMuuttopv": day("2026-05-04")},
        {"kuntaanMuuttoPv": day("2026-05-04")},
        {"kuntaanMuuttopv": day("2026-05-04"), "kuntaanMuuttoPv": day("2026-05-04")},
        {"kuntaanMuuttoPv": day("1999-01-01"), "kuntaanMuuttopv": day("2026-05-04")},
    ],
)
def test_both_spellings_of_the_day_of_moving_are_read(dates: Json) -> None:
    assert found(group("KOTIKUNTA", kuntakoodi="837", **dates)) == (MovedTo(date(2026, 5, 4), True, "837"),)


@pytest.mark.parametrize(
    ("since", "on", "exact"),
    [
        (day("2026-05-04"), date(2026, 5, 4), True),
        (day("2026-05", "KUUKAUSI"), date(2026, 5, 1), False),
        (day("2026-05-04", "KUUKAUSI"), date(2026, 5, 1), False),
        (day("2026", "VUOSI"), date(2026, 1, 1), False),
        (day("2026-05-04", "VUOSI"), date(2026, 1, 1), False),
        (day("2026-05-00"), date(2026, 5, 1), False),
        (day("2026-05"), date(2026, 5, 1), False),
        ({"tarkkuus": "EI_TIEDOSSA"}, date(2026, 5, 6), False),
        (None, date(2026, 5, 6), False),
    ],
)
def test_a_date_without_its_day_is_the_first_of_the_period_and_says_so(
    since: Json | None, on: date, exact: bool
) -> None:
    moved = found(group("KOTIKUNTA", kuntakoodi="837", kuntaanMuuttopv=since), at="2026-05-05T21:00:00.000Z")
    assert moved == (MovedTo(on, exact, "837"),)


def test_a_home_municipality_that_has_been_left_is_history() -> None:
    assert found(home("837", kunnastaPoisMuuttoPv=day("2026-05-05"))) == ()
    assert found(home("837", kunnastaPoisMuuttopv=day("2999-02-28"))) == (MovedTo(date(2026, 5, 4), True, "837"),)


def test_the_code_for_abroad_is_a_move_abroad() -> None:
    assert found(home("200")) == (MovedAbroad(date(2026, 5, 4), True),)


def test_a_permanent_address_abroad_is_a_move_abroad_once() -> None:
    abroad = group("VAKINAINEN_ULKOMAINEN_OSOITE", alkupv=day("2026-05-04"), valtiokoodi="752")
    assert found(abroad) == (MovedAbroad(date(2026, 5, 4), True),)
    assert found(abroad, home("200")) == (MovedAbroad(date(2026, 5, 4), True),)


def test_a_home_municipality_in_finland_outweighs_an_address_abroad() -> None:
    abroad = group("VAKINAINEN_ULKOMAINEN_OSOITE", alkupv=day("2026-05-04"))
    assert found(abroad, home("837")) == (MovedTo(date(2026, 5, 4), True, "837"),)


def test_a_special_code_that_is_no_municipality_is_passed_on_as_it_is() -> None:
    assert found(home("199")) == (MovedTo(date(2026, 5, 4), True, "199"),)


def test_an_address_that_ended_and_one_kept_back_say_nothing_new() -> None:
    ended = group("VAKINAINEN_KOTIMAINEN_OSOITE", "MUUTETTU", alkupv=day("2018-03-01"), loppupv=day("2020-09-30"))
    hidden = group("VAKINAINEN_KOTIMAINEN_OSOITE", "MUUTETTU", turvakiellonAlaisetKentat=["katunimi"])
    assert found(ended) == ()
    assert found(hidden) == (NonDisclosureSet(),)


# Non-disclosure


def test_an_order_in_force_is_believed_from_any_row_but_a_removed_one() -> None:
    for change in ("LISATTY", "MUUTETTU", "KORJATTU", "LISATIETO"):
        assert found(order(active=True, change=change)) == (NonDisclosureSet(),)
    assert found(order(active=True, change="POISTETTU")) == ()


def test_an_order_is_lifted_on_its_last_day_at_the_earliest() -> None:
    at = "2026-05-04T21:00:00.000Z"
    assert found(order(active=False, change="MUUTETTU"), at=at) == (NonDisclosureLifted(date(2026, 5, 5)),)
    for spelling in ("turvaLoppuPv", "turvaLoppupv"):
        later = order(active=False, change="MUUTETTU", **{spelling: day("2030-01-01")})
        assert found(later, at=at) == (NonDisclosureLifted(date(2030, 1, 1)),)
    past = order(active=False, change="MUUTETTU", turvaLoppuPv=day("2026-01-01"))
    assert found(past, at=at) == (NonDisclosureLifted(date(2026, 5, 5)),)


@pytest.mark.parametrize("change", ["LISATIETO", "POISTETTU"])
def test_only_a_new_value_lifts_an_order(change: str) -> None:
    assert found(order(active=False, change=change)) == ()


def test_a_municipality_that_is_kept_back_is_a_finding_without_a_place() -> None:
    withheld = group("KOTIKUNTA", turvakiellonAlaisetKentat=["kuntakoodi", "kuntaanMuuttopv"])
    assert found(withheld) == (NonDisclosureSet(), ResidenceWithheld(date(2026, 5, 5), False))


def test_an_order_that_comes_after_a_move_in_the_same_document_still_comes_first() -> None:
    (person,) = read(
        change_of(ONE, "2026-05-05T06:00:00.000Z", home("837")),
        change_of(ONE, "2026-05-06T06:00:00.000Z", order(active=True)),
    )
    assert person.findings == (NonDisclosureSet(), MovedTo(date(2026, 5, 4), True, "837"))


def test_the_last_word_on_non_disclosure_counts_whatever_the_order_of_the_rows() -> None:
    changes = [
        change_of(ONE, "2026-05-05T06:00:00.000Z", order(active=True)),
        change_of(ONE, "2026-05-06T06:00:00.000Z", home("837")),
        change_of(ONE, "2026-05-07T06:00:00.000Z", order(active=False, change="MUUTETTU")),
        change_of(ONE, "2026-05-08T06:00:00.000Z", order(active=True)),
    ]
    for rows in permutations(changes):
        (person,) = read(*rows)
        assert person.findings == (NonDisclosureSet(), MovedTo(date(2026, 5, 4), True, "837"))
    for rows in permutations(changes[:3]):
        (person,) = read(*rows)
        assert person.findings[0] == NonDisclosureLifted(date(2026, 5, 7))


# The rest


def test_changes_of_a_person_follow_the_instant_of_change() -> None:
    first = change_of(ONE, "2026-05-05T21:00:00.000Z", home("837", "2026-05-01"))
    second = change_of(ONE, "2026-05-06T00:30:00+03:00", home("091", "2026-05-03"))
    for rows in permutations([first, second]):
        (person,) = read(*rows)
        assert [finding.municipality for finding in person.findings if isinstance(finding, MovedTo)] == ["837", "091"]


@pytest.mark.parametrize(
    ("fields", "finding"),
    [
        ({"kuollut": True, "kuolinpv": day("2019-07-30")}, Died(date(2019, 7, 30), True)),
        ({"kuollut": True, "kuolinpv": day("2019", "VUOSI")}, Died(date(2019, 1, 1), False)),
        ({"kuollut": True}, Died(date(2026, 5, 5), False)),
        ({"kuollut": False}, DeathWithdrawn()),
    ],
)
def test_a_death_is_read_with_what_the_register_knows_of_its_day(fields: Json, finding: Finding) -> None:
    assert found(group("KUOLINPAIVA", **fields)) == (finding,)


def test_a_corrected_identity_code_gives_the_earlier_ones_and_the_present_one() -> None:
    rows = [
        group(
            "HENKILOTUNNUS_KORJAUS",
            voimassaolo="AKTIIVI",
            muutettuHenkilotunnus=OTHER,
            aktiivinenHenkilotunnus=OTHER,
            edellisetHenkilotunnukset=[ONE, "not one"],
        ),
        group(
            "HENKILOTUNNUS_KORJAUS",
            "MUUTETTU",
            voimassaolo="PASSIIVI",
            muutettuHenkilotunnus=ONE,
            aktiivinenHenkilotunnus=OTHER,
            edellisetHenkilotunnukset=[ONE],
        ),
    ]
    assert found(*rows) == (HetuCorrected((hetu(ONE),), hetu(OTHER)),)


def test_names_and_mother_tongue_are_read() -> None:
    names = group("HENKILON_NIMI", "MUUTETTU", etunimi="Aino Testi", sukunimi="Keksitty", alkupv=day("2026-05-01"))
    tongue = group("AIDINKIELI", "MUUTETTU", kielikoodi="sv")
    assert found(names, tongue) == (NameChanged("Aino Testi", "Keksitty"), MotherTongueChanged("sv"))
    assert "Keksitty" not in repr(found(names))


def test_unknown_groups_are_kept_and_skipped() -> None:
    unknown = group("JOKU_MUU", "UUSI_ATTRIBUUTTI", tieto={"a": [1]})
    change = ChangeDocument.model_validate(
        {
            "viimeisinKirjausavain": 1,
            "ajanTasalla": False,
            "muutokset": [change_of(ONE, "2026-05-05T06:00:00Z", unknown, home("837"))],
        }
    ).changes[0]
    assert isinstance(change, PersonChange)
    kept = change.groups[0]
    assert isinstance(kept, OtherGroup)
    assert kept.model_extra == {"muutosattribuutti": "UUSI_ATTRIBUUTTI", "tieto": {"a": [1]}}
    assert found(unknown, home("837")) == (MovedTo(date(2026, 5, 4), True, "837"),)


# What cannot be read


BAD_GROUPS = [
    home("83"),
    group("KOTIKUNTA", kuntaanMuuttopv=day("2026-05-04")),
    home("837", "2026-13-01"),
    home("837", "2026-02-30"),
    home("837", "4.5.2026"),
    home("837", "2026-05-04", "UUSI_ATTRIBUUTTI"),
    group("KOTIKUNTA", kuntakoodi="837", kuntaanMuuttopv=day("2026-05-04", "TUNTI")),
    {"tietoryhma": "KOTIKUNTA"},
    {"muutosattribuutti": "LISATTY"},
]


@pytest.mark.parametrize("bad", BAD_GROUPS)
def test_an_unreadable_change_holds_that_persons_later_ones_and_nobody_elses(bad: Json) -> None:
    before = change_of(ONE, "2026-05-01T06:00:00Z", home("853", "2026-04-30"))
    unreadable = change_of(ONE, "2026-05-05T06:00:00Z", bad)
    later = change_of(ONE, "2026-05-06T06:00:00Z", home("091", "2026-05-06"))
    of_another = change_of(OTHER, "2026-05-07T06:00:00Z", home("837", "2026-05-07"))
    one, other = read(later, unreadable, of_another, before)
    assert one.findings == (MovedTo(date(2026, 4, 30), True, "853"),)
    assert [bool(held.problems) for held in one.held] == [True, False]
    assert other.findings == (MovedTo(date(2026, 5, 7), True, "837"),)
    assert other.held == ()


@pytest.mark.parametrize(
    "order_in",
    [
        [change_of(ONE, "2026-05-05T06:00:00Z", home("83"), order(active=True))],
        [
            change_of(ONE, "2026-05-05T06:00:00Z", home("83")),
            change_of(ONE, "2026-05-06T06:00:00Z", order(active=True)),
        ],
    ],
)
def test_an_order_in_what_is_held_counts_at_once(order_in: list[Json]) -> None:
    (person,) = read(change_of(ONE, "2026-05-01T06:00:00Z", home("853", "2026-04-30")), *order_in)
    assert person.findings == (NonDisclosureSet(), MovedTo(date(2026, 4, 30), True, "853"))


def test_an_order_lifted_in_what_is_held_stays_in_force() -> None:
    (person,) = read(
        change_of(ONE, "2026-05-05T06:00:00Z", home("83")),
        change_of(ONE, "2026-05-06T06:00:00Z", order(active=False, change="MUUTETTU")),
    )
    assert person.findings == ()


def test_a_change_whose_instant_cannot_be_read_may_have_been_first() -> None:
    (person,) = read(
        change_of(ONE, "2026-05-05T06:00:00Z", home("837")), {"henkilotunnus": ONE, "tietoryhmat": [home("091")]}
    )
    assert person.findings == ()
    assert len(person.held) == 2


@pytest.mark.parametrize(
    "change",
    [
        change_of("020180-999X", "2026-05-05T06:00:00Z", home("837")),
        {"henkilotunnus": "rikkinainen_tietue", "bogus": "2021-09-14T12:01:04.568Z"},
        {"henkilotunnus": 7, "muutospv": "2026-05-05T06:00:00Z", "tietoryhmat": "x"},
        7,
        None,
    ],
)
def test_a_change_about_nobody_known_is_held_and_the_others_go_on(change: object) -> None:
    nobody, somebody = read(change, change_of(ONE, "2026-05-05T06:00:00Z", home("837")))
    assert (nobody.hetu, nobody.findings) == (None, ())
    assert all(held.problems for held in nobody.held)
    assert somebody.findings == (MovedTo(date(2026, 5, 4), True, "837"),)


def test_problems_name_fields_and_repeat_no_value() -> None:
    (person,) = read(
        change_of("020180-999X", "2026-05-05T06:00:00Z", home("83"), order(active=True), {"a": "Salainen"})
    )
    shown = repr(person)
    assert "kuntakoodi" in shown
    for private in ("020180", "999X", "83'", "Salainen"):
        assert private not in shown
