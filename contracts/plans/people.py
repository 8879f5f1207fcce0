"""Young people and workers as others need to know them."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.envelope import Message
from contracts.values import Language


class PersonRecorded(Message):
    """A young person's contact details or language were recorded or changed; notifications keeps a copy."""

    type: ClassVar[str] = "plans.person_recorded.v1"

    person_id: UUID
    version: int = Field(ge=1)
    given_name: str
    language: Language
    email: str | None
    phone: str | None
    address_protected: bool

    @property
    def aggregate_id(self) -> UUID:
        return self.person_id

    @property
    def sequence(self) -> int:
        return self.version


class WorkerRecorded(Message):
    """A worker's contact details, language or standing were recorded or changed."""

    type: ClassVar[str] = "plans.worker_recorded.v1"

    worker_id: UUID
    version: int = Field(ge=1)
    name: str
    language: Language
    """The language in which the worker wants messages."""
    email: str
    lead: bool
    active: bool

    @property
    def aggregate_id(self) -> UUID:
        return self.worker_id

    @property
    def sequence(self) -> int:
        return self.version
