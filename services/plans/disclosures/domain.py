"""What is written down when data is read here, or leaves for another area (703/2023 10 §). No free text."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Seen(StrEnum):
    """Which data somebody has looked at."""

    PERSON = "person"
    CASE = "case"
    CASE_LIST = "case_list"
    RIGHTS = "rights"
    NAMED_WORKERS = "named_workers"
    RESIDENCES = "residences"
    ACCESS_LOG = "access_log"
    DISCLOSURES = "disclosures"
    OWN_VIEW = "own_view"
    DEADLINES = "deadlines"
    NETWORK = "network"
    MEETINGS = "meetings"
    INFORMATION_GIVEN = "information_given"
    WELLBEING = "wellbeing"
    FEEDBACK = "feedback"


class Done(StrEnum):
    """What somebody has done to a young person's data."""

    PERSON_RECORDED = "person_recorded"
    PERSON_CHANGED = "person_changed"
    CASE_OPENED = "case_opened"
    WORKER_NAMED = "worker_named"
    RESIDENCE_RECORDED = "residence_recorded"
    MOVE_RECORDED = "move_recorded"
    FIRST_CONTACT_RECORDED = "first_contact_recorded"
    POPULATION_CHANGE_APPLIED = "population_change_applied"
    NETWORK_RECORDED = "network_recorded"
    MEETING_RECORDED = "meeting_recorded"
    INFORMATION_GIVEN = "information_given"
    WELLBEING_RECORDED = "wellbeing_recorded"
    FEEDBACK_GIVEN = "feedback_given"


class Purpose(StrEnum):
    """Why somebody looks at data, or changes it."""

    AFTERCARE = "aftercare"
    SUPERVISION = "supervision"
    CLIENT_REQUEST = "client_request"


class DataCategory(StrEnum):
    """What kind of data was disclosed."""

    IDENTITY = "identity"
    CONTACT_DETAILS = "contact_details"
    RESIDENCE = "residence"
    NON_DISCLOSURE_ORDER = "non_disclosure_order"
    AFTERCARE_RIGHT = "aftercare_right"
    SUPPORT_NEEDS = "support_needs"
    RESPONSIBLE_WORKER = "responsible_worker"
    CLIENT_PLAN = "client_plan"
    DEADLINES = "deadlines"


class LegalBasis(StrEnum):
    """On which ground data may leave."""

    STATUTORY = "statutory"


DOSSIER_CATEGORIES = (
    DataCategory.IDENTITY,
    DataCategory.CONTACT_DETAILS,
    DataCategory.RESIDENCE,
    DataCategory.NON_DISCLOSURE_ORDER,
    DataCategory.AFTERCARE_RIGHT,
    DataCategory.SUPPORT_NEEDS,
    DataCategory.RESPONSIBLE_WORKER,
)
"""What a dossier holds."""

HANDOFF_PURPOSE = "aftercare_goes_on"
HANDOFF_SOURCE = "417/2007 16 b §, 75 §"
"""The residence area must arrange the services, and aftercare is owed: so it may know what it needs."""


@dataclass(frozen=True)
class Access:
    """Somebody looked at somebody's data, or changed it. ``reader`` is the id in their token."""

    at: datetime
    reader: str
    reader_role: str
    seen: Seen | None
    done: Done | None
    """One of both: what they have looked at, or done."""
    purpose: Purpose | None
    case_id: UUID | None


@dataclass(frozen=True)
class Disclosure:
    """Data that was disclosed to another area for a handoff."""

    disclosure_id: UUID
    at: datetime
    person_id: UUID
    case_id: UUID
    handoff_id: UUID
    recipient_area: str
    data_categories: tuple[DataCategory, ...]
    purpose: str
    legal_basis: LegalBasis
    legal_source: str
