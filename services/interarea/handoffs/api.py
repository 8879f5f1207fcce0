"""Handoffs as workers, leads and operators see them: ids, areas, states and times; nothing about who it is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from contracts.interarea import HandoffState, Side
from contracts.refusals import Refusal, RefusalKind
from contracts.values import AreaCode
from services.chassis.auth import Principal, Role
from services.chassis.boundary import CommandRoute, InWork
from services.interarea.exchange import disclosures
from services.interarea.exchange.disclosures import Disclosed
from services.interarea.handoffs import store
from services.interarea.handoffs.domain import Handoff
from services.interarea.handoffs.store import Step
from services.interarea.permissions import Permission, allow

router = APIRouter(tags=["handoffs"], route_class=CommandRoute)


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class StepView(_View):
    """One step: the state that it led to, the event that it was, the instant (UTC)."""

    version: int
    state: HandoffState
    event_type: str
    at: datetime


class HandoffView(_View):
    """A handoff as this area sees it. ``case_id`` is the placing area's.

    ``other_area`` is told to operators, who cannot say whose case it is: to anybody who can, it may tell where somebody
    lives under a non-disclosure order. Workers find it with the case in plans, when it may be known.
    """

    handoff_id: UUID
    side: Side
    state: HandoffState
    version: int
    case_id: UUID
    other_area: AreaCode | None
    told_at: datetime | None
    first_contact_at: datetime | None


class HandoffWithSteps(HandoffView):
    """A handoff with every step it took here."""

    steps: list[StepView]


class DisclosureView(_View):
    """One message that told another area something of a client."""

    message_id: UUID
    recipient_area: AreaCode
    category: Disclosed
    legal_basis: str
    legal_source: str
    disclosed_at: datetime


@router.get("/handoffs")
async def list_handoffs(
    work: InWork,
    principal: Annotated[Principal, allow(Permission.SEE_HANDOFFS)],
    case_id: UUID | None = None,
    state: HandoffState | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[HandoffView]:
    """Handoffs, the latest changed first, of one case or in one state when asked."""
    found = await store.listed(work, case_id=case_id, state=state, limit=limit)
    return [_view(handoff, principal) for handoff in found]


@router.get("/handoffs/{handoff_id}")
async def show_handoff(
    work: InWork, principal: Annotated[Principal, allow(Permission.SEE_HANDOFFS)], handoff_id: UUID
) -> HandoffWithSteps:
    """One handoff with its steps."""
    handoff = await store.find(work, handoff_id)
    if handoff is None:
        raise Refusal("no-such-handoff", "There is no such handoff here.", kind=RefusalKind.NOT_FOUND)
    return _with_steps(_view(handoff, principal), await store.steps_of(work, handoff_id))


@router.get("/handoffs/{handoff_id}/disclosures")
async def show_disclosures(
    work: InWork, _principal: Annotated[Principal, allow(Permission.SEE_DISCLOSURES)], handoff_id: UUID
) -> list[DisclosureView]:
    """What was said of a client to other areas in the course of a handoff, and on which basis."""
    return [DisclosureView.model_validate(each) for each in await disclosures.of_handoff(work, handoff_id)]


def _view(handoff: Handoff, principal: Principal) -> HandoffView:
    seen = HandoffView.model_validate(handoff)
    return seen if principal.role is Role.OPERATOR else seen.model_copy(update={"other_area": None})


def _with_steps(seen: HandoffView, steps: list[Step]) -> HandoffWithSteps:
    return HandoffWithSteps(**seen.model_dump(), steps=[StepView.model_validate(step) for step in steps])
