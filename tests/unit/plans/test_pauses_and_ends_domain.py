"""Refusing pauses and never closes; returning is always open; ending leaves no promise to nobody."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.plans import CaseClosed, CaseEvent, CasePaused, CaseResumed, ClosingReason, RightRecomputed, WorkerNamed
from contracts.refusals import Refusal
from contracts.values import CaseRole
from services.plans.cases.domain import (
    Case,
    Close,
    Command,
    NameWorker,
    Open,
    Pause,
    Recompute,
    Resume,
    decide,
    evolve,
)
from services.plans.exits import domain as exits
from services.plans.exits.domain import Accept, Confirm, ExitPlan, Receive, Redescribe, Remove, require_may_end
from services.plans.pauses.domain import offered_again

TODAY = date(2026, 11, 22)
ENDS_ON = date(2029, 5, 17)
WORKERS = [UUID(int=number) for number in range(1, 4)]
CASE_ID, PERSON_ID = UUID(int=100), UUID(int=101)
PROMISES = [UUID(int=number) for number in range(200, 204)]
RECEIVERS = [UUID(int=number) for number in range(300, 303)]


def opening(role: CaseRole = CaseRole.PLACING) -> Open:
    return Open(CASE_ID, PERSON_ID, role, "05", ENDS_ON, WORKERS[0])


def carried_out(*commands: Command) -> tuple[Case, list[CaseEvent]]:
    case: Case | None = None
    said: list[CaseEvent] = []
    for command in commands:
        for event in decide(case, command):
            case = evolve(case, event)
            said.append(event)
    assert case is not None
    return case, said


pauses = st.integers(1, 365).map(lambda days: Pause(TODAY, TODAY + timedelta(days=days)))
commands = st.one_of(pauses, st.just(Resume()), st.sampled_from(WORKERS).map(NameWorker), st.just(Recompute(ENDS_ON)))


@given(st.lists(commands, max_size=30))
def test_whatever_is_refused_the_case_stays_open_with_a_named_worker(asked: list[Command]) -> None:
    case, said = carried_out(opening(), *asked)
    named = [event.worker_id for event in said if isinstance(event, WorkerNamed)]
    assert case.open
    assert case.worker_id == (named[-1] if named else WORKERS[0])
    assert case.right_ends_on == ENDS_ON
    assert (case.paused_on is None) == (case.offer_again_on is None)
    assert not any(isinstance(event, CaseClosed) for event in said)
    assert [event.version for event in said] == list(range(1, 1 + len(said)))


@given(st.lists(commands, max_size=30))
def test_coming_back_is_open_after_anything(asked: list[Command]) -> None:
    case, _ = carried_out(opening(), *asked, Resume())
    assert (case.paused_on, case.offer_again_on) == (None, None)
    assert decide(case, Resume()) == []


def test_a_pause_begins_once_and_goes_on_when_a_later_offer_is_refused() -> None:
    first = Pause(TODAY, TODAY + timedelta(days=90))
    later = Pause(TODAY + timedelta(days=90), TODAY + timedelta(days=180))
    case, said = carried_out(opening(), first, first, later)
    assert (case.paused_on, case.offer_again_on) == (TODAY, later.offer_again_on)
    assert [type(event) for event in said[1:]] == [CasePaused, CasePaused]


def test_an_offer_on_a_day_that_has_passed_is_no_offer() -> None:
    case, _ = carried_out(opening())
    with pytest.raises(Refusal) as refused:
        decide(case, Pause(TODAY, TODAY))
    assert refused.value.field == "offer_again_on"


def test_nobody_is_forgotten_between_two_offers() -> None:
    assert offered_again(TODAY, None, 90) == TODAY + timedelta(days=90)
    assert offered_again(TODAY, TODAY + timedelta(days=365), 90) == TODAY + timedelta(days=365)
    with pytest.raises(Refusal) as refused:
        offered_again(TODAY, TODAY + timedelta(days=366), 90)
    assert refused.value.code == "offer-again-sooner"


def test_an_end_ends_the_pause_and_says_why_the_case_ended() -> None:
    case, said = carried_out(opening(), Pause(TODAY, TODAY + timedelta(days=9)), Close(ClosingReason.RIGHT_ENDED))
    assert (case.open, case.paused_on) == (False, None)
    assert isinstance(said[-1], CaseClosed)
    assert said[-1].reason is ClosingReason.RIGHT_ENDED
    with pytest.raises(Refusal):
        decide(case, Resume())


def test_a_case_that_opens_again_is_not_paused() -> None:
    case, _ = carried_out(opening(), Pause(TODAY, TODAY + timedelta(days=9)), Close(), opening())
    assert (case.open, case.paused_on) == (True, None)


def test_a_right_is_computed_where_she_was_placed() -> None:
    case, said = carried_out(opening(), Recompute(date(2031, 5, 17)))
    assert isinstance(said[-1], RightRecomputed)
    assert (said[-1].earlier_right_ends_on, case.right_ends_on) == (ENDS_ON, date(2031, 5, 17))
    elsewhere, _ = carried_out(opening(CaseRole.RESIDENCE))
    with pytest.raises(Refusal) as refused:
        decide(elsewhere, Recompute(date(2031, 5, 17)))
    assert refused.value.code == "placed-by-another-area"


def test_returning_is_said_once() -> None:
    _, said = carried_out(opening(), Pause(TODAY, TODAY + timedelta(days=9)), Resume(), Resume())
    assert [type(event) for event in said[1:]] == [CasePaused, CaseResumed]


# The exit plan and the end


plan_commands = st.one_of(
    st.builds(
        Receive,
        st.uuids(),
        st.sampled_from(["Ohjaamo", "Kela"]),
        st.just("Asuminen"),
        st.lists(st.sampled_from(PROMISES), unique=True).map(tuple),
    ),
    st.builds(
        Receive,
        st.sampled_from(RECEIVERS),
        st.just("Kunta"),
        st.just("Koulu"),
        st.lists(st.sampled_from(PROMISES), unique=True).map(tuple),
    ),
    st.builds(
        Redescribe,
        st.sampled_from(RECEIVERS),
        st.just("Kunta"),
        st.sampled_from(["Koulu", "Talous"]),
        st.lists(st.sampled_from(PROMISES), unique=True).map(tuple),
    ),
    st.builds(Remove, st.sampled_from(RECEIVERS)),
    st.builds(Accept, st.sampled_from(RECEIVERS), st.just(TODAY), st.just("Maija")),
    st.builds(Confirm, st.just(ENDS_ON), st.frozensets(st.sampled_from(PROMISES))),
)


def planned(asked: list[exits.Command]) -> ExitPlan:
    plan = ExitPlan(CASE_ID)
    for command in asked:
        if isinstance(command, Receive) and any(each.receiver_id == command.receiver_id for each in plan.receivers):
            continue
        try:
            plan = exits.after(plan, command, TODAY)
        except Refusal:
            continue
    return plan


@given(st.lists(plan_commands, max_size=25), st.frozensets(st.sampled_from(PROMISES)))
def test_without_a_leads_reason_no_case_ends_with_a_promise_that_nobody_receives(
    asked: list[exits.Command], open_promises: frozenset[UUID]
) -> None:
    plan = planned(asked)
    try:
        require_may_end(
            plan,
            right_ends_on=ENDS_ON,
            open_promises=open_promises,
            lead_reason=None,
            today=ENDS_ON + timedelta(days=1),
        )
    except Refusal:
        return
    for promise in open_promises:
        assert any(promise in each.promise_ids and each.accepted_on is not None for each in plan.receivers)
    assert plan.confirmed(ENDS_ON)


@given(st.lists(plan_commands, max_size=25))
def test_a_confirmed_exit_plan_has_only_receivers_who_have_accepted(asked: list[exits.Command]) -> None:
    plan = planned(asked)
    if plan.confirmed(ENDS_ON):
        assert plan.receivers
        assert all(each.accepted for each in plan.receivers)
        assert not plan.confirmed(ENDS_ON + timedelta(days=1))


@pytest.mark.parametrize("reason", [None, "A lead's own reason"])
def test_no_reason_ends_a_case_while_the_right_lasts(reason: str | None) -> None:
    with pytest.raises(Refusal) as refused:
        require_may_end(
            ExitPlan(CASE_ID),
            right_ends_on=TODAY,
            open_promises=frozenset(),
            lead_reason=reason,
            today=TODAY,
        )
    assert refused.value.code == "right-lasts"


def test_what_a_service_accepted_was_what_it_was_told_then() -> None:
    accepted = planned([Receive(RECEIVERS[0], "Kunta", "Koulu", ()), Accept(RECEIVERS[0], TODAY, "Maija")])
    confirmed = exits.after(accepted, Confirm(ENDS_ON, frozenset()), TODAY)
    otherwise = exits.after(confirmed, Redescribe(RECEIVERS[0], "Kunta", "Talous", (PROMISES[0],)), TODAY)
    assert confirmed.confirmed(ENDS_ON)
    assert not otherwise.confirmed(ENDS_ON)
    assert otherwise.received() == frozenset()
