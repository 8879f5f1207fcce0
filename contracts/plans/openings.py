"""A worker opened a case that is not theirs, with a reason."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import Message


class OutsideReason(StrEnum):
    """Why a worker who is not one of a case's own people needs to open it."""

    ON_CALL = "on_call"
    """She turned to whoever was on duty."""
    SHE_ASKED = "she_asked"
    """She asked this worker, and not her own."""
    URGENT = "urgent"
    """Her own worker cannot be reached, and it cannot wait."""
    HELPING_OUT = "helping_out"
    """Her own worker asked a colleague to do something."""
    DUTY_OF_THE_OFFICE = "duty_of_the_office"
    """A complaint, a request for information, an inspection."""


class CaseOpenedFromOutside(Message):
    """A worker who is not one of a case's own people opened it, until an instant; a lead is to look at why."""

    type: ClassVar[str] = "plans.case_opened_from_outside.v1"

    opening_id: UUID
    case_id: UUID
    worker_id: UUID
    reason: OutsideReason
    ends_at: AwareDatetime

    @property
    def aggregate_id(self) -> UUID:
        return self.opening_id
