"""The handoff's machine. Pure: what is known and what was heard decide what happened and what is said.

Both areas keep their own copy. Anything may come twice or late: a step that was already taken says nothing, and one
that cannot be taken yet raises ``TooEarly`` so that it comes again. Capacity and cost cannot be expressed (R92).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from contracts import exchange
from contracts.dossiers import Dossier
from contracts.exchange import ExchangeMessage
from contracts.interarea import (
    ContactConfirmed,
    FirstContactNoted,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffCompleted,
    HandoffDelivered,
    HandoffEvent,
    HandoffNeedsPerson,
    HandoffOffered,
    HandoffOpened,
    HandoffReceived,
    HandoffReleased,
    HandoffState,
    OverlapBegan,
    Side,
)
from contracts.plans import Destination, ToArea
from contracts.refusals import Refusal, RefusalKind
from contracts.values import Contact

_ORDER = (
    HandoffState.OPENED,
    HandoffState.OFFERED,
    HandoffState.DELIVERED,
    HandoffState.RECEIVED,
    HandoffState.ACCEPTED,
    HandoffState.OVERLAP,
    HandoffState.COMPLETED,
    HandoffState.RELEASED,
)
ENDED = frozenset({HandoffState.COMPLETED, HandoffState.RELEASED, HandoffState.MANUAL})


class TooEarly(Exception):  # noqa: N818 - says when, not what went wrong
    """What this step builds on has not happened here yet."""


class NotAParty(Refusal):
    """An area spoke about a handoff that is not between it and this area."""

    def __init__(self) -> None:
        super().__init__("not-a-party", "The sender is not a party to this handoff.", kind=RefusalKind.CONFLICT)


class UnknownHandoff(Refusal):
    """An area spoke about a handoff that this area has no part in."""

    def __init__(self) -> None:
        super().__init__("no-such-handoff", "There is no such handoff here.", kind=RefusalKind.NOT_FOUND)


@dataclass(frozen=True)
class Handoff:
    """One area's copy of a handoff. ``case_id`` is the placing area's; ``other_area`` is None in ``manual``."""

    handoff_id: UUID
    side: Side
    state: HandoffState
    version: int
    case_id: UUID
    other_area: str | None
    person_id: UUID | None = None
    move_id: UUID | None = None
    told_at: datetime | None = None
    first_contact_at: datetime | None = None

    def reached(self, state: HandoffState) -> bool:
        """Whether the handoff is at ``state`` or beyond."""
        return self.state is not HandoffState.MANUAL and _ORDER.index(self.state) >= _ORDER.index(state)


@dataclass(frozen=True)
class Outgoing:
    """What another area is told."""

    to: str
    message: ExchangeMessage


@dataclass(frozen=True)
class Decision:
    """What happened here, in order, and what other areas are told. Empty: nothing new."""

    events: tuple[HandoffEvent, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()


NOTHING = Decision()


@dataclass(frozen=True)
class Open:
    """Placing area: the young person moved. ``connected``: the exchange reaches the area that she moved to."""

    handoff_id: UUID
    case_id: UUID
    person_id: UUID
    move_id: UUID
    destination: Destination
    moved_on: date
    connected: bool = True


@dataclass(frozen=True)
class Offer:
    """Placing area: the dossier is ready."""

    dossier: Dossier


@dataclass(frozen=True)
class NoteDelivered:
    """Placing area: the other area's disk has the offer."""


@dataclass(frozen=True)
class NoteReceived:
    """Placing area: the other area opened and verified the offer."""

    sender: str


@dataclass(frozen=True)
class NoteAccepted:
    """Placing area: the other area named its contact."""

    sender: str
    contact: Contact


@dataclass(frozen=True)
class NoteTold:
    """Placing area: the young person was told here."""

    told_at: datetime


@dataclass(frozen=True)
class NoteCompleted:
    """Placing area: the other area has recorded the first contact."""

    sender: str
    first_contact_at: datetime


@dataclass(frozen=True)
class ReleaseEarlier:
    """Placing area: a later residence has taken over from this one."""

    today: date


@dataclass(frozen=True)
class Receive:
    """New residence area: an offer was opened and verified."""

    handoff_id: UUID
    sender: str
    placing_case_id: UUID
    dossier: Dossier
    now: datetime


@dataclass(frozen=True)
class Accept:
    """New residence area: a contact was named."""

    person_id: UUID
    contact: Contact


@dataclass(frozen=True)
class HearTold:
    """New residence area: the placing area says that the young person was told."""

    sender: str
    told_at: datetime


@dataclass(frozen=True)
class NoteFirstContact:
    """New residence area: its contact and the young person have met or talked."""

    contacted_at: datetime


@dataclass(frozen=True)
class Release:
    """Residence area: the next one has taken over. It may overtake the offer itself."""

    handoff_id: UUID
    sender: str
    placing_case_id: UUID


Command = (
    Open
    | Offer
    | NoteDelivered
    | NoteReceived
    | NoteAccepted
    | NoteTold
    | NoteCompleted
    | ReleaseEarlier
    | Receive
    | Accept
    | HearTold
    | NoteFirstContact
    | Release
)


def decide(handoff: Handoff | None, command: Command) -> Decision:
    """What a command means for a handoff in its present state.

    Raises ``TooEarly`` when what it builds on has not happened here yet, ``NotAParty`` when the sender has no part in
    this handoff.
    """
    match command:
        case Open():
            return _open(command) if handoff is None else NOTHING
        case Receive():
            return _receive(handoff, command)
        case Release():
            return _release(handoff, command)
    if handoff is None:
        raise TooEarly
    if handoff.state is HandoffState.MANUAL:
        return NOTHING
    if isinstance(
        command, Offer | NoteDelivered | NoteReceived | NoteAccepted | NoteTold | NoteCompleted | ReleaseEarlier
    ):
        return _giving(handoff, command)
    return _receiving(handoff, command)


def evolve(handoff: Handoff | None, event: HandoffEvent) -> Handoff:
    """The handoff after an event of its own."""
    match event:
        case HandoffOpened():
            return Handoff(
                event.handoff_id,
                Side.GIVING,
                HandoffState.OPENED,
                event.version,
                event.case_id,
                event.to_area,
                event.person_id,
                event.move_id,
            )
        case HandoffNeedsPerson():
            return Handoff(
                event.handoff_id,
                Side.GIVING,
                HandoffState.MANUAL,
                event.version,
                event.case_id,
                None,
                event.person_id,
                event.move_id,
            )
        case HandoffReceived():
            return Handoff(
                event.handoff_id,
                Side.RECEIVING,
                HandoffState.RECEIVED,
                event.version,
                event.placing_case_id,
                event.from_area,
            )
    if handoff is None:
        return _released_before_offered(event)
    return replace(_stepped(handoff, event), version=event.version)


def _released_before_offered(event: HandoffEvent) -> Handoff:
    """A release that overtook its offer leaves a mark, so that the late offer opens nothing."""
    if not isinstance(event, HandoffReleased) or event.placing_area is None:
        raise TypeError(f"{event.type} cannot be a handoff's first event")
    return Handoff(
        event.handoff_id, Side.RECEIVING, HandoffState.RELEASED, event.version, event.case_id, event.placing_area
    )


def _stepped(handoff: Handoff, event: HandoffEvent) -> Handoff:
    match event:
        case HandoffOffered():
            return replace(handoff, state=HandoffState.OFFERED)
        case HandoffDelivered():
            return replace(handoff, state=HandoffState.DELIVERED)
        case HandoffAcknowledged():
            return replace(handoff, state=HandoffState.RECEIVED)
        case HandoffAccepted():
            return replace(handoff, state=HandoffState.ACCEPTED)
        case ContactConfirmed():
            return replace(handoff, state=HandoffState.ACCEPTED, person_id=event.person_id)
        case OverlapBegan():
            return replace(handoff, state=HandoffState.OVERLAP, told_at=event.told_at)
        case FirstContactNoted():
            return replace(handoff, first_contact_at=event.contacted_at)
        case HandoffCompleted():
            return replace(handoff, state=HandoffState.COMPLETED)
        case HandoffReleased():
            return replace(handoff, state=HandoffState.RELEASED)
    raise TypeError(f"{event.type} is no step of a handoff")


def _open(command: Open) -> Decision:
    if not isinstance(command.destination, ToArea) or not command.connected:
        needs = HandoffNeedsPerson(
            handoff_id=command.handoff_id,
            version=1,
            case_id=command.case_id,
            person_id=command.person_id,
            move_id=command.move_id,
            destination=command.destination,
        )
        return Decision((needs,))
    opened = HandoffOpened(
        handoff_id=command.handoff_id,
        version=1,
        case_id=command.case_id,
        person_id=command.person_id,
        move_id=command.move_id,
        to_area=command.destination.area,
        moved_on=command.moved_on,
    )
    return Decision((opened,))


_Giving = Offer | NoteDelivered | NoteReceived | NoteAccepted | NoteTold | NoteCompleted | ReleaseEarlier


def _giving(handoff: Handoff, command: _Giving) -> Decision:
    if handoff.side is not Side.GIVING or handoff.other_area is None:
        raise NotAParty
    if isinstance(command, NoteReceived | NoteAccepted | NoteCompleted) and command.sender != handoff.other_area:
        raise NotAParty
    next_version = handoff.version + 1
    at = {"handoff_id": handoff.handoff_id, "version": next_version, "case_id": handoff.case_id}
    match command:
        case Offer() if handoff.state is HandoffState.OPENED:
            offer = exchange.HandoffOffered(
                handoff_id=handoff.handoff_id,
                version=next_version,
                placing_case_id=handoff.case_id,
                dossier=command.dossier,
            )
            return Decision((HandoffOffered.model_validate(at),), (Outgoing(handoff.other_area, offer),))
        case NoteDelivered() if handoff.state is HandoffState.OFFERED:
            return Decision((HandoffDelivered.model_validate(at),))
        case NoteReceived() if not handoff.reached(HandoffState.RECEIVED):
            return Decision((HandoffAcknowledged.model_validate(at),))
        case NoteAccepted() if not handoff.reached(HandoffState.ACCEPTED):
            return Decision((_accepted(handoff, command.contact),))
        case NoteTold():
            return _told(handoff, command)
        case NoteCompleted():
            return _completed_elsewhere(handoff)
        case ReleaseEarlier() if not handoff.reached(HandoffState.RELEASED):
            return _let_go(handoff, command.today)
    return NOTHING


def _accepted(handoff: Handoff, contact: Contact) -> HandoffAccepted:
    if handoff.person_id is None or handoff.other_area is None:
        raise TooEarly
    return HandoffAccepted(
        handoff_id=handoff.handoff_id,
        version=handoff.version + 1,
        case_id=handoff.case_id,
        person_id=handoff.person_id,
        residence_area=handoff.other_area,
        contact=contact,
    )


def _told(handoff: Handoff, command: NoteTold) -> Decision:
    if not handoff.reached(HandoffState.ACCEPTED):
        raise TooEarly
    if handoff.state is not HandoffState.ACCEPTED or handoff.other_area is None:
        return NOTHING
    overlap = _overlap(handoff, command.told_at)
    told = exchange.PersonTold(handoff_id=handoff.handoff_id, version=overlap.version, told_at=command.told_at)
    return Decision((overlap,), (Outgoing(handoff.other_area, told),))


def _overlap(handoff: Handoff, told_at: datetime) -> OverlapBegan:
    return OverlapBegan(
        handoff_id=handoff.handoff_id,
        version=handoff.version + 1,
        case_id=handoff.case_id,
        side=handoff.side,
        told_at=told_at,
    )


def _completed_elsewhere(handoff: Handoff) -> Decision:
    """C3: the other area completes only after this one said that the young person was told."""
    if not handoff.reached(HandoffState.OVERLAP):
        raise TooEarly
    if handoff.state is not HandoffState.OVERLAP:
        return NOTHING
    return Decision((_completed(handoff, handoff.version + 1),))


def _completed(handoff: Handoff, version: int) -> HandoffCompleted:
    if handoff.person_id is None:
        raise TooEarly
    return HandoffCompleted(
        handoff_id=handoff.handoff_id,
        version=version,
        case_id=handoff.case_id,
        person_id=handoff.person_id,
        side=handoff.side,
    )


def _let_go(handoff: Handoff, today: date) -> Decision:
    """The earlier residence area is released; if the offer never left, there is nobody to tell."""
    version = handoff.version + 1
    released = HandoffReleased(
        handoff_id=handoff.handoff_id, version=version, case_id=handoff.case_id, side=Side.GIVING
    )
    if handoff.state is HandoffState.OPENED or handoff.other_area is None:
        return Decision((released,))
    message = exchange.HandoffReleased(
        handoff_id=handoff.handoff_id, version=version, placing_case_id=handoff.case_id, released_on=today
    )
    return Decision((released,), (Outgoing(handoff.other_area, message),))


def _receive(handoff: Handoff | None, command: Receive) -> Decision:
    if handoff is not None:
        if handoff.side is not Side.RECEIVING or handoff.other_area != command.sender:
            raise NotAParty
        return NOTHING
    received = HandoffReceived(
        handoff_id=command.handoff_id,
        version=1,
        from_area=command.sender,
        placing_case_id=command.placing_case_id,
        dossier=command.dossier,
    )
    answer = exchange.HandoffReceived(handoff_id=command.handoff_id, version=1, received_at=command.now)
    return Decision((received,), (Outgoing(command.sender, answer),))


def _receiving(handoff: Handoff, command: Accept | HearTold | NoteFirstContact) -> Decision:
    if handoff.side is not Side.RECEIVING or handoff.other_area is None:
        raise NotAParty
    if isinstance(command, HearTold) and command.sender != handoff.other_area:
        raise NotAParty
    match command:
        case Accept() if handoff.state is HandoffState.RECEIVED:
            return _accept(handoff, command, handoff.other_area)
        case HearTold():
            return _heard_told(handoff, command)
        case NoteFirstContact():
            return _first_contact(handoff, command)
    return NOTHING


def _accept(handoff: Handoff, command: Accept, placing_area: str) -> Decision:
    version = handoff.version + 1
    confirmed = ContactConfirmed(
        handoff_id=handoff.handoff_id,
        version=version,
        case_id=handoff.case_id,
        person_id=command.person_id,
        contact=command.contact,
    )
    accepted = exchange.HandoffAccepted(handoff_id=handoff.handoff_id, version=version, contact=command.contact)
    return Decision((confirmed,), (Outgoing(placing_area, accepted),))


def _heard_told(handoff: Handoff, command: HearTold) -> Decision:
    if not handoff.reached(HandoffState.ACCEPTED):
        raise TooEarly
    if handoff.state is not HandoffState.ACCEPTED:
        return NOTHING
    overlap = _overlap(handoff, command.told_at)
    if handoff.first_contact_at is None:
        return Decision((overlap,))
    return _complete(evolve(handoff, overlap), handoff.first_contact_at, before=(overlap,))


def _first_contact(handoff: Handoff, command: NoteFirstContact) -> Decision:
    if not handoff.reached(HandoffState.ACCEPTED):
        raise TooEarly
    if handoff.first_contact_at is not None or handoff.reached(HandoffState.COMPLETED):
        return NOTHING
    noted = FirstContactNoted(
        handoff_id=handoff.handoff_id,
        version=handoff.version + 1,
        case_id=handoff.case_id,
        contacted_at=command.contacted_at,
    )
    if handoff.state is HandoffState.ACCEPTED:
        return Decision((noted,))
    return _complete(evolve(handoff, noted), command.contacted_at, before=(noted,))


def _complete(handoff: Handoff, first_contact_at: datetime, *, before: tuple[HandoffEvent, ...]) -> Decision:
    """C3: named, told and contacted, all three; only now."""
    if handoff.other_area is None:
        raise NotAParty
    completed = _completed(handoff, handoff.version + 1)
    message = exchange.HandoffCompleted(
        handoff_id=handoff.handoff_id, version=completed.version, first_contact_at=first_contact_at
    )
    return Decision((*before, completed), (Outgoing(handoff.other_area, message),))


def _release(handoff: Handoff | None, command: Release) -> Decision:
    if handoff is not None and (handoff.side is not Side.RECEIVING or handoff.other_area != command.sender):
        raise NotAParty
    if handoff is not None and handoff.reached(HandoffState.RELEASED):
        return NOTHING
    released = HandoffReleased(
        handoff_id=command.handoff_id,
        version=1 if handoff is None else handoff.version + 1,
        case_id=command.placing_case_id,
        side=Side.RECEIVING,
        placing_area=command.sender,
    )
    return Decision((released,))
