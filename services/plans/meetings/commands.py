"""Agreeing on a meeting, recording it, and what the young person is told in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.client_plan import NetworkRole
from contracts.plans import MeetingCancelled, MeetingEvent, MeetingHeld, MeetingPlanned
from contracts.refusals import Refusal
from contracts.values import CaseRole, new_id
from services.chassis import journal
from services.chassis.boundary import require_version
from services.chassis.work import Work
from services.plans.cases.domain import Case
from services.plans.cases.store import Stored
from services.plans.cycles import commands as cycles
from services.plans.meetings import store
from services.plans.meetings.breaks import longest_stretch
from services.plans.meetings.domain import (
    PHASE_OF,
    Cancelled,
    Command,
    Event,
    Held,
    Meeting,
    MeetingKind,
    MeetingState,
    Planned,
    Recorder,
    decide,
    evolve,
    no_such_meeting,
)
from services.plans.meetings.guidance import GUIDANCE
from services.plans.meetings.information import Giving, require_possible
from services.plans.meetings.participants import Participant
from services.plans.networks import commands as networks
from services.plans.networks.domain import Member, no_such_member
from services.plans.openings.domain import Author
from services.plans.warnings import Warned
from services.plans.workers import store as workers


@dataclass(frozen=True)
class Invitee:
    """Somebody to invite: of the network, or named here. A member's own agreement counts when none is given here."""

    member_id: UUID | None
    role: NetworkRole | None
    name: str | None
    agreed_on: date | None


async def do(work: Work, case: Case, meeting: Meeting | None, command: Command) -> Meeting:
    """Carry out a command on a meeting of a locked case, and say what happened. Raises ``Refusal``."""
    events = decide(meeting, command, work.now, work.today)
    for event in events:
        meeting = evolve(meeting, event)
    if meeting is None:
        raise no_such_meeting()
    if events:
        await store.save(work, meeting)
        await journal.record(work, *(said for event in events for said in _said(case, meeting, event, work.area)))
    return meeting


async def get(work: Work, case_id: UUID, meeting_id: UUID, expected_version: int | None = None) -> Meeting:
    """A meeting of a case. Raises ``Refusal`` 404, or ``Problem`` 412 for another version than expected."""
    meeting = await store.load(work, case_id, meeting_id)
    if meeting is None:
        raise no_such_meeting()
    if expected_version is not None:
        require_version(expected_version, meeting.version)
    return meeting


async def cycle_now(work: Work, stored: Stored, kind: MeetingKind) -> UUID | None:
    """The cycle of planning to which a meeting of today belongs. The first begins with its first meeting.

    None in an area where she only lives: the planning is led by the area that placed her.
    """
    if kind in PHASE_OF and stored.case.role is CaseRole.PLACING:
        return (await cycles.ensure(work, stored)).cycle_id
    cycle = await cycles.current(work, stored.case.case_id)
    return None if cycle is None else cycle.cycle_id


async def invited(
    work: Work, case_id: UUID, invitees: Sequence[Invitee], *, with_her: bool, earlier: Sequence[Participant] = ()
) -> tuple[Participant, ...]:
    """Everybody who is invited; whoever was before keeps their id, and two of one name stay two. Raises ``Refusal``."""
    wanted = [Participant(new_id(), NetworkRole.YOUNG_PERSON)] if with_her else []
    of_network = any(each.member_id is not None for each in invitees)
    network = (await networks.network_of(work, case_id, parted=True)).members if of_network else []
    members = {each.member_id: each for each in network}
    wanted += [_participant(members, each) for each in invitees]
    known: dict[tuple[UUID | None, NetworkRole, str | None], list[UUID]] = {}
    for each in earlier:
        known.setdefault((each.member_id, each.role, each.name), []).append(each.participant_id)
    kept = []
    for each in wanted:
        ids = known.get((each.member_id, each.role, each.name))
        kept.append(replace(each, participant_id=ids.pop(0)) if ids else each)
    return tuple(kept)


async def recorder(work: Work, author: Author) -> Recorder:
    """Who records, with their profession today (R78)."""
    worker = await workers.load(work, author.author_id)
    return Recorder(author) if worker is None else Recorder(author, worker.title, worker.qualification)


def warned_of(meeting: Meeting) -> list[Warned]:
    """What a meeting's answer warns of; nothing of one that was cancelled."""
    if meeting.state is MeetingState.CANCELLED:
        return []
    minutes, breaks = meeting.agreed.minutes, meeting.agreed.breaks
    if meeting.record is not None:
        minutes, breaks = meeting.record.minutes, meeting.record.breaks
    longest = 0 if minutes is None else longest_stretch(minutes, breaks)
    warned = [Warned.LONG_WITHOUT_BREAK] if longest > GUIDANCE.longest_minutes_without_break else []
    return warned if meeting.with_young_person else [*warned, Warned.WITHOUT_YOUNG_PERSON]


def sittings(meetings: Sequence[Meeting]) -> dict[UUID, int]:
    """Meeting → the how manieth of its kind it is in its cycle: a negotiation may take several (R42)."""
    counted: dict[tuple[UUID, str], int] = {}
    found: dict[UUID, int] = {}
    for each in meetings:
        if each.cycle_id is None or each.phase is None or each.state is MeetingState.CANCELLED:
            continue
        key = (each.cycle_id, each.kind)
        found[each.meeting_id] = counted[key] = counted.get(key, 0) + 1
    return found


async def give_information(work: Work, giving: Giving) -> Giving:
    """Log that the young person of a locked case was told something. Raises ``Refusal``."""
    require_possible(giving, work.today)
    if giving.meeting_id is not None:
        await get(work, giving.case_id, giving.meeting_id)
    await store.note_given(work, giving)
    return giving


def _participant(members: Mapping[UUID, Member], invitee: Invitee) -> Participant:
    if invitee.member_id is None:
        if invitee.role is None:
            raise Refusal(
                "role-needed", "Somebody outside the network is invited by their role.", field="invitees.role"
            )
        return Participant(new_id(), invitee.role, invitee.name, agreed_on=invitee.agreed_on)
    member = members.get(invitee.member_id)
    if member is None:
        raise no_such_member()
    agreed_on = invitee.agreed_on or (member.allowed.invite_agreed_on if member.until is None else None)
    return Participant(
        new_id(), member.particulars.role, member.particulars.name, member_id=member.member_id, agreed_on=agreed_on
    )


def _said(case: Case, meeting: Meeting, event: Event, area: str) -> list[MeetingEvent]:
    about = {
        "meeting_id": meeting.meeting_id,
        "version": meeting.version,
        "case_id": case.case_id,
        "person_id": case.person_id,
        "by_area": area,
    }
    match event:
        case Planned():
            return [MeetingPlanned(**about, starts_at=meeting.starts_at, with_young_person=meeting.with_young_person)]
        case Held():
            return [MeetingHeld(**about, held_at=event.record.held_at, with_young_person=meeting.with_young_person)]
        case Cancelled():
            return [MeetingCancelled(**about)]
    return []
