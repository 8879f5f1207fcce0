"""Values that several messages share: codes, languages, people as they appear in a message."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from uuid_utils import compat as uuid_utils

AreaCode = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-9]|2[01]|90)$")]
"""One of the 22 organisers of aftercare: ``01``..``21`` or ``90`` (Helsinki)."""

MunicipalityCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]
"""Three digits, zero-padded: ``091`` is Helsinki."""


def new_id() -> UUID:
    """A new UUIDv7 (RFC 9562): ordered by time, so indexes on it stay small."""
    return uuid_utils.uuid7()


class Language(StrEnum):
    """The languages in which a recipient is served."""

    FI = "fi"
    SV = "sv"
    EN = "en"


class Title(StrEnum):
    """What a worker is called; says nothing of their qualification (R83)."""

    SOCIAL_WORKER = "social_worker"
    SOCIAL_COUNSELLOR = "social_counsellor"
    LEAD_SOCIAL_WORKER = "lead_social_worker"


class Qualification(StrEnum):
    """What a worker is qualified for (817/2015); special support needs call for a social worker (R77)."""

    SOCIAL_WORKER = "social_worker"
    SOCIAL_COUNSELLOR = "social_counsellor"
    OTHER = "other"


class CaseRole(StrEnum):
    """Whose part an area plays in a young person's aftercare. Never "the responsible area"."""

    PLACING = "placing"
    RESIDENCE = "residence"


class Ground(StrEnum):
    """Why a young person has the right to aftercare (417/2007 75 §)."""

    TAKEN_INTO_CARE = "taken_into_care"
    OPEN_CARE_PLACEMENT = "open_care_placement"
    UNACCOMPANIED_MINOR = "unaccompanied_minor"
    DISCRETIONARY = "discretionary"


class Frozen(BaseModel):
    """A value: never changes, and tolerates fields that a newer sender added."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class Contact(Frozen):
    """A worker as the young person and the other area may reach them."""

    worker_id: UUID
    name: str = Field(min_length=1, max_length=200)
    title: Title
    phone: str | None = Field(default=None, max_length=40)
    email: str | None = Field(default=None, max_length=254)
    lead_stands_in: bool = False
    """True when nobody had room, so the lead worker is the named contact (R79)."""
