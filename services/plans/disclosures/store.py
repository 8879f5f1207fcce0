"""The access log and the disclosure log; the database refuses to change or delete a row of either."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from services.chassis.auth import Principal
from services.chassis.work import Work
from services.plans.disclosures.domain import Access, DataCategory, Disclosure, Done, LegalBasis, Purpose, Seen
from services.plans.tables import access_log, disclosure_log


async def note_access(
    work: Work, reader: Principal, what: Seen | Done, purpose: Purpose, subjects: Collection[tuple[UUID, UUID | None]]
) -> None:
    """Write who has looked at what, or done what; ``subjects`` are (person, case or None)."""
    rows = [
        {
            "at": work.now,
            "reader": reader.subject,
            "reader_role": reader.role,
            "seen": what if isinstance(what, Seen) else None,
            "done": what if isinstance(what, Done) else None,
            "purpose": purpose,
            "person_id": person_id,
            "case_id": case_id,
        }
        # In one order, whatever the reading's own.
        for person_id, case_id in sorted(subjects, key=lambda each: each[0])
    ]
    if rows:
        await work.connection.execute(insert(access_log), rows)


async def accesses_to(work: Work, person_id: UUID, *, limit: int) -> list[Access]:
    """Who has looked at a person's data or changed it, latest first."""
    query = select(access_log).where(access_log.c.person_id == person_id).order_by(access_log.c.access_id.desc())
    return [
        Access(
            at=row.at,
            reader=row.reader,
            reader_role=row.reader_role,
            seen=None if row.seen is None else Seen(row.seen),
            done=None if row.done is None else Done(row.done),
            purpose=None if row.purpose is None else Purpose(row.purpose),
            case_id=row.case_id,
        )
        for row in await work.connection.execute(query.limit(limit))
    ]


async def note_disclosure(work: Work, disclosure: Disclosure) -> bool:
    """Write a disclosure; False, with no effect, when this handoff's is written already."""
    result = await work.connection.execute(
        insert_or_skip(disclosure_log).on_conflict_do_nothing(index_elements=["handoff_id"]),
        {**vars(disclosure), "data_categories": list(disclosure.data_categories)},
    )
    return result.rowcount == 1


async def disclosures_of(work: Work, person_id: UUID) -> list[Disclosure]:
    """What was disclosed of a person, latest first."""
    t = disclosure_log
    rows = await work.connection.execute(select(t).where(t.c.person_id == person_id).order_by(t.c.at.desc()))
    return [
        Disclosure(
            disclosure_id=row.disclosure_id,
            at=row.at,
            person_id=row.person_id,
            case_id=row.case_id,
            handoff_id=row.handoff_id,
            recipient_area=row.recipient_area,
            data_categories=tuple(DataCategory(each) for each in row.data_categories),
            purpose=row.purpose,
            legal_basis=LegalBasis(row.legal_basis),
            legal_source=row.legal_source,
        )
        for row in rows
    ]
