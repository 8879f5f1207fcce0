"""What is said to whom, and when. Pure: an event and what is known of its people in, notices out.

A text can only say what its template may say (``SAYS``): nobody's reason, ground or identity code is among it, and
no third party. Under non-disclosure only names are left, because a title's phone number, an e-mail domain or an
office tells where somebody lives (661/2009 36-37 §).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from contracts.interarea import HandoffAccepted, HandoffCompleted, HandoffNeedsPerson, Side
from contracts.notifications import PersonTold, RecipientRole
from contracts.plans import ContactNamed
from contracts.values import Contact, Language, Title


class Template(StrEnum):
    """What a message says. The keys are stable: translations, tests and operators know a message by them."""

    YOU_ARE_THE_CONTACT = "contact.you_are_named"
    YOUR_CONTACT = "person.your_contact"
    CONTACT_WAS_NAMED = "worker.contact_was_named"
    FIRST_CONTACT_HAPPENED = "worker.first_contact_happened"
    MOVE_NEEDS_YOU = "worker.move_needs_you"


@dataclass(frozen=True)
class Details:
    """What a text may say of people: a named worker, and how to reach them. Nothing else exists to be said."""

    contact_name: str | None = None
    contact_title: Title | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    worker_name: str | None = None

    def under_non_disclosure(self) -> "Details":
        """What is left when nothing may tell where the young person lives."""
        return Details(contact_name=self.contact_name, worker_name=self.worker_name)


SAYS: Final[Mapping[Template, frozenset[str]]] = MappingProxyType(
    {
        Template.YOU_ARE_THE_CONTACT: frozenset(),
        Template.YOUR_CONTACT: frozenset(
            {"contact_name", "contact_title", "contact_phone", "contact_email", "worker_name"}
        ),
        Template.CONTACT_WAS_NAMED: frozenset(),
        Template.FIRST_CONTACT_HAPPENED: frozenset(),
        Template.MOVE_NEEDS_YOU: frozenset(),
    }
)
"""The details that each template's text may use."""

SAYS_UNDER_NON_DISCLOSURE: Final = frozenset({"contact_name", "worker_name"})
"""The details that any text may use under non-disclosure."""


@dataclass(frozen=True)
class Notice:
    """One thing to be said to one recipient, once: never twice for a handoff."""

    template: Template
    recipient_role: RecipientRole
    recipient_id: UUID
    handoff_id: UUID
    case_id: UUID
    details: Details = Details()
    non_disclosure: bool = False


@dataclass(frozen=True)
class Said:
    """A notice that was said: a row in its recipient's inbox."""

    message_id: UUID
    notice: Notice
    language: Language
    said_at: datetime
    read_at: datetime | None = None


def on_contact_named(event: ContactNamed) -> tuple[Notice, ...]:
    """In the residence area: the worker learns that a young person who moved there is theirs."""
    return (
        Notice(
            Template.YOU_ARE_THE_CONTACT,
            RecipientRole.CONTACT,
            event.contact.worker_id,
            event.handoff_id,
            event.case_id,
        ),
    )


def on_handoff_accepted(
    event: HandoffAccepted, *, address_protected: bool, worker_id: UUID, worker_name: str
) -> tuple[Notice, ...]:
    """In the placing area: the young person learns who their contact is, their responsible worker that there is one.

    ``worker_id`` and ``worker_name`` are the responsible worker's, who stays.
    """
    details = _details(event.contact, worker_name)
    return (
        Notice(
            Template.YOUR_CONTACT,
            RecipientRole.YOUNG_PERSON,
            event.person_id,
            event.handoff_id,
            event.case_id,
            details.under_non_disclosure() if address_protected else details,
            address_protected,
        ),
        _to_responsible(Template.CONTACT_WAS_NAMED, event, worker_id),
    )


def concerns_responsible_worker(event: HandoffCompleted) -> bool:
    """Whether a first contact is news: not in the receiving area, whose own contact recorded it."""
    return event.side is Side.GIVING


def on_handoff_completed(event: HandoffCompleted, *, worker_id: UUID) -> tuple[Notice, ...]:
    """In the placing area: its responsible worker learns that the contact and the young person have met."""
    if not concerns_responsible_worker(event):
        return ()
    return (_to_responsible(Template.FIRST_CONTACT_HAPPENED, event, worker_id),)


def on_handoff_needs_person(event: HandoffNeedsPerson, *, worker_id: UUID) -> tuple[Notice, ...]:
    """In the placing area: its responsible worker takes a move over that no other area answers for."""
    return (_to_responsible(Template.MOVE_NEEDS_YOU, event, worker_id),)


def announced(said: Said) -> tuple[PersonTold, ...]:
    """What the rest of the area must hear of a message: that the young person knows who their contact is (C3)."""
    notice = said.notice
    if notice.template is not Template.YOUR_CONTACT:
        return ()
    return (
        PersonTold(
            message_id=said.message_id,
            handoff_id=notice.handoff_id,
            case_id=notice.case_id,
            person_id=notice.recipient_id,
            told_at=said.said_at,
        ),
    )


def _details(contact: Contact, worker_name: str) -> Details:
    return Details(contact.name, contact.title, contact.phone, contact.email, worker_name)


def _to_responsible(
    template: Template, event: HandoffAccepted | HandoffCompleted | HandoffNeedsPerson, worker_id: UUID
) -> Notice:
    return Notice(template, RecipientRole.RESPONSIBLE_WORKER, worker_id, event.handoff_id, event.case_id)
