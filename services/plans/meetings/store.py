"""Meetings, read and written."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, DateTime, Row, delete, func, insert, select, update

from contracts.client_plan import NetworkRole, Phase
from contracts.values import Language
from services.chassis.work import Work
from services.plans.meetings.domain import Agreed, CancelledBecause, Meeting, MeetingKind, MeetingState, Record
from services.plans.meetings.information import Giving
from services.plans.meetings.participants import Participant
from services.plans.meetings.tables import information_given as _i
from services.plans.meetings.tables import meetings as _m
from services.plans.meetings.tables import participants as _p
from services.plans.openings.domain import Author, AuthorKind

_AGREED = TypeAdapter(Agreed)
_RECORD = TypeAdapter(Record)


async def load(work: Work, case_id: UUID, meeting_id: UUID) -> Meeting | None:
    """A meeting of a case."""
    found = await _meetings(work, (_m.c.case_id == case_id) & (_m.c.meeting_id == meeting_id))
    return found[0] if found else None


async def of_case(work: Work, case_id: UUID) -> list[Meeting]:
    """Every meeting of a case, the earliest first."""
    return await _meetings(work, _m.c.case_id == case_id)


async def held_in(work: Work, cycle_id: UUID, phase: Phase) -> int:
    """How many meetings of a phase were held in a cycle, the young person being there."""
    held = (_m.c.cycle_id == cycle_id) & (_m.c.phase == phase) & (_m.c.state == MeetingState.HELD)
    wanted = held & _m.c.with_young_person
    return (await work.connection.execute(select(func.count()).select_from(_m).where(wanted))).scalar_one()


async def last_held_at(work: Work, cycle_id: UUID, phase: Phase) -> datetime | None:
    """When the latest meeting of a phase was held in a cycle."""
    wanted = (_m.c.cycle_id == cycle_id) & (_m.c.phase == phase) & (_m.c.state == MeetingState.HELD)
    held_at = _m.c.record["held_at"].astext.cast(DateTime(timezone=True))
    latest: datetime | None = (await work.connection.execute(select(func.max(held_at)).where(wanted))).scalar_one()
    return latest


async def save(work: Work, meeting: Meeting) -> None:
    """Store a meeting, new or changed, with everybody in it."""
    values = {
        "cycle_id": meeting.cycle_id,
        "kind": meeting.kind,
        "phase": meeting.phase,
        "state": meeting.state,
        "starts_at": meeting.starts_at,
        "with_young_person": meeting.with_young_person,
        "agreed": _AGREED.dump_python(meeting.agreed, mode="json"),
        "record": None if meeting.record is None else _RECORD.dump_python(meeting.record, mode="json"),
        "own_wishes": meeting.own_wishes,
        "cancelled_because": meeting.cancelled_because,
        "version": meeting.version,
    }
    if meeting.version > 1:
        await work.connection.execute(update(_m).where(_m.c.meeting_id == meeting.meeting_id).values(values))
        await work.connection.execute(delete(_p).where(_p.c.meeting_id == meeting.meeting_id))
    else:
        author = {"by_area": meeting.author.area, "by_kind": meeting.author.kind, "by_id": meeting.author.author_id}
        ids = {"meeting_id": meeting.meeting_id, "case_id": meeting.case_id}
        await work.connection.execute(insert(_m), {**ids, **author, **values})
    rows = [
        {"meeting_id": meeting.meeting_id, "position": position, **vars(each)}
        for position, each in enumerate(meeting.participants)
    ]
    if rows:
        await work.connection.execute(insert(_p), rows)


async def note_given(work: Work, giving: Giving) -> None:
    """Store that the young person was told something, once more."""
    author = giving.author
    row = {name: value for name, value in vars(giving).items() if name != "author"}
    await work.connection.execute(
        insert(_i), {**row, "by_area": author.area, "by_kind": author.kind, "by_id": author.author_id}
    )


async def givings_of(work: Work, case_id: UUID) -> list[Giving]:
    """Every time that the young person of a case was told something, the latest first."""
    query = select(_i).where(_i.c.case_id == case_id).order_by(_i.c.given_on.desc(), _i.c.giving_id.desc())
    return [
        Giving(
            giving_id=row.giving_id,
            case_id=row.case_id,
            topic=row.topic,
            language=Language(row.language),
            given_on=row.given_on,
            meeting_id=row.meeting_id,
            author=Author(row.by_area, AuthorKind(row.by_kind), row.by_id),
        )
        for row in await work.connection.execute(query)
    ]


async def _meetings(work: Work, wanted: ColumnElement[bool]) -> list[Meeting]:
    rows = (await work.connection.execute(select(_m).where(wanted).order_by(_m.c.starts_at, _m.c.meeting_id))).all()
    if not rows:
        return []
    present = await _participants(work, [row.meeting_id for row in rows])
    return [_meeting(row, present[row.meeting_id]) for row in rows]


async def _participants(work: Work, meeting_ids: Iterable[UUID]) -> dict[UUID, list[Participant]]:
    query = select(_p).where(_p.c.meeting_id.in_(meeting_ids)).order_by(_p.c.meeting_id, _p.c.position)
    found: dict[UUID, list[Participant]] = defaultdict(list)
    for row in await work.connection.execute(query):
        found[row.meeting_id].append(
            Participant(
                participant_id=row.participant_id,
                role=NetworkRole(row.role),
                name=row.name,
                member_id=row.member_id,
                invited=row.invited,
                agreed_on=row.agreed_on,
                attended=row.attended,
                said=row.said,
                confidential=row.confidential,
            )
        )
    return found


def _meeting(row: Row[tuple[object, ...]], participants: list[Participant]) -> Meeting:
    return Meeting(
        meeting_id=row.meeting_id,
        version=row.version,
        case_id=row.case_id,
        cycle_id=row.cycle_id,
        kind=MeetingKind(row.kind),
        state=MeetingState(row.state),
        starts_at=row.starts_at,
        agreed=_AGREED.validate_python(row.agreed),
        participants=tuple(participants),
        author=Author(row.by_area, AuthorKind(row.by_kind), row.by_id),
        own_wishes=row.own_wishes,
        record=None if row.record is None else _RECORD.validate_python(row.record),
        cancelled_because=None if row.cancelled_because is None else CancelledBecause(row.cancelled_because),
    )
