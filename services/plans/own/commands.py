"""A young person's own aftercare, put together from what each capability knows of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.client_plan import Phase, Status
from contracts.values import Contact
from services.chassis.auth import Principal
from services.chassis.work import Work
from services.plans.absences import commands as absences
from services.plans.absences.commands import NamedNow
from services.plans.cases import store as cases
from services.plans.cases.domain import Case
from services.plans.cases.store import Stored
from services.plans.client_plans import commands as client_plans
from services.plans.contacts import commands as contacts
from services.plans.cycles import commands as cycles
from services.plans.meetings import store as meetings
from services.plans.meetings.domain import Meeting, MeetingState
from services.plans.workers import store as workers
from services.plans.workers.domain import contact_of


@dataclass(frozen=True)
class OwnPlanning:
    """Where the planning of a case stands."""

    phase: Phase | None
    next_step: str | None
    next_review_on: date | None


@dataclass(frozen=True)
class OwnPlan:
    """Her latest published plan, and how many promises of each status are in it."""

    number: int
    promises: Mapping[Status, int]


@dataclass(frozen=True)
class OwnCase:
    """One case of hers, with everything that she needs to know first."""

    case: Case
    worker: Contact
    named_now: NamedNow
    contact: Contact | None
    planning: OwnPlanning | None
    plan: OwnPlan | None
    next_meeting: Meeting | None


async def own_cases(work: Work, person_id: UUID, asked_by: Principal) -> list[OwnCase]:
    """Her open cases here."""
    return [await _own_case(work, stored, asked_by) for stored in await cases.open_of_person(work, person_id)]


async def _own_case(work: Work, stored: Stored, asked_by: Principal) -> OwnCase:
    case = stored.case
    worker = await workers.get(work, case.worker_id)
    there = await contacts.present(work, stored, asked_by)
    return OwnCase(
        case=case,
        worker=contact_of(worker, lead_stands_in=case.lead_stands_in),
        named_now=await absences.contact_now(work, worker.worker_id, lead_stands_in=case.lead_stands_in),
        contact=None if there is None else there.contact,
        planning=await _planning(work, case.case_id),
        plan=await _plan(work, case.case_id),
        next_meeting=await _next_meeting(work, case.case_id),
    )


async def _planning(work: Work, case_id: UUID) -> OwnPlanning | None:
    cycle = await cycles.current(work, case_id)
    return None if cycle is None else OwnPlanning(cycle.phase, cycle.next_step, cycle.next_review_on)


async def _plan(work: Work, case_id: UUID) -> OwnPlan | None:
    plan = await client_plans.published(work, case_id)
    if plan is None:
        return None
    return OwnPlan(plan.number, Counter(promise.status for promise in plan.content.promises))


async def _next_meeting(work: Work, case_id: UUID) -> Meeting | None:
    coming = (
        meeting
        for meeting in await meetings.of_case(work, case_id)
        if meeting.state is MeetingState.PLANNED and meeting.starts_at >= work.now
    )
    return min(coming, key=lambda meeting: meeting.starts_at, default=None)
