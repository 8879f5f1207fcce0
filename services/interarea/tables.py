"""Interarea's own tables."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, MetaData, String, Table, Uuid

metadata = MetaData()

handoffs = Table(
    "handoffs",
    metadata,
    Column("handoff_id", Uuid, primary_key=True),
    Column("side", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("other_area", String(2)),
    Column("person_id", Uuid),
    Column("move_id", Uuid, unique=True),
    Column("told_at", DateTime(timezone=True)),
    Column("first_contact_at", DateTime(timezone=True)),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("traceparent", String(55)),
    Index("handoffs_case_idx", "case_id"),
    Index("handoffs_changed_idx", "changed_at"),
)
"""This area's copy of each handoff; ``case_id`` is the placing area's, ``traceparent`` where it began."""

moves = Table(
    "moves",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("handoff_id", Uuid, unique=True),
)
"""Every change of residence that was acted on, in the order of the case's versions; no handoff: it led home."""

handoff_steps = Table(
    "handoff_steps",
    metadata,
    Column("handoff_id", Uuid, ForeignKey("handoffs.handoff_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("event_type", String(120), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""Every step that a handoff took here, and when."""

disclosures = Table(
    "disclosures",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("handoff_id", Uuid, nullable=False),
    Column("recipient_area", String(2), nullable=False),
    Column("category", String(30), nullable=False),
    Column("legal_basis", String(30), nullable=False),
    Column("legal_source", String(60), nullable=False),
    Column("disclosed_at", DateTime(timezone=True), nullable=False),
    Index("disclosures_handoff_idx", "handoff_id"),
)
"""What was said to other areas, append-only (C8)."""
