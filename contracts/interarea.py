"""What the interarea service says inside its area."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.dossiers import Dossier
from contracts.envelope import Message
from contracts.plans import Destination
from contracts.values import AreaCode, Contact


class HandoffState(StrEnum):
    """Where a handoff stands; both areas keep their own copy."""

    OPENED = "opened"
    OFFERED = "offered"
    DELIVERED = "delivered"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    OVERLAP = "overlap"
    COMPLETED = "completed"
    RELEASED = "released"
    MANUAL = "manual"


class Side(StrEnum):
    """Which part an area plays in a handoff."""

    GIVING = "giving"
    RECEIVING = "receiving"


class HandoffEvent(Message):
    """Something that happened to a handoff, as this area sees it; each is one step of its machine.

    ``case_id`` in these events is always the placing area's case: both areas know the handoff by it.
    """

    handoff_id: UUID
    version: int = Field(ge=1)
    """The version of this area's copy after the event."""

    @property
    def aggregate_id(self) -> UUID:
        return self.handoff_id

    @property
    def sequence(self) -> int:
        return self.version


class HandoffOpened(HandoffEvent):
    """The placing area started to hand a young person's services to the new residence area."""

    type: ClassVar[str] = "interarea.handoff_opened.v1"

    case_id: UUID
    person_id: UUID
    move_id: UUID
    to_area: AreaCode
    moved_on: date


class HandoffNeedsPerson(HandoffEvent):
    """The move leads to where no area's service answers (Åland, abroad): a person takes it over."""

    type: ClassVar[str] = "interarea.handoff_needs_person.v1"

    case_id: UUID
    person_id: UUID
    move_id: UUID
    destination: Destination


class HandoffOffered(HandoffEvent):
    """The dossier was signed, sealed and handed to the exchange."""

    type: ClassVar[str] = "interarea.handoff_offered.v1"

    case_id: UUID


class HandoffDelivered(HandoffEvent):
    """The other area's disk has acknowledged the offer."""

    type: ClassVar[str] = "interarea.handoff_delivered.v1"

    case_id: UUID


class HandoffAcknowledged(HandoffEvent):
    """The other area has opened, verified and stored the offer; it will name a contact."""

    type: ClassVar[str] = "interarea.handoff_acknowledged.v1"

    case_id: UUID


class HandoffReceived(HandoffEvent):
    """This area opened and verified an offer. Only plans may read this subject."""

    type: ClassVar[str] = "interarea.handoff_received.v1"

    from_area: AreaCode
    placing_case_id: UUID
    dossier: Dossier


class HandoffAccepted(HandoffEvent):
    """The residence area named its contact, and the placing area knows."""

    type: ClassVar[str] = "interarea.handoff_accepted.v1"

    case_id: UUID
    person_id: UUID
    residence_area: AreaCode
    contact: Contact


class ContactConfirmed(HandoffEvent):
    """This area, the new residence, told the placing area who its contact is."""

    type: ClassVar[str] = "interarea.contact_confirmed.v1"

    case_id: UUID
    person_id: UUID
    """The person's id in this area."""
    contact: Contact


class OverlapBegan(HandoffEvent):
    """The young person has been told who their contact is; from now on both areas act."""

    type: ClassVar[str] = "interarea.overlap_began.v1"

    case_id: UUID
    side: Side
    told_at: AwareDatetime


class FirstContactNoted(HandoffEvent):
    """This area's contact and the young person have met or talked; completes the handoff once she was told."""

    type: ClassVar[str] = "interarea.first_contact_noted.v1"

    case_id: UUID
    contacted_at: AwareDatetime


class HandoffCompleted(HandoffEvent):
    """A worker is named, the young person has been told, and a first contact is recorded (C3)."""

    type: ClassVar[str] = "interarea.handoff_completed.v1"

    case_id: UUID
    person_id: UUID
    side: Side


class HandoffReleased(HandoffEvent):
    """The next residence area has taken over: this one's part ends."""

    type: ClassVar[str] = "interarea.handoff_released.v1"

    case_id: UUID
    side: Side
    placing_area: AreaCode | None = None
    """Who released this area; None on the placing area's own side."""
