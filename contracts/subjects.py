"""Every subject, stream and durable consumer, with its limits, in one place. Provisioning and permissions read it."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from contracts import exchange, interarea, notifications, plans
from contracts.envelope import Message


class Account(StrEnum):
    """The NATS account of an area in which a stream lives."""

    LOCAL = "LOCAL"
    EXCHANGE = "EXCHANGE"


@dataclass(frozen=True)
class Stream:
    """A JetStream stream. PostgreSQL is the record; a stream is transport and can be rebuilt from the journal."""

    name: str
    account: Account
    owner: str
    """The service whose messages it holds; for the exchange, the one that receives them."""
    max_age: timedelta = timedelta(days=30)
    max_bytes: int = 1024**3
    max_message_bytes: int = 1024**2
    duplicate_window: timedelta = timedelta(hours=24)

    def subjects(self, area: str) -> tuple[str, ...]:
        """The subjects that the stream stores in ``area``: those that somebody there may hear, and no others.

        A message of a version that this area does not know yet is acknowledged by nobody, so it waits in its sender's
        outbox instead of being lost here. None may capture another area's subjects (or it would answer).
        """
        if self.account is Account.EXCHANGE:
            return tuple(exchange_subject(message.type, sender="*", receiver=area) for message in EXCHANGED)
        return tuple(subject_of(message.type) for message in PUBLISHED[self.owner])


PLANS = Stream("PLANS", Account.LOCAL, "plans")
INTERAREA = Stream("INTERAREA", Account.LOCAL, "interarea")
NOTIFICATIONS = Stream("NOTIFICATIONS", Account.LOCAL, "notifications")
EXCHANGE_IN = Stream("EXCHANGE_IN", Account.EXCHANGE, "interarea")
STREAMS = (PLANS, INTERAREA, NOTIFICATIONS, EXCHANGE_IN)

_STREAM_OF_PREFIX = {
    "plans": PLANS,
    "interarea": INTERAREA,
    "notifications": NOTIFICATIONS,
    "exchange": EXCHANGE_IN,
}


def stream_of(message: type[Message]) -> Stream:
    """The stream that stores a message type."""
    return _STREAM_OF_PREFIX[message.type.split(".", 1)[0]]


def subject_of(message_type: str) -> str:
    """The subject of an event inside an area: its type."""
    return message_type


def exchange_subject(message_type: str, *, sender: str, receiver: str) -> str:
    """The subject of a message between areas: ``exchange.to.<to>.from.<from>.<message>``."""
    return f"exchange.to.{receiver}.from.{sender}.{message_type.removeprefix('exchange.')}"


@dataclass(frozen=True)
class Consumer:
    """One durable pull consumer: one service listening to one message type.

    ``ack_wait`` lies above the longest a batch may take: an unacknowledged message comes again after it.
    Redelivery never gives up (``max_deliver`` -1): the service itself writes a dead letter and acknowledges.
    """

    service: str
    message: type[Message]
    ack_wait: timedelta = timedelta(seconds=15)
    max_ack_pending: int = 512
    stream: Stream = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "stream", stream_of(self.message))

    @property
    def durable(self) -> str:
        """The consumer's name: ``<service>-<type, dots as underscores>``."""
        return f"{self.service}-{self.message.type.replace('.', '_')}"

    def filter_subject(self, area: str) -> str:
        """The subject that it listens to in ``area``."""
        if self.stream.account is Account.EXCHANGE:
            return exchange_subject(self.message.type, sender="*", receiver=area)
        return subject_of(self.message.type)


def _listens(service: str, *messages: type[Message]) -> tuple[Consumer, ...]:
    return tuple(Consumer(service, message) for message in messages)


CONSUMERS: tuple[Consumer, ...] = (
    *_listens(
        "plans",
        interarea.HandoffOpened,
        interarea.HandoffReceived,
        interarea.HandoffAccepted,
        interarea.HandoffReleased,
    ),
    *_listens(
        "interarea",
        plans.ResidenceChanged,
        plans.DossierPrepared,
        plans.ContactNamed,
        plans.FirstContactRecorded,
        notifications.PersonTold,
        exchange.HandoffOffered,
        exchange.HandoffReceived,
        exchange.HandoffAccepted,
        exchange.PersonTold,
        exchange.HandoffCompleted,
        exchange.HandoffReleased,
    ),
    *_listens(
        "notifications",
        plans.PersonRecorded,
        plans.WorkerRecorded,
        plans.CaseOpened,
        plans.WorkerNamed,
        plans.ContactNamed,
        interarea.HandoffAccepted,
        interarea.HandoffCompleted,
        interarea.HandoffNeedsPerson,
    ),
)

SERVICES = ("plans", "interarea", "notifications")

PUBLISHED: dict[str, tuple[type[Message], ...]] = {
    "plans": (
        plans.PersonRecorded,
        plans.WorkerRecorded,
        plans.CaseOpened,
        plans.WorkerNamed,
        plans.CaseClosed,
        plans.ResidenceChanged,
        plans.DossierPrepared,
        plans.ContactNamed,
        plans.FirstContactRecorded,
        plans.CasePaused,
        plans.CaseResumed,
        plans.RightRecomputed,
        plans.PreparationOpened,
        plans.HandoverInConfirmed,
        plans.PreparationCancelled,
        plans.AbsencePlanned,
        plans.AbsenceCancelled,
        plans.HandoverAsked,
        plans.HandoverRecorded,
        plans.DeadlineSet,
        plans.DeadlineMoved,
        plans.DeadlineMet,
        plans.DeadlineCancelled,
        plans.CycleBegan,
        plans.PhaseReached,
        plans.CycleEnded,
        plans.ReviewCalled,
        plans.MeetingPlanned,
        plans.MeetingHeld,
        plans.MeetingCancelled,
        plans.PlanPublished,
        plans.RevisionProposed,
        plans.RevisionAnswered,
        plans.PlanCommented,
        plans.CommentAnswered,
        plans.StatusNoted,
        plans.PlanDelivered,
        plans.PlanRead,
        plans.CaseOpenedFromOutside,
    ),
    "interarea": (
        interarea.HandoffOpened,
        interarea.HandoffNeedsPerson,
        interarea.HandoffOffered,
        interarea.HandoffDelivered,
        interarea.HandoffAcknowledged,
        interarea.HandoffReceived,
        interarea.HandoffAccepted,
        interarea.ContactConfirmed,
        interarea.OverlapBegan,
        interarea.FirstContactNoted,
        interarea.HandoffCompleted,
        interarea.HandoffReleased,
    ),
    "notifications": (notifications.PersonTold,),
}
"""What each service says inside its area."""

EXCHANGED: tuple[type[exchange.ExchangeMessage], ...] = (
    exchange.HandoffOffered,
    exchange.HandoffReceived,
    exchange.HandoffAccepted,
    exchange.PersonTold,
    exchange.HandoffCompleted,
    exchange.HandoffReleased,
)
"""What areas say to each other; interarea says and hears all of it."""


def consumers_of(service: str, account: Account | None = None) -> tuple[Consumer, ...]:
    """The durable consumers of a service, of one account or of both."""
    return tuple(c for c in CONSUMERS if c.service == service and account in (None, c.stream.account))


def all_messages() -> tuple[type[Message], ...]:
    """Every message type of the contracts, each once."""
    return (*(message for messages in PUBLISHED.values() for message in messages), *EXCHANGED)
