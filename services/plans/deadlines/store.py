"""Deadlines, read and written."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.client_plan import DeadlineKind
from services.chassis.work import Work
from services.plans.deadlines.domain import Deadline, DeadlineState
from services.plans.deadlines.tables import deadlines as _d
from services.plans.tables import cases as _c


async def find_open(work: Work, case_id: UUID, kind: DeadlineKind, about: UUID) -> Deadline | None:
    """The open deadline of a kind about a thing, locked. The case's row is locked by whoever changes the case."""
    found = await _open(work, (_d.c.case_id == case_id) & (_d.c.kind == kind) & (_d.c.about == about), lock=True)
    return found[0] if found else None


async def open_of_case(work: Work, case_id: UUID, *, lock: bool = False) -> list[Deadline]:
    """What is due in a case, the soonest first."""
    return await _open(work, _d.c.case_id == case_id, lock=lock)


async def cancelled_on(work: Work, case_id: UUID, day: date) -> list[Deadline]:
    """What was cancelled in a case on a day, the soonest first; locked."""
    cancelled = (_d.c.state == DeadlineState.CANCELLED) & (_d.c.ended_on == day)
    return await _select(work, (_d.c.case_id == case_id) & cancelled, lock=True)


async def save(work: Work, deadline: Deadline) -> None:
    """Store a deadline, new or changed."""
    values = {
        "due_on": deadline.due_on,
        "state": deadline.state,
        "ended_on": deadline.ended_on,
        "version": deadline.version,
    }
    if deadline.version > 1:
        await work.connection.execute(update(_d).where(_d.c.deadline_id == deadline.deadline_id).values(values))
        return
    await work.connection.execute(
        insert(_d),
        {
            "deadline_id": deadline.deadline_id,
            "case_id": deadline.case_id,
            "kind": deadline.kind,
            "about": deadline.about,
            "set_at": work.now,
            **values,
        },
    )


async def known(work: Work, deadline_ids: Sequence[UUID]) -> dict[UUID, Deadline]:
    """Those of these deadlines that are here already, open or ended; locked."""
    found = await _select(work, _d.c.deadline_id.in_(deadline_ids), lock=True)
    return {each.deadline_id: each for each in found}


async def _open(work: Work, wanted: ColumnElement[bool], *, lock: bool) -> list[Deadline]:
    return await _select(work, wanted & (_d.c.state == DeadlineState.OPEN), lock=lock)


async def _select(work: Work, wanted: ColumnElement[bool], *, lock: bool) -> list[Deadline]:
    query = (
        select(_d, _c.c.person_id)
        .join(_c, _c.c.case_id == _d.c.case_id)
        .where(wanted)
        .order_by(_d.c.due_on, _d.c.deadline_id)
    )
    rows = await work.connection.execute(query.with_for_update(of=_d) if lock else query)
    return [_deadline(row) for row in rows]


def _deadline(row: Row[tuple[object, ...]]) -> Deadline:
    return Deadline(
        deadline_id=row.deadline_id,
        version=row.version,
        case_id=row.case_id,
        person_id=row.person_id,
        kind=DeadlineKind(row.kind),
        about=row.about,
        due_on=row.due_on,
        state=DeadlineState(row.state),
        ended_on=row.ended_on,
    )
