"""What the phases ask of a plan, from its store alone: the cycle may ask here without meeting its commands."""

from uuid import UUID

from contracts.client_plan import PlanContent
from services.chassis.work import Work
from services.plans.client_plans import store
from services.plans.client_plans.domain import PublishedPlan, facts, with_statuses
from services.plans.cycles.domain import PlanFacts


async def facts_of(work: Work, case_id: UUID) -> PlanFacts:
    """What a case's published plan holds, with the statuses noted since; without one, nothing."""
    plan = await store.latest(work, case_id)
    return facts(PlanContent() if plan is None else await come_so_far(work, plan))


async def come_so_far(work: Work, plan: PublishedPlan) -> PlanContent:
    """A version's content with what was noted about its goals and promises while it was in force."""
    noted = await store.statuses(work, plan.plan_id)
    return with_statuses(plan.content, [each for each in noted if each.number >= plan.number])
