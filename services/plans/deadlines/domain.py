"""One deadline: set, moved, met or cancelled. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.client_plan import DeadlineKind
from contracts.plans import DeadlineCancelled, DeadlineEvent, DeadlineMet, DeadlineMoved, DeadlineSet

OF_THE_PLAN = frozenset(
    {
        DeadlineKind.FOLLOW_UP,
        DeadlineKind.REVIEW,
        DeadlineKind.REVIEW_CALLED,
        DeadlineKind.GOAL,
        DeadlineKind.EXIT_PLAN,
    }
)
"""What is due wherever the young person lives; the rest concerns the workers of one area (C4)."""


class DeadlineState(StrEnum):
    """Whether something is still due."""

    OPEN = "open"
    MET = "met"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Deadline:
    """Something is due on a day. ``about`` is what exactly: a goal, a comment, a cycle, or the case itself."""

    deadline_id: UUID
    version: int
    case_id: UUID
    person_id: UUID
    kind: DeadlineKind
    about: UUID
    due_on: date
    state: DeadlineState = DeadlineState.OPEN
    ended_on: date | None = None


@dataclass(frozen=True)
class Set:
    """It is due on a day; one that is due already moves there."""

    deadline_id: UUID
    case_id: UUID
    person_id: UUID
    kind: DeadlineKind
    about: UUID
    due_on: date


@dataclass(frozen=True)
class Meet:
    """It is done."""

    today: date


@dataclass(frozen=True)
class Cancel:
    """It is due no more."""

    today: date


Command = Set | Meet | Cancel


def decide(deadline: Deadline | None, command: Command) -> list[DeadlineEvent]:
    """What a command means for a deadline; nothing when it is so already, or when nothing is due."""
    if isinstance(command, Set):
        return _set(deadline, command)
    if deadline is None or deadline.state is not DeadlineState.OPEN:
        return []
    about = _about(deadline, deadline.version + 1)
    if isinstance(command, Meet):
        return [DeadlineMet(**about, met_on=command.today)]
    return [DeadlineCancelled(**about)]


def evolve(deadline: Deadline | None, event: DeadlineEvent, command: Command) -> Deadline:
    """The deadline after an event; the day on which it ended comes with the command."""
    if isinstance(event, DeadlineSet) and isinstance(command, Set):
        return Deadline(version=event.version, **vars(command))
    if deadline is None:
        raise TypeError(f"{event.type} cannot be a deadline's first event")
    after = replace(deadline, version=event.version)
    match event, command:
        case DeadlineMoved(), _:
            return replace(after, due_on=event.due_on)
        case DeadlineMet(), Meet():
            return replace(after, state=DeadlineState.MET, ended_on=command.today)
        case DeadlineCancelled(), Cancel():
            return replace(after, state=DeadlineState.CANCELLED, ended_on=command.today)
    raise TypeError(f"{event.type} does not follow from this command")


def _set(deadline: Deadline | None, command: Set) -> list[DeadlineEvent]:
    if deadline is None or deadline.state is not DeadlineState.OPEN:
        return [
            DeadlineSet(
                deadline_id=command.deadline_id,
                version=1 if deadline is None else deadline.version + 1,
                case_id=command.case_id,
                person_id=command.person_id,
                kind=command.kind,
                due_on=command.due_on,
            )
        ]
    if deadline.due_on == command.due_on:
        return []
    about = _about(deadline, deadline.version + 1)
    return [DeadlineMoved(**about, due_on=command.due_on, earlier_due_on=deadline.due_on)]


def _about(deadline: Deadline, version: int) -> dict[str, object]:
    return {
        "deadline_id": deadline.deadline_id,
        "version": version,
        "case_id": deadline.case_id,
        "person_id": deadline.person_id,
        "kind": deadline.kind,
    }
