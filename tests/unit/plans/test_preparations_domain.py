"""Preparing begins half a year before, and a handover has two sides."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.client_plan import NetworkRole
from contracts.plans import (
    DeadlineCancelled,
    DeadlineEvent,
    DeadlineMet,
    DeadlineMoved,
    DeadlineSet,
    HandoverInConfirmed,
    PreparationCancelled,
    PreparationOpened,
)
from contracts.refusals import Refusal
from contracts.values import Ground
from services.plans.grounds.domain import PlacementKind
from services.plans.guidance.domain import TABLE, Guided, allowed
from services.plans.preparations.domain import (
    Cancel,
    CancelReason,
    Change,
    Command,
    Confirm,
    Content,
    NameWorker,
    Open,
    Party,
    Preparation,
    PreparationState,
    after,
    due_said,
    said,
)

TODAY = date(2026, 11, 22)
ENDS_ON = date(2027, 8, 31)
WORKERS = [UUID(int=number) for number in range(1, 4)]
DAYS = TABLE[Guided.PREPARATION].days
SUBSTITUTE_CARE = Party(NetworkRole.SUBSTITUTE_CARE_WORKER, "Pirjo Mäki")


def content(**given_: object) -> Content:
    usual = Content(
        ground=Ground.TAKEN_INTO_CARE,
        kind=PlacementKind.CARE,
        placement_started_on=date(2019, 1, 1),
        placement_ends_on=ENDS_ON,
        alone=True,
        special_support=False,
        begun_on=None,
        parties=(SUBSTITUTE_CARE,),
    )
    return replace(usual, **given_)  # type: ignore[arg-type]  # the fields of a test's own choice


def opened(**given_: object) -> Preparation:
    return after(None, Open(UUID(int=9), UUID(int=10), WORKERS[0], content(**given_), DAYS), TODAY)


def test_it_is_due_half_a_year_before_the_placement_ends() -> None:
    preparation = opened()
    assert preparation.due_on == date(2027, 3, 4)
    [event] = said(None, preparation)
    assert isinstance(event, PreparationOpened)
    assert (event.due_on, event.worker_id) == (preparation.due_on, WORKERS[0])


def test_it_is_late_when_it_has_not_begun_or_began_after_that_day() -> None:
    preparation = opened()
    assert not preparation.late(preparation.due_on)
    assert preparation.late(preparation.due_on + timedelta(days=1))
    begun = replace(preparation, content=content(begun_on=preparation.due_on))
    assert not begun.late(ENDS_ON)
    assert replace(preparation, content=content(begun_on=date(2027, 3, 5))).late(ENDS_ON)


def test_another_end_moves_the_day_and_is_said() -> None:
    before = opened()
    sooner = after(before, Change(content(placement_ends_on=date(2027, 5, 31)), DAYS), TODAY)
    assert sooner.due_on == date(2026, 12, 2)
    assert [type(each) for each in said(before, sooner)] == [PreparationOpened]
    begun = after(sooner, Change(replace(sooner.content, begun_on=TODAY), DAYS), TODAY)
    assert said(sooner, begun) == []


def test_somebody_hands_her_over() -> None:
    alone = opened(parties=(Party(NetworkRole.SCHOOL, "Kuraattori"),))
    with pytest.raises(Refusal) as refused:
        after(alone, Confirm(UUID(int=77)), TODAY)
    assert refused.value.code == "nobody-hands-over"
    confirmed = after(opened(), Confirm(UUID(int=77)), TODAY)
    [event] = said(opened(), confirmed)
    assert isinstance(event, HandoverInConfirmed)
    assert event.case_id == UUID(int=77)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"placement_ends_on": TODAY - timedelta(days=1)}, "placement-has-ended"),
        ({"placement_started_on": date(2028, 1, 1)}, "placement-dates"),
        ({"begun_on": TODAY + timedelta(days=1)}, "begun-in-the-future"),
        ({"parties": (Party(NetworkRole.YOUNG_PERSON, "Venla"),)}, "party-always-there"),
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        opened(**wrong)
    assert refused.value.code == code


asked_commands: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from(WORKERS).map(NameWorker),
    st.just(Confirm(UUID(int=77))),
    st.sampled_from(CancelReason).map(Cancel),
    st.dates(date(2026, 12, 1), date(2030, 1, 1)).map(lambda day: Change(content(placement_ends_on=day), DAYS)),
)


@given(st.lists(asked_commands, max_size=20))
def test_it_always_has_a_worker_and_is_over_once(asked: list[Command]) -> None:
    preparation, over = opened(), 0
    for command in asked:
        try:
            now = after(preparation, command, TODAY)
        except Refusal:
            assert preparation.state is not PreparationState.OPEN
            continue
        events = said(preparation, now)
        over += sum(isinstance(event, HandoverInConfirmed | PreparationCancelled) for event in events)
        assert now.version == preparation.version + (now != preparation)
        preparation = now
    assert preparation.worker_id in WORKERS
    assert over == (preparation.state is not PreparationState.OPEN)
    assert preparation.due_on == preparation.content.placement_ends_on - timedelta(days=DAYS)


def test_an_area_may_begin_earlier_than_half_a_year_before_and_never_later() -> None:
    assert allowed(Guided.PREPARATION, 270) == 270
    with pytest.raises(Refusal):
        allowed(Guided.PREPARATION, 179)


def test_all_guidance_says_where_it_comes_from_in_three_languages() -> None:
    assert TABLE.keys() == set(Guided)
    for row in TABLE.values():
        assert row.at_least <= row.days <= row.at_most
        for words in (row.source, row.says):
            assert len({words.fi, words.sv, words.en} - {""}) == 3


_SAID = st.lists(st.sampled_from(["begin", "not begun", "later", "cancel", "confirm"]), max_size=8)


@given(_SAID)
def test_the_day_by_which_it_begins_is_said_as_every_other_deadline(steps: list[str]) -> None:
    """Whoever hears the events knows at every moment whether, and by when, a preparation is to begin."""
    now = opened()
    heard = _heard_of(None, due_said(None, now, TODAY))
    for step in steps:
        before = now
        with suppress(Refusal):
            now = after(before, _command(step, before), TODAY)
        events = due_said(before, now, TODAY)
        assert all(each.version == now.version and each.case_id is None for each in events)
        heard = _heard_of(heard, events)
        to_begin = now.state is PreparationState.OPEN and now.content.begun_on is None
        assert heard == (now.due_on if to_begin else None)


def _command(step: str, before: Preparation) -> Command:
    later = before.content.placement_ends_on + timedelta(days=10)
    match step:
        case "begin":
            return Change(replace(before.content, begun_on=TODAY), DAYS)
        case "not begun":
            return Change(replace(before.content, begun_on=None), DAYS)
        case "later":
            return Change(replace(before.content, placement_ends_on=later), DAYS)
        case "cancel":
            return Cancel(CancelReason.ANOTHER_AREA)
    return Confirm(UUID(int=11))


def _heard_of(due_on: date | None, events: list[DeadlineEvent]) -> date | None:
    for event in events:
        match event:
            case DeadlineSet():
                assert due_on is None
                due_on = event.due_on
            case DeadlineMoved():
                assert due_on == event.earlier_due_on != event.due_on
                due_on = event.due_on
            case DeadlineMet() | DeadlineCancelled():
                assert due_on is not None
                due_on = None
    return due_on
