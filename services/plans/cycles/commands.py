"""A case's planning moves on: a cycle begins, phases follow each other, agreements are kept, a follow-up is closed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.client_plan import Phase
from services.chassis.work import Work
from services.plans.cases.store import Stored
from services.plans.cycles.domain import PlanFacts


@dataclass(frozen=True)
class CycleView:
    """Where a case's planning stands, as other capabilities need to know it."""

    cycle_id: UUID
    number: int
    version: int
    phase: Phase | None
    """None: the cycle is over, and the next begins at the review."""
    next_step: str | None
    next_review_on: date | None
    negotiated_on: date | None
    distribution_agreed: bool
    understanding_confirmed: bool


async def current(work: Work, case_id: UUID) -> CycleView | None:
    """The case's latest cycle; None before the first."""
    raise NotImplementedError


async def ensure(work: Work, stored: Stored) -> CycleView:
    """The case's latest cycle; the first begins when there is none. The case is locked by its caller."""
    raise NotImplementedError


async def plan_published(work: Work, stored: Stored, facts: PlanFacts, number: int) -> CycleView:
    """A version of the plan is being published: check every guard, and move the cycle to its follow-up.

    Sets the deadlines of the follow-up and of the review. Raises ``Refusal``; then nothing may be published.
    """
    raise NotImplementedError
