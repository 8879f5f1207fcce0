"""The planning cycle: whatever is asked of it, in whatever order, no phase is reached that a rule forbids."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.client_plan import Phase, PlanContent, PlanCopy
from contracts.refusals import Refusal
from services.plans.cycles.agreements import Agreements
from services.plans.cycles.domain import (
    Agree,
    Began,
    Begin,
    CallReview,
    CloseFollowUp,
    Command,
    Cycle,
    Ended,
    FollowUp,
    FollowUpReached,
    Negotiate,
    NegotiationReached,
    PlanFacts,
    Publish,
    PublishedAgain,
    Rating,
    adopted,
    decide,
    evolve,
)

_DAY = date(2026, 3, 2)
_CASE, _PERSON = uuid4(), uuid4()
_GOOD = PlanFacts(goals=2, concrete_goals=2, own_words=True, undecided=0)
_FOLLOW_UP = FollowUp(Rating.YES, Rating.PARTLY, Rating.NO, more_support=True, network_contact=False)
_AGREED = Agreements(
    next_review_on=_DAY + timedelta(days=300),
    distribution_agreed=True,
    understanding_confirmed=True,
    next_step="Mennään yhdessä katsomaan asuntoa.",
)


def _after(cycle: Cycle | None, *commands: Command) -> Cycle:
    for command in commands:
        for event in decide(cycle, command):
            cycle = evolve(cycle, event)
    assert cycle is not None
    return cycle


def _begun(today: date = _DAY) -> Begin:
    return Begin(uuid4(), _CASE, _PERSON, today)


def _negotiating() -> Cycle:
    return _after(None, _begun(), Negotiate(_DAY, preparatory_meetings=1))


def _followed() -> Cycle:
    return _after(_negotiating(), Agree(_AGREED, _DAY), Publish(_GOOD, 1, _DAY))


def _refused(cycle: Cycle | None, command: Command) -> str:
    with pytest.raises(Refusal) as refusal:
        decide(cycle, command)
    return refusal.value.code


@dataclass
class _World:
    """What happened so far, written down beside the machine and judged without its code."""

    today: date = _DAY
    meetings: int = 0
    called: bool = False
    cycles: list[UUID] = field(default_factory=list)
    path: list[Phase | None] = field(default_factory=list)
    published_on: date | None = None


# Mostly good, often with one thing wrong: so the sequences come far, and try each guard on the way.
_facts = st.sampled_from(
    [
        _GOOD,
        _GOOD,
        _GOOD,
        replace(_GOOD, goals=0, concrete_goals=0),
        replace(_GOOD, concrete_goals=1),
        replace(_GOOD, own_words=False),
        replace(_GOOD, undecided=1),
    ]
)
_flaws = st.sampled_from(
    [
        {},
        {},
        {},
        {"next_review_on": None},
        {"distribution_agreed": False},
        {"understanding_confirmed": False},
        {"next_step": None},
    ]
)
_days = st.none() | st.integers(-20, 60)
_agreements = st.tuples(_flaws, st.integers(-5, 400), _days, _days)
_step = st.one_of(
    st.tuples(st.just("onward"), _facts, _agreements),
    st.tuples(st.just("onward"), _facts, _agreements),
    st.tuples(st.just("begin")),
    st.tuples(st.just("pass days"), st.integers(1, 200)),
    st.tuples(st.just("meet")),
    st.tuples(st.just("call")),
    st.tuples(st.just("negotiate"), _days),
    st.tuples(st.just("agree"), _agreements),
    st.tuples(st.just("publish"), _facts),
    st.tuples(st.just("close"), _facts),
)


def _agreed(world: _World, drawn: tuple[dict[str, object], int, int | None, int | None]) -> Agree:
    flaw, review_in, negotiated_in, follow_up_in = drawn

    def later(days: int | None) -> date | None:
        return None if days is None else world.today + timedelta(days=days)

    agreed = replace(
        _AGREED,
        next_review_on=later(review_in),
        negotiated_on=later(negotiated_in),
        follow_up_on=later(follow_up_in),
    )
    return Agree(Agreements(**{**vars(agreed), **flaw}), world.today)


def _commands(world: _World, cycle: Cycle | None, step: tuple[Any, ...]) -> list[Command]:
    """What a step asks of the machine (Any: each kind of step carries its own values)."""
    match step:
        case ("pass days", days):
            world.today += timedelta(days=days)
            return []
        case ("meet",):
            world.meetings += 1
            return []
        case ("begin",):
            return [Begin(uuid4(), _CASE, _PERSON, world.today, world.called)]
        case ("call",):
            return [CallReview(uuid4(), by_young_person=True)]
        case ("negotiate", asked):
            on = None if asked is None else world.today + timedelta(days=asked)
            return [Negotiate(world.today, world.meetings, on)]
        case ("agree", drawn):
            return [_agreed(world, drawn)]
        case ("publish", facts):
            return [Publish(facts, 1, world.today)]
        case ("close", facts):
            return [CloseFollowUp(facts, _FOLLOW_UP, world.today)]
        case ("onward", facts, drawn):
            return _onward(world, cycle, facts, drawn)
    raise AssertionError(step)


def _onward(world: _World, cycle: Cycle | None, facts: PlanFacts, drawn: Any) -> list[Command]:
    match None if cycle is None else cycle.phase:
        case None:
            return _commands(world, cycle, ("begin",))
        case Phase.PREPARATORY:
            world.meetings += 1
            return _commands(world, cycle, ("negotiate", None))
        case Phase.NEGOTIATION:
            return [_agreed(world, drawn), Publish(facts, 1, world.today)]
        case Phase.FOLLOW_UP:
            return _commands(world, cycle, ("close", facts))


@settings(max_examples=500, deadline=None)
@given(st.lists(_step, max_size=40))
def test_no_sequence_of_commands_reaches_what_a_rule_forbids(steps: list[tuple[Any, ...]]) -> None:
    world = _World()
    cycle: Cycle | None = None
    for step in steps:
        for command in _commands(world, cycle, step):
            try:
                events = decide(cycle, command)
            except Refusal:
                assert not isinstance(command, CallReview) or cycle is None
                continue
            for event in events:
                before, cycle = cycle, evolve(cycle, event)
                _judge(world, before, cycle, event, command)
            if isinstance(command, CallReview):
                world.called = True


def _judge(world: _World, before: Cycle | None, cycle: Cycle, event: object, command: Command) -> None:
    match event:
        case Began():
            if before is not None:
                # A new cycle begins at a review, after the earlier one has gone through all three phases.
                assert world.path[-3:] == [Phase.PREPARATORY, Phase.NEGOTIATION, Phase.FOLLOW_UP]
                review_on = before.agreements.next_review_on
                assert world.called or (review_on is not None and review_on <= world.today)
            assert cycle.number == len(world.cycles) + 1
            assert cycle.cycle_id not in world.cycles
            world.cycles.append(cycle.cycle_id)
            world.meetings, world.called, world.published_on = 0, False, None
            world.path.append(Phase.PREPARATORY)
        case NegotiationReached():
            asked_on = cycle.asked_by_young_person_on
            assert world.meetings > 0 or (asked_on is not None and asked_on <= world.today)
            assert world.path[-1] is Phase.PREPARATORY
            world.path.append(Phase.NEGOTIATION)
        case FollowUpReached() | PublishedAgain():
            assert isinstance(command, Publish)
            assert command.facts.goals >= 1
            assert command.facts.concrete_goals >= command.facts.goals
            assert command.facts.own_words
            if isinstance(event, FollowUpReached):
                assert world.path[-1] is Phase.NEGOTIATION
                world.path.append(Phase.FOLLOW_UP)
                world.published_on = world.today
            review_on = cycle.agreements.next_review_on
            assert review_on is not None
            assert world.today < review_on
        case Ended():
            assert isinstance(command, CloseFollowUp)
            assert command.facts.undecided == 0
            assert world.path[-1] is Phase.FOLLOW_UP
            assert cycle.phase is None
    _judge_state(world, cycle)


def _judge_state(world: _World, cycle: Cycle) -> None:
    """What is true of every state, whatever led there."""
    assert cycle.phase is None or cycle.phase is world.path[-1]
    assert (cycle.phase is None) == (cycle.ended_on is not None) == (cycle.follow_up is not None)
    published = world.published_on
    assert cycle.published_on == published
    assert (cycle.phase in {Phase.FOLLOW_UP, None}) == (published is not None)
    if published is None:
        return
    agreed = cycle.agreements
    assert agreed.distribution_agreed
    assert agreed.understanding_confirmed
    assert agreed.next_step
    assert agreed.negotiated_on is not None
    assert agreed.negotiated_on <= world.today
    assert agreed.next_review_on is not None
    # At least once a year, however often it is agreed anew: 366 days, over a 29 February.
    assert agreed.next_review_on - published <= timedelta(days=366)


def test_the_whole_way_leads_to_a_second_cycle() -> None:
    ended = _after(_followed(), CloseFollowUp(_GOOD, _FOLLOW_UP, _DAY + timedelta(days=40)))
    assert (ended.phase, ended.follow_up) == (None, _FOLLOW_UP)
    assert _refused(ended, _begun(_DAY + timedelta(days=299))) == "review-not-due"
    second = _after(ended, _begun(_DAY + timedelta(days=300)))
    assert (second.number, second.phase, second.agreements) == (2, Phase.PREPARATORY, Agreements())
    sooner = _after(ended, replace(_begun(_DAY + timedelta(days=50)), review_called=True))
    assert sooner.number == 2


def test_a_cycle_under_way_is_not_left_for_another() -> None:
    for cycle in (_after(None, _begun()), _negotiating(), _followed()):
        assert _refused(cycle, replace(_begun(_DAY + timedelta(days=400)), review_called=True)) == "cycle-under-way"


def test_no_negotiation_without_preparation_unless_the_young_person_asked() -> None:
    cycle = _after(None, _begun())
    assert _refused(cycle, Negotiate(_DAY, 0)) == "no-preparatory-meeting"
    assert _refused(cycle, Negotiate(_DAY, 0, _DAY + timedelta(days=1))) == "not-asked-yet"
    asked = _after(cycle, Negotiate(_DAY, 0, _DAY - timedelta(days=2)))
    assert (asked.phase, asked.asked_by_young_person_on) == (Phase.NEGOTIATION, _DAY - timedelta(days=2))


def test_a_negotiation_that_is_split_is_one() -> None:
    cycle = _negotiating()
    assert decide(cycle, Negotiate(_DAY, 1)) == []
    assert _refused(_followed(), Negotiate(_DAY, 1)) == "phase-passed"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(_GOOD, goals=0, concrete_goals=0), "goal-missing"),
        (replace(_GOOD, concrete_goals=1), "goal-not-concrete"),
        (replace(_GOOD, own_words=False), "own-words-missing"),
    ],
)
def test_a_plan_is_published_whole_or_not(facts: PlanFacts, code: str) -> None:
    cycle = _after(_negotiating(), Agree(_AGREED, _DAY))
    assert _refused(cycle, Publish(facts, 1, _DAY)) == code
    assert _refused(_followed(), Publish(facts, 2, _DAY)) == code


@pytest.mark.parametrize(
    ("agreed", "code"),
    [
        (replace(_AGREED, next_review_on=None), "review-not-agreed"),
        (replace(_AGREED, distribution_agreed=False), "distribution-not-agreed"),
        (replace(_AGREED, understanding_confirmed=False), "understanding-not-confirmed"),
        (replace(_AGREED, next_step=None), "next-step-missing"),
    ],
)
def test_a_plan_is_published_upon_what_was_agreed(agreed: Agreements, code: str) -> None:
    assert _refused(_after(_negotiating(), Agree(agreed, _DAY)), Publish(_GOOD, 1, _DAY)) == code
    assert _refused(_followed(), Agree(agreed, _DAY)) == "agreed-already"


def test_the_review_is_ahead_and_within_a_year() -> None:
    cycle = _negotiating()
    for days, code in ((0, "review-not-ahead"), (366, "review-over-a-year-ahead")):
        later = replace(_AGREED, next_review_on=_DAY + timedelta(days=days))
        assert _refused(cycle, Agree(later, _DAY)) == code
    yearly = _after(cycle, Agree(replace(_AGREED, next_review_on=date(2027, 3, 2)), _DAY))
    assert _after(yearly, Publish(_GOOD, 1, _DAY)).phase is Phase.FOLLOW_UP
    late = _after(cycle, Agree(replace(_AGREED, next_review_on=_DAY + timedelta(days=1)), _DAY))
    assert _refused(late, Publish(_GOOD, 1, _DAY + timedelta(days=1))) == "review-not-ahead"


def test_a_review_that_is_agreed_anew_stays_within_a_year_of_the_plan() -> None:
    much_later = _DAY + timedelta(days=200)
    anew = replace(_followed().agreements, next_review_on=_DAY + timedelta(days=400))
    assert _refused(_followed(), Agree(anew, much_later)) == "review-over-a-year-ahead"


def test_a_plan_is_not_published_outside_its_phases() -> None:
    assert _refused(None, Publish(_GOOD, 1, _DAY)) == "no-cycle"
    assert _refused(_after(None, _begun()), Publish(_GOOD, 1, _DAY)) == "not-negotiated"
    ended = _after(_followed(), CloseFollowUp(_GOOD, _FOLLOW_UP, _DAY))
    assert _refused(ended, Publish(_GOOD, 2, _DAY)) == "cycle-over"


def test_a_change_agreed_in_the_follow_up_is_published_again() -> None:
    again = _after(_followed(), Publish(_GOOD, 2, _DAY + timedelta(days=20)))
    assert (again.phase, again.published_number, again.published_on) == (Phase.FOLLOW_UP, 2, _DAY)


def test_no_follow_up_closes_over_a_goal_without_a_status() -> None:
    open_goal = CloseFollowUp(replace(_GOOD, undecided=1), _FOLLOW_UP, _DAY)
    assert _refused(_followed(), open_goal) == "status-missing"
    assert _refused(_negotiating(), CloseFollowUp(_GOOD, _FOLLOW_UP, _DAY)) == "no-follow-up"


@given(st.sampled_from(["begun", "negotiating", "followed", "ended"]), st.booleans())
def test_a_review_can_be_called_in_every_phase(phase: str, by_young_person: bool) -> None:
    cycle = {
        "begun": _after(None, _begun()),
        "negotiating": _negotiating(),
        "followed": _followed(),
        "ended": _after(_followed(), CloseFollowUp(_GOOD, _FOLLOW_UP, _DAY)),
    }[phase]
    assert len(decide(cycle, CallReview(uuid4(), by_young_person))) == 1


def test_a_residence_area_keeps_up_with_the_placing_area() -> None:
    copy = PlanCopy(
        plan_id=uuid4(),
        number=3,
        published_on=_DAY,
        content=PlanContent(),
        cycle_number=2,
        phase=Phase.FOLLOW_UP,
        next_step="Soitetaan.",
        next_review_on=_DAY + timedelta(days=100),
    )
    kept = adopted(None, copy, _begun())
    assert (kept.number, kept.phase, kept.version) == (2, Phase.FOLLOW_UP, 1)
    assert adopted(kept, copy, _begun()) == kept
    assert adopted(kept, copy.model_copy(update={"cycle_number": 1}), _begun()) == kept
    over = adopted(kept, copy.model_copy(update={"phase": None}), _begun())
    assert (over.phase, over.ended_on, over.version) == (None, _DAY, 2)
    third = adopted(over, copy.model_copy(update={"cycle_number": 3, "phase": Phase.PREPARATORY}), _begun())
    assert (third.number, third.version) == (3, 1)
