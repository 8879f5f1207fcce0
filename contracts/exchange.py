"""What areas say to each other. Always signed by the sender and sealed to the receiver before it leaves."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.dossiers import Dossier
from contracts.envelope import Message
from contracts.values import AreaCode, Contact, Frozen


class ExchangeMessage(Message):
    """A message between areas about one handoff.

    ``version`` is the version of the sender's copy of the handoff when it was said.
    """

    handoff_id: UUID
    version: int = Field(ge=1)

    @property
    def aggregate_id(self) -> UUID:
        return self.handoff_id

    @property
    def sequence(self) -> int:
        return self.version


class HandoffOffered(ExchangeMessage):
    """Placing area → new residence area: here is what you need; please name a contact."""

    type: ClassVar[str] = "exchange.handoff.offered.v1"

    placing_case_id: UUID
    dossier: Dossier


class HandoffReceived(ExchangeMessage):
    """New residence area → placing area: your offer was opened, verified and stored."""

    type: ClassVar[str] = "exchange.handoff.received.v1"

    received_at: AwareDatetime


class HandoffAccepted(ExchangeMessage):
    """New residence area → placing area: this is the young person's contact here."""

    type: ClassVar[str] = "exchange.handoff.accepted.v1"

    contact: Contact


class PersonTold(ExchangeMessage):
    """Placing area → new residence area: the young person knows who you are; overlap begins."""

    type: ClassVar[str] = "exchange.handoff.told.v1"

    told_at: AwareDatetime


class HandoffCompleted(ExchangeMessage):
    """New residence area → placing area: the first contact with the young person is recorded."""

    type: ClassVar[str] = "exchange.handoff.completed.v1"

    first_contact_at: AwareDatetime


class HandoffReleased(ExchangeMessage):
    """Placing area → earlier residence area: the next one has taken over; thank you."""

    type: ClassVar[str] = "exchange.handoff.released.v1"

    placing_case_id: UUID
    released_on: date


class Sealed(Frozen):
    """What is signed: one exchange message with everything that its receiver must be able to check.

    The attributes stand inside the signature so that nobody on the way can swap them.
    """

    id: UUID
    type: str
    sender: AreaCode
    receiver: AreaCode
    time: AwareDatetime
    data: dict[str, object]
