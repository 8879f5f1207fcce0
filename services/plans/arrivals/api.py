"""The first contact over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.chassis.auth import Principal, Role
from services.chassis.boundary import CommandRoute, InWork
from services.plans.arrivals import commands
from services.plans.disclosures.domain import Done, Seen
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["first contact"], route_class=CommandRoute)


class FirstContactGiven(BaseModel):
    """The contact and the young person have met or talked."""

    model_config = ConfigDict(extra="forbid")

    contacted_at: AwareDatetime
    handoff_id: UUID | None = Field(default=None, description="Left out: the latest handoff that came to the case.")


class FirstContactView(BaseModel):
    """The first contact as it is recorded."""

    case_id: UUID
    handoff_id: UUID
    contacted_at: datetime
    recorded_by: UUID
    repeated: bool


@router.post("/cases/{case_id}/first-contact", status_code=201)
async def record_first_contact(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    principal: Annotated[Principal, allow(Permission.RECORD_FIRST_CONTACT)],
    case_id: UUID,
    given: FirstContactGiven,
) -> FirstContactView:
    """Record the first contact, once for each handoff; again answers 200 with what is recorded."""
    opened = await desk.opens(case_id)
    recorded = await commands.record_first_contact(
        work,
        case_id,
        given.handoff_id,
        given.contacted_at,
        by=principal.person_id,
        as_lead=principal.role is Role.LEAD,
    )
    if recorded.repeated:
        response.status_code = 200
        await opened.is_read(Seen.CASE)
    else:
        await opened.is_changed(Done.FIRST_CONTACT_RECORDED)
        response.headers["location"] = f"/cases/{case_id}"
    return FirstContactView(case_id=case_id, **vars(recorded))
