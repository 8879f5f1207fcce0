"""Cycles and the marks on their checklists, in the database."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.plans.tables import metadata

cycles = Table(
    "cycles",
    metadata,
    Column("cycle_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("began_on", Date, nullable=False),
    Column("phase", String(30)),
    Column("asked_by_young_person_on", Date),
    Column("next_review_on", Date),
    Column("distribution_agreed", Boolean, nullable=False),
    Column("understanding_confirmed", Boolean, nullable=False),
    Column("next_step", Text),
    Column("negotiated_on", Date),
    Column("follow_up_on", Date),
    Column("published_on", Date),
    Column("published_number", Integer),
    # What the follow-up found, in the shape of domain.FollowUp.
    Column("follow_up", JSONB(none_as_null=True)),
    Column("ended_on", Date),
    Column("checklist_version", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("case_id", "number", name="cycles_in_order"),
    CheckConstraint("(phase IS NULL) = (ended_on IS NOT NULL)", name="cycles_over_have_no_phase"),
    CheckConstraint(
        "published_number IS NULL OR (published_on IS NOT NULL AND next_review_on IS NOT NULL AND distribution_agreed"
        " AND understanding_confirmed AND next_step IS NOT NULL)",
        name="cycles_publish_what_is_agreed",
    ),
    Index("cycles_one_under_way_idx", "case_id", unique=True, postgresql_where=text("ended_on IS NULL")),
)
"""In a residence case: how far the placing area's planning is known to have come."""

marks = Table(
    "cycle_marks",
    metadata,
    Column("mark_id", Uuid, primary_key=True),
    Column("cycle_id", Uuid, ForeignKey("cycles.cycle_id"), nullable=False),
    Column("key", String(60), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Text),
    Column("by_area", String(2), nullable=False),
    Column("by_kind", String(20), nullable=False),
    Column("by_id", Uuid, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    CheckConstraint("state <> 'not_done' OR reason IS NOT NULL", name="cycle_marks_say_why_not"),
    Index("cycle_marks_cycle_idx", "cycle_id", "at"),
)
"""How an item of the checklist stands, append-only: the latest of each key counts."""
