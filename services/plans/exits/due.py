"""By which day the exit plan of a case is due: it follows the end of the right."""

from datetime import timedelta

from contracts.client_plan import DeadlineKind
from contracts.values import CaseRole
from services.chassis.work import Work
from services.plans.cases.domain import Case
from services.plans.deadlines import commands as deadlines
from services.plans.exits import store
from services.plans.guidance import store as guidance
from services.plans.guidance.domain import Guided


async def follow(work: Work, case: Case) -> None:
    """The end of the right is known, or has become another: its exit plan is due before it (R97).

    Where the end is nearer than that, the plan is due today. Where one is confirmed for this very end, as when a change
    was taken back, nothing is due. A residence case has the day from its placing area (C4).
    """
    if case.role is not CaseRole.PLACING or not case.open:
        return
    if (await store.load(work, case.case_id)).confirmed(case.right_ends_on):
        await deadlines.meet(work, case, DeadlineKind.EXIT_PLAN)
        return
    before = timedelta(days=await guidance.days_of(work, Guided.EXIT_PLAN))
    due_on = max(case.right_ends_on - before, work.today)
    await deadlines.set_for(work, case, DeadlineKind.EXIT_PLAN, due_on)
