"""A delivery's states: queued → sending → sent or failed. Pure: what came of an attempt in, what follows out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts.notifications import RecipientRole
from contracts.values import Language

LEASE: Final = timedelta(seconds=60)
"""How long a delivery stays claimed. Above the longest attempt, so a claim that outlives it lost its process."""
ATTEMPT_SECONDS: Final = 20.0
"""The longest one attempt may take, on any channel."""
GIVES_UP_AFTER: Final = timedelta(days=5)
"""How long a delivery is tried (RFC 5321 4.5.4.1: at least four to five days)."""

_FIRST_DELAY_SECONDS = 1.0
_LONGEST_DELAY_SECONDS = 300.0


class ChannelName(StrEnum):
    """A way to reach somebody."""

    INBOX = "inbox"
    EMAIL = "email"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True)
class Sent:
    """The channel has taken the message over."""


@dataclass(frozen=True)
class TryAgain:
    """It did not work now. ``reason`` is a code, never a server's text: that may quote an address."""

    reason: str


@dataclass(frozen=True)
class Refused:
    """It will never work. ``reason`` as in ``TryAgain``."""

    reason: str


Outcome = Sent | TryAgain | Refused


@dataclass(frozen=True)
class Parcel:
    """What has to be delivered: one message to one recipient on one channel."""

    message_id: UUID
    handoff_id: UUID
    recipient_id: UUID
    recipient_role: RecipientRole
    language: Language


@dataclass(frozen=True)
class Delivery:
    """A parcel on its way. ``attempts`` counts claims and proves which claim somebody holds."""

    delivery_id: UUID
    channel: ChannelName
    parcel: Parcel
    state: DeliveryState
    attempts: int
    due_at: datetime
    queued_at: datetime
    settled_at: datetime | None = None
    reason: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True)
class Settled:
    """What follows from an attempt: sent, failed, or queued again until ``due_at``."""

    state: DeliveryState
    due_at: datetime
    settled_at: datetime | None
    reason: str | None


def retry_delay(attempt: int, draw: float) -> timedelta:
    """How long to wait after the ``attempt``-th attempt (1, 2, …): doubling from a second, at most five minutes.

    ``draw`` in [0, 1) spreads it over the upper half, so that many that failed together do not come together.
    """
    longest = min(_FIRST_DELAY_SECONDS * 2.0 ** min(attempt - 1, 30), _LONGEST_DELAY_SECONDS)
    return timedelta(seconds=longest * (0.5 + draw / 2))


def settle(delivery: Delivery, outcome: Outcome, *, now: datetime, draw: float) -> Settled:
    """What becomes of a delivery after an attempt. ``draw`` as in ``retry_delay``."""
    match outcome:
        case Sent():
            return Settled(DeliveryState.SENT, delivery.due_at, now, None)
        case Refused(reason):
            return Settled(DeliveryState.FAILED, delivery.due_at, now, reason)
        case TryAgain(reason) if now - delivery.queued_at >= GIVES_UP_AFTER:
            return Settled(DeliveryState.FAILED, delivery.due_at, now, reason)
        case TryAgain(reason):
            return Settled(DeliveryState.QUEUED, now + retry_delay(delivery.attempts, draw), None, reason)
