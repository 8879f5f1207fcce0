"""What cases stand on, read and written; nothing is ever changed or deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import insert, select

from contracts.values import Ground
from services.chassis.work import Work
from services.plans.cases.rights import AreaDecision
from services.plans.grounds.domain import Decision, Facts, Period, PlacementKind, Stay, Why
from services.plans.grounds.tables import decisions as _d
from services.plans.grounds.tables import placements as _p
from services.plans.grounds.tables import right_history as _h

ThingT = TypeVar("ThingT")


@dataclass(frozen=True)
class Recorded(Generic[ThingT]):
    """A placement or decision as it was recorded once; the last revision counts."""

    thing: ThingT
    revision: int
    recorded_at: datetime
    recorded_by: UUID


@dataclass(frozen=True)
class Computed:
    """A right as it was computed once."""

    version: int
    computed_at: datetime
    why: Why
    by: UUID | None
    facts: Facts
    ends_on: date
    explanation: Mapping[str, object]


async def stays_of(work: Work, case_id: UUID) -> list[Recorded[Stay]]:
    """Every placement of a case as it was ever recorded, in the order of their beginning, then of revision."""
    query = select(_p).where(_p.c.case_id == case_id).order_by(_p.c.placement_id, _p.c.revision)
    return [
        Recorded(
            Stay(
                row.placement_id,
                Period(row.started_on, row.ended_on, row.alone, PlacementKind(row.kind)),
                row.withdrawn,
            ),
            row.revision,
            row.recorded_at,
            row.recorded_by,
        )
        for row in await work.connection.execute(query)
    ]


async def decisions_of(work: Work, case_id: UUID) -> list[Recorded[Decision]]:
    """Every decision of a case as it was ever recorded, revision by revision."""
    query = select(_d).where(_d.c.case_id == case_id).order_by(_d.c.decision_id, _d.c.revision)
    return [
        Recorded(
            Decision(row.decision_id, AreaDecision(row.decided_on, row.until), row.withdrawn),
            row.revision,
            row.recorded_at,
            row.recorded_by,
        )
        for row in await work.connection.execute(query)
    ]


async def history_of(work: Work, case_id: UUID) -> list[Computed]:
    """Every computation of a case's right, the first one first."""
    query = select(_h).where(_h.c.case_id == case_id).order_by(_h.c.version)
    return [
        Computed(
            row.version,
            row.computed_at,
            Why(row.why),
            row.by,
            Facts(Ground(row.ground), row.last_child_protection_on, row.special_support),
            row.ends_on,
            row.explanation,
        )
        for row in await work.connection.execute(query)
    ]


async def add_stays(work: Work, case_id: UUID, stays: Sequence[tuple[Stay, int]], by: UUID) -> None:
    """Record placements: each with the revision that it is."""
    rows = [
        {
            "placement_id": stay.placement_id,
            "revision": revision,
            "case_id": case_id,
            **vars(stay.period),
            "withdrawn": stay.withdrawn,
            "recorded_at": work.now,
            "recorded_by": by,
        }
        for stay, revision in stays
    ]
    if rows:
        await work.connection.execute(insert(_p), rows)


async def add_decisions(work: Work, case_id: UUID, decisions: Sequence[tuple[Decision, int]], by: UUID) -> None:
    """Record decisions: each with the revision that it is."""
    rows = [
        {
            "decision_id": decision.decision_id,
            "revision": revision,
            "case_id": case_id,
            **vars(decision.made),
            "withdrawn": decision.withdrawn,
            "recorded_at": work.now,
            "recorded_by": by,
        }
        for decision, revision in decisions
    ]
    if rows:
        await work.connection.execute(insert(_d), rows)


async def note(work: Work, case_id: UUID, computed: Computed) -> None:
    """Write down a computation."""
    await work.connection.execute(
        insert(_h),
        {
            "case_id": case_id,
            "version": computed.version,
            "computed_at": computed.computed_at,
            "why": computed.why,
            "by": computed.by,
            **vars(computed.facts),
            "ends_on": computed.ends_on,
            "explanation": dict(computed.explanation),
        },
    )
