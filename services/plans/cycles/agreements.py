"""What is agreed around a plan, beside its content, and what a plan needs of it to be published. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from contracts.refusals import Refusal, RefusalKind
from services.plans.cases.rights import after
from services.plans.cycles.dated_rules import PLAN_REVIEW


@dataclass(frozen=True)
class Agreements:
    """What was agreed around the plan."""

    next_review_on: date | None = None
    """R15."""
    distribution_agreed: bool = False
    """Who gets the plan was agreed (R38)."""
    understanding_confirmed: bool = False
    """The young person understands what was agreed (R36, R40)."""
    next_step: str | None = None
    negotiated_on: date | None = None
    """The day of the negotiation, the last when it was split (R42). Left out: of the last meeting, or of publishing."""
    follow_up_on: date | None = None
    """A day that was agreed for the follow-up. Left out: as many days after the negotiation as the area says."""


_NEEDED_TO_PUBLISH: Final = {
    "distribution_agreed": ("distribution-not-agreed", "Who gets the plan is not agreed."),
    "understanding_confirmed": (
        "understanding-not-confirmed",
        "Nobody has made sure that the young person understands what was agreed.",
    ),
    "next_step": ("next-step-missing", "The next step is not recorded."),
}


def latest_review_day(published_on: date | None, today: date) -> date:
    """The last day for the next review: a year after the plan was published, or is to be today (R14, 30 §)."""
    return after(published_on or today, years=PLAN_REVIEW.years)


def require_review_day(review_on: date, published_on: date | None, today: date) -> None:
    """Raise ``Refusal`` unless the plan may be reviewed on that day: after today, and at most a year ahead."""
    if review_on <= today:
        raise Refusal(
            "review-not-ahead", "The next review must be after today.", field="next_review_on", expected="a later day"
        )
    last = latest_review_day(published_on, today)
    if review_on > last:
        raise Refusal(
            "review-over-a-year-ahead",
            "A plan is reviewed at least once a year (417/2007 30 §).",
            field="next_review_on",
            expected=f"{last} or earlier",
        )


def require_days(earlier: Agreements, wanted: Agreements, published_on: date | None, today: date) -> None:
    """Raise ``Refusal`` for a day that is newly agreed and cannot be."""
    if wanted.next_review_on is not None and wanted.next_review_on != earlier.next_review_on:
        require_review_day(wanted.next_review_on, published_on, today)
    if wanted.negotiated_on is not None and wanted.negotiated_on > today:
        raise Refusal(
            "not-negotiated-yet",
            "The negotiation is still to come.",
            field="negotiated_on",
            expected="today or earlier",
        )
    if wanted.follow_up_on is not None and wanted.follow_up_on != earlier.follow_up_on:
        _require_follow_up_day(wanted.follow_up_on, latest_review_day(published_on, today), today)


def _require_follow_up_day(follow_up_on: date, last: date, today: date) -> None:
    if follow_up_on <= today:
        raise Refusal(
            "follow-up-not-ahead", "The follow-up must be after today.", field="follow_up_on", expected="a later day"
        )
    if follow_up_on > last:
        raise Refusal(
            "follow-up-after-review",
            "The follow-up comes before the plan must be reviewed.",
            field="follow_up_on",
            expected=f"{last} or earlier",
        )


def require_agreed(agreed: Agreements, published_on: date | None, today: date) -> None:
    """Raise ``Refusal`` unless everything is agreed that a plan is published upon."""
    if agreed.next_review_on is None:
        raise _not_now("review-not-agreed", "The next review is not agreed.", field="next_review_on")
    require_review_day(agreed.next_review_on, published_on, today)
    for name, (code, message) in _NEEDED_TO_PUBLISH.items():
        if not getattr(agreed, name):
            raise _not_now(code, message, field=name)


def require_still_agreed(earlier: Agreements, wanted: Agreements) -> None:
    """Raise ``Refusal`` when something that a plan was published upon is taken back. It can be agreed anew."""
    for name in ("next_review_on", *_NEEDED_TO_PUBLISH):
        if not getattr(wanted, name):
            raise _not_now("agreed-already", "The plan was published upon this; agree it anew.", field=name)
    if wanted.negotiated_on != earlier.negotiated_on:
        raise _not_now("agreed-already", "The plan was published after this negotiation.", field="negotiated_on")


def _not_now(code: str, message: str, *, field: str) -> Refusal:
    return Refusal(code, message, kind=RefusalKind.CONFLICT, field=field)
