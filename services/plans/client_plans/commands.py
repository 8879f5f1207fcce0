"""The plan as others meet it: published, copied to the area where she lives, and adopted there."""

from dataclasses import replace
from datetime import datetime, time
from uuid import UUID

from contracts.client_plan import PlanCopy
from contracts.refusals import Refusal, RefusalKind
from services.chassis.clock import HELSINKI, helsinki_date
from services.chassis.work import Work
from services.plans.cases.domain import Case
from services.plans.client_plans import store
from services.plans.client_plans.domain import PlanRecord, PublishedPlan, Standing, no_such_plan, no_such_version
from services.plans.client_plans.facts import come_so_far
from services.plans.cycles import commands as cycles


async def published(work: Work, case_id: UUID, number: int | None = None) -> PublishedPlan | None:
    """A published version of a case's plan, the latest unless ``number`` says which; None when there is none.

    ``published_by`` is None in a residence case: the version is a copy there.
    """
    return await (store.latest(work, case_id) if number is None else store.version(work, case_id, number))


async def require_published(work: Work, case_id: UUID, number: int | None = None) -> PublishedPlan:
    """A published version. Raises ``Refusal`` 404 when there is none."""
    plan = await published(work, case_id, number)
    if plan is None:
        raise no_such_plan() if number is None else no_such_version()
    return plan


async def require_record(work: Work, case_id: UUID) -> PlanRecord:
    """A case's plan, drafted or published. Raises ``Refusal`` 404 before either."""
    record = await store.load(work, case_id)
    if record is None:
        raise no_such_plan()
    return record


async def advance(work: Work, case_id: UUID) -> PlanRecord:
    """The case's plan at its next version, stored: what a ``PlanEvent`` about to be said carries.

    The caller has locked the case (``desk.does``). Raises ``Refusal`` 404 while there is no plan.
    """
    record = await require_record(work, case_id)
    after = replace(record, version=record.version + 1)
    await store.save(work, after)
    return after


async def standing_of(work: Work, case_id: UUID) -> Standing | None:
    """Where a case's planning stands: what its cycle says, or in a residence case what came with the copy."""
    record = await store.load(work, case_id)
    if record is not None and not record.home:
        return record.standing
    cycle = await cycles.current(work, case_id)
    return None if cycle is None else Standing(cycle.number, cycle.phase, cycle.next_step, cycle.next_review_on)


async def copy_for(work: Work, case_id: UUID) -> PlanCopy | None:
    """The plan as the area where she lives reads it, with how far it has come; None before the first publication."""
    plan = await published(work, case_id)
    if plan is None:
        return None
    standing = await standing_of(work, case_id)
    return PlanCopy(
        plan_id=plan.plan_id,
        number=plan.number,
        published_on=helsinki_date(plan.published_at),
        content=await come_so_far(work, plan),
        cycle_number=1 if standing is None else standing.cycle_number,
        phase=None if standing is None else standing.phase,
        next_step=None if standing is None else standing.next_step,
        next_review_on=None if standing is None else standing.next_review_on,
    )


async def adopt(work: Work, case: Case, copy: PlanCopy) -> None:
    """Keep the placing area's plan in a residence case, whose row is locked.

    A newer number is kept beside the older ones and read from then on; an older one changes nothing; the same one
    tells anew where the planning stands. Raises ``Refusal`` 409 when the case has a plan of another id.
    """
    known = await store.load(work, case.case_id)
    if known is not None and (known.plan_id != copy.plan_id or known.home):
        raise Refusal("another-plan", "This case has another plan.", kind=RefusalKind.CONFLICT, field="plan_id")
    here = await store.latest(work, case.case_id)
    if here is not None and here.number > copy.number:
        return
    standing = Standing(copy.cycle_number, copy.phase, copy.next_step, copy.next_review_on)
    record = known or PlanRecord(copy.plan_id, case.case_id, home=False)
    await store.save(work, replace(record, standing=standing))
    if here is None or here.number < copy.number:
        await store.add_version(work, _copied(copy))


def _copied(copy: PlanCopy) -> PublishedPlan:
    return PublishedPlan(
        plan_id=copy.plan_id,
        number=copy.number,
        published_at=datetime.combine(copy.published_on, time.min, HELSINKI),
        content=copy.content,
        published_by=None,
        home=False,
    )
