"""The disclosure log (703/2023 10 §): each message to another area, what it told of a client, on which basis."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import insert, select

from contracts import exchange
from contracts.exchange import ExchangeMessage
from services.chassis.work import Work
from services.interarea import tables

LEGAL_BASIS = "statutory"
LEGAL_SOURCE = "417/2007 16 b §, 75 §"
"""The areas arrange the aftercare together: the placing one organises it, the residence one arranges the services."""


class Disclosed(StrEnum):
    """What of a client another area learns."""

    DOSSIER = "dossier"
    """Person, ground, dates, municipality, responsible worker."""
    RECEIPT = "receipt"
    """That the offer was received."""
    CONTACT = "contact"
    """Who the client's contact is, and so where the client is served."""
    TOLD = "told"
    """That and when the client was told."""
    FIRST_CONTACT = "first_contact"
    """When the client and the contact first met."""
    RELEASE = "release"
    """That the client is served elsewhere from now on."""


CATEGORIES: dict[type[ExchangeMessage], Disclosed] = {
    exchange.HandoffOffered: Disclosed.DOSSIER,
    exchange.HandoffReceived: Disclosed.RECEIPT,
    exchange.HandoffAccepted: Disclosed.CONTACT,
    exchange.PersonTold: Disclosed.TOLD,
    exchange.HandoffCompleted: Disclosed.FIRST_CONTACT,
    exchange.HandoffReleased: Disclosed.RELEASE,
}


@dataclass(frozen=True)
class Disclosure:
    """One message that told another area something of a client."""

    message_id: UUID
    handoff_id: UUID
    recipient_area: str
    category: Disclosed
    legal_basis: str
    legal_source: str
    disclosed_at: datetime


async def log(work: Work, message_id: UUID, recipient: str, message: ExchangeMessage) -> None:
    """Write the row of a message that is about to leave. Raises ``KeyError`` for one whose content has no category."""
    row = {
        "message_id": message_id,
        "handoff_id": message.handoff_id,
        "recipient_area": recipient,
        "category": CATEGORIES[type(message)],
        "legal_basis": LEGAL_BASIS,
        "legal_source": LEGAL_SOURCE,
        "disclosed_at": work.now,
    }
    await work.connection.execute(insert(tables.disclosures), row)


async def of_handoff(work: Work, handoff_id: UUID) -> list[Disclosure]:
    """What was disclosed in the course of a handoff, in order."""
    t = tables.disclosures
    rows = await work.connection.execute(
        select(t).where(t.c.handoff_id == handoff_id).order_by(t.c.disclosed_at, t.c.message_id)
    )
    return [
        Disclosure(
            row.message_id,
            row.handoff_id,
            row.recipient_area,
            Disclosed(row.category),
            row.legal_basis,
            row.legal_source,
            row.disclosed_at,
        )
        for row in rows
    ]
