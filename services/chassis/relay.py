"""Moves outbox rows to JetStream: published under the event's id, acknowledged on disk, only then removed.

A crash between the acknowledgement and the removal publishes again; JetStream knows the id and stores it once.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from faststream import AckPolicy
from faststream_outbox import ExponentialRetry, OutboxBroker, OutboxMessage
from nats.js import JetStreamContext
from opentelemetry.trace import SpanKind
from prometheus_client import Counter

from contracts.envelope import Envelope
from services.chassis import tables, vocabulary
from services.chassis.database import Database
from services.chassis.journal import SUBJECT_HEADER, Queue
from services.chassis.telemetry import TRACEPARENT, continued, current_traceparent

PUBLISH_TIMEOUT_SECONDS = 5.0
"""How long one publish waits for the acknowledgement; the row's lease lies above it."""

_RELAYED = Counter("jatkumo_relayed", "Messages that JetStream has acknowledged.", ["queue"])


@dataclass(frozen=True)
class Target:
    """Where a queue's rows go, and what to do once a row has been acknowledged there."""

    stream: Callable[[], JetStreamContext]
    acknowledged: Callable[[Envelope], Awaitable[None]] | None = None


class ReceiverAway(Exception):  # noqa: N818 - says what is the case
    """A receiver has not answered lately; the row waits without holding up those for others."""


class Circuits:
    """Which receivers do not answer. One probe at a time finds out when they are back.

    Without it, rows for one dead area would take every worker's five seconds, and the other areas would wait.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._failures: dict[str, int] = {}
        self._closed_until: dict[str, float] = {}

    def enter(self, receiver: str) -> None:
        """Before a publish. Raises ``ReceiverAway`` when another one found out lately, or is finding out now."""
        if receiver not in self._failures:
            return
        now = self._monotonic()
        if now < self._closed_until[receiver]:
            raise ReceiverAway
        self._closed_until[receiver] = now + PUBLISH_TIMEOUT_SECONDS + 1

    def failed(self, receiver: str) -> None:
        """A publish was not acknowledged: nobody tries for a while, at most ten seconds."""
        failures = self._failures[receiver] = self._failures.get(receiver, 0) + 1
        self._closed_until[receiver] = self._monotonic() + min(0.25 * 2.0**failures, 10.0)

    def answered(self, receiver: str) -> None:
        """A publish was acknowledged."""
        self._failures.pop(receiver, None)
        self._closed_until.pop(receiver, None)


def receiver_of(subject: str) -> str:
    """Who has to acknowledge a message: the area of ``exchange.to.<area>.…``, else this area's own stream."""
    parts = subject.split(".")
    return parts[2] if parts[:2] == ["exchange", "to"] else parts[0]


class Relay:
    """Publishes a service's outbox; several replicas share the work by row locks and leases."""

    def __init__(self, database: Database, targets: Mapping[Queue, Target], *, workers: int) -> None:
        self._targets = targets
        self._circuits = Circuits()
        self._broker = OutboxBroker(
            database.engine, outbox_table=tables.outbox, apply_types=False, logger=logging.getLogger("faststream")
        )
        for queue in targets:
            self._broker.subscriber(
                queue.value,
                max_workers=workers,
                # Never gives up: an area may be away for days, and what was said must arrive.
                retry_strategy=ExponentialRetry(
                    initial_delay_seconds=0.5, multiplier=2.0, max_delay_seconds=10.0, jitter_factor=0.2
                ),
                fetch_batch_size=100,
                min_fetch_interval=0.5,
                max_fetch_interval=2.0,
                lease_ttl_seconds=15.0,
                terminal_flush_batch_size=50,
                ack_policy=AckPolicy.NACK_ON_ERROR,
                decoder=_undecoded,
                include_in_schema=False,
            )(self._publish)

    @staticmethod
    def pooled_connections(queues: int, workers: int) -> int:
        """How many pooled database connections the relay holds for ``queues`` queues."""
        return queues * (1 + workers)

    async def start(self) -> None:
        """Begin to publish."""
        await self._broker.start()

    async def stop(self) -> None:
        """Finish what is being published, then stop."""
        await self._broker.stop()

    async def _publish(self, row: OutboxMessage) -> None:
        queue = Queue(row.raw_message.queue)
        headers = {name: str(value) for name, value in row.headers.items()}
        subject = headers.pop(SUBJECT_HEADER)
        headers.pop("correlation_id", None)
        envelope = Envelope.parse(headers)
        target = self._targets[queue]
        with continued(
            f"publish {envelope.type}",
            kind=SpanKind.PRODUCER,
            traceparent=envelope.traceparent,
            attributes={
                vocabulary.EVENT_TYPE: envelope.type,
                vocabulary.EVENT_ID: str(envelope.id),
                vocabulary.MESSAGING_SYSTEM: "nats",
            },
        ):
            traceparent = current_traceparent()
            if traceparent is not None:
                headers[TRACEPARENT] = traceparent
            await self._acknowledged(target, subject, row.raw_message.payload, headers)
            _RELAYED.labels(queue.value).inc()
            if target.acknowledged is not None:
                await target.acknowledged(envelope)

    async def _acknowledged(self, target: Target, subject: str, body: bytes, headers: dict[str, str]) -> None:
        receiver = receiver_of(subject)
        self._circuits.enter(receiver)
        try:
            await target.stream().publish(subject, body, timeout=PUBLISH_TIMEOUT_SECONDS, headers=headers)
        except Exception:
            self._circuits.failed(receiver)
            raise
        self._circuits.answered(receiver)


async def _undecoded(row: OutboxMessage) -> OutboxMessage:
    """The row as it is: a body leaves exactly as it was recorded."""
    return row
