"""Carries what is due: claimed in one transaction, tried outside of any, settled in another.

A process that dies in between leaves a claim that runs out, and somebody tries again under the same delivery.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from opentelemetry.trace import SpanKind
from prometheus_client import Counter

from services.chassis import logs, telemetry, vocabulary
from services.chassis.work import Work
from services.notifications.channels import commands
from services.notifications.channels.channel import Channels
from services.notifications.channels.commands import Claimed
from services.notifications.channels.domain import ATTEMPT_SECONDS, Outcome, Refused, TryAgain

_log = logs.logger(__name__)
_ATTEMPTS = Counter("jatkumo_delivery_attempts", "Attempts to deliver, by what came of them.", ["channel", "outcome"])

AT_ONCE = 10
"""How many deliveries one round carries side by side."""


class Courier:
    """Carries the deliveries of a service's database; several may work on the same one."""

    def __init__(self, begin: Callable[[], AbstractAsyncContextManager[Work]], channels: Channels) -> None:
        """``begin`` begins a transaction."""
        self._begin = begin
        self._channels = channels

    async def round(self) -> bool:
        """Try what is due, once each; True when more may be due.

        Raises what settling raised, after every attempt has ended: an unsettled claim runs out and is tried again.
        """
        async with self._begin() as work:
            claimed = await commands.claim(work, self._channels, limit=AT_ONCE)
        ends = await asyncio.gather(*(self._deliver(one) for one in claimed), return_exceptions=True)
        for end in ends:
            if end is not None:
                raise end
        return len(claimed) == AT_ONCE

    async def _deliver(self, claimed: Claimed) -> None:
        delivery = claimed.delivery
        with telemetry.continued(
            f"deliver {delivery.channel}",
            kind=SpanKind.CLIENT,
            traceparent=delivery.traceparent,
            attributes={
                vocabulary.HANDOFF_ID: str(delivery.parcel.handoff_id),
                vocabulary.ATTEMPT: delivery.attempts,
            },
        ) as span:
            outcome = await self._carry(claimed)
            name = type(outcome).__name__.lower()
            span.set_attribute(vocabulary.OUTCOME, name)
            _ATTEMPTS.labels(delivery.channel, name).inc()
            async with self._begin() as work:
                await commands.settle(work, delivery, outcome)

    async def _carry(self, claimed: Claimed) -> Outcome:
        if claimed.reach is None:
            return Refused("recipient-unknown")
        carrier = self._channels.carried[claimed.delivery.channel]
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                return await carrier.carry(claimed.delivery, claimed.reach)
        except TimeoutError:
            return TryAgain("timed-out")
        except Exception as error:
            _log.warning("a channel failed", channel=claimed.delivery.channel, exc_info=error)
            return TryAgain("fault")
