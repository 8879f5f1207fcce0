"""What an area has set for itself, in the database."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Index, Integer, String, Table, Uuid

from services.plans.tables import metadata

guidance_days = Table(
    "guidance_days",
    metadata,
    Column("setting_id", BigInteger, Identity(always=True), primary_key=True),
    Column("rule", String(30), nullable=False),
    Column("days", Integer, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
    Column("set_by", Uuid, nullable=False),
    CheckConstraint("days > 0", name="guidance_days_are_days"),
    Index("guidance_days_rule_idx", "rule", "setting_id"),
)
"""Append-only; the latest of a rule counts. Without one the guidance itself does."""
