"""Contacts that other areas named, in the database, per handoff."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from contracts.values import Contact
from services.chassis.work import Work
from services.plans.tables import remote_contacts


@dataclass(frozen=True)
class RemoteContact:
    """A contact in another area: since, and until; until is None while it lasts."""

    handoff_id: UUID
    area: str
    contact: Contact
    since: datetime
    until: datetime | None


async def keep(work: Work, case_id: UUID, handoff_id: UUID, area: str, contact: Contact) -> None:
    """Store the contact of a handoff; the same one again changes nothing."""
    t = remote_contacts
    adding = insert(t).values(
        handoff_id=handoff_id, case_id=case_id, area=area, contact=contact.model_dump(mode="json"), since=work.now
    )
    fresh = adding.excluded
    await work.connection.execute(
        adding.on_conflict_do_update(
            index_elements=["handoff_id"],
            # Released before it was heard: it has no time of its own.
            set_={"area": fresh.area, "contact": fresh.contact, "since": func.least(fresh.since, t.c.until)},
            where=t.c.contact.is_(None),
        )
    )


async def end(work: Work, case_id: UUID, handoff_id: UUID) -> None:
    """Note that a handoff's area has been released."""
    t = remote_contacts
    adding = insert(t).values(handoff_id=handoff_id, case_id=case_id, until=work.now)
    await work.connection.execute(
        adding.on_conflict_do_update(
            index_elements=["handoff_id"], set_={"until": func.coalesce(t.c.until, adding.excluded.until)}
        )
    )


async def of_case(work: Work, case_id: UUID) -> list[RemoteContact]:
    """Every contact that was named for a case, in the order of the handoffs (their ids are ordered by time)."""
    t = remote_contacts
    query = select(t).where(t.c.case_id == case_id, t.c.contact.is_not(None)).order_by(t.c.handoff_id)
    return [
        RemoteContact(row.handoff_id, row.area, Contact.model_validate(row.contact), row.since, row.until)
        for row in await work.connection.execute(query)
    ]


async def present(work: Work, case_id: UUID) -> RemoteContact | None:
    """The contact where the young person lives now; None while she lives in the placing area."""
    lasting = [each for each in await of_case(work, case_id) if each.until is None]
    return lasting[-1] if lasting else None
