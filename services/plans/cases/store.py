"""Cases in the database, with who was named for them from when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, func, insert, select, update

from contracts.plans import CaseClosed, CaseEvent, CaseOpened, WorkerNamed
from contracts.values import CaseRole, Ground
from services.chassis.work import Work
from services.plans.cases.domain import Case
from services.plans.tables import cases, namings


@dataclass(frozen=True)
class Particulars:
    """What a case stands on. ``right_explained`` says which rules and sources gave the right's end."""

    placing_case_id: UUID
    ground: Ground
    placement_ended_on: date
    last_child_protection_on: date
    special_support: bool
    right_ends_on: date
    right_explained: Mapping[str, object]


@dataclass(frozen=True)
class Stored:
    """A case with what it stands on."""

    case: Case
    particulars: Particulars
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Naming:
    """One worker named for a case: from, and until; until is None while it lasts."""

    worker_id: UUID
    since: datetime
    until: datetime | None


async def load(work: Work, case_id: UUID, *, lock: bool = False) -> Stored | None:
    """A case by id; ``lock`` holds it against every other change until the transaction ends."""
    return await _one(work, _select(cases.c.case_id == case_id), lock=lock)


async def load_arrived(work: Work, placing_area: str, placing_case_id: UUID) -> Stored | None:
    """The case here of a young person whom another area placed, locked."""
    known = (cases.c.placing_area == placing_area) & (cases.c.placing_case_id == placing_case_id)
    return await _one(work, _select(known), lock=True)


async def person_of_arrived(work: Work, placing_area: str, placing_case_id: UUID) -> UUID | None:
    """Whose case it is, of one whom another area placed; a case never changes its person."""
    known = (cases.c.placing_area == placing_area) & (cases.c.placing_case_id == placing_case_id)
    person_id: UUID | None = (await work.connection.execute(select(cases.c.person_id).where(known))).scalar()
    return person_id


async def open_of_person(work: Work, person_id: UUID, *, lock: bool = False) -> list[Stored]:
    """A person's open cases here."""
    return await _all(work, _select((cases.c.person_id == person_id) & cases.c.closed_at.is_(None)), lock=lock)


async def of_person(work: Work, person_id: UUID) -> list[Stored]:
    """A person's cases here, closed ones too."""
    return await _all(work, _select(cases.c.person_id == person_id), lock=False)


async def open_of_worker(work: Work, worker_id: UUID) -> list[Stored]:
    """A worker's open cases, locked."""
    return await _all(work, _select((cases.c.worker_id == worker_id) & cases.c.closed_at.is_(None)), lock=True)


async def claim(work: Work, case_ids: Select[tuple[UUID]], limit: int) -> list[Stored]:
    """Some open cases of a query, locked; those that somebody else has locked are left to the next round."""
    query = _select(cases.c.case_id.in_(case_ids) & cases.c.closed_at.is_(None)).limit(limit)
    rows = await work.connection.execute(query.with_for_update(of=cases, skip_locked=True, key_share=True))
    return [_stored(row) for row in rows.mappings()]


async def open_counts(work: Work) -> dict[UUID, int]:
    """Worker → number of open cases that name them; nobody with none."""
    count = func.count().label("open_cases")
    query = select(cases.c.worker_id, count).where(cases.c.closed_at.is_(None)).group_by(cases.c.worker_id)
    return {row.worker_id: row.open_cases for row in await work.connection.execute(query)}


async def workers_with_special_support(work: Work) -> frozenset[UUID]:
    """The workers whose open cases include one with special support needs (R77)."""
    query = select(cases.c.worker_id).where(cases.c.closed_at.is_(None), cases.c.special_support).distinct()
    return frozenset((await work.connection.execute(query)).scalars())


async def add(work: Work, case: Case, particulars: Particulars) -> None:
    """Store a new case, open from now."""
    await work.connection.execute(
        insert(cases),
        {
            "case_id": case.case_id,
            "person_id": case.person_id,
            "role": case.role,
            "placing_area": case.placing_area,
            "worker_id": case.worker_id,
            "lead_stands_in": case.lead_stands_in,
            "paused_on": case.paused_on,
            "offer_again_on": case.offer_again_on,
            "opened_at": work.now,
            "version": case.version,
            **vars(particulars),
        },
    )


async def save(work: Work, case: Case) -> None:
    """Store a case's new state. Closing takes the time of ``work``; opening again forgets it."""
    closed_at = None if case.open else func.coalesce(cases.c.closed_at, work.now)
    await work.connection.execute(
        update(cases)
        .where(cases.c.case_id == case.case_id)
        .values(
            worker_id=case.worker_id,
            lead_stands_in=case.lead_stands_in,
            paused_on=case.paused_on,
            offer_again_on=case.offer_again_on,
            right_ends_on=case.right_ends_on,
            closed_at=closed_at,
            version=case.version,
        )
    )


async def save_particulars(work: Work, case_id: UUID, particulars: Particulars) -> None:
    """Store what a case stands on, as a newer dossier says; whose case it is there never changes."""
    values = {name: value for name, value in vars(particulars).items() if name != "placing_case_id"}
    await work.connection.execute(update(cases).where(cases.c.case_id == case_id).values(values))


async def note_namings(work: Work, events: Iterable[CaseEvent]) -> None:
    """Write who is named from now on, of every event that says so."""
    rows = [
        {
            "case_id": event.case_id,
            "version": event.version,
            "worker_id": None if isinstance(event, CaseClosed) else event.worker_id,
            "named_at": work.now,
        }
        for event in events
        if isinstance(event, CaseOpened | WorkerNamed | CaseClosed)
    ]
    if rows:
        await work.connection.execute(insert(namings), rows)


async def namings_of(work: Work, case_id: UUID) -> list[Naming]:
    """Who was named for a case, in order. Each naming ends at the instant of the next, so nothing lies between."""
    until = func.lead(namings.c.named_at).over(order_by=namings.c.version)
    query = select(namings.c.worker_id, namings.c.named_at, until.label("until")).where(namings.c.case_id == case_id)
    rows = await work.connection.execute(query.order_by(namings.c.version))
    return [Naming(row.worker_id, row.named_at, row.until) for row in rows if row.worker_id is not None]


def _select(wanted: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return select(cases).where(wanted).order_by(cases.c.case_id)


async def _one(work: Work, query: Select[tuple[object, ...]], *, lock: bool) -> Stored | None:
    found = await _all(work, query, lock=lock)
    return found[0] if found else None


async def _all(work: Work, query: Select[tuple[object, ...]], *, lock: bool) -> list[Stored]:
    # FOR NO KEY UPDATE: changes of one case take turns, and whoever only refers to it, as the logs do, never waits.
    rows = await work.connection.execute(query.with_for_update(key_share=True) if lock else query)
    return [_stored(row) for row in rows.mappings()]


def _stored(row: RowMapping) -> Stored:
    case = Case(
        case_id=row["case_id"],
        version=row["version"],
        person_id=row["person_id"],
        role=CaseRole(row["role"]),
        placing_area=row["placing_area"],
        right_ends_on=row["right_ends_on"],
        worker_id=row["worker_id"],
        open=row["closed_at"] is None,
        lead_stands_in=row["lead_stands_in"],
        paused_on=row["paused_on"],
        offer_again_on=row["offer_again_on"],
    )
    particulars = Particulars(
        placing_case_id=row["placing_case_id"],
        ground=Ground(row["ground"]),
        placement_ended_on=row["placement_ended_on"],
        last_child_protection_on=row["last_child_protection_on"],
        special_support=row["special_support"],
        right_ends_on=row["right_ends_on"],
        right_explained=row["right_explained"],
    )
    return Stored(case, particulars, row["opened_at"], row["closed_at"])
