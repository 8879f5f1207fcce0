"""Calls for a review, read and written."""

from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.plans.openings.domain import Author, AuthorKind
from services.plans.reviews.domain import Review
from services.plans.reviews.tables import review_calls as _r


async def find_open(work: Work, case_id: UUID) -> Review | None:
    """The case's review that was called and is not held yet. The case is locked by whoever changes it."""
    found = await _find(work, (_r.c.case_id == case_id) & _r.c.held_on.is_(None))
    return found[0] if found else None


async def find(work: Work, case_id: UUID, review_id: UUID) -> Review | None:
    """One review of a case."""
    found = await _find(work, (_r.c.case_id == case_id) & (_r.c.review_id == review_id))
    return found[0] if found else None


async def of_case(work: Work, case_id: UUID) -> list[Review]:
    """Every review that was called in a case, the latest first."""
    return await _find(work, _r.c.case_id == case_id)


async def save(work: Work, review: Review) -> None:
    """Store a review, new or changed."""
    values = {
        "asked_by_young_person_on": review.asked_by_young_person_on,
        "scheduled_on": review.scheduled_on,
        "scheduled_by_area": None if review.scheduled_by is None else review.scheduled_by.area,
        "scheduled_by_kind": None if review.scheduled_by is None else review.scheduled_by.kind,
        "scheduled_by_id": None if review.scheduled_by is None else review.scheduled_by.author_id,
        "held_on": review.held_on,
        "version": review.version,
    }
    if review.version > 1:
        await work.connection.execute(update(_r).where(_r.c.review_id == review.review_id).values(values))
        return
    await work.connection.execute(
        insert(_r),
        {
            "review_id": review.review_id,
            "case_id": review.case_id,
            "called_on": review.called_on,
            "by_area": review.by.area,
            "by_kind": review.by.kind,
            "by_id": review.by.author_id,
            **values,
        },
    )


async def _find(work: Work, wanted: ColumnElement[bool]) -> list[Review]:
    query = select(_r).where(wanted).order_by(_r.c.called_on.desc(), _r.c.review_id.desc())
    return [_review(row) for row in (await work.connection.execute(query)).mappings()]


def _review(row: RowMapping) -> Review:
    return Review(
        review_id=row["review_id"],
        version=row["version"],
        case_id=row["case_id"],
        called_on=row["called_on"],
        by=Author(row["by_area"], AuthorKind(row["by_kind"]), row["by_id"]),
        asked_by_young_person_on=row["asked_by_young_person_on"],
        scheduled_on=row["scheduled_on"],
        scheduled_by=None
        if row["scheduled_by_id"] is None
        else Author(row["scheduled_by_area"], AuthorKind(row["scheduled_by_kind"]), row["scheduled_by_id"]),
        held_on=row["held_on"],
    )
