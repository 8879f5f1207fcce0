"""Networks, read and written."""

from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.client_plan import NetworkRole, Owner, OwnerKind, Support
from services.chassis.work import Work
from services.plans.networks.domain import Allowed, Member, Particulars
from services.plans.networks.tables import members as _m
from services.plans.networks.tables import networks as _n
from services.plans.openings.domain import Author, AuthorKind


async def load(work: Work, case_id: UUID, member_id: UUID) -> Member | None:
    """Somebody of a case's network, also one who left it."""
    query = select(_m).where(_m.c.member_id == member_id, _m.c.case_id == case_id)
    row = (await work.connection.execute(query)).one_or_none()
    return None if row is None else _member(row)


async def of_case(work: Work, case_id: UUID, *, parted: bool = False) -> list[Member]:
    """Who belongs to a case's network, in the order in which they came; ``parted``: also who left it."""
    query = select(_m).where(_m.c.case_id == case_id).order_by(_m.c.member_id)
    rows = await work.connection.execute(query if parted else query.where(_m.c.until.is_(None)))
    return [_member(row) for row in rows]


async def save(work: Work, member: Member) -> None:
    """Store somebody of a network, new or changed."""
    values = {
        **vars(member.particulars),
        **vars(member.allowed),
        "informed_by": None if member.informed_by is None else member.informed_by.kind,
        "informed_by_name": None if member.informed_by is None else member.informed_by.name,
        "informed_on": member.informed_on,
        "until": member.until,
        "version": member.version,
    }
    if member.version > 1:
        await work.connection.execute(update(_m).where(_m.c.member_id == member.member_id).values(values))
        return
    fixed = {
        "member_id": member.member_id,
        "case_id": member.case_id,
        "since": member.since,
        "by_area": member.author.area,
        "by_kind": member.author.kind,
        "by_id": member.author.author_id,
    }
    await work.connection.execute(insert(_m), {**fixed, **values})


async def is_student(work: Work, case_id: UUID) -> bool | None:
    """Whether the young person studies; None: nobody has asked yet."""
    found: bool | None = (
        await work.connection.execute(select(_n.c.is_student).where(_n.c.case_id == case_id))
    ).scalar_one_or_none()
    return found


async def note_student(work: Work, case_id: UUID, studies: bool) -> None:
    """Store whether the young person studies."""
    adding = insert(_n).values(case_id=case_id, is_student=studies)
    await work.connection.execute(
        adding.on_conflict_do_update(index_elements=["case_id"], set_={"is_student": studies})
    )


def _member(row: Row[tuple[object, ...]]) -> Member:
    return Member(
        member_id=row.member_id,
        version=row.version,
        case_id=row.case_id,
        particulars=Particulars(
            role=NetworkRole(row.role),
            name=row.name,
            actor=row.actor,
            organisation=row.organisation,
            email=row.email,
            phone=row.phone,
            support=None if row.support is None else Support(row.support),
        ),
        allowed=Allowed(row.invite_agreed_on, row.inform_agreed_on),
        since=row.since,
        author=Author(row.by_area, AuthorKind(row.by_kind), row.by_id),
        informed_by=(
            None if row.informed_by is None else Owner(kind=OwnerKind(row.informed_by), name=row.informed_by_name)
        ),
        informed_on=row.informed_on,
        until=row.until,
    )
