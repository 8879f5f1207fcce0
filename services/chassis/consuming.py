"""Hearing: durable pull consumers, an inbox row in the same transaction as the effect, the ack after the commit.

Anything can come twice, late, out of order, or as nonsense. A repeated message has no second effect; a fault comes
again with a growing delay; what cannot be handled becomes a dead letter, at once or after the last attempt.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from opentelemetry.trace import SpanKind
from prometheus_client import Counter
from pydantic import ValidationError
from sqlalchemy.dialects.postgresql import insert

from contracts.envelope import Envelope, Message
from contracts.refusals import Refusal
from contracts.subjects import Account, Consumer
from services.chassis import dead_letters, logs, tables, telemetry, vocabulary
from services.chassis.clock import Clock
from services.chassis.database import Database, is_outage
from services.chassis.pulling import Pull
from services.chassis.work import Work

_log = logs.logger(__name__)
_NOTE = insert(tables.inbox).on_conflict_do_nothing()
_HANDLED = Counter("jatkumo_handled", "Messages handled, by what became of them.", ["consumer", "outcome"])

MAX_FAULTS = 12
"""After so many faults of its own a message becomes a dead letter; about four minutes after the first."""
_REMEMBERED_FAULTS = 10_000
_OUTAGE_DELAY_SECONDS = 1.0


def retry_delay(attempt: int) -> float:
    """Seconds until a message that failed in its ``attempt``-th delivery (1, 2, …) comes again; at most a minute."""
    return float(min(0.2 * 2.0 ** (attempt - 1), 60.0))


class NotYet(Exception):  # noqa: N818 - says when, not what went wrong
    """What this message builds on has not been heard yet; it comes again soon."""


class Unreadable(Exception):  # noqa: N818 - a verdict on a message
    """A message that can never be handled. ``reason`` is a code, ``detail`` names fields; neither quotes content."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Delivery:
    """One message as it came: where, under which attributes, with which bytes."""

    consumer: Consumer
    subject: str
    envelope: Envelope
    body: bytes


Handler = Callable[[Work, Any, Envelope], Awaitable[None]]  # Any: each handler takes its own message type
Reader = Callable[[Delivery, Work], Message]


def read_plain(delivery: Delivery, _work: Work) -> Message:
    """The message in a plain JSON body. Raises ``Unreadable`` naming each wrong field, without its value."""
    try:
        return delivery.consumer.message.model_validate_json(delivery.body)
    except ValidationError as error:
        raise Unreadable("body-does-not-fit", _fields(error)) from None


def _fields(error: ValidationError) -> str:
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(str(part) for part in p['loc']) or 'body'}: {p['type']}" for p in problems)


class Subscriptions:
    """What one service listens to, and how each message becomes one transaction."""

    def __init__(self, service: str, area: str, database: Database, clock: Clock, *, at_once: int) -> None:
        """``at_once``: how many messages of one consumer are handled at the same time."""
        self._service = service
        self._area = area
        self._database = database
        self._clock = clock
        self._at_once = at_once
        self._handlers: dict[str, tuple[Consumer, Handler, Reader]] = {}
        self._faults: OrderedDict[tuple[str, UUID], int] = OrderedDict()

    def listen(
        self,
        broker: NatsBroker,
        user: str,
        consumers: Sequence[Consumer],
        handlers: Mapping[type[Message], Handler],
        *,
        read: Reader = read_plain,
    ) -> None:
        """Register a handler for every consumer on ``broker``, whose NATS user is ``user``.

        Raises ``ValueError`` when a consumer of the contracts has no handler, or a handler no consumer.
        """
        if {c.message for c in consumers} != set(handlers):
            missing = {c.message.type for c in consumers} ^ {m.type for m in handlers}
            raise ValueError(f"consumers and handlers differ: {', '.join(sorted(missing))}")
        for consumer in consumers:
            self._handlers[consumer.durable] = (consumer, handlers[consumer.message], read)
            subscriber = broker.subscriber(
                consumer.filter_subject(self._area),
                durable=consumer.durable,
                stream=JStream(consumer.stream.name, declare=False),
                pull_sub=PullSub(),
                inbox_prefix=f"_INBOX.{user}.".encode(),
                ack_policy=AckPolicy.MANUAL,
                no_reply=True,
                decoder=_undecoded,
                title=_title(consumer),
                description=(consumer.message.__doc__ or "").strip(),
            )
            subscriber(self._entry(consumer))
            # FastStream describes the channel; the messages come by a pull of our own. Its would hold them back, and
            # build a context, a copy and a chain of middlewares around each, none of it used here.
            pull = Pull(broker.connect, consumer, partial(self.deliver, consumer.durable), at_once=self._at_once)
            subscriber.start, subscriber.stop = pull.start, pull.stop  # type: ignore[method-assign]  # no setting for it

    def _entry(self, consumer: Consumer) -> Callable[[Any], Awaitable[None]]:
        async def deliver(message: NatsMessage) -> None:
            await self.deliver(consumer.durable, message.raw_message)

        # FastStream documents a channel by its handler's annotation; validation is ours, in one place.
        deliver.__annotations__["message"] = consumer.message
        deliver.__name__ = consumer.durable.replace("-", "_")
        return deliver

    async def deliver(self, durable: str, raw: Msg) -> None:
        """Handle one message of a durable consumer and tell JetStream what became of it. Never raises."""
        headers = raw.headers or {}
        attempt = raw.metadata.num_delivered
        try:
            outcome = await self.process(durable, raw.subject, headers, raw.data, attempt)
        except Exception as error:
            delay = _OUTAGE_DELAY_SECONDS if is_outage(error) else retry_delay(attempt)
            _HANDLED.labels(durable, "retried").inc()
            if not isinstance(error, NotYet):
                _log.warning("message will come again", consumer=durable, attempt=attempt, delay=delay, exc_info=error)
            await _answer(raw.nak(delay=delay))
            return
        _HANDLED.labels(durable, outcome).inc()
        await _answer(raw.ack())

    async def process(self, durable: str, subject: str, headers: Mapping[str, str], body: bytes, attempt: int) -> str:
        """One message as one transaction; the outcome is ``handled``, ``repeated`` or ``dead``.

        Raises whatever failed while the message may come again.
        """
        consumer, handler, read = self._handlers[durable]
        letter = dead_letters.DeadLetter(durable, subject, dict(headers), body, "", "", attempt)
        try:
            envelope = Envelope.parse(headers)
        except ValidationError as error:
            return await self._bury(replace(letter, reason="envelope-does-not-fit", detail=_fields(error)))
        if envelope.type != consumer.message.type:
            # Also keeps a sender's words out of our spans' names.
            return await self._bury(replace(letter, reason="wrong_type", detail="another type than its subject says"))
        delivery = Delivery(consumer, subject, envelope, body)
        with telemetry.continued(
            f"handle {envelope.type}",
            kind=SpanKind.CONSUMER,
            traceparent=envelope.traceparent,
            attributes={
                vocabulary.EVENT_TYPE: envelope.type,
                vocabulary.EVENT_ID: str(envelope.id),
                vocabulary.CONSUMER: durable,
                vocabulary.ATTEMPT: attempt,
                vocabulary.MESSAGING_SYSTEM: "nats",
            },
        ) as span:
            try:
                return await self._handle(delivery, handler, read)
            except Unreadable as verdict:
                telemetry.failed(span, verdict)
                return await self._bury(replace(letter, reason=verdict.reason, detail=verdict.detail))
            except Refusal as refusal:
                telemetry.failed(span, refusal)
                return await self._bury(replace(letter, reason=refusal.code[:60], detail="refused by a rule"))
            except Exception as error:
                telemetry.failed(span, error)
                # What must wait is not at fault, and an outage is not the message's: neither is ever counted out.
                if isinstance(error, NotYet) or is_outage(error) or self._note_fault(durable, envelope.id) < MAX_FAULTS:
                    raise
                reason = type(error).__qualname__
                return await self._bury(replace(letter, reason=reason[:60], detail="after the last attempt"))

    def _note_fault(self, durable: str, event_id: UUID) -> int:
        """How often a message has failed here by itself. Not kept: a process that starts anew tries anew.

        JetStream's count of deliveries would blame a message for every outage and crash that it lived through.
        """
        key = (durable, event_id)
        self._faults[key] = self._faults.pop(key, 0) + 1
        if len(self._faults) > _REMEMBERED_FAULTS:
            self._faults.popitem(last=False)
        return self._faults[key]

    async def retry(self, work: Work, letter: dead_letters.DeadLetter) -> bool:
        """Handle a dead letter's message in the caller's transaction; False, with no effect, when it fails again."""
        consumer, handler, read = self._handlers[letter.consumer]
        try:
            async with work.connection.begin_nested():
                envelope = Envelope.parse(letter.headers)
                message = read(Delivery(consumer, letter.subject, envelope, letter.body), work)
                if await _first_time(work, consumer.durable, envelope.id):
                    await handler(work, message, envelope)
        except Exception as error:
            _log.warning("a dead letter failed again", consumer=letter.consumer, exc_info=error)
            return False
        return True

    async def _handle(self, delivery: Delivery, handler: Handler, read: Reader) -> str:
        async with self._database.transaction() as connection:
            work = Work(connection, self._area, self._service, self._clock.now())
            message = read(delivery, work)
            if message.handoff is not None:
                telemetry.note_handoff(message.handoff)
            if not await _first_time(work, delivery.consumer.durable, delivery.envelope.id):
                return "repeated"
            await handler(work, message, delivery.envelope)
        return "handled"

    async def _bury(self, letter: dead_letters.DeadLetter) -> str:
        async with self._database.transaction() as connection:
            await dead_letters.bury(Work(connection, self._area, self._service, self._clock.now()), letter)
        _log.error(
            "message became a dead letter",
            consumer=letter.consumer,
            reason=letter.reason,
            detail=letter.detail,
            attempt=letter.attempts,
        )
        return "dead"

    @property
    def durables(self) -> tuple[Consumer, ...]:
        """The consumers that this service listens on."""
        return tuple(consumer for consumer, _, _ in self._handlers.values())

    def of_account(self, account: Account) -> tuple[Consumer, ...]:
        """The consumers of one NATS account."""
        return tuple(c for c in self.durables if c.stream.account is account)


async def _first_time(work: Work, consumer: str, event_id: UUID) -> bool:
    """Note that a message is being handled; False when it already was. Two at once: the second waits for the first."""
    row = {"consumer": consumer, "event_id": event_id, "handled_at": work.now}
    result = await work.connection.execute(_NOTE, row)
    return result.rowcount == 1


async def _answer(answering: Awaitable[None]) -> None:
    """Acks and naks are best effort: one that is lost brings the message again, and the inbox knows it."""
    try:
        await answering
    except (NatsError, OSError) as error:
        _log.warning("acknowledgement not sent; the message will come again", exc_info=error)


async def _undecoded(message: NatsMessage) -> NatsMessage:
    """The message as it is: reading and validating happen inside the transaction's boundary."""
    return message


def _title(consumer: Consumer) -> str:
    return f"{consumer.service}:{consumer.message.type}"
