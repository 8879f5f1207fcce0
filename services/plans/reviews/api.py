"""Calling a review and giving it a day, over HTTP. No route refuses one, or takes it back."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.plans.cycles.views import AuthorView
from services.plans.days import Day
from services.plans.disclosures.domain import Done, Seen
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow
from services.plans.reviews import commands, store
from services.plans.reviews.domain import Review

router = APIRouter(tags=["reviews"], route_class=CommandRoute)


class ReviewDay(BaseModel):
    """The day of a review."""

    model_config = ConfigDict(extra="forbid")

    on: Day


class ReviewView(BaseModel):
    """A review that was called. Open until it is held, by a new cycle or a plan published on its day or later."""

    review_id: UUID
    called_on: date
    by: AuthorView
    asked_by_young_person_on: date | None
    scheduled_on: date | None
    scheduled_by: AuthorView | None
    held_on: date | None

    @classmethod
    def of(cls, review: Review) -> Self:
        """A review."""
        return cls(
            review_id=review.review_id,
            called_on=review.called_on,
            by=AuthorView.of(review.by),
            asked_by_young_person_on=review.asked_by_young_person_on,
            scheduled_on=review.scheduled_on,
            scheduled_by=None if review.scheduled_by is None else AuthorView.of(review.scheduled_by),
            held_on=review.held_on,
        )


@router.post("/cases/{case_id}/reviews", status_code=201)
async def call_review(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.CALL_REVIEW)],
    case_id: UUID,
) -> ReviewView:
    """Call a review, at any time and without a reason. While one is open, it is that one."""
    stored = await desk.does(case_id, Done.REVIEW_CALLED)
    review = await commands.call(work, stored, desk.author)
    response.headers["location"] = f"/cases/{case_id}/reviews"
    return ReviewView.of(review)


@router.get("/cases/{case_id}/reviews")
async def list_reviews(
    work: InWork, desk: InDesk, _principal: Annotated[Principal, allow(Permission.SEE_CYCLE)], case_id: UUID
) -> list[ReviewView]:
    """The reviews that were called in a case, the latest first."""
    await desk.sees(case_id, Seen.REVIEWS)
    return [ReviewView.of(each) for each in await store.of_case(work, case_id)]


@router.post("/cases/{case_id}/reviews/{review_id}/schedule")
async def schedule_review(
    *,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.SCHEDULE_REVIEW)],
    case_id: UUID,
    review_id: UUID,
    day: ReviewDay,
) -> ReviewView:
    """Give a review its day, no later than the plan is reviewed anyway."""
    stored = await desk.does(case_id, Done.REVIEW_SCHEDULED)
    return ReviewView.of(await commands.schedule(work, stored, review_id, day.on, desk.author))
