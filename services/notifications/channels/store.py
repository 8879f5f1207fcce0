"""Deliveries on disk. Several replicas share the work: a claim skips what another one holds, and runs out."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, text, update

from contracts.notifications import RecipientRole
from contracts.values import Language
from services.chassis.work import Work
from services.notifications.channels.domain import ChannelName, Delivery, DeliveryState, Parcel, Settled
from services.notifications.tables import WAITING, deliveries


async def add(work: Work, delivery: Delivery) -> None:
    """Store a new delivery."""
    row = asdict(delivery)
    row.update(row.pop("parcel"))
    await work.connection.execute(insert(deliveries), row)


async def claim(work: Work, channels: Iterable[ChannelName], *, until: datetime, limit: int) -> list[Delivery]:
    """Claim what is due, longest due first: what is queued, and what somebody else's claim has run out on."""
    due = (
        select(deliveries.c.delivery_id)
        .where(text(WAITING), deliveries.c.due_at <= work.now, deliveries.c.channel.in_(list(channels)))
        .order_by(deliveries.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claiming = (
        update(deliveries)
        .where(deliveries.c.delivery_id.in_(due))
        .values(state=DeliveryState.SENDING, attempts=deliveries.c.attempts + 1, due_at=until)
        .returning(deliveries)
    )
    return [_delivery(row) for row in await work.connection.execute(claiming)]


async def settle(work: Work, claimed: Delivery, settled: Settled) -> bool:
    """Store what became of a claimed delivery; False, with no effect, when somebody else has claimed it since."""
    settling = (
        update(deliveries)
        .where(
            deliveries.c.delivery_id == claimed.delivery_id,
            deliveries.c.state == DeliveryState.SENDING,
            deliveries.c.attempts == claimed.attempts,
        )
        .values(asdict(settled))
    )
    return (await work.connection.execute(settling)).rowcount == 1


async def of_messages(work: Work, message_ids: Iterable[UUID]) -> list[Delivery]:
    """The deliveries of some messages, oldest first."""
    query = select(deliveries).where(deliveries.c.message_id.in_(list(message_ids)))
    return [_delivery(row) for row in await work.connection.execute(query.order_by(deliveries.c.delivery_id))]


async def in_state(work: Work, state: DeliveryState, *, after: UUID | None, limit: int) -> list[Delivery]:
    """Deliveries in one state, oldest first, those younger than ``after``."""
    query = select(deliveries).where(deliveries.c.state == state)
    if after is not None:
        query = query.where(deliveries.c.delivery_id > after)
    rows = await work.connection.execute(query.order_by(deliveries.c.delivery_id).limit(limit))
    return [_delivery(row) for row in rows]


# Any: a row's columns are known to the table, not to the type checker.
def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        delivery_id=row.delivery_id,
        channel=ChannelName(row.channel),
        parcel=Parcel(
            row.message_id,
            row.handoff_id,
            row.recipient_id,
            RecipientRole(row.recipient_role),
            Language(row.language),
        ),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        queued_at=row.queued_at,
        settled_at=row.settled_at,
        reason=row.reason,
        traceparent=row.traceparent,
    )
