"""Moves outbox rows to JetStream: published under the event's id, acknowledged on disk, only then removed.

A crash between the acknowledgement and the removal publishes again; JetStream knows the id and stores it once.
"""

import logging
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


class Relay:
    """Publishes a service's outbox; several replicas share the work by row locks and leases."""

    def __init__(self, database: Database, targets: Mapping[Queue, Target], *, workers: int) -> None:
        self._targets = targets
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
            await target.stream().publish(
                subject, row.raw_message.payload, timeout=PUBLISH_TIMEOUT_SECONDS, headers=headers
            )
            _RELAYED.labels(queue.value).inc()
            if target.acknowledged is not None:
                await target.acknowledged(envelope)


async def _undecoded(row: OutboxMessage) -> OutboxMessage:
    """The row as it is: a body leaves exactly as it was recorded."""
    return row
