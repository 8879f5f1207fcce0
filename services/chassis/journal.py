"""The only way to say something: a journal row and an outbox row in the caller's transaction."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from faststream_outbox import OutboxBroker
from sqlalchemy import insert

from contracts.envelope import Envelope, Message, envelope_for
from contracts.exchange import ExchangeMessage
from contracts.subjects import subject_of
from contracts.values import new_id
from services.chassis import tables
from services.chassis.telemetry import current_traceparent
from services.chassis.work import Work

SUBJECT_HEADER = "jatkumo-subject"
"""Carries the subject from the outbox row to the relay; never leaves the process."""


class Queue(StrEnum):
    """Which way an outbox row leaves: inside the area, or to another area."""

    LOCAL = "local"
    EXCHANGE = "exchange"


@dataclass(frozen=True)
class SealedMessage:
    """A message to another area, already signed and sealed under its id."""

    message: ExchangeMessage
    message_id: UUID
    subject: str
    body: bytes
    content_type: str


# Knows the table, not the database: rows go through the caller's connection.
_outbox = OutboxBroker(outbox_table=tables.outbox)


async def record(work: Work, *events: Message) -> None:
    """Say ``events`` inside the area: journaled and queued now, published after the commit, in no promised order."""
    for event in events:
        envelope = _envelope(work, event, new_id())
        await _append(work, envelope, Queue.LOCAL, subject_of(event.type), event.model_dump_json().encode())


async def record_sealed(work: Work, sealed: SealedMessage) -> None:
    """Say something to another area: journaled and queued now; the outbox keeps trying until that area has it."""
    envelope = _envelope(work, sealed.message, sealed.message_id).model_copy(
        update={"datacontenttype": sealed.content_type}
    )
    await _append(work, envelope, Queue.EXCHANGE, sealed.subject, sealed.body)


def _envelope(work: Work, message: Message, event_id: UUID) -> Envelope:
    return envelope_for(
        message,
        event_id=event_id,
        area=work.area,
        service=work.service,
        sequence=message.sequence,
        time=work.now,
        traceparent=current_traceparent(),
    )


async def _append(work: Work, envelope: Envelope, queue: Queue, subject: str, body: bytes) -> None:
    headers = envelope.headers()
    await work.connection.execute(
        insert(tables.journal),
        {
            "event_id": envelope.id,
            "type": envelope.type,
            "queue": queue,
            "subject": subject,
            "aggregate_id": envelope.subject,
            "sequence": envelope.sequence,
            "recorded_at": work.now,
            "headers": headers,
            "body": body,
        },
    )
    await _outbox.publish(body, queue=queue, session=work.connection, headers={**headers, SUBJECT_HEADER: subject})
