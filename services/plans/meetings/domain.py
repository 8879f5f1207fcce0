"""A meeting about a young person: agreed with her, held or cancelled, and recorded so that she can see it. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.client_plan import NetworkRole, Phase
from contracts.refusals import Refusal, RefusalKind
from contracts.values import Qualification, Title
from services.plans.meetings.breaks import Break
from services.plans.meetings.participants import Participant, Presence, require_agreed, with_presences
from services.plans.openings.domain import Author

CLOCKS_DIFFER_AT_MOST = timedelta(minutes=5)
"""By how much the clock of whoever records a meeting may be wrong."""


class MeetingKind(StrEnum):
    """What a meeting is for."""

    PREPARATORY = "preparatory"
    NEGOTIATION = "negotiation"
    FOLLOW_UP = "follow_up"
    REVIEW = "review"
    HANDOVER = "handover"
    OTHER = "other"


PHASE_OF: dict[MeetingKind, Phase] = {
    MeetingKind.PREPARATORY: Phase.PREPARATORY,
    MeetingKind.NEGOTIATION: Phase.NEGOTIATION,
    MeetingKind.FOLLOW_UP: Phase.FOLLOW_UP,
}
"""The phase of a cycle in which a meeting counts (R13); the other kinds count in none."""


class MeetingState(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Mode(StrEnum):
    """How people meet (R25)."""

    PRESENT = "present"
    REMOTE = "remote"
    HYBRID = "hybrid"


class CancelledBecause(StrEnum):
    """Why a meeting is cancelled. Nothing here marks anybody as non-cooperative (R117)."""

    YOUNG_PERSON_WISHES = "young_person_wishes"
    WORKER_AWAY = "worker_away"
    PARTICIPANT_AWAY = "participant_away"
    ANOTHER_TIME = "another_time"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Agreed:
    """What was agreed of a meeting before it (R24, R26, R99)."""

    mode: Mode
    place: str | None = None
    place_chosen_by_young_person: bool | None = None
    """None: nobody has asked her."""
    timetable_suits_young_person: bool | None = None
    way_of_working: str | None = None
    """How one works together, so that it is safe for her (R24, R27, R29)."""
    agenda: str | None = None
    wishes: str | None = None
    """What she wishes of the meeting, as she told the worker."""
    minutes: int | None = None
    """How long it is meant to take."""
    breaks: tuple[Break, ...] = ()
    why_without_young_person: str | None = None


@dataclass(frozen=True)
class Recorder:
    """Who recorded a meeting, and their profession then (R78); none for somebody who is not on the roster."""

    author: Author
    title: Title | None = None
    qualification: Qualification | None = None


@dataclass(frozen=True)
class Record:
    """What a meeting was, written down when it was held (R28)."""

    held_at: datetime
    minutes: int
    """How long it took, in minutes, breaks included."""
    outcome: str
    recorder: Recorder
    recorded_at: datetime
    breaks: tuple[Break, ...] = ()
    mode: Mode | None = None
    """None: as agreed."""


@dataclass(frozen=True)
class Meeting:
    """A meeting about a young person."""

    meeting_id: UUID
    version: int
    case_id: UUID
    cycle_id: UUID | None
    kind: MeetingKind
    state: MeetingState
    starts_at: datetime
    agreed: Agreed
    participants: tuple[Participant, ...]
    author: Author
    own_wishes: str | None = None
    """What she wishes of the meeting, in her own words."""
    record: Record | None = None
    cancelled_because: CancelledBecause | None = None

    @property
    def with_young_person(self) -> bool:
        """She is invited; once it is held: she was there."""
        hers = [each for each in self.participants if each.role is NetworkRole.YOUNG_PERSON]
        return any(each.attended if self.state is MeetingState.HELD else each.invited for each in hers)

    @property
    def phase(self) -> Phase | None:
        """The phase in which it counts."""
        return PHASE_OF.get(self.kind)


@dataclass(frozen=True)
class Plan:
    """Agree on a meeting."""

    meeting_id: UUID
    case_id: UUID
    cycle_id: UUID | None
    kind: MeetingKind
    starts_at: datetime
    agreed: Agreed
    participants: tuple[Participant, ...]
    author: Author


@dataclass(frozen=True)
class Replan:
    """Agree on another time, place or company."""

    starts_at: datetime
    agreed: Agreed
    participants: tuple[Participant, ...]


@dataclass(frozen=True)
class Hold:
    """Write down a meeting that was held."""

    record: Record
    presences: tuple[Presence, ...]
    also_present: tuple[Participant, ...] = ()
    """Who came uninvited."""
    cycle_id: UUID | None = None
    """The cycle in which it was held; None: the one in which it was agreed."""


@dataclass(frozen=True)
class CancelMeeting:
    """The meeting will not take place."""

    because: CancelledBecause


@dataclass(frozen=True)
class SayOwn:
    """The young person's own words: what she wishes of a meeting to come, or said in one that was held (R26, R45)."""

    words: str | None


Command = Plan | Replan | Hold | CancelMeeting | SayOwn


@dataclass(frozen=True)
class Planned:
    """It was agreed, or agreed anew."""

    meeting: Meeting


@dataclass(frozen=True)
class Held:
    """It was held and recorded."""

    record: Record
    participants: tuple[Participant, ...]
    cycle_id: UUID | None


@dataclass(frozen=True)
class Cancelled:
    """It was cancelled."""

    because: CancelledBecause


@dataclass(frozen=True)
class OwnWordsSaid:
    """She said it in her own words."""

    wishes: str | None
    participants: tuple[Participant, ...]


Event = Planned | Held | Cancelled | OwnWordsSaid


def decide(meeting: Meeting | None, command: Command, now: datetime, today: date) -> list[Event]:
    """What a command means for a meeting; nothing when it is so already. Raises ``Refusal``."""
    if isinstance(command, Plan):
        require_agreed(command.participants, command.agreed.why_without_young_person, today)
        return [Planned(Meeting(version=1, state=MeetingState.PLANNED, **vars(command)))]
    if meeting is None:
        raise no_such_meeting()
    match command:
        case Replan():
            return _replan(_require_planned(meeting), command, today)
        case Hold():
            return _hold(_require_planned(meeting), command, now)
        case CancelMeeting():
            if meeting.state is MeetingState.CANCELLED:
                return []
            _require_planned(meeting)
            return [Cancelled(command.because)]
        case SayOwn():
            return _say_own(meeting, command)


def evolve(meeting: Meeting | None, event: Event) -> Meeting:
    """The meeting after an event."""
    if isinstance(event, Planned):
        return event.meeting
    if meeting is None:
        raise TypeError(f"{type(event).__name__} cannot come first")
    after = replace(meeting, version=meeting.version + 1)
    match event:
        case Held():
            return replace(
                after,
                state=MeetingState.HELD,
                record=event.record,
                participants=event.participants,
                cycle_id=event.cycle_id,
            )
        case Cancelled():
            return replace(after, state=MeetingState.CANCELLED, cancelled_because=event.because)
        case OwnWordsSaid():
            return replace(after, own_wishes=event.wishes, participants=event.participants)


def no_such_meeting() -> Refusal:
    """No meeting of this case has this id."""
    return Refusal(
        "no-such-meeting", "There is no such meeting in this case.", kind=RefusalKind.NOT_FOUND, field="meeting_id"
    )


def _replan(meeting: Meeting, command: Replan, today: date) -> list[Event]:
    require_agreed(command.participants, command.agreed.why_without_young_person, today)
    after = replace(meeting, **vars(command))
    return [] if after == meeting else [Planned(replace(after, version=meeting.version + 1))]


def _hold(meeting: Meeting, command: Hold, now: datetime) -> list[Event]:
    if command.record.held_at > now + CLOCKS_DIFFER_AT_MOST:
        raise Refusal(
            "meeting-in-the-future",
            "A meeting can be recorded once it has been held.",
            field="held_at",
            expected="an instant that has passed",
        )
    everybody = with_presences(meeting.participants, command.presences, command.also_present)
    cycle_id = meeting.cycle_id if command.cycle_id is None else command.cycle_id
    return [Held(command.record, everybody, cycle_id)]


def _say_own(meeting: Meeting, command: SayOwn) -> list[Event]:
    if meeting.state is MeetingState.CANCELLED:
        raise _not_planned("meeting-is-cancelled", "This meeting was cancelled.")
    if meeting.state is MeetingState.PLANNED:
        changed = OwnWordsSaid(command.words, meeting.participants)
        return [] if command.words == meeting.own_wishes else [changed]
    hers = tuple(
        replace(each, said=command.words) if each.role is NetworkRole.YOUNG_PERSON and each.attended else each
        for each in meeting.participants
    )
    if not meeting.with_young_person:
        raise Refusal(
            "was-not-there",
            "What she said in a meeting can be written where she was there.",
            kind=RefusalKind.CONFLICT,
        )
    return [] if hers == meeting.participants else [OwnWordsSaid(meeting.own_wishes, hers)]


def _require_planned(meeting: Meeting) -> Meeting:
    if meeting.state is MeetingState.HELD:
        raise _not_planned("meeting-is-held", "This meeting was held already.")
    if meeting.state is MeetingState.CANCELLED:
        raise _not_planned("meeting-is-cancelled", "This meeting was cancelled.")
    return meeting


def _not_planned(code: str, message: str) -> Refusal:
    return Refusal(code, message, kind=RefusalKind.CONFLICT)
