"""The access log and the disclosure log; the database refuses to change or delete a row of either."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, RowMapping, String, Uuid, cast, column, func, insert, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from contracts.plans import OutsideReason
from contracts.values import Title
from services.chassis.auth import Principal, Role
from services.chassis.work import Work
from services.plans.disclosures.domain import (
    Access,
    DataCategory,
    DisclosedTo,
    Disclosure,
    Done,
    LegalBasis,
    Purpose,
    Seen,
)
from services.plans.openings.tables import openings
from services.plans.paging import Instant, Number
from services.plans.tables import access_log, disclosure_log, workers

_STAFF = (Role.WORKER, Role.LEAD)


class LatestAccess(NamedTuple):
    """The order of the access log."""

    access_id: Number


class LatestDisclosure(NamedTuple):
    """The order of the disclosure log."""

    at: Instant
    disclosure_id: UUID


async def note_access(
    work: Work,
    reader: Principal,
    what: Seen | Done,
    purpose: Purpose,
    subjects: Collection[tuple[UUID, UUID | None]],
    *,
    opening_id: UUID | None = None,
) -> None:
    """Write who has looked at what, or done what; ``subjects`` are (person, case or None). One statement for all.

    ``opening_id``: from outside, with the reason that was given there.
    """
    if not subjects:
        return
    # In one order, whatever the reading's own.
    people_ids, case_ids = zip(*sorted(subjects, key=lambda each: each[0]), strict=True)
    row = {
        "at": work.now,
        "reader": reader.subject,
        "reader_role": reader.role,
        "seen": what if isinstance(what, Seen) else None,
        "done": what if isinstance(what, Done) else None,
        "purpose": purpose,
        "opening_id": opening_id,
    }
    given = func.unnest(literal(people_ids, ARRAY(Uuid)), literal(case_ids, ARRAY(Uuid)))
    subject = given.table_valued(column("person_id", Uuid), column("case_id", Uuid), name="subject").render_derived()
    rows = select(*(literal(value, access_log.c[name].type) for name, value in row.items()), subject)
    await work.connection.execute(insert(access_log).from_select([*row, "person_id", "case_id"], rows))


async def accesses_to(work: Work, person_id: UUID, *, after: LatestAccess | None, rows: int) -> list[Access]:
    """Who has looked at a person's data or changed it, and why, latest first.

    The one query that reads beside its own table: who has looked, when and why is one question (703/2023 11 §).
    """
    t = access_log
    query = (
        select(t, workers.c.name, workers.c.title, openings.c.reason, openings.c.told)
        .outerjoin(workers, (cast(workers.c.worker_id, String) == t.c.reader) & t.c.reader_role.in_(_STAFF))
        .outerjoin(openings, openings.c.opening_id == t.c.opening_id)
        .where(t.c.person_id == person_id)
        .order_by(t.c.access_id.desc())
        .limit(rows)
    )
    if after is not None:
        query = query.where(t.c.access_id < after.access_id)
    return [_access(row) for row in (await work.connection.execute(query)).mappings()]


def _access(row: RowMapping) -> Access:
    return Access(
        access_id=row["access_id"],
        at=row["at"],
        reader=row["reader"],
        reader_role=row["reader_role"],
        reader_name=row["name"],
        reader_title=None if row["title"] is None else Title(row["title"]),
        seen=None if row["seen"] is None else Seen(row["seen"]),
        done=None if row["done"] is None else Done(row["done"]),
        purpose=None if row["purpose"] is None else Purpose(row["purpose"]),
        case_id=row["case_id"],
        reason=None if row["reason"] is None else OutsideReason(row["reason"]),
        told=row["told"],
    )


async def note_disclosure(work: Work, disclosure: Disclosure) -> bool:
    """Write a disclosure; False, with no effect, when this handoff's is written already."""
    result = await work.connection.execute(
        insert_or_skip(disclosure_log).on_conflict_do_nothing(index_elements=["handoff_id"]),
        {**vars(disclosure), "data_categories": list(disclosure.data_categories)},
    )
    return result.rowcount == 1


async def disclosures_of(work: Work, person_id: UUID, *, after: LatestDisclosure | None, rows: int) -> list[Disclosure]:
    """What was disclosed of a person, latest first."""
    t = disclosure_log
    query = select(t).where(t.c.person_id == person_id).order_by(t.c.at.desc(), t.c.disclosure_id.desc()).limit(rows)
    if after is not None:
        query = query.where(tuple_(t.c.at, t.c.disclosure_id) < tuple_(after.at, after.disclosure_id))
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
            delivery_id=row.delivery_id,
            recipient_kind=DisclosedTo(row.recipient_kind),
            recipient_role=row.recipient_role,
        )
        for row in await work.connection.execute(query)
    ]
