"""A young person as this area knows her: what is recorded, what others are told of it, what a newcomer brings."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from contracts.dossiers import PersonDetails
from contracts.plans import PersonRecorded
from contracts.values import Language


@dataclass(frozen=True)
class Details:
    """What is recorded about a young person beside her identity code; shows nothing of it when printed."""

    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    language: Language
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    address_protected: bool


@dataclass(frozen=True)
class Person:
    """A young person, in the version that was last recorded."""

    person_id: UUID
    version: int
    details: Details


@dataclass(frozen=True)
class Record:
    """Record a young person's details, the first time or anew."""

    person_id: UUID
    details: Details


def decide(person: Person | None, command: Record) -> list[PersonRecorded]:
    """What recording these details means; nothing when they are the same."""
    if person is not None and person.details == command.details:
        return []
    details = command.details
    return [
        PersonRecorded(
            person_id=command.person_id,
            version=1 if person is None else person.version + 1,
            given_name=details.given_name,
            language=details.language,
            email=details.email,
            phone=details.phone,
            address_protected=details.address_protected,
        )
    ]


def evolve(event: PersonRecorded, details: Details) -> Person:
    """The person after an event. It tells others less than is recorded, so the details stand beside it."""
    return Person(event.person_id, event.version, details)


def details_of(arriving: PersonDetails) -> Details:
    """The details in another area's dossier."""
    return Details(
        given_name=arriving.given_name,
        family_name=arriving.family_name,
        language=arriving.language,
        email=arriving.email,
        phone=arriving.phone,
        address_protected=arriving.address_protected,
    )


def joined(known: Details, arriving: Details) -> Details:
    """The details after a dossier: it is newer, so what it says counts, and what it does not say is kept.

    A non-disclosure order that either area knows of is in force: a dossier can bring one and never lifts one.
    """
    return replace(
        arriving,
        email=arriving.email or known.email,
        phone=arriving.phone or known.phone,
        address_protected=known.address_protected or arriving.address_protected,
    )
