"""Deadlines in the database."""

from sqlalchemy import (
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
    text,
)

from services.plans.tables import metadata

deadlines = Table(
    "deadlines",
    metadata,
    Column("deadline_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("about", Uuid, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", String(20), nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
    Column("ended_on", Date),
    Column("version", Integer, nullable=False),
    CheckConstraint("(state = 'open') = (ended_on IS NULL)", name="deadlines_end_on_a_day"),
    Index("deadlines_open_once_idx", "case_id", "kind", "about", unique=True, postgresql_where=text("state = 'open'")),
    Index("deadlines_due_idx", "due_on", "case_id", postgresql_where=text("state = 'open'")),
)
"""What is due. One open deadline for each kind and thing of a case."""
