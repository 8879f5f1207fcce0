"""Handoffs to this area in the database: which case each came to, its first contact, its release."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.plans.tables import arrivals


@dataclass(frozen=True)
class Arrival:
    """One handoff that came to a case here."""

    handoff_id: UUID
    case_id: UUID
    received_at: datetime
    first_contact_at: datetime | None
    first_contact_by: UUID | None
    released_at: datetime | None


async def claim(work: Work, handoff_id: UUID) -> bool:
    """Note that a handoff has come; False when it has come, or was released, before. Two at once take turns."""
    row = {"handoff_id": handoff_id, "received_at": work.now}
    result = await work.connection.execute(insert(arrivals).on_conflict_do_nothing(), row)
    return result.rowcount == 1


async def attach(work: Work, handoff_id: UUID, case_id: UUID) -> None:
    """Note to which case a handoff came."""
    await work.connection.execute(update(arrivals).where(arrivals.c.handoff_id == handoff_id).values(case_id=case_id))


async def release(work: Work, handoff_id: UUID) -> UUID | None:
    """Note a handoff's release, the first time; the case that it came to, if it came at all."""
    adding = insert(arrivals).values(handoff_id=handoff_id, released_at=work.now)
    statement = adding.on_conflict_do_update(
        index_elements=["handoff_id"],
        set_={"released_at": func.coalesce(arrivals.c.released_at, adding.excluded.released_at)},
    ).returning(arrivals.c.case_id)
    case_id: UUID | None = (await work.connection.execute(statement)).scalar_one()
    return case_id


async def still_served(work: Work, case_id: UUID) -> bool:
    """Whether some handoff to a case has not been released."""
    query = select(arrivals.c.handoff_id).where(arrivals.c.case_id == case_id, arrivals.c.released_at.is_(None))
    return (await work.connection.execute(query.limit(1))).first() is not None


async def of_case(work: Work, case_id: UUID, handoff_id: UUID | None) -> Arrival | None:
    """A handoff to a case, locked: the named one, or the latest (ids are ordered by time)."""
    query = select(arrivals).where(arrivals.c.case_id == case_id)
    if handoff_id is not None:
        query = query.where(arrivals.c.handoff_id == handoff_id)
    query = query.order_by(arrivals.c.handoff_id.desc()).limit(1).with_for_update(key_share=True)
    row = (await work.connection.execute(query)).one_or_none()
    if row is None:
        return None
    return Arrival(
        row.handoff_id, row.case_id, row.received_at, row.first_contact_at, row.first_contact_by, row.released_at
    )


async def note_first_contact(work: Work, handoff_id: UUID, contacted_at: datetime, worker_id: UUID) -> None:
    """Store the first contact of a handoff."""
    await work.connection.execute(
        update(arrivals)
        .where(arrivals.c.handoff_id == handoff_id)
        .values(first_contact_at=contacted_at, first_contact_by=worker_id)
    )
