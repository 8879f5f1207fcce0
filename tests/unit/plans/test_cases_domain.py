"""A case never lacks its named worker, whatever is asked of it."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.plans import CaseClosed, CaseEvent, CaseOpened, ContactNamed, FirstContactRecorded, WorkerNamed
from contracts.refusals import Refusal
from contracts.values import CaseRole, Contact, Title
from services.plans.cases.domain import (
    Case,
    Close,
    Command,
    NameContact,
    NameWorker,
    Open,
    RecordFirstContact,
    decide,
    evolve,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORKERS = [UUID(int=number) for number in range(1, 5)]
CASE_ID, PERSON_ID = UUID(int=100), UUID(int=101)


def opening(worker_id: UUID = WORKERS[0], role: CaseRole = CaseRole.RESIDENCE) -> Open:
    return Open(CASE_ID, PERSON_ID, role, "05", date(2029, 5, 17), worker_id)


def contact(worker_id: UUID, *, lead_stands_in: bool = False) -> Contact:
    return Contact(worker_id=worker_id, name="Aino", title=Title.SOCIAL_WORKER, lead_stands_in=lead_stands_in)


def after(*commands: Command) -> Case:
    case: Case | None = None
    for command in commands:
        for event in decide(case, command):
            case = evolve(case, event)
    assert case is not None
    return case


commands = st.one_of(
    st.sampled_from(WORKERS).map(opening),
    st.sampled_from(WORKERS).map(NameWorker),
    st.builds(NameContact, st.uuids(), st.builds(contact, st.sampled_from(WORKERS), lead_stands_in=st.booleans())),
    st.builds(RecordFirstContact, st.uuids(), st.just(NOW), st.just(NOW), st.just(NOW)),
    st.just(Close()),
)


@given(st.lists(commands, max_size=30))
def test_an_open_case_has_exactly_the_worker_who_was_named_last(asked: list[Command]) -> None:
    case, said = None, list[CaseEvent]()
    for command in asked:
        try:
            events = decide(case, command)
        except (Refusal, ValueError):
            continue
        for event in events:
            case = evolve(case, event)
        said += events
    named = [event.worker_id for event in said if isinstance(event, CaseOpened | WorkerNamed)]
    assert [event.version for event in said] == list(range(1, 1 + len(said)))
    if case is None:
        assert not said
        return
    assert case.worker_id == named[-1]
    openings = [event for event in said if isinstance(event, CaseOpened | CaseClosed)]
    assert case.open == isinstance(openings[-1], CaseOpened)
    assert all(type(one) is not type(next_) for one, next_ in pairwise(openings))


@given(st.lists(commands, max_size=30))
def test_nothing_is_said_of_a_closed_case_but_that_it_opens_again(asked: list[Command]) -> None:
    closed = after(opening(), Close())
    for command in asked:
        try:
            events = decide(closed, command)
        except Refusal:
            continue
        assert all(isinstance(event, CaseOpened) for event in events)


def test_naming_the_same_worker_again_says_nothing() -> None:
    assert decide(after(opening()), NameWorker(WORKERS[0])) == []


def test_a_change_of_worker_says_who_it_was_before() -> None:
    [event] = decide(after(opening()), NameWorker(WORKERS[1]))
    assert isinstance(event, WorkerNamed)
    assert (event.earlier_worker_id, event.worker_id) == (WORKERS[0], WORKERS[1])


def test_the_contact_is_the_named_worker_and_nobody_else() -> None:
    case = after(opening())
    [named] = decide(case, NameContact(uuid4(), contact(WORKERS[0], lead_stands_in=True)))
    assert isinstance(named, ContactNamed)
    assert evolve(case, named).lead_stands_in
    with pytest.raises(ValueError, match="named worker"):
        decide(case, NameContact(uuid4(), contact(WORKERS[1])))


def test_another_worker_does_not_stand_in() -> None:
    case = after(opening(), NameContact(uuid4(), contact(WORKERS[0], lead_stands_in=True)), NameWorker(WORKERS[1]))
    assert not case.lead_stands_in


def test_a_first_contact_is_recorded_where_she_lives_and_once_it_has_happened() -> None:
    [event] = decide(after(opening()), RecordFirstContact(uuid4(), NOW, NOW, NOW))
    assert isinstance(event, FirstContactRecorded)
    with pytest.raises(Refusal) as placing:
        decide(after(opening(role=CaseRole.PLACING)), RecordFirstContact(uuid4(), NOW, NOW, NOW))
    with pytest.raises(Refusal) as ahead:
        decide(after(opening()), RecordFirstContact(uuid4(), NOW + timedelta(minutes=6), NOW, NOW))
    assert (placing.value.code, ahead.value.code) == ("not-a-residence-case", "contact-in-the-future")


def test_a_case_that_opens_again_goes_on_counting_its_versions() -> None:
    case = after(opening(), Close(), opening(WORKERS[2]))
    assert (case.open, case.worker_id, case.version) == (True, WORKERS[2], 3)
