"""Days by which something is due, set and moved by plans; notifications reminds of them. They survive a move (C4)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.client_plan import DeadlineKind
from contracts.envelope import Message


class DeadlineEvent(Message):
    """Something that happened to a deadline."""

    deadline_id: UUID
    version: int = Field(ge=1)
    """The deadline's version after the event."""
    case_id: UUID | None
    """None: of a preparation, whose id is the deadline's; there is no case yet."""
    person_id: UUID
    kind: DeadlineKind

    @property
    def aggregate_id(self) -> UUID:
        return self.deadline_id

    @property
    def sequence(self) -> int:
        return self.version


class DeadlineSet(DeadlineEvent):
    """Something became due on a day."""

    type: ClassVar[str] = "plans.deadline_set.v1"

    due_on: date


class DeadlineMoved(DeadlineEvent):
    """It is due on another day."""

    type: ClassVar[str] = "plans.deadline_moved.v1"

    due_on: date
    earlier_due_on: date


class DeadlineMet(DeadlineEvent):
    """What was due is done."""

    type: ClassVar[str] = "plans.deadline_met.v1"

    met_on: date


class DeadlineCancelled(DeadlineEvent):
    """It is due no more."""

    type: ClassVar[str] = "plans.deadline_cancelled.v1"
