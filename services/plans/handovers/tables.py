"""Handovers in the database."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.plans.tables import metadata

handovers = Table(
    "handovers",
    metadata,
    Column("handover_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("person_id", Uuid, ForeignKey("people.person_id"), nullable=False),
    Column("from_worker_id", Uuid, ForeignKey("workers.worker_id"), nullable=False),
    Column("to_worker_id", Uuid, ForeignKey("workers.worker_id"), nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("accompanied", Boolean),
    Column("held_on", Date),
    Column("present", JSONB(none_as_null=True)),
    Column("reason", Text),
    Column("thoughts_told", Text),
    Column("thoughts_written", Text),
    Column("recorded_at", DateTime(timezone=True)),
    Column("recorded_by", JSONB(none_as_null=True)),
    Column("version", Integer, nullable=False),
    CheckConstraint("(accompanied IS NULL) = (recorded_at IS NULL)", name="handovers_recorded_or_not"),
    CheckConstraint("NOT accompanied OR held_on IS NOT NULL", name="handovers_accompanied_on_a_day"),
    CheckConstraint("accompanied OR reason IS NOT NULL OR accompanied IS NULL", name="handovers_else_say_why"),
    Index("handovers_case_idx", "case_id"),
    Index("handovers_person_idx", "person_id"),
)
"""From one named worker to the next; what the young person told of it, and what she wrote herself, side by side."""
