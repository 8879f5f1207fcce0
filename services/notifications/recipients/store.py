"""Where the copies are kept. A late older version never overwrites a newer one."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert

from contracts.values import CaseRole, Language
from services.chassis.work import Work
from services.notifications.recipients.domain import NamedWorker, Person, Worker
from services.notifications.tables import named_workers, people, workers


async def keep(work: Work, copy: Person | Worker | NamedWorker) -> None:
    """Keep a copy, unless a newer version is already there."""
    await _keep_newer(work, _table_of(copy), asdict(copy))


def _table_of(copy: Person | Worker | NamedWorker) -> Table:
    match copy:
        case Person():
            return people
        case Worker():
            return workers
        case NamedWorker():
            return named_workers


async def _keep_newer(work: Work, table: Table, row: dict[str, object]) -> None:
    adding = insert(table).values(row)
    await work.connection.execute(
        adding.on_conflict_do_update(
            index_elements=table.primary_key.columns,
            set_={name: adding.excluded[name] for name in row},
            where=table.c.version < adding.excluded.version,
        )
    )


async def person(work: Work, person_id: UUID) -> Person | None:
    """The copy of a young person."""
    rows = await work.connection.execute(select(people).where(people.c.person_id == person_id))
    row = rows.one_or_none()
    if row is None:
        return None
    return Person(row.person_id, row.version, Language(row.language), row.email, row.phone, row.address_protected)


async def worker(work: Work, worker_id: UUID) -> Worker | None:
    """The copy of a worker."""
    rows = await work.connection.execute(select(workers).where(workers.c.worker_id == worker_id))
    row = rows.one_or_none()
    if row is None:
        return None
    return Worker(row.worker_id, row.version, row.name, Language(row.language), row.email, row.lead, row.active)


async def named_worker(work: Work, case_id: UUID) -> NamedWorker | None:
    """The copy of whose case it is."""
    rows = await work.connection.execute(select(named_workers).where(named_workers.c.case_id == case_id))
    row = rows.one_or_none()
    if row is None:
        return None
    return NamedWorker(row.case_id, row.version, row.person_id, CaseRole(row.role), row.worker_id)
