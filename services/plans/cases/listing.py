"""The case list: open cases, the caller's own first, then in the order in which they were opened.

Both parts are read in an index's order, so a page costs the same among a thousand cases and a hundred thousand.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, exists, literal, select, tuple_, union_all

from contracts.values import CaseRole
from services.chassis.work import Work
from services.plans.cases.domain import Case
from services.plans.deadlines.tables import deadlines
from services.plans.paging import Instant
from services.plans.tables import cases, workers


class Place(NamedTuple):
    """Where a case stands in somebody's list."""

    others: bool
    """It is not one of the caller's own."""
    opened_at: Instant
    case_id: UUID


class Listed(NamedTuple):
    """A case in somebody's list."""

    case: Case
    place: Place


@dataclass(frozen=True)
class Wanted:
    """Which open cases; None leaves it open."""

    worker_id: UUID | None = None
    unit: str | None = None
    """Whose named worker belongs to this unit."""
    role: CaseRole | None = None
    paused: bool | None = None
    right_ends_before: date | None = None
    deadline_late: bool | None = None
    """Something that was due before today is still open."""


async def listed(work: Work, wanted: Wanted, own: Collection[UUID], *, after: Place | None, rows: int) -> list[Listed]:
    """A page of the list of somebody who is, or stands in for, the workers ``own``."""
    mine = cases.c.worker_id.in_(own)
    parts = [_part(work, wanted, mine, others=False, after=after, rows=rows)] if not (after and after.others) else []
    parts.append(_part(work, wanted, ~mine, others=True, after=after, rows=rows))
    both = union_all(*parts).subquery()
    query = select(both).order_by(both.c.others, both.c.opened_at, both.c.case_id).limit(rows)
    return [_listed(row) for row in (await work.connection.execute(query)).mappings()]


def _part(
    work: Work, wanted: Wanted, whose: ColumnElement[bool], *, others: bool, after: Place | None, rows: int
) -> Select[tuple[object, ...]]:
    t = cases
    query = (
        select(
            t.c.case_id,
            t.c.version,
            t.c.person_id,
            t.c.role,
            t.c.placing_area,
            t.c.right_ends_on,
            t.c.worker_id,
            t.c.lead_stands_in,
            t.c.paused_on,
            t.c.offer_again_on,
            t.c.opened_at,
            literal(others).label("others"),
        )
        .where(t.c.closed_at.is_(None), whose, *_conditions(work, wanted))
        .order_by(t.c.opened_at, t.c.case_id)
        .limit(rows)
    )
    if after is not None and after.others == others:
        query = query.where(tuple_(t.c.opened_at, t.c.case_id) > tuple_(after.opened_at, after.case_id))
    return query


def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.worker_id is not None:
        found.append(cases.c.worker_id == wanted.worker_id)
    if wanted.unit is not None:
        found.append(cases.c.worker_id.in_(select(workers.c.worker_id).where(workers.c.unit == wanted.unit)))
    if wanted.role is not None:
        found.append(cases.c.role == wanted.role)
    if wanted.paused is not None:
        found.append(cases.c.paused_on.is_not(None) if wanted.paused else cases.c.paused_on.is_(None))
    if wanted.right_ends_before is not None:
        found.append(cases.c.right_ends_on < wanted.right_ends_before)
    if wanted.deadline_late is not None:
        late = exists().where(
            deadlines.c.case_id == cases.c.case_id, deadlines.c.state == "open", deadlines.c.due_on < work.today
        )
        found.append(late if wanted.deadline_late else ~late)
    return found


def _listed(row: RowMapping) -> Listed:
    case = Case(
        case_id=row["case_id"],
        version=row["version"],
        person_id=row["person_id"],
        role=CaseRole(row["role"]),
        placing_area=row["placing_area"],
        right_ends_on=row["right_ends_on"],
        worker_id=row["worker_id"],
        open=True,
        lead_stands_in=row["lead_stands_in"],
        paused_on=row["paused_on"],
        offer_again_on=row["offer_again_on"],
    )
    return Listed(case, Place(row["others"], row["opened_at"], row["case_id"]))
