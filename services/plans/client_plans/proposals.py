"""A proposal to revise the plan: what it changes in which version, and what was answered. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.client_plan import PlanContent
from contracts.refusals import Refusal, RefusalKind
from services.plans.client_plans.drafts import PartKind, PartRef, Value, require_may_write
from services.plans.openings.domain import Author


@dataclass(frozen=True)
class ProposedPart:
    """What a part should say; no value: it should be left out."""

    ref: PartRef
    value: Value | None


@dataclass(frozen=True)
class AnswerGiven:
    """What became of a proposal, and why."""

    accepted: bool
    reason: str | None
    author: Author
    at: datetime


@dataclass(frozen=True)
class Proposal:
    """Somebody who does not publish the plan proposes to change a version of it."""

    proposal_id: UUID
    against: int
    reason: str | None
    parts: tuple[ProposedPart, ...]
    author: Author
    at: datetime
    answer: AnswerGiven | None = None


def require_proposable(author: Author, parts: tuple[ProposedPart, ...], content: PlanContent) -> None:
    """Refuse a proposal that changes a status, speaks for another participant, or says two things of one part.

    The young person may propose anything about her plan, but how others see her situation is theirs to say (R45), also
    in what ``content``, the version that she read, has of them.
    """
    if any(part.ref.kind is PartKind.STATUSES for part in parts):
        raise Refusal("status-is-noted", "A status is noted, not proposed.", field="parts", expected="no statuses")
    if len({part.ref for part in parts}) < len(parts):
        raise Refusal(
            "part-twice", "A proposal changes a part once.", field="parts", expected="each part of the plan once"
        )
    views = {str(view.view_id): view for view in content.views}
    for part in parts:
        if part.ref.kind is PartKind.VIEWS:
            require_may_write(author, part.ref, views.get(part.ref.key), part.value)


def in_order_of_reference(parts: tuple[ProposedPart, ...]) -> list[ProposedPart]:
    """The parts so that each comes after those to which it may refer: needs, then goals, then promises."""
    return sorted(parts, key=lambda part: _KINDS.index(part.ref.kind))


_KINDS = list(PartKind)


def require_answerable(proposal: Proposal | None, *, accepted: bool, reason: str | None) -> Proposal:
    """A proposal that waits for an answer. Raises ``Refusal`` 404, 409, or when a refusal says no reason."""
    if proposal is None:
        raise Refusal("no-such-proposal", "There is no such proposal.", kind=RefusalKind.NOT_FOUND, field="proposal_id")
    if proposal.answer is not None:
        raise Refusal("proposal-answered", "This proposal was answered.", kind=RefusalKind.CONFLICT)
    if not accepted and reason is None:
        raise Refusal(
            "reason-missing",
            "A proposal that is not accepted is answered with a reason.",
            field="reason",
            expected="the reason in plain words",
        )
    return proposal
