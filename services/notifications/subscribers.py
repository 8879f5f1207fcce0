"""What this service listens to, and what each message makes it do."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from contracts.envelope import Envelope, Message
from contracts.interarea import HandoffAccepted, HandoffCompleted, HandoffNeedsPerson
from contracts.plans import CaseOpened, ContactNamed, PersonRecorded, WorkerNamed, WorkerRecorded
from services.chassis.consuming import Handler
from services.chassis.work import Work
from services.notifications.channels.channel import Channels
from services.notifications.messages import commands as messages
from services.notifications.recipients import commands as recipients

_Heard = TypeVar("_Heard", bound=Message)


def handlers(channels: Channels) -> dict[type[Message], Handler]:
    """A handler for every message that this service listens to; what is said goes onto ``channels``."""

    def telling(tell: Callable[[Work, Channels, _Heard], Awaitable[None]]) -> Handler:
        async def handle(work: Work, message: _Heard, _envelope: Envelope) -> None:
            await tell(work, channels, message)

        return handle

    return {
        PersonRecorded: _keeping(recipients.hear_of_person),
        WorkerRecorded: _keeping(recipients.hear_of_worker),
        CaseOpened: _keeping(recipients.hear_of_named_worker),
        WorkerNamed: _keeping(recipients.hear_of_named_worker),
        ContactNamed: telling(messages.tell_contact),
        HandoffAccepted: telling(messages.tell_of_contact),
        HandoffCompleted: telling(messages.tell_of_first_contact),
        HandoffNeedsPerson: telling(messages.ask_to_take_over),
    }


def _keeping(keep: Callable[[Work, _Heard], Awaitable[None]]) -> Handler:
    async def handle(work: Work, message: _Heard, _envelope: Envelope) -> None:
        await keep(work, message)

    return handle
