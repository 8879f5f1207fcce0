"""What of a plan somebody gets is what was agreed, and under an order nothing that names a place."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.areas import areas, municipalities
from contracts.client_plan import (
    Goal,
    IdeaOf,
    LifeArea,
    Need,
    NetworkRole,
    Owner,
    OwnerKind,
    PlanContent,
    Promise,
    Section,
    View,
)
from contracts.refusals import Refusal
from contracts.values import Language
from services.plans.disclosures.domain import DataCategory, DisclosedTo, LegalBasis
from services.plans.distribution.domain import (
    OWN,
    Basis,
    BasisKind,
    Delivery,
    Entry,
    PlanPart,
    Reading,
    ReadingHow,
    Recipient,
    RecipientKind,
    agree,
    end,
    read,
    require_given,
    section_of,
)
from services.plans.distribution.giving import TELLS_WHERE, given_of, names_a_place, parts_in
from services.plans.openings.domain import Author, AuthorKind

TODAY = date(2026, 11, 22)
WORKER = Author("05", AuthorKind.WORKER, uuid4())
HER = Author("05", AuthorKind.YOUNG_PERSON, uuid4())

texts = st.sampled_from(["I cook well.", "Muutan Turkuun.", "Asun Tampereella.", "koti ja koira", "Helsingistä pois"])
maybe = st.none() | texts
PARTS = st.sets(st.sampled_from(PlanPart))


def owner(text: str | None) -> Owner:
    return Owner(kind=OwnerKind.PROVIDER, name=text)


contents = st.builds(
    PlanContent,
    own_words=maybe,
    strengths=maybe,
    dreams=maybe,
    followed_by=maybe,
    estimated_time=maybe,
    needs=st.lists(st.builds(Need, need_id=st.uuids(), area=st.sampled_from(LifeArea), text=texts), max_size=3),
    goals=st.lists(st.builds(Goal, goal_id=st.uuids(), what=texts, idea_of=st.sampled_from(IdeaOf)), max_size=3),
    promises=st.lists(
        st.builds(Promise, promise_id=st.uuids(), what=texts, owner=maybe.map(owner), actor=maybe), max_size=3
    ),
    sections=st.lists(st.builds(Section, area=st.sampled_from(LifeArea), present=maybe, agreed=maybe), max_size=3),
    views=st.lists(
        st.builds(View, view_id=st.uuids(), role=st.sampled_from(NetworkRole), text=texts, confidential=st.booleans()),
        max_size=3,
    ),
)


@given(contents, PARTS, st.booleans())
def test_nothing_is_given_but_the_agreed_parts(content: PlanContent, parts: set[PlanPart], secret: bool) -> None:
    given_content, withheld = given_of(content, parts, location_withheld=secret)
    assert parts_in(given_content) <= parts
    assert set(withheld) <= parts
    assert not any(view.confidential for view in given_content.views)


@given(contents, PARTS)
def test_without_an_order_all_that_was_agreed_is_given(content: PlanContent, parts: set[PlanPart]) -> None:
    open_content = content.model_copy(update={"views": ()})
    given_content, withheld = given_of(open_content, parts, location_withheld=False)
    assert withheld == ()
    assert parts_in(given_content) == parts_in(open_content) & parts


@given(contents, PARTS)
def test_under_an_order_no_place_is_named_and_no_part_about_places_given(
    content: PlanContent, parts: set[PlanPart]
) -> None:
    given_content, withheld = given_of(content, parts, location_withheld=True)
    said = given_content.model_dump_json()
    assert not any(name in said for name in ("Turku", "Tamper", "Helsin"))
    assert parts_in(given_content).isdisjoint(TELLS_WHERE)
    # Whatever was agreed and is not there, it is said so.
    assert (parts_in(content.model_copy(update={"views": ()})) & parts) - parts_in(given_content) <= set(withheld)


@pytest.mark.parametrize(
    "text",
    [
        "Muutan Turkuun ensi viikolla.",
        "Asun Turussa.",
        "Koulu on Lahdessa.",
        "Lähdin Helsingistä.",
        "Kauniaisissa on koti.",
        "Iissä asuu mummo.",
        "Oulun yliopisto",
        "Pirkanmaan työntekijä soittaa.",
        "Varsinais-Suomessa asutaan.",
        "Keski-Suomessa",
        "Pirkanmaalla",
        "Itä-Uudenmaan",
        "Jag bor i Åbo.",
        "Egentliga Finlands välfärdsområde",
        "Rovaniemellä",
        "TURUSSA",
    ],
)
def test_a_place_is_met_in_the_forms_that_its_name_takes(text: str) -> None:
    assert names_a_place(text)


@pytest.mark.parametrize(
    "text", ["Haluan oman kodin.", "I cook well.", "Käyn koulua ja teen töitä.", "Jag mår bra.", ""]
)
def test_what_names_no_place_is_not_taken_for_one(text: str) -> None:
    assert not names_a_place(text)


def test_every_municipality_and_area_is_met_by_its_own_name() -> None:
    for language in (Language.FI, Language.SV):
        for place in municipalities():
            assert names_a_place(f"koti on {place.name(language)}"), place
        for area in areas():
            assert names_a_place(f"koti on {area.name(language)}"), area


@given(st.text())
def test_no_text_breaks_the_search_for_places(text: str) -> None:
    names_a_place(text)


def test_every_part_and_recipient_has_its_word_in_the_disclosure_log() -> None:
    assert {DataCategory(f"plan_{part}") for part in PlanPart}
    assert {DisclosedTo(kind) for kind in RecipientKind if kind not in OWN}
    assert {LegalBasis(kind) for kind in BasisKind}
    assert {section_of(area) for area in LifeArea} <= set(PlanPart)


def entry(**given: object) -> Entry:
    fields: dict[str, object] = {
        "entry_id": uuid4(),
        "case_id": UUID(int=1),
        "recipient": Recipient(RecipientKind.NAMED, name="Aino"),
        "parts": (PlanPart.GOALS,),
        "basis": Basis(BasisKind.CONSENT, consented_on=TODAY),
        "agreed_on": TODAY,
        "author": WORKER,
    }
    return Entry(**(fields | given))  # type: ignore[arg-type]  # the fields are the test's to choose


def test_each_part_has_one_basis_until_its_entry_ends() -> None:
    first = entry()
    with pytest.raises(Refusal, match="one basis"):
        agree([first], entry(parts=(PlanPart.GOALS, PlanPart.DREAMS)), TODAY)
    assert agree([end(first, HER, TODAY)], entry(), TODAY)
    by_law = Basis(BasisKind.STATUTORY, source="417/2007 16 b §")
    assert agree([first], entry(parts=(PlanPart.PROMISES,), basis=by_law), TODAY)


def test_the_parts_are_kept_in_the_plans_order_and_once() -> None:
    agreed = agree([], entry(parts=(PlanPart.PROMISES, PlanPart.GOALS, PlanPart.PROMISES)), TODAY)
    assert agreed.parts == (PlanPart.GOALS, PlanPart.PROMISES)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.booleans())
def test_nothing_is_delivered_before_it_was_agreed_or_after_it_ended(day: date, ended: bool) -> None:
    given_entry = end(entry(), HER, TODAY) if ended else entry()
    if ended or day < TODAY:
        with pytest.raises(Refusal):
            require_given(given_entry, day)
    else:
        require_given(given_entry, day)


@given(st.lists(st.tuples(st.dates(TODAY, date(2026, 12, 31)), st.sampled_from(ReadingHow), st.booleans()), max_size=6))
def test_the_first_reading_counts_whatever_follows(readings: list[tuple[date, ReadingHow, bool]]) -> None:
    delivery = Delivery(
        delivery_id=uuid4(),
        case_id=UUID(int=1),
        plan_id=uuid4(),
        number=1,
        entry_id=None,
        recipient=Recipient(RecipientKind.YOUNG_PERSON),
        parts=tuple(PlanPart),
        withheld=(),
        location_withheld=False,
        basis=None,
        delivered_on=TODAY,
        author=WORKER,
        noted_at=datetime(2026, 11, 22, tzinfo=UTC),
    )
    first: Reading | None = None
    for on, how, hers in readings:
        reading = Reading(on, how, HER if hers else WORKER, datetime(2026, 12, 31, tzinfo=UTC))
        fits = hers == (how is ReadingHow.OPENED)
        if first is None and not fits:
            with pytest.raises(Refusal):
                read(delivery, reading, date(2026, 12, 31))
            continue
        delivery = read(delivery, reading, date(2026, 12, 31))
        first = first or reading
    assert delivery.reading == first
