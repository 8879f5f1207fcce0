"""Workers in the database."""

from uuid import UUID

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.values import Language, Qualification, Title
from services.chassis.work import Work
from services.plans.tables import workers
from services.plans.workers.domain import Worker


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


async def active(work: Work, *, lock: bool = False) -> list[Worker]:
    """Every active worker. ``lock``: nobody else names anybody, or leaves, until the transaction ends."""
    query = select(workers).where(workers.c.active).order_by(workers.c.worker_id)
    # Weaker than FOR UPDATE: a case's foreign key may still look at the row.
    rows = await work.connection.execute(query.with_for_update(key_share=True) if lock else query)
    return [_worker(row) for row in rows.mappings()]


async def add(work: Work, worker: Worker) -> bool:
    """Add a worker; False, with no effect, when the id is already there."""
    row = {**vars(worker), "languages": sorted(worker.languages)}
    result = await work.connection.execute(insert(workers).on_conflict_do_nothing(), row)
    return result.rowcount == 1


async def save_standing(work: Work, worker: Worker) -> None:
    """Store whether a worker is active."""
    await work.connection.execute(
        update(workers)
        .where(workers.c.worker_id == worker.worker_id)
        .values(active=worker.active, version=worker.version)
    )


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
    )
