"""Who can be told something, and what is known of them. Copies: plans owns the originals."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from contracts.plans import CaseOpened, PersonRecorded, WorkerNamed, WorkerRecorded
from contracts.values import CaseRole, Language


@dataclass(frozen=True)
class Reach:
    """How somebody can be reached, and in which language they want to read."""

    language: Language
    email: str | None
    phone: str | None


@dataclass(frozen=True)
class Person:
    """A young person, as far as telling them something needs."""

    person_id: UUID
    version: int
    language: Language
    email: str | None
    phone: str | None
    address_protected: bool

    @classmethod
    def of(cls, event: PersonRecorded) -> Self:
        """The copy that an event asks for. The name stays where it came from: no text uses it."""
        return cls(event.person_id, event.version, event.language, event.email, event.phone, event.address_protected)

    @property
    def reach(self) -> Reach:
        """How the person can be reached."""
        return Reach(self.language, self.email, self.phone)


@dataclass(frozen=True)
class Worker:
    """A worker of this area."""

    worker_id: UUID
    version: int
    name: str
    language: Language
    email: str
    lead: bool
    active: bool

    @classmethod
    def of(cls, event: WorkerRecorded) -> Self:
        """The copy that an event asks for."""
        return cls(event.worker_id, event.version, event.name, event.language, event.email, event.lead, event.active)

    @property
    def reach(self) -> Reach:
        """How the worker can be reached."""
        return Reach(self.language, self.email, phone=None)


@dataclass(frozen=True)
class NamedWorker:
    """Whose case it is: the responsible worker (placing) or the contact (residence)."""

    case_id: UUID
    version: int
    person_id: UUID
    role: CaseRole
    worker_id: UUID

    @classmethod
    def of(cls, event: CaseOpened | WorkerNamed) -> Self:
        """The copy that an event asks for; either event alone is enough, so their order does not matter."""
        return cls(event.case_id, event.version, event.person_id, event.role, event.worker_id)
