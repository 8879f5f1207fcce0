"""What is recorded about a young person, and what another area's dossier adds to it."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.values import Language, new_id
from services.plans.people.domain import Details, Person, Record, decide, evolve, joined

details = st.builds(
    Details,
    given_name=st.text(min_size=1, max_size=20),
    family_name=st.text(min_size=1, max_size=20),
    language=st.sampled_from(Language),
    email=st.none() | st.just("nuori@example.org"),
    phone=st.none() | st.just("+358 40 555 0100"),
    address_protected=st.booleans(),
)


@given(details, details)
def test_a_change_is_said_once_and_the_same_details_are_no_change(first: Details, second: Details) -> None:
    [recorded] = decide(None, Record(new_id(), first))
    person = evolve(recorded, first)
    events = decide(person, Record(person.person_id, second))
    assert len(events) == (first != second)
    for event in events:
        changed = evolve(event, second)
        assert (changed.version, changed.details) == (2, second)
        assert decide(changed, Record(person.person_id, second)) == []


@given(details)
def test_others_are_not_told_the_family_name(known: Details) -> None:
    [event] = decide(None, Record(new_id(), known))
    assert "family_name" not in event.model_dump()
    assert event.address_protected == known.address_protected


@given(details, details)
def test_a_newer_dossier_counts_keeps_what_it_does_not_say_and_lifts_no_order(
    known: Details, arriving: Details
) -> None:
    both = joined(known, arriving)
    assert both.address_protected == (known.address_protected or arriving.address_protected)
    assert (both.email, both.phone) == (arriving.email or known.email, arriving.phone or known.phone)
    assert (both.given_name, both.family_name) == (arriving.given_name, arriving.family_name)
    assert both.language == arriving.language
    assert joined(both, arriving) == both


@given(details)
def test_a_person_who_is_printed_shows_no_name(known: Details) -> None:
    person = Person(new_id(), 1, Details("Venla-Testi", "Esimerkkilä", known.language, "v@x.example", None, False))
    assert "Venla-Testi" not in repr(person)
    assert "Esimerkkilä" not in repr(person)
    assert "v@x.example" not in repr(person)
