"""Calls for a review, in the database."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Uuid, text

from services.plans.tables import metadata

review_calls = Table(
    "review_calls",
    metadata,
    Column("review_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("called_on", Date, nullable=False),
    Column("by_area", String(2), nullable=False),
    Column("by_kind", String(20), nullable=False),
    Column("by_id", Uuid, nullable=False),
    Column("asked_by_young_person_on", Date),
    Column("scheduled_on", Date),
    Column("scheduled_by_area", String(2)),
    Column("scheduled_by_kind", String(20)),
    Column("scheduled_by_id", Uuid),
    Column("held_on", Date),
    Column("version", Integer, nullable=False),
    Index("review_calls_case_idx", "case_id", "called_on"),
    Index("review_calls_one_open_idx", "case_id", unique=True, postgresql_where=text("held_on IS NULL")),
)
"""No column says that a call was refused or taken back."""
