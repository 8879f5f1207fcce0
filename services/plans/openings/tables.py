"""Openings in the database."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, String, Table, Uuid, text

from services.plans.tables import metadata

openings = Table(
    "openings",
    metadata,
    Column("opening_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("person_id", Uuid, ForeignKey("people.person_id"), nullable=False),
    Column("worker_id", Uuid, ForeignKey("workers.worker_id"), nullable=False),
    Column("reason", String(30), nullable=False),
    Column("told", String(1000), nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("acknowledged_at", DateTime(timezone=True)),
    Column("acknowledged_by", Uuid),
    CheckConstraint("opened_at < ends_at", name="openings_end"),
    CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="openings_acknowledged_by_somebody"),
    Index("openings_in_force_idx", "case_id", "worker_id", "ends_at"),
    Index("openings_in_order_idx", "opened_at", "opening_id"),
    Index("openings_to_look_at_idx", "opened_at", "opening_id", postgresql_where=text("acknowledged_at IS NULL")),
)
"""Who opened whose case from outside, until when, and why: a closed reason and what they told of it."""
