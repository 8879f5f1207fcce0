"""What plans listens to: interarea of its own area."""

from collections.abc import Mapping

from contracts import interarea
from contracts.envelope import Envelope, Message
from contracts.interarea import Side
from services.chassis.consuming import Handler
from services.chassis.work import Work
from services.plans.arrivals import commands as arrivals
from services.plans.contacts import commands as contacts
from services.plans.dossiers import commands as dossiers


def handlers(*, allow_temporary_hetu: bool) -> Mapping[type[Message], Handler]:
    """Message type → what it does here."""

    async def handoff_opened(work: Work, event: interarea.HandoffOpened, _envelope: Envelope) -> None:
        await dossiers.prepare(work, event)

    async def handoff_received(work: Work, event: interarea.HandoffReceived, _envelope: Envelope) -> None:
        await arrivals.receive(work, event, allow_temporary_hetu=allow_temporary_hetu)

    async def handoff_accepted(work: Work, event: interarea.HandoffAccepted, _envelope: Envelope) -> None:
        await contacts.keep(work, event)

    async def handoff_released(work: Work, event: interarea.HandoffReleased, _envelope: Envelope) -> None:
        if event.side is Side.GIVING:
            await contacts.end(work, event)
        else:
            await arrivals.release(work, event)

    return {
        interarea.HandoffOpened: handoff_opened,
        interarea.HandoffReceived: handoff_received,
        interarea.HandoffAccepted: handoff_accepted,
        interarea.HandoffReleased: handoff_released,
    }
