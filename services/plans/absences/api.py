"""Absences over HTTP: planned with a substitute, changed, cancelled. Why somebody is away is not asked."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import new_id
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag
from services.plans.absences import commands, store
from services.plans.absences.domain import Absence, Change, Plan
from services.plans.days import Day
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["absences"], route_class=CommandRoute)


class NewAbsence(BaseModel):
    """A worker will be away; the substitute is the named worker on those days, the first and the last included."""

    model_config = ConfigDict(extra="forbid")

    absence_id: UUID = Field(default_factory=new_id)
    substitute_id: UUID
    first_day: Day
    last_day: Day


class AbsenceChange(BaseModel):
    """Another last day, or another substitute from today on; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    substitute_id: UUID | None = None
    last_day: Day | None = None


class AbsenceView(BaseModel):
    """A worker is away. ``cancelled``: it never came to be; one that ended sooner has an earlier last day."""

    absence_id: UUID
    version: int
    worker_id: UUID
    substitute_id: UUID
    first_day: Day
    last_day: Day
    cancelled: bool


@router.post("/workers/{worker_id}/absences", status_code=201)
async def plan_absence(
    response: Response,
    work: InWork,
    _principal: Annotated[Principal, allow(Permission.PLAN_ABSENCE)],
    worker_id: UUID,
    new: NewAbsence,
) -> AbsenceView:
    """Plan a worker's absence."""
    absence = await commands.plan(work, Plan(worker_id=worker_id, **new.model_dump()))
    response.headers["location"] = f"/absences/{absence.absence_id}"
    return _answer(response, absence)


@router.get("/workers/{worker_id}/absences")
async def see_absences(
    work: InWork, _principal: Annotated[Principal, allow(Permission.SEE_ROSTER)], worker_id: UUID
) -> list[AbsenceView]:
    """A worker's absences that end today or later, the soonest first."""
    return [_view(each) for each in await store.to_come(work) if each.worker_id == worker_id]


@router.get("/absences/{absence_id}")
async def see_absence(
    response: Response, work: InWork, _principal: Annotated[Principal, allow(Permission.SEE_ROSTER)], absence_id: UUID
) -> AbsenceView:
    """One absence."""
    return _answer(response, await commands.get(work, absence_id))


@router.patch("/absences/{absence_id}")
async def change_absence(
    *,
    response: Response,
    work: InWork,
    _principal: Annotated[Principal, allow(Permission.PLAN_ABSENCE)],
    absence_id: UUID,
    expected: ExpectedVersion,
    change: AbsenceChange,
) -> AbsenceView:
    """Shorten or lengthen an absence, or name another substitute.

    In the middle of an absence another substitute makes a new one of what remains: the days that have passed keep
    whoever stood in on them.
    """
    command = Change(absence_id, change.last_day, change.substitute_id, new_absence_id=new_id())
    absence = await commands.change(work, expected, command)
    response.headers["location"] = f"/absences/{absence.absence_id}"
    return _answer(response, absence)


@router.post("/absences/{absence_id}/cancellation")
async def cancel_absence(
    response: Response,
    work: InWork,
    _principal: Annotated[Principal, allow(Permission.PLAN_ABSENCE)],
    absence_id: UUID,
) -> AbsenceView:
    """The worker is not away after all, or is back today; cancelling again changes nothing."""
    return _answer(response, await commands.cancel(work, absence_id))


def _answer(response: Response, absence: Absence) -> AbsenceView:
    response.headers["etag"] = etag(absence.version)
    return _view(absence)


def _view(absence: Absence) -> AbsenceView:
    return AbsenceView(**vars(absence))
