"""The tables of plans. Each belongs to one capability's store; what must never be untrue is a constraint here."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()

people = Table(
    "people",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("hetu", String(11), nullable=False),
    Column("given_name", String(200), nullable=False),
    Column("family_name", String(200), nullable=False),
    Column("language", String(2), nullable=False),
    Column("email", String(254)),
    Column("phone", String(40)),
    Column("address_protected", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    # Partial, so that no foreign key could ever refer to it: a corrected code then locks out nobody who refers to her.
    Index("people_hetu_idx", "hetu", unique=True, postgresql_where=text("hetu IS NOT NULL")),
)
"""Young people. The identity code finds a person and is nobody's key."""

workers = Table(
    "workers",
    metadata,
    Column("worker_id", Uuid, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("title", String(30), nullable=False),
    Column("qualification", String(30), nullable=False),
    Column("languages", ARRAY(String(2)), nullable=False),
    Column("language", String(2), nullable=False),
    Column("email", String(254), nullable=False),
    Column("phone", String(40)),
    Column("caseload_aim", SmallInteger),
    Column("unit", String(100)),
    Column("lead", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("caseload_aim >= 0", name="workers_aim_at_something"),
    UniqueConstraint("worker_id", "active", name="workers_standing"),
)

cases = Table(
    "cases",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.person_id"), nullable=False),
    Column("role", String(20), nullable=False),
    Column("placing_area", String(2), nullable=False),
    Column("placing_case_id", Uuid, nullable=False),
    Column("ground", String(30), nullable=False),
    Column("placement_ended_on", Date, nullable=False),
    Column("last_child_protection_on", Date, nullable=False),
    Column("special_support", Boolean, nullable=False),
    Column("right_ends_on", Date, nullable=False),
    Column("right_explained", JSONB, nullable=False),
    Column("worker_id", Uuid, ForeignKey("workers.worker_id"), nullable=False),
    Column("lead_stands_in", Boolean, nullable=False),
    Column("paused_on", Date),
    Column("offer_again_on", Date),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    # True while the case is open, else NULL: the foreign key below then holds only for open cases.
    Column(
        "worker_is_active",
        Boolean,
        Computed("CASE WHEN closed_at IS NULL THEN true END", persisted=True),
    ),
    Column("version", Integer, nullable=False),
    # C1: an open case has a named worker who has not left.
    ForeignKeyConstraint(
        ["worker_id", "worker_is_active"], ["workers.worker_id", "workers.active"], name="open_cases_have_a_worker"
    ),
    UniqueConstraint("placing_area", "placing_case_id", name="cases_known_once"),
    CheckConstraint("(role = 'placing') = (case_id = placing_case_id)", name="cases_placed_here_are_their_own"),
    CheckConstraint("(paused_on IS NULL) = (offer_again_on IS NULL)", name="cases_paused_are_offered_again"),
    Index("cases_worker_idx", "worker_id", "opened_at", "case_id", postgresql_where=text("closed_at IS NULL")),
    Index("cases_in_order_idx", "opened_at", "case_id", postgresql_where=text("closed_at IS NULL")),
    Index("cases_role_idx", "role", "opened_at", "case_id", postgresql_where=text("closed_at IS NULL")),
    Index("cases_right_idx", "right_ends_on", postgresql_where=text("closed_at IS NULL")),
    Index(
        "cases_one_open_placement_idx",
        "person_id",
        unique=True,
        postgresql_where=text("role = 'placing' AND closed_at IS NULL"),
    ),
    Index("cases_person_idx", "person_id"),
)
"""``placing_case_id`` is the placing area's id of the case; both areas know each other's handoffs by it."""

namings = Table(
    "namings",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("worker_id", Uuid, ForeignKey("workers.worker_id")),
    Column("named_at", DateTime(timezone=True), nullable=False),
)
"""Who was named for a case from when, append-only; no worker: the case was closed. Each ends the one before."""

residences = Table(
    "residences",
    metadata,
    Column("residence_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("municipality", String(3)),
    Column("area", String(2)),
    Column("moved_on", Date, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("effective_at", DateTime(timezone=True)),
    UniqueConstraint("case_id", "position", name="residences_in_order"),
    UniqueConstraint(
        "case_id", "municipality", "moved_on", name="residences_moved_to_once", postgresql_nulls_not_distinct=True
    ),
    CheckConstraint("municipality IS NOT NULL OR area IS NULL", name="residences_abroad_have_no_area"),
    Index("residences_to_come_idx", "moved_on", "case_id", postgresql_where=text("effective_at IS NULL")),
)
"""Where the young person of a case lives over time. No municipality: abroad. Not yet effective: the day is to come."""

arrivals = Table(
    "arrivals",
    metadata,
    Column("handoff_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id")),
    Column("received_at", DateTime(timezone=True)),
    Column("first_contact_at", DateTime(timezone=True)),
    Column("first_contact_by", Uuid, ForeignKey("workers.worker_id")),
    Column("released_at", DateTime(timezone=True)),
    Index("arrivals_case_idx", "case_id"),
)
"""Handoffs to this area. No case: the release came before the offer, which then opens nothing."""

remote_contacts = Table(
    "remote_contacts",
    metadata,
    Column("handoff_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("area", String(2)),
    Column("contact", JSONB),
    Column("since", DateTime(timezone=True)),
    Column("until", DateTime(timezone=True)),
    CheckConstraint(
        "(contact IS NULL) = (since IS NULL) AND (contact IS NULL) = (area IS NULL)", name="remote_contacts_whole"
    ),
    Index("remote_contacts_case_idx", "case_id"),
)
"""The contacts that other areas named for this area's cases. No contact: released before it was named."""

access_log = Table(
    "access_log",
    metadata,
    Column("access_id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reader", String(200), nullable=False),
    Column("reader_role", String(20), nullable=False),
    Column("seen", String(40)),
    Column("done", String(40)),
    Column("purpose", String(40)),
    Column("person_id", Uuid, ForeignKey("people.person_id"), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.case_id")),
    Column("opening_id", Uuid, ForeignKey("openings.opening_id")),
    CheckConstraint("num_nonnulls(seen, done) = 1", name="access_log_says_what"),
    Index("access_log_of_person_idx", "person_id", "access_id"),
)
"""Who has looked at whose data or changed it, append-only (703/2023 10 §)."""

disclosure_log = Table(
    "disclosure_log",
    metadata,
    Column("disclosure_id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("person_id", Uuid, ForeignKey("people.person_id"), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("handoff_id", Uuid, unique=True),
    Column("delivery_id", Uuid, unique=True),
    Column("recipient_kind", String(20), nullable=False),
    Column("recipient_role", String(30)),
    Column("recipient_area", String(2)),
    Column("data_categories", ARRAY(String(40)), nullable=False),
    Column("purpose", String(40), nullable=False),
    Column("legal_basis", String(40), nullable=False),
    Column("legal_source", String(100), nullable=False),
    CheckConstraint("num_nonnulls(handoff_id, delivery_id) = 1", name="disclosure_log_says_for_what"),
    CheckConstraint(
        "(recipient_kind = 'area') = (handoff_id IS NOT NULL)"
        " AND (recipient_kind = 'area') = (recipient_area IS NOT NULL)",
        name="disclosure_log_names_the_area",
    ),
    Index("disclosure_log_person_idx", "person_id", "at"),
)
"""What was disclosed, for a handoff or with a plan, on which basis, append-only (703/2023 10 §, C8)."""
