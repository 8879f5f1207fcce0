"""Preparations, read and written."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, literal, select, tuple_, update

from contracts.client_plan import NetworkRole
from contracts.values import Ground
from services.chassis.work import Work
from services.plans.grounds.domain import PlacementKind
from services.plans.preparations.domain import CancelReason, Content, Party, Preparation, PreparationState
from services.plans.preparations.tables import preparation_parties as _q
from services.plans.preparations.tables import preparations as _p


class Place(NamedTuple):
    """Where a preparation stands in the list: late ones first, then by the day on which they were due."""

    in_time: bool
    due_on: date
    preparation_id: UUID


async def load(work: Work, preparation_id: UUID, *, lock: bool = False) -> Preparation | None:
    """A preparation by id; ``lock`` holds it against every other change until the transaction ends."""
    query = select(_p).where(_p.c.preparation_id == preparation_id)
    found = await _read(work, query.with_for_update(key_share=True) if lock else query)
    return found[0] if found else None


async def open_of_worker(work: Work, worker_id: UUID) -> list[Preparation]:
    """What a worker prepares, locked."""
    query = select(_p).where((_p.c.worker_id == worker_id) & (_p.c.state == PreparationState.OPEN))
    return await _read(work, query.order_by(_p.c.preparation_id).with_for_update(key_share=True))


async def open_for(work: Work, person_id: UUID) -> UUID | None:
    """The open preparation for a young person; she has one at most."""
    query = select(_p.c.preparation_id).where((_p.c.person_id == person_id) & (_p.c.state == PreparationState.OPEN))
    found: UUID | None = (await work.connection.execute(query)).scalar()
    return found


async def listed(work: Work, after: Place | None, rows: int, worker_id: UUID | None) -> list[Preparation]:
    """Open preparations, late ones first, then by the day on which they were due."""
    in_time = _in_time(work.today)
    place = tuple_(in_time, _p.c.due_on, _p.c.preparation_id)
    query = select(_p).where(_p.c.state == PreparationState.OPEN)
    if worker_id is not None:
        query = query.where(_p.c.worker_id == worker_id)
    if after is not None:
        query = query.where(place > tuple_(*(literal(each) for each in after)))
    return await _read(work, query.order_by(in_time, _p.c.due_on, _p.c.preparation_id).limit(rows))


async def add(work: Work, preparation: Preparation) -> None:
    """Store a new preparation."""
    await work.connection.execute(
        insert(_p),
        {
            "preparation_id": preparation.preparation_id,
            "person_id": preparation.person_id,
            "opened_at": work.now,
            **_values(preparation),
        },
    )
    await _write_parties(work, preparation)


async def save(work: Work, preparation: Preparation, *, ended_by: UUID | None = None) -> None:
    """Store a preparation's new state; ``ended_by`` when it is over."""
    ended_at = None if preparation.state is PreparationState.OPEN else work.now
    await work.connection.execute(
        update(_p)
        .where(_p.c.preparation_id == preparation.preparation_id)
        .values(**_values(preparation), ended_at=ended_at, ended_by=ended_by)
    )
    await work.connection.execute(delete(_q).where(_q.c.preparation_id == preparation.preparation_id))
    await _write_parties(work, preparation)


def _in_time(today: date) -> ColumnElement[bool]:
    return func.coalesce(_p.c.begun_on, literal(today)) <= _p.c.due_on


async def _write_parties(work: Work, preparation: Preparation) -> None:
    rows = [
        {"preparation_id": preparation.preparation_id, "position": position, **vars(party)}
        for position, party in enumerate(preparation.content.parties)
    ]
    if rows:
        await work.connection.execute(insert(_q), rows)


def _values(preparation: Preparation) -> dict[str, object]:
    content = {name: value for name, value in vars(preparation.content).items() if name != "parties"}
    return {
        **content,
        "worker_id": preparation.worker_id,
        "due_on": preparation.due_on,
        "state": preparation.state,
        "case_id": preparation.case_id,
        "cancel_reason": preparation.cancel_reason,
        "version": preparation.version,
    }


async def _read(work: Work, query: Select[tuple[object, ...]]) -> list[Preparation]:
    rows = (await work.connection.execute(query)).all()
    parties = await _parties(work, [row.preparation_id for row in rows])
    return [_preparation(row, parties.get(row.preparation_id, ())) for row in rows]


async def _parties(work: Work, ids: Sequence[UUID]) -> dict[UUID, tuple[Party, ...]]:
    if not ids:
        return {}
    query = select(_q).where(_q.c.preparation_id.in_(ids)).order_by(_q.c.preparation_id, _q.c.position)
    found: dict[UUID, tuple[Party, ...]] = {}
    for row in await work.connection.execute(query):
        party = Party(NetworkRole(row.role), row.name, row.reach)
        found[row.preparation_id] = (*found.get(row.preparation_id, ()), party)
    return found


def _preparation(row: Row[tuple[object, ...]], parties: tuple[Party, ...]) -> Preparation:
    content = Content(
        ground=Ground(row.ground),
        kind=PlacementKind(row.kind),
        placement_started_on=row.placement_started_on,
        placement_ends_on=row.placement_ends_on,
        alone=row.alone,
        special_support=row.special_support,
        begun_on=row.begun_on,
        parties=parties,
    )
    return Preparation(
        preparation_id=row.preparation_id,
        version=row.version,
        person_id=row.person_id,
        worker_id=row.worker_id,
        due_on=row.due_on,
        content=content,
        state=PreparationState(row.state),
        case_id=row.case_id,
        cancel_reason=None if row.cancel_reason is None else CancelReason(row.cancel_reason),
    )
