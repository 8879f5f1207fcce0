"""Meetings, who was invited and came, and the information that was given, in the database."""

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
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.plans.tables import metadata

meetings = Table(
    "meetings",
    metadata,
    Column("meeting_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("cycle_id", Uuid),
    Column("kind", String(30), nullable=False),
    Column("phase", String(30)),
    Column("state", String(20), nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("with_young_person", Boolean, nullable=False),
    # What was agreed and recorded, in the shape of domain.Agreed and domain.Record.
    Column("agreed", JSONB(none_as_null=True), nullable=False),
    Column("record", JSONB(none_as_null=True)),
    Column("own_wishes", Text),
    Column("cancelled_because", String(30)),
    Column("by_area", String(2), nullable=False),
    Column("by_kind", String(20), nullable=False),
    Column("by_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("(state = 'held') = (record IS NOT NULL)", name="meetings_held_are_recorded"),
    CheckConstraint("(state = 'cancelled') = (cancelled_because IS NOT NULL)", name="meetings_cancelled_for_a_reason"),
    Index("meetings_case_idx", "case_id", "starts_at"),
    Index("meetings_held_idx", "cycle_id", "phase", postgresql_where=text("state = 'held'")),
)
"""``cycle_id``: the cycle of planning in which it was agreed, and once held, in which it was held."""

participants = Table(
    "meeting_participants",
    metadata,
    Column("participant_id", Uuid, primary_key=True),
    Column("meeting_id", Uuid, ForeignKey("meetings.meeting_id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("member_id", Uuid),
    Column("role", String(30), nullable=False),
    Column("name", String(500)),
    Column("invited", Boolean, nullable=False),
    Column("agreed_on", Date),
    Column("attended", Boolean),
    Column("said", Text),
    Column("confidential", Boolean, nullable=False),
    Index("meeting_participants_meeting_idx", "meeting_id", "position"),
)
"""Who was invited, who came, and what each said, in their own field (R23, R45, R70)."""

information_given = Table(
    "information_given",
    metadata,
    Column("giving_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("meeting_id", Uuid, ForeignKey("meetings.meeting_id")),
    Column("topic", String(40), nullable=False),
    Column("language", String(2), nullable=False),
    Column("given_on", Date, nullable=False),
    Column("by_area", String(2), nullable=False),
    Column("by_kind", String(20), nullable=False),
    Column("by_id", Uuid, nullable=False),
    Index("information_given_case_idx", "case_id", "given_on"),
)
"""Every time that the young person was told something, anew each time (R43)."""
