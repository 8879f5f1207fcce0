"""The only way to say something: a journal row and an outbox row in the caller's transaction."""

import json
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text

from contracts.envelope import Envelope, Message, envelope_for
from contracts.exchange import ExchangeMessage
from contracts.subjects import subject_of
from contracts.values import new_id
from services.chassis.database import note_said
from services.chassis.telemetry import current_traceparent, note_handoff
from services.chassis.work import Work

SUBJECT_HEADER = "jatkumo-subject"
"""Carries the subject from the outbox row to the relay; never leaves the process."""
HANDOFF_HEADER = "jatkumo-handoff"
"""Carries the handoff's id to the relay's span, when there is one; never leaves the process either."""


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


# One statement for both rows: a round trip less, and the body crosses once. No NOTIFY: PostgreSQL would commit one
# transaction after the other for it. Whoever commits here wakes the relay of this process; the others poll.
_RECORD = text(
    f"""
    WITH journaled AS (
      INSERT INTO journal (event_id, type, queue, subject, aggregate_id, sequence, recorded_at, headers, body)
      VALUES (:event_id, :type, :queue, :subject, :aggregate_id, :sequence, :recorded_at, :headers, :body)
    )
    INSERT INTO outbox (queue, payload, headers)
    VALUES (:queue, :body, :headers || jsonb_build_object('{SUBJECT_HEADER}', CAST(:subject AS varchar)))
    """  # noqa: S608 - a constant of ours
)


async def record(work: Work, *events: Message) -> None:
    """Say ``events`` inside the area: journaled and queued now, published after the commit, in no promised order."""
    for event in events:
        envelope = _envelope(work, event, new_id())
        body = event.model_dump_json().encode()
        await _append(work, envelope, Queue.LOCAL, subject_of(event.type), body, handoff=event.handoff)


async def record_sealed(work: Work, sealed: SealedMessage) -> None:
    """Say something to another area: journaled and queued now; the outbox keeps trying until that area has it."""
    envelope = _envelope(work, sealed.message, sealed.message_id).model_copy(
        update={"datacontenttype": sealed.content_type}
    )
    await _append(work, envelope, Queue.EXCHANGE, sealed.subject, sealed.body, handoff=sealed.message.handoff)


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


async def _append(
    work: Work, envelope: Envelope, queue: Queue, subject: str, body: bytes, *, handoff: UUID | None
) -> None:
    headers = envelope.headers()
    if handoff is not None:
        note_handoff(handoff)
        headers[HANDOFF_HEADER] = str(handoff)
    await work.connection.execute(
        _RECORD,
        {
            "event_id": envelope.id,
            "type": envelope.type,
            "queue": queue.value,
            "subject": subject,
            "aggregate_id": envelope.subject,
            "sequence": envelope.sequence,
            "recorded_at": work.now,
            "headers": json.dumps(headers),
            "body": body,
        },
    )
    note_said(work.connection, queue)
