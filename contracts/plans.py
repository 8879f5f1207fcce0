"""What the plans service says inside its area. Past tense; each carries what its subscribers need and no more."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import Message
from contracts.values import AreaCode, CaseRole, Contact, Dossier, Frozen, Language, MunicipalityCode


class ToArea(Frozen):
    """The young person now lives in an organiser's area."""

    kind: Literal["area"] = "area"
    area: AreaCode
    municipality: MunicipalityCode


class ToAland(Frozen):
    """The young person now lives in Åland, outside the law's aftercare organisation: a person takes it over."""

    kind: Literal["aland"] = "aland"
    municipality: MunicipalityCode


class ToAbroad(Frozen):
    """The young person now lives abroad: a person takes it over."""

    kind: Literal["abroad"] = "abroad"


Destination = Annotated[ToArea | ToAland | ToAbroad, Field(discriminator="kind")]


class CaseEvent(Message):
    """Something that happened to a case."""

    case_id: UUID
    version: int = Field(ge=1)
    """The case's version after the event."""

    @property
    def aggregate_id(self) -> UUID:
        return self.case_id

    @property
    def sequence(self) -> int:
        return self.version


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


class CaseOpened(CaseEvent):
    """A case was opened, with its named worker: the responsible one (placing) or the contact (residence)."""

    type: ClassVar[str] = "plans.case_opened.v1"

    person_id: UUID
    role: CaseRole
    placing_area: AreaCode
    worker_id: UUID
    right_ends_on: date


class WorkerNamed(CaseEvent):
    """An open case was given another named worker, in the same step in which the earlier one left it."""

    type: ClassVar[str] = "plans.worker_named.v1"

    person_id: UUID
    role: CaseRole
    worker_id: UUID
    earlier_worker_id: UUID


class CaseClosed(CaseEvent):
    """A case in the role *residence* ended here because the next area has taken over."""

    type: ClassVar[str] = "plans.case_closed.v1"

    person_id: UUID
    role: CaseRole


class ResidenceChanged(CaseEvent):
    """A young person whom this area placed moved to another area, to Åland or abroad, and the day has come."""

    type: ClassVar[str] = "plans.residence_changed.v1"

    move_id: UUID
    person_id: UUID
    destination: Destination
    moved_on: date


class DossierPrepared(CaseEvent):
    """What the receiving area needs. Only interarea may read this subject."""

    type: ClassVar[str] = "plans.dossier_prepared.v1"

    handoff_id: UUID
    dossier: Dossier


class ContactNamed(CaseEvent):
    """The residence area named the worker whom the young person can turn to."""

    type: ClassVar[str] = "plans.contact_named.v1"

    handoff_id: UUID
    person_id: UUID
    contact: Contact


class FirstContactRecorded(CaseEvent):
    """The residence area's contact and the young person have met or talked for the first time."""

    type: ClassVar[str] = "plans.first_contact_recorded.v1"

    handoff_id: UUID
    person_id: UUID
    worker_id: UUID
    contacted_at: AwareDatetime
