"""Opening somebody else's case with a reason, and looking at who did, over HTTP."""

from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.plans import OutsideReason
from contracts.values import new_id
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.plans.disclosures.domain import Done, Seen
from services.plans.disclosures.reading import InReader
from services.plans.openings import commands, store
from services.plans.openings.domain import OpenFromOutside, Opening
from services.plans.openings.store import Latest
from services.plans.paging import InPaging, Page
from services.plans.permissions import Permission, allow
from services.plans.settings import PlansSettings

router = APIRouter(tags=["openings"], route_class=CommandRoute)


class ReasonGiven(BaseModel):
    """Why a worker needs to open a case that is not theirs."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: OutsideReason
    told: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1000)] = Field(
        description="In the worker's words; the lead and the young person read it."
    )


class OpeningView(BaseModel):
    """A case was opened from outside: it stays open to the worker until ``ends_at``."""

    opening_id: UUID
    case_id: UUID
    worker_id: UUID
    reason: OutsideReason
    told: str
    opened_at: datetime
    ends_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: UUID | None

    @classmethod
    def of(cls, opening: Opening) -> Self:
        """An opening."""
        return cls(**vars(opening))


@router.post("/cases/{case_id}/openings", status_code=201)
async def open_from_outside(
    *,
    request: Request,
    response: Response,
    work: InWork,
    reader: InReader,
    principal: Annotated[Principal, allow(Permission.OPEN_FROM_OUTSIDE)],
    case_id: UUID,
    given: ReasonGiven,
) -> OpeningView:
    """Open a case that is not yours, for some hours. The leads are told, and the young person sees it in the log."""
    settings: PlansSettings = request.app.state.service.settings
    command = OpenFromOutside(new_id(), case_id, principal.person_id, given.reason, given.told)
    opening = await commands.open_from_outside(work, command, timedelta(hours=settings.opening_hours))
    await reader.has_done(Done.OPENED_FROM_OUTSIDE, opening.person_id, case_id, opening_id=opening.opening_id)
    # What is open now.
    response.headers["location"] = f"/cases/{case_id}"
    return OpeningView.of(opening)


@router.get("/openings")
async def see_openings(
    work: InWork,
    reader: InReader,
    paging: InPaging,
    _principal: Annotated[Principal, allow(Permission.SEE_OPENINGS)],
    acknowledged: bool | None = None,
) -> Page[OpeningView]:
    """Cases of this area that were opened from outside, the latest first; ``acknowledged``: looked at by a lead."""
    found = await store.listed(work, acknowledged=acknowledged, after=paging.after(Latest), rows=paging.rows)
    shown = [(each.person_id, each.case_id) for each in paging.shown(found)]
    await reader.looks_at_all(Seen.OPENINGS, shown)
    return paging.page(found, lambda each: Latest(each.opened_at, each.opening_id), OpeningView.of)


@router.post("/openings/{opening_id}/acknowledgement")
async def acknowledge_opening(
    work: InWork,
    reader: InReader,
    principal: Annotated[Principal, allow(Permission.ACKNOWLEDGE_OPENING)],
    opening_id: UUID,
) -> OpeningView:
    """A lead has looked at an opening; the first who did stays."""
    opening = await commands.acknowledge(work, opening_id, principal.person_id)
    await reader.has_done(Done.OPENING_ACKNOWLEDGED, opening.person_id, opening.case_id)
    return OpeningView.of(opening)
