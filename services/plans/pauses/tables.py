"""Refusals of aftercare, in the database."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    String,
    Table,
    Uuid,
    text,
)

from services.plans.tables import metadata

pauses = Table(
    "pauses",
    metadata,
    Column("pause_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("reason", String(30), nullable=False),
    Column("offer_again_on", Date, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("by_area", String(2), nullable=False),
    Column("by_kind", String(20), nullable=False),
    Column("by_id", Uuid, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("returned", Boolean),
    CheckConstraint("(ended_at IS NULL) = (returned IS NULL)", name="pauses_end_somehow"),
    Index("pauses_one_open_idx", "case_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    Index("pauses_case_idx", "case_id", "recorded_at"),
)
"""When a case was paused and why, in closed words. Each refusal of a later offer is a row of its own."""
