"""Cases: opened, paused, ended, and who is named for them. Each carries what its subscribers need and no more."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.envelope import Message
from contracts.values import AreaCode, CaseRole


class CaseEvent(Message):
    """Something that happened to a case."""

    case_id: UUID
    version: int = Field(ge=1)
    """The case's version after the event."""

    @property
    def aggregate_id(self) -> UUID:
        return self.case_id

    @property
    def sequence(self) -> int:
        return self.version


class CaseOpened(CaseEvent):
    """A case was opened, with its named worker: the responsible one (placing) or the contact (residence)."""

    type: ClassVar[str] = "plans.case_opened.v1"

    person_id: UUID
    role: CaseRole
    placing_area: AreaCode
    worker_id: UUID
    right_ends_on: date


class WorkerNamed(CaseEvent):
    """An open case was given another named worker, in the same step in which the earlier one left it."""

    type: ClassVar[str] = "plans.worker_named.v1"

    person_id: UUID
    role: CaseRole
    worker_id: UUID
    earlier_worker_id: UUID


class ClosingReason(StrEnum):
    """Why a case ended here."""

    NEXT_AREA = "next_area"
    """The area where she lives now has taken over (residence)."""
    RIGHT_ENDED = "right_ended"
    """The right has ended, with an exit plan or a lead's reason (R97)."""


class CaseClosed(CaseEvent):
    """A case ended here."""

    type: ClassVar[str] = "plans.case_closed.v1"

    person_id: UUID
    role: CaseRole
    reason: ClosingReason = ClosingReason.NEXT_AREA


class CasePaused(CaseEvent):
    """The young person refuses aftercare for now. The case stays open and keeps its worker; return is open (R4)."""

    type: ClassVar[str] = "plans.case_paused.v1"

    person_id: UUID
    offer_again_on: date
    paused_on: date | None = None
    """The first day of the pause; the same when a later offer was refused as well."""


class CaseResumed(CaseEvent):
    """The young person came back."""

    type: ClassVar[str] = "plans.case_resumed.v1"

    person_id: UUID


class RightRecomputed(CaseEvent):
    """Facts or decisions changed, and with them the day on which the right ends."""

    type: ClassVar[str] = "plans.right_recomputed.v1"

    person_id: UUID
    right_ends_on: date
    earlier_right_ends_on: date
