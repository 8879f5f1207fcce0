"""Exit plans and endings, read and written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.plans.exits.domain import ExitPlan, Receiver
from services.plans.exits.tables import endings as _e
from services.plans.exits.tables import exit_plans as _p
from services.plans.exits.tables import exit_receivers as _r


@dataclass(frozen=True)
class Ending:
    """How a case ended once."""

    ended_at: datetime
    ended_by: UUID
    lead_reason: str | None
    unreceived: tuple[UUID, ...]


async def load(work: Work, case_id: UUID) -> ExitPlan:
    """The exit plan of a case, empty while nothing is written. The case's row is locked by whoever changes it."""
    row = (await work.connection.execute(select(_p).where(_p.c.case_id == case_id))).one_or_none()
    if row is None:
        return ExitPlan(case_id)
    receivers = await work.connection.execute(select(_r).where(_r.c.case_id == case_id).order_by(_r.c.position))
    return ExitPlan(
        case_id,
        row.version,
        tuple(
            Receiver(each.receiver_id, each.who, each.what, tuple(each.promise_ids), each.accepted_on, each.accepted_by)
            for each in receivers
        ),
        row.confirmed_for,
    )


async def save(work: Work, plan: ExitPlan) -> None:
    """Store an exit plan."""
    values = {"version": plan.version, "confirmed_for": plan.confirmed_for}
    statement = insert(_p).values(case_id=plan.case_id, **values)
    await work.connection.execute(statement.on_conflict_do_update(index_elements=["case_id"], set_=values))
    await work.connection.execute(delete(_r).where(_r.c.case_id == plan.case_id))
    rows = [
        {"case_id": plan.case_id, "position": position, **vars(each), "promise_ids": list(each.promise_ids)}
        for position, each in enumerate(plan.receivers)
    ]
    if rows:
        await work.connection.execute(insert(_r), rows)


async def note_ending(work: Work, case_id: UUID, version: int, ending: Ending) -> None:
    """Write down how a case ended."""
    row = {"case_id": case_id, "version": version, **vars(ending), "unreceived": list(ending.unreceived)}
    await work.connection.execute(insert(_e), row)


async def endings_of(work: Work, case_id: UUID) -> list[Ending]:
    """How a case ended, the first time first."""
    rows = await work.connection.execute(select(_e).where(_e.c.case_id == case_id).order_by(_e.c.version))
    return [Ending(row.ended_at, row.ended_by, row.lead_reason, tuple(row.unreceived)) for row in rows]
