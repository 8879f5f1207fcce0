"""A proposal to revise the plan: what it changes in which version, and what was answered. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.client_plan import View
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


def require_proposable(author: Author, parts: tuple[ProposedPart, ...]) -> None:
    """Refuse a proposal that changes a status, or speaks for another participant.

    The young person may propose anything about her plan, but how others see her situation is theirs to say (R45).
    """
    if any(part.ref.kind is PartKind.STATUSES for part in parts):
        raise Refusal("status-is-noted", "A status is noted, not proposed.", field="parts", expected="no statuses")
    for part in parts:
        if isinstance(part.value, View) or part.ref.kind is PartKind.VIEWS:
            require_may_write(author, part.ref, part.value)


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
