"""Absences in the database."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table, Uuid, text

from services.plans.tables import metadata

absences = Table(
    "absences",
    metadata,
    Column("absence_id", Uuid, primary_key=True),
    Column("worker_id", Uuid, ForeignKey("workers.worker_id"), nullable=False),
    Column("substitute_id", Uuid, ForeignKey("workers.worker_id"), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("first_day <= last_day", name="absences_end_after_they_begin"),
    CheckConstraint("worker_id <> substitute_id", name="absences_have_another_substitute"),
    Index("absences_worker_idx", "worker_id", "last_day", postgresql_where=text("NOT cancelled")),
    Index("absences_to_come_idx", "last_day", postgresql_where=text("NOT cancelled")),
)
"""Who is away from when until when, and who stands in. Why, is not recorded."""
