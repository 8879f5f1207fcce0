"""Messages to and from a service without a broker: each processed as one transaction, as JetStream would bring it."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from contracts.envelope import Message, envelope_for
from contracts.subjects import consumers_of, subject_of
from contracts.values import new_id
from services.chassis import tables
from services.chassis.service import Service

MessageT = TypeVar("MessageT", bound=Message)


async def hear(service: Service, message: Message, *, event_id: UUID | None = None, attempt: int = 1) -> str:
    """Bring ``message`` to ``service``; the outcome is ``handled``, ``repeated`` or ``dead``."""
    consumer = next(c for c in consumers_of(service.name) if c.message is type(message))
    envelope = envelope_for(
        message,
        event_id=event_id or new_id(),
        area=service.area,
        service=consumer.stream.owner,
        sequence=message.sequence,
        time=service.clock.now(),
        traceparent=None,
    )
    body = message.model_dump_json().encode()
    return await service.subscriptions.process(
        consumer.durable, subject_of(message.type), envelope.headers(), body, attempt
    )


async def said(service: Service, kind: type[MessageT]) -> list[MessageT]:
    """What ``service`` has said of one type, oldest first, as its subscribers read it."""
    async with service.database.transaction() as connection:
        query = select(tables.journal.c.body).where(tables.journal.c.type == kind.type)
        rows = await connection.execute(query.order_by(tables.journal.c.position))
        return [kind.model_validate_json(row.body) for row in rows]
