"""Workers who are away for a time, and how a young person gets from one worker to the next."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.envelope import Message
from contracts.plans.cases import CaseEvent


class AbsenceEvent(Message):
    """Something that happened to a worker's absence."""

    absence_id: UUID
    version: int = Field(ge=1)
    worker_id: UUID
    substitute_id: UUID

    @property
    def aggregate_id(self) -> UUID:
        return self.absence_id

    @property
    def sequence(self) -> int:
        return self.version


class AbsencePlanned(AbsenceEvent):
    """A worker will be away; the substitute is the named worker from the first to the last day, both included."""

    type: ClassVar[str] = "plans.absence_planned.v1"

    first_day: date
    last_day: date


class AbsenceCancelled(AbsenceEvent):
    """The worker is not away after all, or came back sooner."""

    type: ClassVar[str] = "plans.absence_cancelled.v1"


class HandoverAsked(CaseEvent):
    """The named worker changed: an accompanied handover is due (R10, R76)."""

    type: ClassVar[str] = "plans.handover_asked.v1"

    handover_id: UUID
    person_id: UUID
    from_worker_id: UUID
    to_worker_id: UUID


class HandoverRecorded(CaseEvent):
    """How the young person got from one worker to the next."""

    type: ClassVar[str] = "plans.handover_recorded.v1"

    handover_id: UUID
    person_id: UUID
    accompanied: bool
