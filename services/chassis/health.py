"""Liveness: the process answers. Readiness: its database, its brokers, and each consumer exists and moves."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from nats.errors import Error as NatsError

from contracts.subjects import Account, Consumer
from services.chassis.connections import Connection
from services.chassis.consuming import Subscriptions
from services.chassis.database import Database

STALLED_AFTER_SECONDS = 60.0
"""A consumer with messages waiting whose position has not changed for so long does not move."""
_ASK_TIMEOUT_SECONDS = 2.0


@dataclass(frozen=True)
class Check:
    """One thing that must be well for the service to work."""

    name: str
    well: bool
    detail: str


class Readiness:
    """Looks at what the service depends on, each time it is asked."""

    def __init__(
        self, database: Database, streams: Mapping[Account, Connection], subscriptions: Subscriptions | None
    ) -> None:
        self._database = database
        self._streams = streams
        self._subscriptions = subscriptions
        self._positions: dict[str, tuple[int, float]] = {}

    async def checks(self) -> list[Check]:
        """Every check; the service is ready when all are well."""
        database = await self._database.answers()
        found = [Check("database", database, "answers" if database else "does not answer")]
        consumers = () if self._subscriptions is None else self._subscriptions.durables
        return [*found, *[await self._consumer(consumer) for consumer in consumers]]

    async def _consumer(self, consumer: Consumer) -> Check:
        name = f"consumer {consumer.durable}"
        stream = self._streams[consumer.stream.account]
        if not stream.connected():
            return Check(name, well=False, detail="broker not connected")
        try:
            info = await stream.jetstream().consumer_info(
                consumer.stream.name, consumer.durable, timeout=_ASK_TIMEOUT_SECONDS
            )
        except (NatsError, TimeoutError):
            return Check(name, well=False, detail="does not exist or does not answer; run jatkumo provision")
        delivered = info.delivered.consumer_seq if info.delivered else 0
        # A message that comes again and again is not a consumer that stands still: only undelivered ones wait.
        undelivered = info.num_pending or 0
        stalled = self._stalled(name, delivered, undelivered)
        waiting = undelivered + (info.num_ack_pending or 0)
        return Check(name, well=not stalled, detail=f"{waiting} waiting" + (", not moving" if stalled else ""))

    def _stalled(self, name: str, position: int, undelivered: int) -> bool:
        seen, since = self._positions.get(name, (position, time.monotonic()))
        if seen != position or undelivered == 0:
            since = time.monotonic()
        self._positions[name] = (position, since)
        return time.monotonic() - since > STALLED_AFTER_SECONDS
