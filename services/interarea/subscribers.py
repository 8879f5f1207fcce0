"""What interarea listens to: plans and notifications of its own area, and the other areas."""

from collections.abc import Mapping

from contracts import exchange, notifications, plans
from contracts.envelope import Envelope, Message
from services.chassis.consuming import Handler
from services.chassis.work import Work
from services.interarea.handoffs.commands import Handoffs
from services.interarea.handoffs.domain import (
    Accept,
    HearTold,
    NoteAccepted,
    NoteCompleted,
    NoteDelivered,
    NoteFirstContact,
    NoteReceived,
    NoteTold,
    Offer,
    Receive,
    Release,
)


def local(handoffs: Handoffs) -> Mapping[type[Message], Handler]:
    """What is heard inside the area."""

    async def residence_changed(work: Work, event: plans.ResidenceChanged, _envelope: Envelope) -> None:
        await handoffs.open_for(work, event)

    async def dossier_prepared(work: Work, event: plans.DossierPrepared, _envelope: Envelope) -> None:
        await handoffs.step(work, event.handoff_id, Offer(event.dossier))

    async def contact_named(work: Work, event: plans.ContactNamed, _envelope: Envelope) -> None:
        await handoffs.step(work, event.handoff_id, Accept(event.person_id, event.contact))

    async def first_contact(work: Work, event: plans.FirstContactRecorded, _envelope: Envelope) -> None:
        await handoffs.step(work, event.handoff_id, NoteFirstContact(event.contacted_at))

    async def person_told(work: Work, event: notifications.PersonTold, _envelope: Envelope) -> None:
        await handoffs.step(work, event.handoff_id, NoteTold(event.told_at))

    return {
        plans.ResidenceChanged: residence_changed,
        plans.DossierPrepared: dossier_prepared,
        plans.ContactNamed: contact_named,
        plans.FirstContactRecorded: first_contact,
        notifications.PersonTold: person_told,
    }


def between_areas(handoffs: Handoffs) -> Mapping[type[Message], Handler]:
    """What other areas say. The envelope's area is the verified sender: the reader has refused anything else."""

    async def offered(work: Work, said: exchange.HandoffOffered, envelope: Envelope) -> None:
        await handoffs.receive(
            work, Receive(said.handoff_id, envelope.area, said.placing_case_id, said.dossier, work.now)
        )

    async def received(work: Work, said: exchange.HandoffReceived, envelope: Envelope) -> None:
        await handoffs.hear(work, said.handoff_id, NoteReceived(envelope.area))

    async def accepted(work: Work, said: exchange.HandoffAccepted, envelope: Envelope) -> None:
        await handoffs.hear(work, said.handoff_id, NoteAccepted(envelope.area, said.contact))

    async def told(work: Work, said: exchange.PersonTold, envelope: Envelope) -> None:
        await handoffs.hear(work, said.handoff_id, HearTold(envelope.area, said.told_at))

    async def completed(work: Work, said: exchange.HandoffCompleted, envelope: Envelope) -> None:
        await handoffs.complete_here(work, said.handoff_id, NoteCompleted(envelope.area, said.first_contact_at))

    async def released(work: Work, said: exchange.HandoffReleased, envelope: Envelope) -> None:
        await handoffs.release(work, Release(said.handoff_id, envelope.area, said.placing_case_id))

    return {
        exchange.HandoffOffered: offered,
        exchange.HandoffReceived: received,
        exchange.HandoffAccepted: accepted,
        exchange.PersonTold: told,
        exchange.HandoffCompleted: completed,
        exchange.HandoffReleased: released,
    }


async def delivered(handoffs: Handoffs, work: Work, envelope: Envelope) -> None:
    """Another area's disk has acknowledged a message: an offer is delivered; the others need no note."""
    if envelope.type == exchange.HandoffOffered.type:
        await handoffs.step(work, envelope.subject, NoteDelivered())
