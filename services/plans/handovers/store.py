"""Handovers, read and written."""

from uuid import UUID

from sqlalchemy import RowMapping, insert, select, update

from contracts.values import AreaCode
from services.chassis.work import Work
from services.plans.handovers.domain import Handover, Present, PresentAs
from services.plans.handovers.tables import handovers as _h
from services.plans.openings.domain import Author, AuthorKind


async def add(work: Work, handover: Handover) -> None:
    """Store a handover that is asked for."""
    row = {
        "handover_id": handover.handover_id,
        "case_id": handover.case_id,
        "person_id": handover.person_id,
        "from_worker_id": handover.from_worker_id,
        "to_worker_id": handover.to_worker_id,
        "asked_at": work.now,
        "due_on": handover.due_on,
        "version": handover.version,
    }
    await work.connection.execute(insert(_h), row)


async def load(work: Work, case_id: UUID, handover_id: UUID) -> Handover | None:
    """A handover of a case; whoever changes it has locked the case."""
    query = select(_h).where(_h.c.case_id == case_id, _h.c.handover_id == handover_id)
    row = (await work.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _handover(row)


async def of_person(work: Work, person_id: UUID) -> list[Handover]:
    """Every handover of a young person here, in order."""
    query = select(_h).where(_h.c.person_id == person_id).order_by(_h.c.asked_at, _h.c.handover_id)
    return [_handover(row) for row in (await work.connection.execute(query)).mappings()]


async def save_record(work: Work, handover: Handover) -> None:
    """Store how a handover went."""
    by = handover.recorded_by
    await _save(
        work,
        handover,
        accompanied=handover.accompanied,
        held_on=handover.held_on,
        present=[{"role": each.role, "name": each.name} for each in handover.present],
        reason=handover.reason,
        thoughts_told=handover.thoughts_told,
        recorded_at=work.now,
        recorded_by=None if by is None else {"area": by.area, "kind": by.kind, "author_id": str(by.author_id)},
    )


async def save_thoughts(work: Work, handover: Handover) -> None:
    """Store what the young person wrote."""
    await _save(work, handover, thoughts_written=handover.thoughts_written)


async def _save(work: Work, handover: Handover, **values: object) -> None:
    changing = update(_h).where(_h.c.handover_id == handover.handover_id)
    await work.connection.execute(changing.values(version=handover.version, **values))


def _handover(row: RowMapping) -> Handover:
    return Handover(
        handover_id=row["handover_id"],
        version=row["version"],
        case_id=row["case_id"],
        person_id=row["person_id"],
        from_worker_id=row["from_worker_id"],
        to_worker_id=row["to_worker_id"],
        due_on=row["due_on"],
        accompanied=row["accompanied"],
        held_on=row["held_on"],
        present=tuple(Present(PresentAs(each["role"]), each["name"]) for each in row["present"] or ()),
        reason=row["reason"],
        thoughts_told=row["thoughts_told"],
        thoughts_written=row["thoughts_written"],
        recorded_by=_author(row["recorded_by"]),
    )


def _author(stored: dict[str, AreaCode] | None) -> Author | None:
    if stored is None:
        return None
    return Author(stored["area"], AuthorKind(stored["kind"]), UUID(stored["author_id"]))
