"""A deadline is open once, moves, and ends once, whatever is said how often."""

from datetime import date, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from contracts.client_plan import DeadlineKind
from contracts.plans import DeadlineSet
from services.plans.deadlines.domain import Cancel, Command, Deadline, DeadlineState, Meet, Set, decide, evolve

_CASE, _PERSON = uuid4(), uuid4()
_DAY = date(2026, 3, 1)


def _set(days: int) -> Set:
    return Set(uuid4(), _CASE, _PERSON, DeadlineKind.REVIEW, _CASE, _DAY + timedelta(days=days))


commands = st.one_of(
    st.integers(0, 3).map(_set), st.just(Meet(_DAY)), st.just(Cancel(_DAY)), st.just(Meet(_DAY + timedelta(days=1)))
)


@given(st.lists(commands, max_size=12))
def test_whatever_is_said_the_deadline_is_what_was_said_last(said: list[Command]) -> None:
    deadline: Deadline | None = None
    for command in said:
        # One that has ended is not found any more: the next one is new.
        due = deadline if deadline is not None and deadline.state is DeadlineState.OPEN else None
        for event in decide(due, command):
            assert event.version == (1 if due is None else due.version + 1)
            deadline = evolve(due, event, command)
        if isinstance(command, Set):
            assert deadline is not None
            assert (deadline.state, deadline.due_on) == (DeadlineState.OPEN, command.due_on)
        elif deadline is not None:
            assert deadline.state is not DeadlineState.OPEN


def test_saying_the_same_again_says_nothing() -> None:
    setting = _set(0)
    [event] = decide(None, setting)
    assert isinstance(event, DeadlineSet)
    deadline = evolve(None, event, setting)
    assert decide(deadline, setting) == []
    [met] = decide(deadline, Meet(_DAY))
    after = evolve(deadline, met, Meet(_DAY))
    assert after.ended_on == _DAY
    assert decide(after, Meet(_DAY)) == []
    assert decide(None, Cancel(_DAY)) == []
