"""Absences, read and written."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping, and_, select
from sqlalchemy.dialects.postgresql import insert

from contracts.plans import AbsenceEvent
from services.chassis.work import Work
from services.plans.absences.domain import Absence, Standing
from services.plans.absences.tables import absences as _a


async def to_come(work: Work) -> list[Absence]:
    """Every absence that ends today or later, the soonest first. Whoever changes one has locked the roster."""
    query = select(_a).where(~_a.c.cancelled, _a.c.last_day >= work.today).order_by(_a.c.first_day, _a.c.absence_id)
    return [_absence(row) for row in (await work.connection.execute(query)).mappings()]


async def reaching(work: Work, worker_ids: Iterable[UUID], first: date, last: date) -> list[Absence]:
    """The absences of these workers between two days, of those who stand in, of those who stand in for them, ..."""
    begun = and_(~_a.c.cancelled, _a.c.first_day <= last, _a.c.last_day >= first)
    reached = select(_a).where(begun, _a.c.worker_id.in_(set(worker_ids))).cte("reached", recursive=True)
    further = select(_a).join(reached, _a.c.worker_id == reached.c.substitute_id).where(begun)
    rows = await work.connection.execute(select(reached.union(further)))
    return [_absence(row) for row in rows.mappings()]


async def on_day(work: Work, day: date) -> list[Absence]:
    """Every absence that a day lies in."""
    query = select(_a).where(~_a.c.cancelled, _a.c.first_day <= day, _a.c.last_day >= day)
    return [_absence(row) for row in (await work.connection.execute(query)).mappings()]


async def load(work: Work, absence_id: UUID) -> Absence | None:
    """An absence, also one that is over."""
    row = (await work.connection.execute(select(_a).where(_a.c.absence_id == absence_id))).mappings().one_or_none()
    return None if row is None else _absence(row)


async def save_all(work: Work, before: Standing, events: Iterable[AbsenceEvent]) -> None:
    """Store what happened to absences; the roster is locked."""
    happened = list(events)
    after = before.after(happened)
    for absence_id in {each.absence_id for each in happened}:
        await _save(work, after.absences[absence_id])


async def _save(work: Work, absence: Absence) -> None:
    adding = insert(_a).values(**vars(absence))
    changed = {name: adding.excluded[name] for name in ("substitute_id", "last_day", "cancelled", "version")}
    await work.connection.execute(adding.on_conflict_do_update(index_elements=["absence_id"], set_=changed))


def _absence(row: RowMapping) -> Absence:
    return Absence(
        absence_id=row["absence_id"],
        version=row["version"],
        worker_id=row["worker_id"],
        substitute_id=row["substitute_id"],
        first_day=row["first_day"],
        last_day=row["last_day"],
        cancelled=row["cancelled"],
    )
