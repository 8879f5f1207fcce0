"""Cycles and the marks on their checklists, read and written."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.client_plan import Phase
from contracts.values import new_id
from services.chassis.work import Work
from services.plans.cycles.agreements import Agreements
from services.plans.cycles.checklist import Mark, MarkState
from services.plans.cycles.domain import Cycle, FollowUp, Rating
from services.plans.cycles.tables import cycles as _c
from services.plans.cycles.tables import marks as _m
from services.plans.openings.domain import Author, AuthorKind
from services.plans.tables import cases as _cases


@dataclass(frozen=True)
class StoredCycle:
    """A cycle, and the version of the checklist with which it began."""

    cycle: Cycle
    checklist_version: int


async def latest(work: Work, case_id: UUID) -> StoredCycle | None:
    """A case's latest cycle. The case is locked by whoever changes it."""
    found = await _find(work, _c.c.case_id == case_id, limit=1)
    return found[0] if found else None


async def numbered(work: Work, case_id: UUID, number: int) -> StoredCycle | None:
    """One cycle of a case."""
    found = await _find(work, (_c.c.case_id == case_id) & (_c.c.number == number), limit=1)
    return found[0] if found else None


async def of_case(work: Work, case_id: UUID) -> list[StoredCycle]:
    """Every cycle of a case, the latest first."""
    return await _find(work, _c.c.case_id == case_id)


async def add(work: Work, cycle: Cycle, checklist_version: int) -> None:
    """Store a new cycle."""
    kept = {"cycle_id": cycle.cycle_id, "case_id": cycle.case_id, "number": cycle.number, "began_on": cycle.began_on}
    row = {**kept, "checklist_version": checklist_version, **_changing(cycle)}
    await work.connection.execute(insert(_c), row)


async def save(work: Work, cycle: Cycle) -> None:
    """Store a changed cycle."""
    await work.connection.execute(update(_c).where(_c.c.cycle_id == cycle.cycle_id).values(_changing(cycle)))


async def marks_of(work: Work, cycle_id: UUID) -> list[Mark]:
    """Every mark on a cycle's checklist, in order."""
    query = select(_m).where(_m.c.cycle_id == cycle_id).order_by(_m.c.at, _m.c.mark_id)
    return [
        Mark(row.key, MarkState(row.state), row.reason, Author(row.by_area, AuthorKind(row.by_kind), row.by_id), row.at)
        for row in await work.connection.execute(query)
    ]


async def add_mark(work: Work, cycle_id: UUID, mark: Mark) -> None:
    """Store one more mark."""
    row = {
        "mark_id": new_id(),
        "cycle_id": cycle_id,
        "key": mark.key,
        "state": mark.state,
        "reason": mark.reason,
        "by_area": mark.by.area,
        "by_kind": mark.by.kind,
        "by_id": mark.by.author_id,
        "at": mark.at,
    }
    await work.connection.execute(insert(_m), row)


def _changing(cycle: Cycle) -> dict[str, object]:
    return {
        **asdict(cycle.agreements),
        "phase": cycle.phase,
        "asked_by_young_person_on": cycle.asked_by_young_person_on,
        "published_on": cycle.published_on,
        "published_number": cycle.published_number,
        "follow_up": None if cycle.follow_up is None else asdict(cycle.follow_up),
        "ended_on": cycle.ended_on,
        "version": cycle.version,
    }


async def _find(work: Work, wanted: ColumnElement[bool], *, limit: int | None = None) -> list[StoredCycle]:
    query = (
        select(_c, _cases.c.person_id)
        .join(_cases, _cases.c.case_id == _c.c.case_id)
        .where(wanted)
        .order_by(_c.c.number.desc())
        .limit(limit)
    )
    return [
        StoredCycle(_cycle(row), row["checklist_version"]) for row in (await work.connection.execute(query)).mappings()
    ]


def _cycle(row: RowMapping) -> Cycle:
    return Cycle(
        cycle_id=row["cycle_id"],
        version=row["version"],
        case_id=row["case_id"],
        person_id=row["person_id"],
        number=row["number"],
        began_on=row["began_on"],
        phase=None if row["phase"] is None else Phase(row["phase"]),
        asked_by_young_person_on=row["asked_by_young_person_on"],
        agreements=Agreements(
            next_review_on=row["next_review_on"],
            distribution_agreed=row["distribution_agreed"],
            understanding_confirmed=row["understanding_confirmed"],
            next_step=row["next_step"],
            negotiated_on=row["negotiated_on"],
            follow_up_on=row["follow_up_on"],
        ),
        published_on=row["published_on"],
        published_number=row["published_number"],
        follow_up=None if row["follow_up"] is None else _follow_up(row["follow_up"]),
        ended_on=row["ended_on"],
    )


# Any: JSON, in the shape that _changing wrote.
def _follow_up(kept: Mapping[str, Any]) -> FollowUp:
    return FollowUp(
        enough=Rating(kept["enough"]),
        fits=Rating(kept["fits"]),
        goes_forward=Rating(kept["goes_forward"]),
        more_support=kept["more_support"],
        network_contact=kept["network_contact"],
        agreed=kept["agreed"],
    )
