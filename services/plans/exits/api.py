"""How aftercare ends, over HTTP: the exit plan, the end, and opening the case again."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.client_plan import Line, Status
from contracts.values import new_id
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag
from services.chassis.work import Work
from services.plans.cases import commands as cases
from services.plans.cases.domain import Case
from services.plans.cases.rights import AreaDecision
from services.plans.cases.store import Stored
from services.plans.days import Day
from services.plans.disclosures.domain import Done, Seen
from services.plans.exits import commands, store
from services.plans.exits.domain import Accept, Command, Receive, Redescribe, Remove
from services.plans.grounds.domain import Decision
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["exits"], route_class=CommandRoute)


class ReceiverGiven(BaseModel):
    """A service that takes her on when aftercare ends."""

    model_config = ConfigDict(extra="forbid")

    who: Line
    what: Line = Field(description="What it takes over, in words.")
    promise_ids: list[UUID] = Field(default_factory=list, max_length=200, description="Of the published plan.")


class Acceptance(BaseModel):
    """The receiving side has said yes."""

    model_config = ConfigDict(extra="forbid")

    accepted_on: Day
    accepted_by: Line = Field(description="Who accepted there.")


class Ending(BaseModel):
    """Ending a case. ``reason``: why a lead ends it although nobody receives what is promised."""

    model_config = ConfigDict(extra="forbid")

    reason: Line | None = None


class LongerDecision(BaseModel):
    """A decision of the area to give aftercare until a day, taken now."""

    model_config = ConfigDict(extra="forbid")

    decided_on: Day
    until: Day


class Reopening(BaseModel):
    """Opening a case again."""

    model_config = ConfigDict(extra="forbid")

    worker_id: UUID | None = Field(default=None, description="Left out: chosen by language, qualification and room.")
    decision: LongerDecision | None = Field(default=None, description="A lead's; left out while the right lasts.")


class ReceiverView(BaseModel):
    """A service that takes her on, and whether it has accepted."""

    receiver_id: UUID
    who: str
    what: str
    promise_ids: list[UUID]
    accepted_on: date | None
    accepted_by: str | None


class OpenPromise(BaseModel):
    """Something that is promised and not kept yet. ``received``: somebody who has accepted takes it over."""

    promise_id: UUID
    what: str
    status: Status
    received: bool


class EndingView(BaseModel):
    """How a case ended. ``unreceived`` are the promises that nobody received; then a lead said why."""

    ended_at: datetime
    ended_by: UUID
    lead_reason: str | None
    unreceived: list[UUID]


class ExitPlanView(BaseModel):
    """The exit plan; ``version`` 0 while nothing is written. ``confirmed``: for the right as it ends now."""

    case_id: UUID
    version: int
    right_ends_on: date
    receivers: list[ReceiverView]
    open_promises: list[OpenPromise]
    confirmed: bool
    endings: list[EndingView]


class CaseState(BaseModel):
    """Whether a case is open, until when the right lasts, and who is named."""

    case_id: UUID
    version: int
    open: bool
    worker_id: UUID
    right_ends_on: date


@router.get("/cases/{case_id}/exit-plan")
async def see_exit_plan(
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.SEE_EXIT_PLAN)],
    case_id: UUID,
) -> ExitPlanView:
    """Who receives her when aftercare ends, what is promised and open, and whether somebody takes it over."""
    return await _answer(response, work, await desk.sees(case_id, Seen.EXIT_PLAN))


@router.post("/cases/{case_id}/exit-plan/receivers", status_code=201)
async def add_receiver(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.PLAN_EXIT)],
    case_id: UUID,
    expected: ExpectedVersion,
    given: ReceiverGiven,
) -> ExitPlanView:
    """Name a service that takes her on."""
    response.headers["location"] = f"/cases/{case_id}/exit-plan"
    command = Receive(new_id(), given.who, given.what, tuple(dict.fromkeys(given.promise_ids)))
    stored = await desk.does(case_id, Done.EXIT_PLAN_RECORDED)
    return await _change(response, work, stored, expected, command)


@router.put("/cases/{case_id}/exit-plan/receivers/{receiver_id}")
async def change_receiver(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.PLAN_EXIT)],
    case_id: UUID,
    receiver_id: UUID,
    expected: ExpectedVersion,
    given: ReceiverGiven,
) -> ExitPlanView:
    """Say otherwise what a service takes over; it accepts anew."""
    command = Redescribe(receiver_id, given.who, given.what, tuple(dict.fromkeys(given.promise_ids)))
    stored = await desk.does(case_id, Done.EXIT_PLAN_RECORDED)
    return await _change(response, work, stored, expected, command)


@router.delete("/cases/{case_id}/exit-plan/receivers/{receiver_id}")
async def remove_receiver(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.PLAN_EXIT)],
    case_id: UUID,
    receiver_id: UUID,
    expected: ExpectedVersion,
) -> ExitPlanView:
    """A service does not take her on after all."""
    stored = await desk.does(case_id, Done.EXIT_PLAN_RECORDED)
    return await _change(response, work, stored, expected, Remove(receiver_id))


@router.post("/cases/{case_id}/exit-plan/receivers/{receiver_id}/acceptance")
async def record_acceptance(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.PLAN_EXIT)],
    case_id: UUID,
    receiver_id: UUID,
    expected: ExpectedVersion,
    given: Acceptance,
) -> ExitPlanView:
    """Record that the receiving side has accepted."""
    command = Accept(receiver_id, given.accepted_on, given.accepted_by)
    stored = await desk.does(case_id, Done.EXIT_PLAN_RECORDED)
    return await _change(response, work, stored, expected, command)


@router.post("/cases/{case_id}/exit-plan/confirmation")
async def confirm_exit_plan(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.PLAN_EXIT)],
    case_id: UUID,
    expected: ExpectedVersion,
) -> ExitPlanView:
    """Confirm that the exit plan is whole: everybody has accepted, and nothing promised is left to nobody."""
    stored = await desk.does(case_id, Done.EXIT_PLAN_RECORDED)
    await commands.confirm(work, stored, expected)
    return await _answer(response, work, stored)


@router.post("/cases/{case_id}/end")
async def end_case(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.END_CASE)],
    case_id: UUID,
    expected: ExpectedVersion,
    ending: Ending,
) -> CaseState:
    """End a case whose right has ended; the version is the case's."""
    stored = await desk.does(case_id, Done.CASE_ENDED)
    return _state(response, await commands.end(work, stored, expected, ending.reason, desk.author))


@router.post("/cases/{case_id}/reopening")
async def reopen_case(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    principal: Annotated[Principal, allow(Permission.REOPEN_CASE)],
    case_id: UUID,
    expected: ExpectedVersion,
    reopening: Reopening,
) -> CaseState:
    """Open a case again with a named worker, while the right lasts or lasts longer by a lead's decision."""
    decision = None
    if reopening.decision is not None:
        cases.require_may_decide(principal, field="decision")
        decision = Decision(new_id(), AreaDecision(reopening.decision.decided_on, reopening.decision.until))
    opened = await desk.opens(case_id)
    command = commands.Reopen(reopening.worker_id, decision, principal.person_id)
    stored = await commands.reopen(work, case_id, expected, command)
    await opened.is_changed(Done.CASE_REOPENED)
    return _state(response, stored.case)


async def _change(response: Response, work: Work, stored: Stored, expected: int, command: Command) -> ExitPlanView:
    await commands.change(work, stored, expected, command)
    return await _answer(response, work, stored)


async def _answer(response: Response, work: Work, stored: Stored) -> ExitPlanView:
    seen = await commands.outlook(work, stored)
    plan = seen.plan
    response.headers["etag"] = etag(plan.version)
    return ExitPlanView(
        case_id=stored.case.case_id,
        version=plan.version,
        right_ends_on=stored.case.right_ends_on,
        receivers=[ReceiverView(**{**vars(each), "promise_ids": list(each.promise_ids)}) for each in plan.receivers],
        open_promises=[
            OpenPromise(
                promise_id=each.promise_id,
                what=each.what,
                status=each.status,
                received=each.promise_id not in seen.unreceived,
            )
            for each in seen.open_promises
        ],
        confirmed=plan.confirmed(stored.case.right_ends_on),
        endings=[
            EndingView(**{**vars(each), "unreceived": list(each.unreceived)})
            for each in await store.endings_of(work, stored.case.case_id)
        ],
    )


def _state(response: Response, case: Case) -> CaseState:
    response.headers["etag"] = etag(case.version)
    return CaseState(
        case_id=case.case_id,
        version=case.version,
        open=case.open,
        worker_id=case.worker_id,
        right_ends_on=case.right_ends_on,
    )
