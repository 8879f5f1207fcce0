"""A review that was called: given a day, and held. Nothing here refuses a call, or takes it back. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.refusals import Refusal, RefusalKind
from services.plans.cases.rights import after
from services.plans.cycles.dated_rules import PLAN_REVIEW
from services.plans.openings.domain import Author, AuthorKind


@dataclass(frozen=True)
class Review:
    """A call for a review. It is open until a new cycle begins, or a plan is published on its day or later."""

    review_id: UUID
    version: int
    case_id: UUID
    called_on: date
    by: Author
    asked_by_young_person_on: date | None
    """When the young person asked for it, alone or after a worker."""
    scheduled_on: date | None = None
    scheduled_by: Author | None = None
    held_on: date | None = None


@dataclass(frozen=True)
class Call:
    """Call a review. While one is open, it is that one."""

    review_id: UUID
    case_id: UUID
    by: Author
    today: date


@dataclass(frozen=True)
class Schedule:
    """Give the review a day, or another one."""

    on: date
    by: Author
    today: date
    last_day: date


def called(review: Review | None, command: Call) -> Review:
    """The open review after a call. It is never refused (R14: sooner on need)."""
    asked_on = command.today if command.by.kind is AuthorKind.YOUNG_PERSON else None
    if review is None:
        return Review(command.review_id, 1, command.case_id, command.today, command.by, asked_on)
    if asked_on is None or review.asked_by_young_person_on is not None:
        return review
    return replace(review, version=review.version + 1, asked_by_young_person_on=asked_on)


def scheduled(review: Review, command: Schedule) -> Review:
    """The review after it was given a day. Raises ``Refusal`` for a day out of reach, or when it is held."""
    if review.held_on is not None:
        raise Refusal("review-held", "This review has been held.", kind=RefusalKind.CONFLICT)
    if not command.today <= command.on <= command.last_day:
        raise Refusal(
            "review-day-outside",
            "A review that was called is put off no further than it would come without the call.",
            field="on",
            expected=f"{command.today} to {command.last_day}",
        )
    if command.on == review.scheduled_on:
        return review
    return replace(review, version=review.version + 1, scheduled_on=command.on, scheduled_by=command.by)


def held(review: Review, today: date) -> Review:
    """The review after it was held."""
    return replace(review, version=review.version + 1, held_on=today)


def last_day(review: Review, next_review_on: date | None, *, soon: date) -> date:
    """The last day that a review may be given: when the plan is reviewed anyway, or a year after the call (30 §).

    Until ``soon`` in any case, also when that day has passed.
    """
    yearly = after(review.called_on, years=PLAN_REVIEW.years)
    return max(soon, min(yearly, next_review_on or yearly))
