"""The distribution list and the deliveries, read and written."""

from uuid import UUID

from sqlalchemy import RowMapping, insert, select, update

from contracts.client_plan import NetworkRole
from services.chassis.work import Work
from services.plans.distribution.domain import (
    Basis,
    BasisKind,
    Delivery,
    Entry,
    PlanPart,
    Reading,
    ReadingHow,
    Recipient,
    RecipientKind,
)
from services.plans.distribution.tables import plan_deliveries as _d
from services.plans.distribution.tables import plan_distribution as _e
from services.plans.openings.domain import Author, AuthorKind


async def entries(work: Work, case_id: UUID) -> list[Entry]:
    """A case's distribution list, in the order in which it was agreed; what has ended too."""
    query = select(_e).where(_e.c.case_id == case_id).order_by(_e.c.entry_id)
    return [_entry(row) for row in (await work.connection.execute(query)).mappings()]


async def entry(work: Work, case_id: UUID, entry_id: UUID) -> Entry | None:
    """One line of it. Whoever changes it has locked the case."""
    query = select(_e).where(_e.c.case_id == case_id, _e.c.entry_id == entry_id)
    row = (await work.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _entry(row)


async def add_entry(work: Work, new: Entry) -> None:
    """Store a new line."""
    await work.connection.execute(
        insert(_e),
        {
            "entry_id": new.entry_id,
            "case_id": new.case_id,
            **vars(new.recipient),
            "parts": list(new.parts),
            **_basis_row(new.basis),
            "agreed_on": new.agreed_on,
            **_author_row(new.author),
        },
    )


async def save_end(work: Work, ended: Entry) -> None:
    """Store that a line has ended, and who ended it."""
    by = {} if ended.ended_by is None else _author_row(ended.ended_by, "end_")
    await work.connection.execute(
        update(_e).where(_e.c.entry_id == ended.entry_id).values(ended_on=ended.ended_on, **by)
    )


async def deliveries(work: Work, case_id: UUID, *, number: int | None = None) -> list[Delivery]:
    """What was delivered of a case's plan, or of one version, the latest first."""
    query = select(_d).where(_d.c.case_id == case_id).order_by(_d.c.delivery_id.desc())
    rows = await work.connection.execute(query if number is None else query.where(_d.c.number == number))
    return [_delivery(row) for row in rows.mappings()]


async def delivery(work: Work, case_id: UUID, delivery_id: UUID) -> Delivery | None:
    """One delivery. Whoever changes it has locked the case."""
    query = select(_d).where(_d.c.case_id == case_id, _d.c.delivery_id == delivery_id)
    row = (await work.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _delivery(row)


async def add_delivery(work: Work, new: Delivery) -> None:
    """Store a delivery; its row in the disclosure log, when it needs one, is written already."""
    await work.connection.execute(
        insert(_d),
        {
            "delivery_id": new.delivery_id,
            "case_id": new.case_id,
            "plan_id": new.plan_id,
            "number": new.number,
            "entry_id": new.entry_id,
            "disclosure_id": new.disclosure_id,
            **vars(new.recipient),
            "parts": list(new.parts),
            "withheld": list(new.withheld),
            "location_withheld": new.location_withheld,
            **({} if new.basis is None else _basis_row(new.basis)),
            "delivered_on": new.delivered_on,
            **_author_row(new.author),
            "noted_at": new.noted_at,
        },
    )


async def save_reading(work: Work, delivery_id: UUID, reading: Reading) -> None:
    """Store that a delivery was read."""
    await work.connection.execute(
        update(_d)
        .where(_d.c.delivery_id == delivery_id)
        .values(
            read_on=reading.on,
            read_how=reading.how,
            read_noted_at=reading.noted_at,
            **_author_row(reading.noted_by, "read_"),
        )
    )


def _author_row(author: Author, prefix: str = "") -> dict[str, object]:
    return {
        f"{prefix}area": author.area,
        f"{prefix}author_kind": author.kind,
        f"{prefix}author_id": author.author_id,
    }


def _author(row: RowMapping, prefix: str = "") -> Author:
    return Author(row[f"{prefix}area"], AuthorKind(row[f"{prefix}author_kind"]), row[f"{prefix}author_id"])


def _basis_row(basis: Basis) -> dict[str, object]:
    return {"basis": basis.kind, "consented_on": basis.consented_on, "source": basis.source}


def _basis(row: RowMapping) -> Basis:
    return Basis(BasisKind(row["basis"]), row["consented_on"], row["source"])


def _recipient(row: RowMapping) -> Recipient:
    return Recipient(
        kind=RecipientKind(row["kind"]),
        member_id=row["member_id"],
        role=None if row["role"] is None else NetworkRole(row["role"]),
        name=row["name"],
        organisation=row["organisation"],
    )


def _entry(row: RowMapping) -> Entry:
    return Entry(
        entry_id=row["entry_id"],
        case_id=row["case_id"],
        recipient=_recipient(row),
        parts=tuple(PlanPart(each) for each in row["parts"]),
        basis=_basis(row),
        agreed_on=row["agreed_on"],
        author=_author(row),
        ended_on=row["ended_on"],
        ended_by=None if row["ended_on"] is None else _author(row, "end_"),
    )


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(
        delivery_id=row["delivery_id"],
        case_id=row["case_id"],
        plan_id=row["plan_id"],
        number=row["number"],
        entry_id=row["entry_id"],
        recipient=_recipient(row),
        parts=tuple(PlanPart(each) for each in row["parts"]),
        withheld=tuple(PlanPart(each) for each in row["withheld"]),
        location_withheld=row["location_withheld"],
        basis=None if row["basis"] is None else _basis(row),
        delivered_on=row["delivered_on"],
        author=_author(row),
        noted_at=row["noted_at"],
        disclosure_id=row["disclosure_id"],
        reading=None if row["read_on"] is None else _reading(row),
    )


def _reading(row: RowMapping) -> Reading:
    return Reading(row["read_on"], ReadingHow(row["read_how"]), _author(row, "read_"), row["read_noted_at"])
