"""Refusals of aftercare, read and written."""

from uuid import UUID

from sqlalchemy import insert, select, update

from services.chassis.work import Work
from services.plans.openings.domain import Author, AuthorKind
from services.plans.pauses.domain import Pause, PauseReason
from services.plans.pauses.tables import pauses as _p


async def add(work: Work, pause: Pause) -> None:
    """Write a refusal down."""
    await work.connection.execute(
        insert(_p),
        {
            "pause_id": pause.pause_id,
            "case_id": pause.case_id,
            "reason": pause.reason,
            "offer_again_on": pause.offer_again_on,
            "recorded_at": pause.recorded_at,
            "by_area": pause.recorded_by.area,
            "by_kind": pause.recorded_by.kind,
            "by_id": pause.recorded_by.author_id,
        },
    )


async def end(work: Work, case_id: UUID, *, returned: bool) -> None:
    """Something has followed the last refusal; nothing when none is open."""
    await work.connection.execute(
        update(_p)
        .where((_p.c.case_id == case_id) & _p.c.ended_at.is_(None))
        .values(ended_at=work.now, returned=returned)
    )


async def of_case(work: Work, case_id: UUID) -> list[Pause]:
    """Every refusal of a case, the first one first."""
    query = select(_p).where(_p.c.case_id == case_id).order_by(_p.c.recorded_at, _p.c.pause_id)
    return [
        Pause(
            row.pause_id,
            row.case_id,
            PauseReason(row.reason),
            row.offer_again_on,
            row.recorded_at,
            Author(row.by_area, AuthorKind(row.by_kind), row.by_id),
            row.ended_at,
            row.returned,
        )
        for row in await work.connection.execute(query)
    ]
