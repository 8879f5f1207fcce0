"""What is due in a case, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from contracts.client_plan import DeadlineKind
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.plans.deadlines import store
from services.plans.disclosures.domain import Seen
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["deadlines"], route_class=CommandRoute)


class DeadlineView(BaseModel):
    """Something is due on a day; ``about`` is the goal, comment, cycle or case that it is about."""

    deadline_id: UUID
    kind: DeadlineKind
    about: UUID
    due_on: date
    late: bool


@router.get("/cases/{case_id}/deadlines")
async def see_deadlines(
    work: InWork, desk: InDesk, _principal: Annotated[Principal, allow(Permission.SEE_DEADLINES)], case_id: UUID
) -> list[DeadlineView]:
    """What is due in a case, the soonest first."""
    await desk.sees(case_id, Seen.DEADLINES)
    return [
        DeadlineView(
            deadline_id=due.deadline_id,
            kind=due.kind,
            about=due.about,
            due_on=due.due_on,
            late=due.due_on < work.today,
        )
        for due in await store.open_of_case(work, case_id)
    ]
