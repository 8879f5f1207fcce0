"""Feedback in the database: once for each person and meeting."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.plans.tables import metadata

feedback = Table(
    "feedback",
    metadata,
    Column("feedback_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("meeting_id", Uuid, ForeignKey("meetings.meeting_id"), nullable=False),
    Column("form", String(20), nullable=False),
    Column("wording", String(40), nullable=False),
    Column("choices", JSONB, nullable=False),
    Column("words", JSONB, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("by_area", String(2), nullable=False),
    Column("by_kind", String(20), nullable=False),
    Column("by_id", Uuid, nullable=False),
    UniqueConstraint("meeting_id", "by_id", name="feedback_given_once"),
    Index("feedback_given_on_idx", "given_on"),
)
"""``shared``: the young person lets her workers read it. Counts take ``choices`` only, never ``words``."""
