"""What an event makes this service say: into each recipient's inbox, and onto every other channel that reaches them.

Told once: a notice whose recipient already has it has no effect, whatever brought it again.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID

from contracts.interarea import HandoffAccepted, HandoffCompleted, HandoffNeedsPerson
from contracts.notifications import RecipientRole
from contracts.plans import ContactNamed
from contracts.refusals import Refusal, RefusalKind
from contracts.values import new_id
from services.chassis import journal
from services.chassis.consuming import NotYet
from services.chassis.work import Work
from services.notifications.channels import commands as deliveries
from services.notifications.channels.channel import Channels
from services.notifications.channels.domain import Delivery, Parcel
from services.notifications.messages import domain, store
from services.notifications.messages.domain import Notice, Said
from services.notifications.recipients import commands as recipients
from services.notifications.texts.catalogue import Text, catalogue


async def tell_contact(work: Work, channels: Channels, event: ContactNamed) -> None:
    """Tell a worker that they are somebody's named contact."""
    await _say(work, channels, domain.on_contact_named(event))


async def tell_of_contact(work: Work, channels: Channels, event: HandoffAccepted) -> None:
    """Tell the young person who their contact is, and their responsible worker that there is one."""
    person = await recipients.person(work, event.person_id)
    worker = await recipients.responsible_worker(work, event.case_id)
    notices = domain.on_handoff_accepted(
        event, address_protected=person.address_protected, worker_id=worker.worker_id, worker_name=worker.name
    )
    await _say(work, channels, notices)


async def tell_of_first_contact(work: Work, channels: Channels, event: HandoffCompleted) -> None:
    """Tell the placing area's responsible worker that the young person and the contact have met."""
    if domain.concerns_responsible_worker(event):
        worker = await recipients.responsible_worker(work, event.case_id)
        await _say(work, channels, domain.on_handoff_completed(event, worker_id=worker.worker_id))


async def ask_to_take_over(work: Work, channels: Channels, event: HandoffNeedsPerson) -> None:
    """Ask the responsible worker to take a move over by hand."""
    worker = await recipients.responsible_worker(work, event.case_id)
    await _say(work, channels, domain.on_handoff_needs_person(event, worker_id=worker.worker_id))


async def _say(work: Work, channels: Channels, notices: tuple[Notice, ...]) -> None:
    for notice in notices:
        reach = await recipients.reach(work, notice.recipient_role, notice.recipient_id)
        if reach is None:
            raise NotYet("the recipient has not been heard of yet")
        said = Said(new_id(), notice, reach.language, work.now)
        if not await store.add(work, said):
            continue
        await deliveries.post(work, channels, _parcel(said), reach)
        await journal.record(work, *domain.announced(said))


def _parcel(said: Said) -> Parcel:
    notice = said.notice
    return Parcel(said.message_id, notice.handoff_id, notice.recipient_id, notice.recipient_role, said.language)


@dataclass(frozen=True)
class Letter:
    """A message as its recipient reads it."""

    said: Said
    text: Text


@dataclass(frozen=True)
class Page:
    """Part of an inbox, newest first, and how many messages in all of it are unread."""

    letters: list[Letter]
    unread: int


@dataclass(frozen=True)
class Track:
    """A message and how it travels on one channel."""

    said: Said
    delivery: Delivery


async def open_inbox(
    work: Work, recipient_id: UUID, roles: AbstractSet[RecipientRole], *, before: UUID | None, limit: int
) -> Page:
    """A recipient's own messages, those older than ``before``."""
    found = await store.page(work, recipient_id, roles, before=before, limit=limit)
    protected = await _protected_now(work, recipient_id)
    return Page([_letter(said, protected) for said in found], await store.unread(work, recipient_id, roles))


async def mark_read(work: Work, message_id: UUID, recipient_id: UUID, roles: AbstractSet[RecipientRole]) -> Letter:
    """Note that a recipient has read a message; the first time counts.

    Raises ``Refusal`` when there is no such message in their inbox.
    """
    said = await store.mark_read(work, message_id, recipient_id, roles)
    if said is None:
        raise Refusal("no-such-message", "There is no such message in this inbox.", kind=RefusalKind.NOT_FOUND)
    return _letter(said, await _protected_now(work, recipient_id))


async def tracks(work: Work, handoff_id: UUID) -> list[Track]:
    """Everything that was said of a handoff, on every channel that it went."""
    said = {one.message_id: one for one in await store.of_handoff(work, handoff_id)}
    found = await deliveries.of_messages(work, said)
    return [Track(said[delivery.parcel.message_id], delivery) for delivery in found]


async def _protected_now(work: Work, recipient_id: UUID) -> bool:
    """A non-disclosure order that came later covers what was said earlier, too."""
    person = await recipients.young_person(work, recipient_id)
    return person is not None and person.address_protected


def _letter(said: Said, protected_now: bool) -> Letter:
    notice = said.notice
    text = catalogue().render(
        notice.template,
        said.language,
        notice.details,
        non_disclosure=notice.non_disclosure or protected_now,
    )
    return Letter(said, text)
