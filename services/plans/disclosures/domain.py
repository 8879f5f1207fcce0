"""What is written down when data is read here, or leaves for another area (703/2023 10 §). No free text."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.plans import OutsideReason
from contracts.values import Title


class Seen(StrEnum):
    """Which data somebody has looked at."""

    PERSON = "person"
    SEARCH = "search"
    """That she is known here, and nothing else of her."""
    CASE = "case"
    CASE_LIST = "case_list"
    RIGHTS = "rights"
    NAMED_WORKERS = "named_workers"
    HANDOVERS = "handovers"
    RESIDENCES = "residences"
    ACCESS_LOG = "access_log"
    DISCLOSURES = "disclosures"
    OWN_VIEW = "own_view"
    DEADLINES = "deadlines"
    CYCLES = "cycles"
    REVIEWS = "reviews"
    OPENINGS = "openings"
    NETWORK = "network"
    MEETINGS = "meetings"
    INFORMATION_GIVEN = "information_given"
    WELLBEING = "wellbeing"
    FEEDBACK = "feedback"
    COMMENTS = "comments"
    DISTRIBUTION = "distribution"
    DELIVERIES = "deliveries"
    DELIVERED_PLAN = "delivered_plan"
    PLAN = "plan"
    PLAN_VERSIONS = "plan_versions"
    PLAN_CHANGES = "plan_changes"
    PLAN_PROMISES = "plan_promises"
    PLAN_DRAFT = "plan_draft"
    PLAN_EDITS = "plan_edits"
    PLAN_CONFLICTS = "plan_conflicts"
    PLAN_PROPOSALS = "plan_proposals"
    PLAN_DOCUMENT = "plan_document"
    PLAN_EXPORT = "plan_export"
    FACTS = "facts"
    PAUSES = "pauses"
    PREPARATION = "preparation"
    PREPARATIONS = "preparations"
    EXIT_PLAN = "exit_plan"


class Done(StrEnum):
    """What somebody has done to a young person's data."""

    PERSON_RECORDED = "person_recorded"
    PERSON_CHANGED = "person_changed"
    CASE_OPENED = "case_opened"
    WORKER_NAMED = "worker_named"
    HANDOVER_RECORDED = "handover_recorded"
    HANDOVER_THOUGHTS_WRITTEN = "handover_thoughts_written"
    RESIDENCE_RECORDED = "residence_recorded"
    MOVE_RECORDED = "move_recorded"
    FIRST_CONTACT_RECORDED = "first_contact_recorded"
    POPULATION_CHANGE_APPLIED = "population_change_applied"
    CYCLE_BEGUN = "cycle_begun"
    CYCLE_AGREED = "cycle_agreed"
    PHASE_REACHED = "phase_reached"
    CYCLE_ENDED = "cycle_ended"
    CHECKLIST_MARKED = "checklist_marked"
    REVIEW_CALLED = "review_called"
    REVIEW_SCHEDULED = "review_scheduled"
    OPENED_FROM_OUTSIDE = "opened_from_outside"
    OPENING_ACKNOWLEDGED = "opening_acknowledged"
    NETWORK_RECORDED = "network_recorded"
    MEETING_RECORDED = "meeting_recorded"
    INFORMATION_GIVEN = "information_given"
    WELLBEING_RECORDED = "wellbeing_recorded"
    FEEDBACK_GIVEN = "feedback_given"
    PLAN_EDITED = "plan_edited"
    PLAN_CONFLICT_RESOLVED = "plan_conflict_resolved"
    PLAN_PUBLISHED = "plan_published"
    PLAN_STATUS_NOTED = "plan_status_noted"
    REVISION_PROPOSED = "revision_proposed"
    REVISION_ANSWERED = "revision_answered"
    PLAN_COMMENTED = "plan_commented"
    COMMENT_ANSWERED = "comment_answered"
    DISTRIBUTION_AGREED = "distribution_agreed"
    DISTRIBUTION_ENDED = "distribution_ended"
    PLAN_DELIVERED = "plan_delivered"
    PLAN_READ_NOTED = "plan_read_noted"
    FACTS_RECORDED = "facts_recorded"
    DECISION_RECORDED = "decision_recorded"
    CASE_PAUSED = "case_paused"
    CASE_RESUMED = "case_resumed"
    PREPARATION_RECORDED = "preparation_recorded"
    EXIT_PLAN_RECORDED = "exit_plan_recorded"
    CASE_ENDED = "case_ended"
    CASE_REOPENED = "case_reopened"


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
    NETWORK = "network"
    DEADLINES = "deadlines"
    # The parts of a client plan that was delivered, one by one (R38).
    PLAN_OWN_WORDS = "plan_own_words"
    PLAN_STRENGTHS = "plan_strengths"
    PLAN_DREAMS = "plan_dreams"
    PLAN_GOALS = "plan_goals"
    PLAN_PROMISES = "plan_promises"
    PLAN_VIEWS = "plan_views"
    PLAN_DISSENTING = "plan_dissenting"
    PLAN_OFFERS = "plan_offers"
    PLAN_PARALLEL_PLANS = "plan_parallel_plans"
    PLAN_FOLLOWED_BY = "plan_followed_by"
    PLAN_SECTION_HOUSING = "plan_section_housing"
    PLAN_SECTION_PRACTICE_LIVING = "plan_section_practice_living"
    PLAN_SECTION_INCOME = "plan_section_income"
    PLAN_SECTION_INDEPENDENCE_FUNDS = "plan_section_independence_funds"
    PLAN_SECTION_PSYCHOSOCIAL = "plan_section_psychosocial"
    PLAN_SECTION_STUDIES = "plan_section_studies"
    PLAN_SECTION_WORK = "plan_section_work"
    PLAN_SECTION_PARENTHOOD = "plan_section_parenthood"
    PLAN_SECTION_HEALTH = "plan_section_health"
    PLAN_SECTION_RELATIONSHIPS = "plan_section_relationships"
    PLAN_SECTION_CLOSE_ONES = "plan_section_close_ones"
    PLAN_SECTION_LEISURE = "plan_section_leisure"
    PLAN_SECTION_OTHER = "plan_section_other"


class LegalBasis(StrEnum):
    """On which ground data may leave."""

    STATUTORY = "statutory"
    CONSENT = "consent"
    """Of the young person; the source says of which day."""


class DisclosedTo(StrEnum):
    """What kind of recipient data was disclosed to."""

    AREA = "area"
    NETWORK_MEMBER = "network_member"
    NAMED = "named"
    """Somebody outside the network, named in the delivery."""
    AUTHORITY = "authority"


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
    """Somebody looked at somebody's data, or changed it. ``reader`` is the id in their token.

    ``reader_name`` and ``reader_title`` are a worker's of this area. ``reason`` and ``told`` are there when it was done
    from outside the case, for a reason.
    """

    access_id: int
    at: datetime
    reader: str
    reader_role: str
    reader_name: str | None
    reader_title: Title | None
    seen: Seen | None
    done: Done | None
    """One of both: what they have looked at, or done."""
    purpose: Purpose | None
    case_id: UUID | None
    reason: OutsideReason | None
    told: str | None


@dataclass(frozen=True)
class Disclosure:
    """Data that was disclosed: to another area for a handoff, or a plan to a recipient whom the delivery names."""

    disclosure_id: UUID
    at: datetime
    person_id: UUID
    case_id: UUID
    handoff_id: UUID | None
    recipient_area: str | None
    """Of a handoff only."""
    data_categories: tuple[DataCategory, ...]
    purpose: str
    legal_basis: LegalBasis
    legal_source: str
    delivery_id: UUID | None = None
    recipient_kind: DisclosedTo = DisclosedTo.AREA
    recipient_role: str | None = None
    """Who they are to the young person."""
