"""The three phases of client planning, and the meetings in them. What was said in them travels in no event."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.client_plan import Phase
from contracts.envelope import Message
from contracts.values import AreaCode


class CycleEvent(Message):
    """Something that happened to one cycle of a case's planning."""

    cycle_id: UUID
    version: int = Field(ge=1)
    """The cycle's version after the event."""
    case_id: UUID
    person_id: UUID

    @property
    def aggregate_id(self) -> UUID:
        return self.cycle_id

    @property
    def sequence(self) -> int:
        return self.version


class CycleBegan(CycleEvent):
    """A new cycle began; the first has the number 1."""

    type: ClassVar[str] = "plans.cycle_began.v1"

    number: int = Field(ge=1)


class PhaseReached(CycleEvent):
    """The next phase began."""

    type: ClassVar[str] = "plans.phase_reached.v1"

    phase: Phase


class CycleEnded(CycleEvent):
    """The follow-up is done; the next cycle begins at the review."""

    type: ClassVar[str] = "plans.cycle_ended.v1"

    next_review_on: date | None


class ReviewCalled(CycleEvent):
    """A review was asked for. The young person's own call cannot be refused, only scheduled."""

    type: ClassVar[str] = "plans.review_called.v1"

    review_id: UUID
    by_young_person: bool


class MeetingEvent(Message):
    """Something that happened to a meeting about a young person. It is always visible to them (R44)."""

    meeting_id: UUID
    version: int = Field(ge=1)
    case_id: UUID
    person_id: UUID
    by_area: AreaCode
    """Whose worker recorded it."""

    @property
    def aggregate_id(self) -> UUID:
        return self.meeting_id

    @property
    def sequence(self) -> int:
        return self.version


class MeetingPlanned(MeetingEvent):
    """A meeting was agreed, or another time for it."""

    type: ClassVar[str] = "plans.meeting_planned.v1"

    starts_at: AwareDatetime
    with_young_person: bool


class MeetingHeld(MeetingEvent):
    """A meeting took place and was recorded."""

    type: ClassVar[str] = "plans.meeting_held.v1"

    held_at: AwareDatetime
    with_young_person: bool


class MeetingCancelled(MeetingEvent):
    """A meeting will not take place."""

    type: ClassVar[str] = "plans.meeting_cancelled.v1"
