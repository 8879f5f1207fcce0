"""Preparation for aftercare while the placement lasts (R6, R7, R9)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.envelope import Message


class PreparationEvent(Message):
    """Something that happened to the preparation of a young person's aftercare."""

    preparation_id: UUID
    version: int = Field(ge=1)
    person_id: UUID

    @property
    def aggregate_id(self) -> UUID:
        return self.preparation_id

    @property
    def sequence(self) -> int:
        return self.version


class PreparationOpened(PreparationEvent):
    """Aftercare prepares to take over on the day after the placement ends."""

    type: ClassVar[str] = "plans.preparation_opened.v1"

    worker_id: UUID
    placement_ends_on: date
    due_on: date


class HandoverInConfirmed(PreparationEvent):
    """The aftercare side has confirmed that it takes over; the case is open."""

    type: ClassVar[str] = "plans.handover_in_confirmed.v1"

    case_id: UUID


class PreparationCancelled(PreparationEvent):
    """Nothing is to be prepared any more: the placement goes on, or the young person moved."""

    type: ClassVar[str] = "plans.preparation_cancelled.v1"
