"""Client plans, their published versions, and how far their goals and promises have come, in the database."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import RowMapping, Select, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from contracts.client_plan import PlanContent, Status
from contracts.values import Qualification, Title
from services.chassis.work import Work
from services.plans.client_plans.domain import NotedStatus, PlanRecord, PublishedPlan
from services.plans.client_plans.tables import client_plans as _p
from services.plans.client_plans.tables import plan_statuses as _s
from services.plans.client_plans.tables import plan_versions as _v
from services.plans.openings.domain import Author, AuthorKind


async def load(work: Work, case_id: UUID) -> PlanRecord | None:
    """A case's plan. Whoever changes it has locked the case."""
    row = (await work.connection.execute(select(_p).where(_p.c.case_id == case_id))).mappings().one_or_none()
    return None if row is None else _record(row)


async def save(work: Work, record: PlanRecord) -> None:
    """Store a plan, new or changed."""
    values = {"version": record.version, "draft_version": record.draft_version}
    row = {"plan_id": record.plan_id, "case_id": record.case_id, "home": record.home, **values}
    await work.connection.execute(upsert(_p).values(row).on_conflict_do_update(index_elements=["plan_id"], set_=values))


async def latest(work: Work, case_id: UUID) -> PublishedPlan | None:
    """The version that a case's plan was last published with."""
    return await _one(work, case_id, None)


async def version(work: Work, case_id: UUID, number: int) -> PublishedPlan | None:
    """One version of a case's plan."""
    return await _one(work, case_id, number)


async def versions(work: Work, case_id: UUID) -> list[PublishedPlan]:
    """Every version of a case's plan, the newest first."""
    query = _versions(case_id).order_by(_v.c.number.desc())
    return [_published(row) for row in (await work.connection.execute(query)).mappings()]


async def add_version(work: Work, plan: PublishedPlan) -> None:
    """Keep a version for good."""
    by = plan.published_by
    await work.connection.execute(
        insert(_v),
        {
            "plan_id": plan.plan_id,
            "number": plan.number,
            "content": plan.content.model_dump(mode="json"),
            "edits_through": plan.edits_through,
            "published_at": plan.published_at,
            "kept_at": work.now,
            "title": plan.title,
            "qualification": plan.qualification,
            **({} if by is None else author_row(by)),
        },
    )


async def note_status(work: Work, plan_id: UUID, noted: NotedStatus) -> None:
    """Keep what somebody said about a goal or a promise."""
    await work.connection.execute(
        insert(_s),
        {
            "status_id": noted.status_id,
            "plan_id": plan_id,
            "number": noted.number,
            "item_id": noted.item_id,
            "status": noted.status,
            "reason": noted.reason,
            "granted": noted.granted,
            "at": noted.at,
            **author_row(noted.author),
        },
    )


async def statuses(work: Work, plan_id: UUID) -> list[NotedStatus]:
    """What was ever said about a plan's goals and promises, in the order in which it was said."""
    query = select(_s).where(_s.c.plan_id == plan_id).order_by(_s.c.status_id)
    return [
        NotedStatus(
            status_id=row["status_id"],
            number=row["number"],
            item_id=row["item_id"],
            status=Status(row["status"]),
            reason=row["reason"],
            granted=row["granted"],
            author=author_of(row),
            at=row["at"],
        )
        for row in (await work.connection.execute(query)).mappings()
    ]


def author_row(author: Author, prefix: str = "") -> Mapping[str, object]:
    """An author as columns."""
    return {
        f"{prefix}area": author.area,
        f"{prefix}author_kind": author.kind,
        f"{prefix}author_id": author.author_id,
    }


def author_of(row: RowMapping, prefix: str = "") -> Author:
    """The author whom columns name."""
    return Author(row[f"{prefix}area"], AuthorKind(row[f"{prefix}author_kind"]), row[f"{prefix}author_id"])


async def _one(work: Work, case_id: UUID, number: int | None) -> PublishedPlan | None:
    query = _versions(case_id).order_by(_v.c.number.desc()).limit(1)
    wanted = query if number is None else query.where(_v.c.number == number)
    rows: Sequence[RowMapping] = (await work.connection.execute(wanted)).mappings().all()
    return _published(rows[0]) if rows else None


def _versions(case_id: UUID) -> Select[tuple[object, ...]]:
    return select(_v, _p.c.home).join(_p, _p.c.plan_id == _v.c.plan_id).where(_p.c.case_id == case_id)


def _record(row: RowMapping) -> PlanRecord:
    return PlanRecord(
        plan_id=row["plan_id"],
        case_id=row["case_id"],
        home=row["home"],
        version=row["version"],
        draft_version=row["draft_version"],
    )


def _published(row: RowMapping) -> PublishedPlan:
    signed = row["author_id"] is not None
    return PublishedPlan(
        plan_id=row["plan_id"],
        number=row["number"],
        published_at=row["published_at"],
        content=PlanContent.model_validate(row["content"]),
        published_by=author_of(row) if signed else None,
        title=Title(row["title"]) if signed else None,
        qualification=Qualification(row["qualification"]) if signed else None,
        home=row["home"],
        edits_through=row["edits_through"],
    )
