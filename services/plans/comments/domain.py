"""A comment on a published plan, or a proposal in words, and its answer. Pure (R47)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from contracts.client_plan import NetworkRole, PlanContent
from contracts.refusals import Refusal, RefusalKind
from services.plans.distribution.domain import PlanPart
from services.plans.openings.domain import Author, AuthorKind


@dataclass(frozen=True)
class SaidBy:
    """Who said it, when somebody else wrote it down: a recipient of the plan, or the young person herself."""

    role: NetworkRole
    name: str | None = None


@dataclass(frozen=True)
class About:
    """What is commented on: a version, or a part of it, or one goal, promise, view or the like in that part."""

    number: int
    part: PlanPart | None = None
    item_id: UUID | None = None


@dataclass(frozen=True)
class Answer:
    """Whether a comment goes into the next version, and why or why not."""

    accepted: bool
    reason: str
    author: Author
    at: datetime


@dataclass(frozen=True)
class Comment:
    """What somebody said about the plan. ``reply_by`` was promised."""

    comment_id: UUID
    case_id: UUID
    about: About
    author: Author
    text: str
    said_at: datetime
    reply_by: date
    said_by: SaidBy | None = None
    proposal: str | None = None
    """What should stand there instead, in words."""
    confidential: bool = False
    """A third party's own, said in confidence: not shown to the young person."""
    answer: Answer | None = None
    in_version: int | None = None
    """The version that the accepted comment went into; None until it is published."""

    @property
    def hers(self) -> bool:
        """Whether the young person said it."""
        by = self.said_by
        return self.author.kind is AuthorKind.YOUNG_PERSON or (by is not None and by.role is NetworkRole.YOUNG_PERSON)

    @property
    def standing(self) -> "Standing":
        """How far it has come."""
        if self.answer is None:
            return Standing.UNANSWERED
        if not self.answer.accepted:
            return Standing.NOT_ACCEPTED
        return Standing.ACCEPTED if self.in_version is None else Standing.IN_THE_PLAN


class Standing(StrEnum):
    """How far a comment has come."""

    UNANSWERED = "unanswered"
    NOT_ACCEPTED = "not_accepted"
    ACCEPTED = "accepted"
    """It goes into the next version."""
    IN_THE_PLAN = "in_the_plan"


def say(comment: Comment, content: PlanContent) -> Comment:
    """A comment on a version, checked against what that version says. Raises ``Refusal``."""
    own = comment.author.kind is AuthorKind.YOUNG_PERSON
    if own and (comment.said_by is not None or comment.confidential):
        raise Refusal("speaks-for-herself", "You comment in your own name, and see what you said.", field="said_by")
    on_confidential = _require_part(comment.about, content, shown_confidential=not own)
    if comment.hers:
        if comment.confidential or on_confidential:
            raise _no_such_part()
        return comment
    if comment.confidential and comment.said_by is None:
        raise Refusal(
            "not-a-third-party",
            "Only what a third party said of themselves is kept from the young person.",
            field="confidential",
            expected="said_by",
        )
    # Whoever speaks of what was said in confidence would tell it on.
    return replace(comment, confidential=comment.confidential or on_confidential)


def answered(comment: Comment, answer: Answer) -> Comment:
    """The comment with its answer; the same answer again changes nothing. Raises ``Refusal`` 409 for another one."""
    if comment.answer is None:
        return replace(comment, answer=answer)
    if (comment.answer.accepted, comment.answer.reason) == (answer.accepted, answer.reason):
        return comment
    raise Refusal(
        "comment-already-answered",
        "This comment was answered; what changed since is said in a new one.",
        kind=RefusalKind.CONFLICT,
        field="comment_id",
    )


def shown_to(comment: Comment, reader: Author) -> bool:
    """Whether somebody may read a comment."""
    return not comment.confidential or reader.kind is not AuthorKind.YOUNG_PERSON


def no_such_comment() -> Refusal:
    """The plan has no such comment, or none that the caller may see."""
    return Refusal("no-such-comment", "There is no such comment.", kind=RefusalKind.NOT_FOUND, field="comment_id")


def _no_such_part() -> Refusal:
    return Refusal(
        "no-such-part", "This version has no such part.", field="about", expected="a part, and an id in that part"
    )


def _require_part(about: About, content: PlanContent, *, shown_confidential: bool) -> bool:
    """Whether what is commented on was said in confidence; refuses what the version does not have."""
    if about.item_id is None:
        return False
    ids: dict[PlanPart, set[UUID | None]] = {
        PlanPart.GOALS: {each.goal_id for each in content.goals},
        PlanPart.PROMISES: {each.promise_id for each in content.promises},
        PlanPart.VIEWS: {each.view_id for each in content.views if shown_confidential or not each.confidential},
        PlanPart.DISSENTING: {each.dissenting_id for each in content.dissenting},
        PlanPart.OFFERS: {each.offer_id for each in content.offers},
        PlanPart.PARALLEL_PLANS: {each.parallel_plan_id for each in content.parallel_plans},
    }
    needs: set[UUID | None] = {each.need_id for each in content.needs if about.part == f"section_{each.area}"}
    if about.part is None or about.item_id not in ids.get(about.part, needs):
        raise _no_such_part()
    return any(each.confidential and each.view_id == about.item_id for each in content.views)
