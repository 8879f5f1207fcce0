"""Moves outbox rows to JetStream: published under the event's id, acknowledged on disk, only then removed.

A crash between the acknowledgement and the removal publishes again; JetStream knows the id and stores it once.

The outbox library claims rows by row locks and leases, puts them off and removes them. The loop around it is ours:
it publishes all the rows of a claim at once on one database connection, and it is woken by the commit in this
process instead of by ``NOTIFY``, for which PostgreSQL lets transactions commit only one after the other.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from faststream_outbox import ExponentialRetry
from faststream_outbox.client import OutboxClient
from faststream_outbox.message import OutboxInnerMessage
from nats.js import JetStreamContext
from opentelemetry.trace import SpanKind
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.envelope import Envelope
from services.chassis import logs, tables, vocabulary
from services.chassis.database import Database
from services.chassis.journal import HANDOFF_HEADER, SUBJECT_HEADER, Queue
from services.chassis.telemetry import TRACEPARENT, continued, current_traceparent, note_handoff

_log = logs.logger(__name__)

PUBLISH_TIMEOUT_SECONDS = 5.0
"""How long one publish waits for the acknowledgement; the row's lease lies above it."""
LEASE_SECONDS = 15.0
"""How long a claimed row is ours alone. Of a process that died, others take the rows up after it."""

_ROWS_PER_WORKER = 50
_BATCH = 100
_POLL_SECONDS = 1.0
"""For rows that nobody here has committed: those that are due again, and those of a process that died."""
_STRAGGLERS_SECONDS = 0.05
_RECONNECT_SECONDS = 1.0

# Never gives up: an area may be away for days, and what was said must arrive.
_RETRY = ExponentialRetry(initial_delay_seconds=0.5, multiplier=2.0, max_delay_seconds=10.0, jitter_factor=0.2)

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
        self._closed_until[receiver] = self._monotonic() + min(0.25 * 2.0 ** min(failures, 10), 10.0)

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
        """``workers``: for each of them, fifty rows of a queue may be on their way at once.

        Holds one pooled database connection for each target.
        """
        self._carriers = {queue: _Carrier(database, queue, target, workers) for queue, target in targets.items()}
        self._running: list[asyncio.Task[None]] = []
        database.when_said(self._wake)

    async def start(self) -> None:
        """Begin to publish."""
        self._running = [asyncio.create_task(carrier.run()) for carrier in self._carriers.values()]

    async def stop(self) -> None:
        """Finish what is being published, then stop."""
        for carrier in self._carriers.values():
            carrier.leave()
        await asyncio.gather(*self._running)

    def _wake(self, queues: Collection[str]) -> None:
        for queue, carrier in self._carriers.items():
            if queue in queues:
                carrier.wake()


class _Carrier:
    """Carries the rows of one queue. Rows that wait for an area's answer do not hold up the others."""

    def __init__(self, database: Database, queue: Queue, target: Target, workers: int) -> None:
        self._database = database
        self._queue = queue
        self._target = target
        self._at_once = workers * _ROWS_PER_WORKER
        self._circuits = Circuits()
        self._woken = asyncio.Event()
        self._leaving = False

    def wake(self) -> None:
        self._woken.set()

    def leave(self) -> None:
        self._leaving = True
        self._woken.set()

    async def run(self) -> None:
        while not self._leaving:
            try:
                async with self._database.engine.connect() as connection:
                    await self._carry(_Outbox(await connection.execution_options(isolation_level="AUTOCOMMIT")))
            except Exception as error:
                _log.warning("relay interrupted; it will go on", queue=self._queue.value, exc_info=error)
                self._woken.clear()
                await self._rest(_RECONNECT_SECONDS)

    async def _carry(self, outbox: "_Outbox") -> None:
        on_their_way: dict[asyncio.Task[None], int] = {}
        try:
            while not self._leaving:
                self._woken.clear()
                rows = await outbox.claim(self._queue, await self._room(on_their_way))
                if not rows:
                    await self._rest(_POLL_SECONDS)
                    continue
                batch = asyncio.create_task(self._deliver(rows, outbox))
                on_their_way[batch] = len(rows)
                # Nearly always it is there within milliseconds, and what was said meanwhile makes the next batch.
                await asyncio.wait({batch}, timeout=_STRAGGLERS_SECONDS)
        finally:
            await asyncio.gather(*on_their_way, return_exceptions=True)

    async def _room(self, on_their_way: dict[asyncio.Task[None], int]) -> int:
        """How many more rows may be claimed, once there may be any. Raises what befell a batch."""
        while True:
            for batch in [batch for batch in on_their_way if batch.done()]:
                del on_their_way[batch]
                batch.result()
            room = self._at_once - sum(on_their_way.values())
            if room > 0:
                return min(room, _BATCH)
            await asyncio.wait(on_their_way, return_when=asyncio.FIRST_COMPLETED)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)

    async def _deliver(self, rows: Sequence[OutboxInnerMessage], outbox: "_Outbox") -> None:
        """Publish a batch; remove what was acknowledged, put off the rest."""
        stream = self._target.stream()
        errors = await asyncio.gather(*(self._publish(row, stream) for row in rows), return_exceptions=True)
        await outbox.remove([row for row, error in zip(rows, errors, strict=True) if error is None])
        await outbox.put_off([row for row, error in zip(rows, errors, strict=True) if error is not None])
        news = [error for error in errors if error is not None and not isinstance(error, ReceiverAway)]
        if news:
            _log.warning(
                "not published; it will be tried again", queue=self._queue.value, rows=len(news), exc_info=news[0]
            )

    async def _publish(self, row: OutboxInnerMessage, stream: JetStreamContext) -> None:
        headers = dict(row.headers or {})
        subject, handoff = headers.pop(SUBJECT_HEADER), headers.pop(HANDOFF_HEADER, None)
        with continued(
            f"publish {headers['ce-type']}",
            kind=SpanKind.PRODUCER,
            traceparent=headers.get(TRACEPARENT),
            attributes={
                vocabulary.EVENT_TYPE: headers["ce-type"],
                vocabulary.EVENT_ID: headers["ce-id"],
                vocabulary.MESSAGING_SYSTEM: "nats",
            },
        ):
            if handoff is not None:
                note_handoff(handoff)
            traceparent = current_traceparent()
            if traceparent is not None:
                headers[TRACEPARENT] = traceparent
            await self._acknowledged(stream, subject, row.payload, headers)
            _RELAYED.labels(self._queue.value).inc()
            if self._target.acknowledged is not None:
                await self._target.acknowledged(Envelope.parse(headers))

    async def _acknowledged(self, stream: JetStreamContext, subject: str, body: bytes, headers: dict[str, str]) -> None:
        receiver = receiver_of(subject)
        self._circuits.enter(receiver)
        try:
            await stream.publish(subject, body, timeout=PUBLISH_TIMEOUT_SECONDS, headers=headers)
        except Exception:
            self._circuits.failed(receiver)
            raise
        self._circuits.answered(receiver)


class _Outbox:
    """The outbox over one connection in autocommit, one statement after the other."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._client = OutboxClient(connection.engine, tables.outbox)
        self._connection = connection
        self._in_use = asyncio.Lock()

    async def claim(self, queue: Queue, limit: int) -> list[OutboxInnerMessage]:
        """Up to ``limit`` rows that are due, oldest first; ours until their lease ends."""
        async with self._in_use:
            return await self._client.fetch(
                self._connection, [queue.value], limit=limit, lease_ttl_seconds=LEASE_SECONDS
            )

    async def remove(self, rows: Sequence[OutboxInnerMessage]) -> None:
        """Take rows out, except any whose lease has passed to another replica."""
        async with self._in_use, self._connection.begin():
            leases = [(row.id, row.acquired_token) for row in rows if row.acquired_token is not None]
            await self._client.delete_batch_with_lease(self._connection, leases)

    async def put_off(self, rows: Sequence[OutboxInnerMessage]) -> None:
        """Give rows back, due again after a delay that grows with their attempts."""
        for row in rows:
            row.retry_strategy = _RETRY
            await row.nack()
            lease, delay, first, last = (
                row.acquired_token,
                row.pending_delay_seconds,
                row.first_attempt_at,
                row.last_attempt_at,
            )
            # A claimed row has a lease, and one that was tried a time; the strategy never gives up.
            assert lease is not None
            assert delay is not None
            assert first is not None
            assert last is not None
            async with self._in_use, self._connection.begin():
                await self._client.mark_pending_with_lease(
                    self._connection,
                    row.id,
                    lease,
                    delay_seconds=delay,
                    attempts_count=row.attempts_count,
                    first_attempt_at=first,
                    last_attempt_at=last,
                )
