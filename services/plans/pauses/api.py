"""Refusing aftercare and coming back, over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import AreaCode
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork, etag
from services.plans.cases.domain import Case
from services.plans.days import Day
from services.plans.disclosures.domain import Done, Seen
from services.plans.openings.desk import InDesk
from services.plans.openings.domain import AuthorKind
from services.plans.pauses import commands, store
from services.plans.pauses.domain import PauseReason
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["pauses"], route_class=CommandRoute)


class NewPause(BaseModel):
    """The young person does not want aftercare for now."""

    model_config = ConfigDict(extra="forbid")

    reason: PauseReason = Field(description="What she says; never how somebody judges her.")
    offer_again_on: Day | None = Field(default=None, description="Left out: after the area's usual number of days.")


class PauseState(BaseModel):
    """Whether a case is paused. It stays open, with its worker; ``paused_on`` null: it goes on."""

    case_id: UUID
    version: int
    worker_id: UUID
    open: bool
    paused_on: date | None
    offer_again_on: date | None


class PauseView(BaseModel):
    """One refusal. ``returned``: she came back after it; false: the next offer was refused too, or the case ended."""

    reason: PauseReason
    offer_again_on: date
    recorded_at: datetime
    by_area: AreaCode
    by_kind: AuthorKind
    ended_at: datetime | None
    returned: bool | None


@router.post("/cases/{case_id}/pause")
async def pause_case(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.PAUSE_CASE)],
    case_id: UUID,
    new: NewPause,
) -> PauseState:
    """Record that the young person refuses aftercare for now. Nothing closes, and coming back is always open."""
    stored = await desk.does(case_id, Done.CASE_PAUSED)
    case = await commands.pause(work, stored, new.reason, new.offer_again_on, desk.author)
    return _state(response, case)


@router.post("/cases/{case_id}/return")
async def return_to_aftercare(
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.RETURN)],
    case_id: UUID,
) -> PauseState:
    """Come back to aftercare, in one step; the same again changes nothing."""
    return _state(response, await commands.resume(work, await desk.does(case_id, Done.CASE_RESUMED)))


@router.get("/cases/{case_id}/pauses")
async def see_pauses(
    work: InWork, desk: InDesk, _principal: Annotated[Principal, allow(Permission.SEE_PAUSES)], case_id: UUID
) -> list[PauseView]:
    """When aftercare was refused and what followed, the first refusal first."""
    await desk.sees(case_id, Seen.PAUSES)
    return [
        PauseView(
            reason=each.reason,
            offer_again_on=each.offer_again_on,
            recorded_at=each.recorded_at,
            by_area=each.recorded_by.area,
            by_kind=each.recorded_by.kind,
            ended_at=each.ended_at,
            returned=each.returned,
        )
        for each in await store.of_case(work, case_id)
    ]


def _state(response: Response, case: Case) -> PauseState:
    response.headers["etag"] = etag(case.version)
    return PauseState(
        case_id=case.case_id,
        version=case.version,
        worker_id=case.worker_id,
        open=case.open,
        paused_on=case.paused_on,
        offer_again_on=case.offer_again_on,
    )
