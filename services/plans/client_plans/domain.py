"""A client plan as it was published: what a version says, to whom, and how far it has come since. Pure."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.client_plan import Goal, PlanContent, Promise, Status
from contracts.refusals import Refusal, RefusalKind
from contracts.values import Qualification, Title
from services.plans.cycles.domain import PlanFacts
from services.plans.openings.domain import Author


@dataclass(frozen=True)
class PlanRecord:
    """A case's one plan. ``version`` counts what was said of it; ``draft_version`` the edits of its draft.

    Not at ``home``: a copy of the placing area's plan, read here and published there.
    """

    plan_id: UUID
    case_id: UUID
    home: bool
    version: int = 0
    draft_version: int = 0


@dataclass(frozen=True)
class PublishedPlan:
    """A published version. It never changes."""

    plan_id: UUID
    number: int
    published_at: datetime
    """For a copy: the beginning of the day, in Finland, on which the placing area published it."""
    content: PlanContent
    published_by: Author | None
    """None for a copy of another area's plan: whose worker it was there is known there."""
    title: Title | None = None
    qualification: Qualification | None = None
    home: bool = True
    edits_through: int | None = None
    """The last edit of the draft that is in it; None for a copy."""


@dataclass(frozen=True)
class NotedStatus:
    """Somebody said how far a goal or a promise of the published plan has come (R51, R96)."""

    status_id: UUID
    number: int
    """The version that was in force."""
    item_id: UUID
    status: Status
    reason: str | None
    granted: bool | None
    author: Author
    at: datetime


def without_confidential(content: PlanContent) -> PlanContent:
    """The content without what third parties said in confidence: what the young person is shown, and is printed."""
    return content.model_copy(update={"views": tuple(view for view in content.views if not view.confidential)})


def with_statuses(content: PlanContent, noted: Iterable[NotedStatus]) -> PlanContent:
    """The content with the last status that was noted of each goal and promise."""
    last = {each.item_id: each for each in noted}
    return content.model_copy(
        update={
            "goals": tuple(_goal(goal, last.get(goal.goal_id)) for goal in content.goals),
            "promises": tuple(_promise(promise, last.get(promise.promise_id)) for promise in content.promises),
        }
    )


def facts(content: PlanContent, asked: Set[UUID] = frozenset()) -> PlanFacts:
    """What the phases' guards ask of a plan. A dropped goal is aimed at no more, so it is not counted.

    ``asked``: those whose status somebody noted. "Not started" is a status, too, once it was said (R51).
    """
    aimed_at = [goal for goal in content.goals if goal.status is not Status.DROPPED]
    asked_after: list[Goal | Promise] = [*content.goals, *(promise for promise in content.promises if promise.service)]
    return PlanFacts(
        concrete_goals=sum(goal.concrete for goal in aimed_at),
        goals=len(aimed_at),
        own_words=content.own_words is not None or content.own_words_declined,
        undecided=sum(each.status is Status.NOT_STARTED and _id(each) not in asked for each in asked_after),
    )


def _id(item: Goal | Promise) -> UUID:
    return item.goal_id if isinstance(item, Goal) else item.promise_id


def no_such_plan() -> Refusal:
    """Nothing was drafted or published in this case yet."""
    return Refusal("no-such-plan", "This case has no client plan yet.", kind=RefusalKind.NOT_FOUND, field="case_id")


def no_such_version() -> Refusal:
    """The plan was not published so many times."""
    return Refusal("no-such-version", "The plan has no such version.", kind=RefusalKind.NOT_FOUND, field="number")


def published_elsewhere() -> Refusal:
    """The plan's home is the placing area."""
    return Refusal(
        "plan-published-elsewhere",
        "The placing area drafts and publishes this plan; propose a revision.",
        kind=RefusalKind.CONFLICT,
    )


def _goal(goal: Goal, noted: NotedStatus | None) -> Goal:
    if noted is None:
        return goal
    return goal.model_copy(update={"status": noted.status, "status_reason": noted.reason})


def _promise(promise: Promise, noted: NotedStatus | None) -> Promise:
    if noted is None:
        return promise
    update = {"status": noted.status, "status_reason": noted.reason, "granted": noted.granted}
    return promise.model_copy(update=update)
