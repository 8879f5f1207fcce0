"""Where handoffs are kept. A handoff that is about to change is locked until the end of the transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, insert, literal, select, update

from contracts.interarea import HandoffEvent, HandoffState, Side
from services.chassis.telemetry import current_traceparent
from services.chassis.work import Work
from services.interarea import tables
from services.interarea.handoffs.domain import Handoff

_h, _m, _s = tables.handoffs, tables.moves, tables.handoff_steps


@dataclass(frozen=True)
class Stored:
    """A handoff with what only storage knows: where its trace began."""

    handoff: Handoff
    traceparent: str | None


@dataclass(frozen=True)
class Step:
    """One step of a handoff in this area."""

    version: int
    state: HandoffState
    event_type: str
    at: datetime


async def load_locked(work: Work, handoff_id: UUID) -> Stored | None:
    """A handoff for changing; nobody else changes it before this transaction ends."""
    found = await work.connection.execute(select(_h).where(_h.c.handoff_id == handoff_id).with_for_update())
    row = found.one_or_none()
    return None if row is None else Stored(_handoff(row), row.traceparent)


async def take_id(work: Work, about: UUID) -> None:
    """Make those that act on the same case, or create the same handoff, take turns; until the transaction ends."""
    await work.connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(literal(str(about)), 0))))


async def note_move(work: Work, case_id: UUID, version: int, handoff_id: UUID | None) -> bool:
    """Note a change of residence by the version of its case, and the handoff that it is about to open.

    False when it, or a later one of the case, was noted before. Two at once take turns.
    """
    await take_id(work, case_id)
    newest = await work.connection.scalar(select(func.max(_m.c.version)).where(_m.c.case_id == case_id))
    if newest is not None and newest >= version:
        return False
    await work.connection.execute(insert(_m), {"case_id": case_id, "version": version, "handoff_id": handoff_id})
    return True


async def save(work: Work, before: Handoff | None, after: Handoff, steps: list[tuple[HandoffEvent, Handoff]]) -> None:
    """Store a handoff that took ``steps``, each with the state that it led to."""
    values = {
        "side": after.side,
        "state": after.state,
        "version": after.version,
        "case_id": after.case_id,
        "other_area": after.other_area,
        "person_id": after.person_id,
        "move_id": after.move_id,
        "told_at": after.told_at,
        "first_contact_at": after.first_contact_at,
        "changed_at": work.now,
    }
    if before is None:
        new = {"handoff_id": after.handoff_id, "opened_at": work.now, "traceparent": current_traceparent()}
        await work.connection.execute(insert(_h), {**new, **values})
    else:
        await work.connection.execute(update(_h).where(_h.c.handoff_id == after.handoff_id).values(**values))
    await work.connection.execute(
        insert(_s),
        [
            {
                "handoff_id": after.handoff_id,
                "version": event.version,
                "state": state.state,
                "event_type": event.type,
                "at": work.now,
            }
            for event, state in steps
        ],
    )


async def find(work: Work, handoff_id: UUID) -> Handoff | None:
    """A handoff for reading."""
    row = (await work.connection.execute(select(_h).where(_h.c.handoff_id == handoff_id))).one_or_none()
    return None if row is None else _handoff(row)


async def steps_of(work: Work, handoff_id: UUID) -> list[Step]:
    """The steps of a handoff, in order."""
    rows = await work.connection.execute(select(_s).where(_s.c.handoff_id == handoff_id).order_by(_s.c.version))
    return [Step(row.version, HandoffState(row.state), row.event_type, row.at) for row in rows]


async def listed(work: Work, *, case_id: UUID | None, state: HandoffState | None, limit: int) -> list[Handoff]:
    """Handoffs of a case or in a state, the latest changed first."""
    query = select(_h).order_by(_h.c.changed_at.desc()).limit(limit)
    if case_id is not None:
        query = query.where(_h.c.case_id == case_id)
    if state is not None:
        query = query.where(_h.c.state == state)
    return [_handoff(row) for row in await work.connection.execute(query)]


async def given_away(work: Work, case_id: UUID) -> list[Handoff]:
    """Every handoff by which this area gave a case's services away, in the order of the moves."""
    moves = _h.join(_m, _m.c.handoff_id == _h.c.handoff_id)
    query = select(_h).select_from(moves).where(_m.c.case_id == case_id).order_by(_m.c.version)
    return [_handoff(row) for row in await work.connection.execute(query)]


def _handoff(row: Row[tuple[object, ...]]) -> Handoff:
    return Handoff(
        handoff_id=row.handoff_id,
        side=Side(row.side),
        state=HandoffState(row.state),
        version=row.version,
        case_id=row.case_id,
        other_area=row.other_area,
        person_id=row.person_id,
        move_id=row.move_id,
        told_at=row.told_at,
        first_contact_at=row.first_contact_at,
    )
