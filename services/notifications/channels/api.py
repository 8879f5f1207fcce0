"""How messages travel, for operators: states and times, never an address or a text."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from contracts.notifications import RecipientRole
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.notifications.channels import store
from services.notifications.channels.domain import ChannelName, Delivery, DeliveryState
from services.notifications.permissions import Permission, allow

router = APIRouter(tags=["deliveries"], route_class=CommandRoute)


class DeliveryView(BaseModel):
    """One message on one channel."""

    model_config = ConfigDict(frozen=True)

    delivery_id: UUID
    message_id: UUID
    handoff_id: UUID
    channel: ChannelName
    recipient_role: RecipientRole
    state: DeliveryState
    attempts: int
    reason: str | None
    """Why the last attempt did not work: a code."""
    due_at: datetime | None
    """When it is tried again, at the latest; None when it has been settled."""
    queued_at: datetime
    settled_at: datetime | None


@router.get("/deliveries")
async def list_deliveries(
    work: InWork,
    _principal: Annotated[Principal, allow(Permission.SEE_DELIVERIES)],
    state: DeliveryState = DeliveryState.FAILED,
    after: Annotated[UUID | None, Query(description="The last delivery of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> list[DeliveryView]:
    """Deliveries in one state, oldest first."""
    return [_view(delivery) for delivery in await store.in_state(work, state, after=after, limit=limit)]


def _view(delivery: Delivery) -> DeliveryView:
    return DeliveryView(
        delivery_id=delivery.delivery_id,
        message_id=delivery.parcel.message_id,
        handoff_id=delivery.parcel.handoff_id,
        channel=delivery.channel,
        recipient_role=delivery.parcel.recipient_role,
        state=delivery.state,
        attempts=delivery.attempts,
        reason=delivery.reason,
        due_at=delivery.due_at if delivery.settled_at is None else None,
        queued_at=delivery.queued_at,
        settled_at=delivery.settled_at,
    )
