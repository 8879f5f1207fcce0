"""What is asked of meetings over HTTP."""

from datetime import UTC, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from contracts.client_plan import Line, NetworkRole, Passage
from contracts.values import Language, new_id
from services.plans.days import Day
from services.plans.meetings.breaks import Break
from services.plans.meetings.commands import Invitee
from services.plans.meetings.domain import Agreed, CancelledBecause, MeetingKind, Mode, Record, Recorder
from services.plans.meetings.participants import Participant, Presence

Minutes = Annotated[int, Field(ge=1, le=1440)]
Instant = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
"""Of our time: further away lies a slip of the keyboard, or what no database can hold."""


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BreakGiven(_Asked):
    """A break, so many minutes after the meeting began."""

    after_minutes: Minutes
    minutes: Minutes


class InviteeGiven(_Asked):
    """Somebody to invite: of the network, or by role and name. Whom she has not agreed to is refused."""

    member_id: UUID | None = None
    role: NetworkRole | None = None
    name: Line | None = None
    agreed_on: Day | None = Field(
        default=None, description="When the young person agreed; left out: as she allows the member of the network."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.member_id is None) == (self.role is None):
            raise ValueError("either member_id or role")
        return self


class MeetingGiven(_Asked):
    """What is agreed of a meeting."""

    starts_at: Instant
    mode: Mode
    place: Line | None = None
    place_chosen_by_young_person: bool | None = Field(default=None, description="Null: nobody has asked.")
    timetable_suits_young_person: bool | None = Field(default=None, description="Null: nobody has asked.")
    way_of_working: Passage | None = None
    agenda: Passage | None = None
    wishes: Passage | None = Field(default=None, description="The young person's wishes, as she told them.")
    minutes: Minutes | None = Field(default=None, description="How long it is meant to take, breaks included.")
    breaks: list[BreakGiven] = Field(default_factory=list, max_length=20)
    with_young_person: bool = True
    why_without_young_person: Passage | None = Field(default=None, description="She may read it.")
    invitees: list[InviteeGiven] = Field(default_factory=list, max_length=50)

    def agreed(self) -> Agreed:
        """What is agreed, without who and when."""
        mine = {"starts_at", "with_young_person", "invitees", "breaks", "kind"}
        return Agreed(**self.model_dump(exclude=mine), breaks=_breaks(self.breaks))

    def invited(self) -> list[Invitee]:
        """Who else is invited."""
        return [Invitee(**vars(each)) for each in self.invitees]


class NewMeeting(MeetingGiven):
    """A meeting to agree on, or one that was held already and is recorded next."""

    kind: MeetingKind


class PresenceGiven(_Asked):
    """Whether somebody who was invited came, and what they said, in their own field."""

    participant_id: UUID
    attended: bool
    said: Passage | None = None
    confidential: bool = Field(
        default=False, description="A third party's own matter, said in confidence: not shown to the young person."
    )


class UninvitedGiven(_Asked):
    """Somebody who came uninvited."""

    role: NetworkRole
    name: Line | None = None
    said: Passage | None = None
    confidential: bool = False


class HeldMeeting(_Asked):
    """What a meeting was."""

    held_at: Instant
    minutes: Minutes
    breaks: list[BreakGiven] = Field(default_factory=list, max_length=20)
    mode: Mode | None = Field(default=None, description="Left out: as agreed.")
    outcome: Passage
    presences: list[PresenceGiven] = Field(max_length=51)
    also_present: list[UninvitedGiven] = Field(default_factory=list, max_length=50)

    def record(self, recorder: Recorder, now: datetime) -> Record:
        """What is written down."""
        return Record(
            held_at=self.held_at,
            minutes=self.minutes,
            outcome=self.outcome,
            recorder=recorder,
            recorded_at=now,
            breaks=_breaks(self.breaks),
            mode=self.mode,
        )

    def presences_said(self) -> tuple[Presence, ...]:
        """Who of those invited came."""
        return tuple(Presence(**vars(each)) for each in self.presences)

    def uninvited(self) -> tuple[Participant, ...]:
        """Who else came."""
        return tuple(Participant(new_id(), **vars(each), invited=False, attended=True) for each in self.also_present)


class Cancellation(_Asked):
    """Why a meeting will not take place."""

    because: CancelledBecause


class OwnWords(_Asked):
    """The young person's own words; null takes them back."""

    words: Passage | None


class InformationGiven(_Asked):
    """What the young person was told."""

    topic: Annotated[str, Field(max_length=40)]
    language: Language
    given_on: Day | None = Field(default=None, description="Left out: today.")
    meeting_id: UUID | None = None


def _breaks(given: list[BreakGiven]) -> tuple[Break, ...]:
    return tuple(Break(each.after_minutes, each.minutes) for each in given)
