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
from services.plans.client_plans.domain import PlanRecord, PublishedPlan, no_such_plan, no_such_version
from services.plans.client_plans.facts import come_so_far
from services.plans.comments import store as comments
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


async def copy_for(work: Work, case_id: UUID) -> PlanCopy | None:
    """The plan as the area where she lives reads it, with how far it has come; None before the first publication."""
    plan = await published(work, case_id)
    if plan is None:
        return None
    cycle = await cycles.current(work, case_id)
    return PlanCopy(
        plan_id=plan.plan_id,
        number=plan.number,
        published_on=helsinki_date(plan.published_at),
        content=await come_so_far(work, plan),
        cycle_number=1 if cycle is None else cycle.number,
        phase=None if cycle is None else cycle.phase,
        next_step=None if cycle is None else cycle.next_step,
        next_review_on=None if cycle is None else cycle.next_review_on,
    )


async def adopt(work: Work, case: Case, copy: PlanCopy) -> None:
    """Keep the placing area's plan in a residence case, whose row is locked.

    A newer number is kept beside the older ones and read from then on; the same one or an older one changes nothing.
    Where the planning stands, the cycle adopts. Raises ``Refusal`` 409 when the case has a plan of another id.
    """
    known = await store.load(work, case.case_id)
    if known is not None and (known.plan_id != copy.plan_id or known.home):
        raise Refusal("another-plan", "This case has another plan.", kind=RefusalKind.CONFLICT, field="plan_id")
    here = await store.latest(work, case.case_id)
    if here is not None and here.number >= copy.number:
        return
    await store.save(work, known or PlanRecord(copy.plan_id, case.case_id, home=False))
    await store.add_version(work, _copied(copy))
    await comments.took_into(work, case.case_id, copy.number)


def _copied(copy: PlanCopy) -> PublishedPlan:
    return PublishedPlan(
        plan_id=copy.plan_id,
        number=copy.number,
        published_at=datetime.combine(copy.published_on, time.min, HELSINKI),
        content=copy.content,
        published_by=None,
        home=False,
    )
