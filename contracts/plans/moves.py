"""Where a young person lives changed, and what follows from it."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.dossiers import Dossier
from contracts.plans.cases import CaseEvent
from contracts.values import AreaCode, Contact, Frozen, MunicipalityCode


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
