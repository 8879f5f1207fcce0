"""Putting a parcel on every channel that reaches its recipient, claiming what is due, settling what was tried."""

from collections.abc import Iterable
from dataclasses import dataclass
from secrets import SystemRandom
from uuid import UUID

from contracts.values import new_id
from services.chassis import logs
from services.chassis.telemetry import current_traceparent
from services.chassis.work import Work
from services.notifications.channels import domain, store
from services.notifications.channels.channel import Channels
from services.notifications.channels.domain import ChannelName, Delivery, DeliveryState, Outcome, Parcel
from services.notifications.recipients import commands as recipients
from services.notifications.recipients.domain import Reach

_log = logs.logger(__name__)
_chance = SystemRandom()


@dataclass(frozen=True)
class Claimed:
    """A delivery that this process holds until its lease runs out, and where it goes; None: nowhere any more."""

    delivery: Delivery
    reach: Reach | None


async def post(work: Work, channels: Channels, parcel: Parcel, reach: Reach) -> None:
    """Deliver a parcel on every channel that reaches its recipient: at once where it is kept, else queued."""
    for kept in channels.kept:
        if kept.reaches(reach):
            await store.add(work, _new(work, kept.name, parcel, DeliveryState.SENT))
    for carrier in channels.carried.values():
        if carrier.reaches(reach):
            await store.add(work, _new(work, carrier.name, parcel, DeliveryState.QUEUED))


def _new(work: Work, channel: ChannelName, parcel: Parcel, state: DeliveryState) -> Delivery:
    return Delivery(
        delivery_id=new_id(),
        channel=channel,
        parcel=parcel,
        state=state,
        attempts=0,
        due_at=work.now,
        queued_at=work.now,
        settled_at=work.now if state is DeliveryState.SENT else None,
        traceparent=current_traceparent(),
    )


async def of_messages(work: Work, message_ids: Iterable[UUID]) -> list[Delivery]:
    """The deliveries of some messages, oldest first."""
    return await store.of_messages(work, message_ids)


async def claim(work: Work, channels: Channels, *, limit: int) -> list[Claimed]:
    """Claim deliveries that are due, with the address that is known now."""
    claimed = await store.claim(work, channels.carried, until=work.now + domain.LEASE, limit=limit)
    return [
        Claimed(delivery, await recipients.reach(work, delivery.parcel.recipient_role, delivery.parcel.recipient_id))
        for delivery in claimed
    ]


async def settle(work: Work, delivery: Delivery, outcome: Outcome) -> None:
    """Note what came of an attempt; nothing when the claim had run out and somebody else has it."""
    settled = domain.settle(delivery, outcome, now=work.now, draw=_chance.random())
    if await store.settle(work, delivery, settled) and settled.state is DeliveryState.FAILED:
        _log.error(
            "a delivery failed for good",
            delivery_id=str(delivery.delivery_id),
            channel=delivery.channel,
            reason=settled.reason,
            attempt=delivery.attempts,
        )
