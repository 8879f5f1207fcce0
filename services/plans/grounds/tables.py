"""What cases stand on, in the database. Append-only: a correction is a new row, and the one before stays."""

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
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.plans.tables import metadata

placements = Table(
    "placements",
    metadata,
    Column("placement_id", Uuid, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("started_on", Date, nullable=False),
    Column("ended_on", Date),
    Column("alone", Boolean, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Uuid, nullable=False),
    CheckConstraint("ended_on >= started_on", name="placements_end_after_they_start"),
    Index("placements_case_idx", "case_id"),
)
"""Stays outside the home; no end: it lasts. The last revision counts."""

decisions = Table(
    "decisions",
    metadata,
    Column("decision_id", Uuid, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Uuid, nullable=False),
    CheckConstraint("until >= decided_on", name="decisions_end_after_they_are_made"),
    Index("decisions_case_idx", "case_id"),
)
"""The area's own decisions on how long aftercare lasts. The last revision counts."""

right_history = Table(
    "right_history",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("computed_at", DateTime(timezone=True), nullable=False),
    Column("why", String(30), nullable=False),
    Column("by", Uuid),
    Column("ground", String(30), nullable=False),
    Column("last_child_protection_on", Date, nullable=False),
    Column("special_support", Boolean, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("explanation", JSONB, nullable=False),
)
"""Every computation of a right: of what, why, by whose change (none: the register's), and what came of it."""
