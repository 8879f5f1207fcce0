"""Who is the named worker on which day: chains, turns of days, and what a change leaves of the days that passed."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.plans import AbsenceCancelled, AbsencePlanned
from contracts.refusals import Refusal
from services.plans.absences.domain import (
    Absence,
    Cancel,
    Change,
    Plan,
    Standing,
    decide,
    leave,
    may_be_named,
    named_on,
    stand_ins,
)

TODAY = date(2026, 3, 2)
WORKERS = [UUID(int=number) for number in range(1, 6)]


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def absence(worker: int, by: int, first: int, last: int) -> Absence:
    return Absence(uuid4(), 1, WORKERS[worker], WORKERS[by], day(first), day(last))


def standing(*absences: Absence, social: bool = True, special: frozenset[UUID] = frozenset()) -> Standing:
    return Standing(TODAY, dict.fromkeys(WORKERS, social), special, {each.absence_id: each for each in absences})


# Somebody who stands in comes later in the list: no circle can be drawn.
chains = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(0, 6), st.integers(0, 4)).map(
        lambda drawn: absence(drawn[0], max(drawn[0] + 1, drawn[1]), drawn[2], drawn[2] + drawn[3])
    ),
    max_size=6,
    unique_by=lambda each: each.worker_id,
)


@given(chains, st.sampled_from(WORKERS))
def test_the_days_of_those_who_stand_in_are_those_on_which_somebody_else_is_named(
    drawn: list[Absence], worker_id: UUID
) -> None:
    by_day = {day(n): named_on(drawn, worker_id, day(n)) for n in range(12)}
    told = {
        each.first_day + timedelta(days=n): each.worker_id
        for each in stand_ins(drawn, worker_id, day(0), day(11))
        for n in range((each.last_day - each.first_day).days + 1)
    }
    assert told == {on: named for on, named in by_day.items() if named != worker_id}
    assert set(by_day.values()) <= may_be_named(standing(*drawn), worker_id)


@given(chains)
def test_whoever_is_named_is_here(drawn: list[Absence]) -> None:
    for worker_id in WORKERS:
        for n in range(12):
            named = named_on(drawn, worker_id, day(n))
            assert not any(each.worker_id == named and each.touches(day(n), day(n)) for each in drawn)


def test_back_on_the_first_day_is_never_away_and_back_later_was_away_until_yesterday() -> None:
    from_today, earlier = absence(0, 1, 0, 4), absence(0, 1, -2, 4)
    for known, cancelled, last in ((from_today, True, day(4)), (earlier, False, day(-1))):
        before = standing(known)
        events = decide(before, Cancel(known.absence_id))
        assert [type(each) for each in events] == [AbsenceCancelled]
        after = before.after(events)
        ended = after.absences[known.absence_id]
        assert (ended.cancelled, ended.last_day, ended.version) == (cancelled, last, 2)
        assert decide(after, Cancel(known.absence_id)) == []


def test_another_substitute_takes_over_from_today_and_the_days_that_passed_stay() -> None:
    known, rest = absence(0, 1, -2, 4), uuid4()
    before = standing(known)
    ended, planned = decide(before, Change(known.absence_id, substitute_id=WORKERS[2], new_absence_id=rest))
    assert isinstance(planned, AbsencePlanned)
    after = before.after([ended, planned]).absences
    assert (after[known.absence_id].last_day, after[rest].first_day, after[rest].last_day) == (day(-1), TODAY, day(4))
    named = [named_on(after.values(), WORKERS[0], day(n)) for n in (-2, -1, 0, 4, 5)]
    assert named == [WORKERS[1], WORKERS[1], WORKERS[2], WORKERS[2], WORKERS[0]]


def test_a_change_to_what_is_so_already_changes_nothing() -> None:
    known = absence(0, 1, 0, 4)
    assert decide(standing(known), Change(known.absence_id, day(4), WORKERS[1])) == []


def test_one_who_is_away_by_turns_of_absences_the_whole_time_cannot_stand_in() -> None:
    before = standing(absence(1, 2, 0, 2), absence(1, 3, 3, 6))
    with pytest.raises(Refusal) as refused:
        decide(before, Plan(uuid4(), WORKERS[0], WORKERS[1], day(1), day(6)))
    assert refused.value.code == "substitute-is-away"
    decide(before, Plan(uuid4(), WORKERS[0], WORKERS[1], day(1), day(7)))


def test_one_who_leaves_is_away_no_more_and_stands_in_for_nobody() -> None:
    own, standing_in = absence(1, 2, 0, 4), absence(0, 1, 5, 6)
    before = standing(own, standing_in)
    with pytest.raises(Refusal) as refused:
        leave(before, WORKERS[1], {})
    assert refused.value.code == "substitute-leaves"
    with pytest.raises(Refusal) as themselves:
        leave(before, WORKERS[1], {standing_in.absence_id: (WORKERS[1], uuid4())})
    assert themselves.value.code == "no-such-worker"
    with pytest.raises(Refusal) as strange:
        leave(before, WORKERS[1], {own.absence_id: (WORKERS[3], uuid4())})
    assert strange.value.code == "not-their-absence"
    after = before.after(leave(before, WORKERS[1], {standing_in.absence_id: (WORKERS[3], uuid4())}))
    assert named_on(after.absences.values(), WORKERS[0], day(5)) == WORKERS[3]
    assert after.absences[own.absence_id].cancelled
