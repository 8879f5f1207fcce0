"""Openings in the database: which is in force, which nobody has looked at."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import RowMapping, Select, insert, select, tuple_, update

from contracts.plans import OutsideReason
from services.chassis.work import Work
from services.plans.openings.domain import Opening
from services.plans.openings.tables import openings
from services.plans.paging import Instant


class Latest(NamedTuple):
    """The order of the list: the latest first."""

    opened_at: Instant
    opening_id: UUID


async def add(work: Work, opening: Opening) -> None:
    """Store a new opening."""
    await work.connection.execute(insert(openings), vars(opening))


async def in_force(work: Work, worker_id: UUID, case_ids: Collection[UUID]) -> Opening | None:
    """By what one of these cases is open to a worker now; the one that lasts longest."""
    query = select(openings).where(
        openings.c.case_id.in_(case_ids), openings.c.worker_id == worker_id, openings.c.ends_at > work.now
    )
    return await _one(work, query.order_by(openings.c.ends_at.desc()).limit(1))


async def load(work: Work, opening_id: UUID) -> Opening | None:
    """An opening by id, locked."""
    return await _one(work, select(openings).where(openings.c.opening_id == opening_id).with_for_update(key_share=True))


async def listed(work: Work, *, acknowledged: bool | None, after: Latest | None, rows: int) -> list[Opening]:
    """Openings of this area, the latest first: those that a lead has looked at, has not, or both."""
    t = openings
    query = select(t).order_by(t.c.opened_at.desc(), t.c.opening_id.desc()).limit(rows)
    if acknowledged is not None:
        query = query.where(t.c.acknowledged_at.is_not(None) if acknowledged else t.c.acknowledged_at.is_(None))
    if after is not None:
        query = query.where(tuple_(t.c.opened_at, t.c.opening_id) < tuple_(after.opened_at, after.opening_id))
    return [_opening(row) for row in (await work.connection.execute(query)).mappings()]


async def note_acknowledgement(work: Work, opening_id: UUID, at: datetime | None, by: UUID | None) -> None:
    """Store that a lead has looked at it."""
    await work.connection.execute(
        update(openings).where(openings.c.opening_id == opening_id).values(acknowledged_at=at, acknowledged_by=by)
    )


async def _one(work: Work, query: Select[tuple[object, ...]]) -> Opening | None:
    row = (await work.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _opening(row)


def _opening(row: RowMapping) -> Opening:
    return Opening(**{**row, "reason": OutsideReason(row["reason"])})
