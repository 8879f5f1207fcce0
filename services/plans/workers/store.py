"""Workers in the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.values import Language, Qualification, Title
from services.chassis.work import Work
from services.plans.tables import workers
from services.plans.workers.domain import Worker
from services.plans.workers.tables import caseload_aims as _aims


@dataclass(frozen=True)
class CaseloadAim:
    """How many cases the area aims at for a title (R79), on whose word, since when; None: never set here."""

    title: Title
    aim: int
    source: str
    set_at: datetime | None


async def load(work: Work, worker_id: UUID) -> Worker | None:
    """A worker, active or not."""
    row = await work.connection.execute(select(workers).where(workers.c.worker_id == worker_id))
    found = row.mappings().one_or_none()
    return None if found is None else _worker(found)


async def get(work: Work, worker_id: UUID) -> Worker:
    """A worker whom a case names. Raises ``LookupError`` for an unknown id."""
    worker = await load(work, worker_id)
    if worker is None:
        raise LookupError("a case names a worker who is not recorded")
    return worker


async def named(work: Work, worker_ids: Collection[UUID]) -> dict[UUID, Worker]:
    """Several workers, active or not."""
    rows = await work.connection.execute(select(workers).where(workers.c.worker_id.in_(worker_ids)))
    return {row["worker_id"]: _worker(row) for row in rows.mappings()}


async def lock(work: Work, worker_id: UUID) -> Worker | None:
    """A worker, active or not, held against every other change until the transaction ends; the roster comes first."""
    query = select(workers).where(workers.c.worker_id == worker_id).with_for_update(key_share=True)
    found = (await work.connection.execute(query)).mappings().one_or_none()
    return None if found is None else _worker(found)


async def active(work: Work, *, lock: bool = False) -> list[tuple[Worker, int | None]]:
    """Every active worker, with the area's aim for the title.

    ``lock``: nobody else names anybody, leaves or plans to be away until the transaction ends.
    """
    aimed = workers.outerjoin(_aims, _aims.c.title == workers.c.title)
    query = select(workers, _aims.c.aim).select_from(aimed).where(workers.c.active).order_by(workers.c.worker_id)
    if lock:
        # One lock for the whole roster, not one a row: rows change between being found and being locked, and those
        # who wait for the old and the new ones could wait in a circle. A statement of its own, so that the next sees
        # what was committed meanwhile.
        await work.connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(literal("roster"), 0))))
    rows = await work.connection.execute(query)
    return [(_worker(row), row["aim"]) for row in rows.mappings()]


async def add(work: Work, worker: Worker) -> bool:
    """Add a worker; False, with no effect, when the id is already there."""
    result = await work.connection.execute(insert(workers).on_conflict_do_nothing(), _row(worker))
    return result.rowcount == 1


async def save(work: Work, worker: Worker) -> None:
    """Store a worker who is already there."""
    # Whether somebody is active is part of what an open case refers to: it is written when it changes, only then.
    unchanged = {"worker_id", "active"}
    values = {name: value for name, value in _row(worker).items() if name not in unchanged}
    await work.connection.execute(update(workers).where(workers.c.worker_id == worker.worker_id).values(values))


async def save_standing(work: Work, worker: Worker) -> None:
    """Store whether a worker is active."""
    await work.connection.execute(
        update(workers)
        .where(workers.c.worker_id == worker.worker_id)
        .values(active=worker.active, version=worker.version)
    )


async def aims(work: Work) -> list[CaseloadAim]:
    """The area's aims, by title; a title without one is left out."""
    rows = await work.connection.execute(select(_aims).order_by(_aims.c.title))
    return [CaseloadAim(Title(row.title), row.aim, row.source, row.set_at) for row in rows]


async def set_aim(work: Work, title: Title, aim: int, source: str) -> CaseloadAim:
    """Set the area's aim for a title; whatever it was before."""
    values = {"aim": aim, "source": source, "set_at": work.now}
    setting = insert(_aims).values(title=title, **values)
    await work.connection.execute(setting.on_conflict_do_update(index_elements=["title"], set_=values))
    return CaseloadAim(title, aim, source, work.now)


def _row(worker: Worker) -> dict[str, object]:
    return {**vars(worker), "languages": sorted(worker.languages)}


def _worker(row: RowMapping) -> Worker:
    return Worker(
        worker_id=row["worker_id"],
        version=row["version"],
        name=row["name"],
        title=Title(row["title"]),
        qualification=Qualification(row["qualification"]),
        languages=frozenset(Language(each) for each in row["languages"]),
        language=Language(row["language"]),
        email=row["email"],
        phone=row["phone"],
        caseload_aim=row["caseload_aim"],
        lead=row["lead"],
        active=row["active"],
        unit=row["unit"],
    )
