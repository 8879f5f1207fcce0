"""What the phases ask of a plan, from its store alone: the cycle may ask here without meeting its commands."""

from uuid import UUID

from contracts.client_plan import PlanContent
from services.chassis.work import Work
from services.plans.client_plans import store
from services.plans.client_plans.domain import NotedStatus, PublishedPlan, facts, with_statuses
from services.plans.cycles.domain import PlanFacts


async def facts_of(work: Work, case_id: UUID) -> PlanFacts:
    """What a case's published plan holds, with the statuses noted since; without one, nothing."""
    plan = await store.latest(work, case_id)
    if plan is None:
        return facts(PlanContent())
    noted = await _noted(work, plan)
    return facts(with_statuses(plan.content, noted), {each.item_id for each in noted})


async def come_so_far(work: Work, plan: PublishedPlan) -> PlanContent:
    """A version's content with what was noted about its goals and promises while it was in force."""
    return with_statuses(plan.content, await _noted(work, plan))


async def _noted(work: Work, plan: PublishedPlan) -> list[NotedStatus]:
    return [each for each in await store.statuses(work, plan.plan_id) if each.number >= plan.number]
