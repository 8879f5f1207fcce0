"""What is answered of meetings over HTTP."""

from collections import Counter
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from contracts.client_plan import NetworkRole, Phase
from contracts.values import AreaCode, Language, Qualification, Title
from services.plans.meetings.domain import CancelledBecause, Meeting, MeetingKind, MeetingState, Mode, Record
from services.plans.meetings.information import Giving
from services.plans.meetings.participants import Participant
from services.plans.openings.domain import AuthorKind
from services.plans.warnings import Warned, WordedWarning, worded


class BreakView(BaseModel):
    """A break, so many minutes after the meeting began."""

    after_minutes: int
    minutes: int


class AgreedView(BaseModel):
    """What was agreed of a meeting before it."""

    mode: Mode
    place: str | None
    place_chosen_by_young_person: bool | None
    timetable_suits_young_person: bool | None
    way_of_working: str | None
    agenda: str | None
    wishes: str | None
    minutes: int | None
    breaks: list[BreakView]
    why_without_young_person: str | None


class ParticipantView(BaseModel):
    """Somebody who was invited, or came. What a third party said in confidence is withheld from the young person."""

    participant_id: UUID
    role: NetworkRole
    name: str | None
    member_id: UUID | None
    invited: bool
    agreed_on: date | None
    attended: bool | None
    said: str | None
    confidential: bool


class RoleView(BaseModel):
    """How many of a role were invited, and how many came."""

    role: NetworkRole
    invited: int
    attended: int


class RecordView(BaseModel):
    """What a meeting was, and who wrote it down, with their profession then."""

    held_at: datetime
    minutes: int
    breaks: list[BreakView]
    mode: Mode
    outcome: str
    recorded_at: datetime
    recorded_by_area: AreaCode
    recorded_by: UUID
    recorder_title: Title | None
    recorder_qualification: Qualification | None


class MeetingView(BaseModel):
    """A meeting about the young person."""

    meeting_id: UUID
    version: int
    kind: MeetingKind
    phase: Phase | None
    cycle_id: UUID | None
    sitting: int | None
    """The how manieth of its kind in its cycle; a negotiation may take several."""
    state: MeetingState
    starts_at: datetime
    with_young_person: bool
    agreed: AgreedView
    own_wishes: str | None
    """The young person's own words."""
    participants: list[ParticipantView]
    by_role: list[RoleView]
    record: RecordView | None
    cancelled_because: CancelledBecause | None
    planned_by_area: AreaCode
    planned_by: AuthorKind
    warnings: list[WordedWarning]


class GivingView(BaseModel):
    """The young person was told something."""

    giving_id: UUID
    topic: str
    language: Language
    given_on: date
    meeting_id: UUID | None
    by_area: AreaCode
    by: AuthorKind

    @classmethod
    def of(cls, giving: Giving) -> Self:
        """The answer about one giving."""
        return cls(
            giving_id=giving.giving_id,
            topic=giving.topic,
            language=giving.language,
            given_on=giving.given_on,
            meeting_id=giving.meeting_id,
            by_area=giving.author.area,
            by=giving.author.kind,
        )


def view_of(meeting: Meeting, sitting: int | None, warned: list[Warned], *, for_her: bool) -> MeetingView:
    """The answer about a meeting; ``for_her``: without what third parties said in confidence."""
    return MeetingView(
        meeting_id=meeting.meeting_id,
        version=meeting.version,
        kind=meeting.kind,
        phase=meeting.phase,
        cycle_id=meeting.cycle_id,
        sitting=sitting,
        state=meeting.state,
        starts_at=meeting.starts_at,
        with_young_person=meeting.with_young_person,
        agreed=AgreedView.model_validate(meeting.agreed, from_attributes=True),
        own_wishes=meeting.own_wishes,
        participants=[_participant(each, for_her=for_her) for each in meeting.participants],
        by_role=_by_role(meeting.participants),
        record=None if meeting.record is None else _record(meeting.record, meeting.agreed.mode),
        cancelled_because=meeting.cancelled_because,
        planned_by_area=meeting.author.area,
        planned_by=meeting.author.kind,
        warnings=worded(warned),
    )


def _participant(each: Participant, *, for_her: bool) -> ParticipantView:
    withheld = for_her and each.confidential
    return ParticipantView(**{**vars(each), "said": None if withheld else each.said})


def _by_role(participants: tuple[Participant, ...]) -> list[RoleView]:
    invited = Counter(each.role for each in participants if each.invited)
    attended = Counter(each.role for each in participants if each.attended)
    return [RoleView(role=role, invited=invited[role], attended=attended[role]) for role in sorted(invited | attended)]


def _record(record: Record, agreed_mode: Mode) -> RecordView:
    author = record.recorder.author
    return RecordView(
        held_at=record.held_at,
        minutes=record.minutes,
        breaks=[BreakView(**vars(each)) for each in record.breaks],
        mode=record.mode or agreed_mode,
        outcome=record.outcome,
        recorded_at=record.recorded_at,
        recorded_by_area=author.area,
        recorded_by=author.author_id,
        recorder_title=record.recorder.title,
        recorder_qualification=record.recorder.qualification,
    )
