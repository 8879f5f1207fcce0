"""The tables of this service, beside the chassis' own."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

WAITING = "state IN ('queued', 'sending')"
"""What the index of due deliveries covers; a query that says it in the same words can use it."""

people = Table(
    "people",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("language", String(2), nullable=False),
    Column("email", String(254)),
    Column("phone", String(40)),
    Column("address_protected", Boolean, nullable=False),
)
"""Young people, as far as telling them something needs: no name, because no text uses it."""

workers = Table(
    "workers",
    metadata,
    Column("worker_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("language", String(2), nullable=False),
    Column("email", String(254), nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
)
"""Workers of this area."""

named_workers = Table(
    "named_workers",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("role", String(10), nullable=False),
    Column("worker_id", Uuid, nullable=False),
)
"""Who is the named worker of a case: the responsible one (placing) or the contact (residence)."""

messages = Table(
    "messages",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("handoff_id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("template", String(60), nullable=False),
    Column("recipient_id", Uuid, nullable=False),
    Column("recipient_role", String(20), nullable=False),
    Column("language", String(2), nullable=False),
    Column("details", JSONB, nullable=False),
    Column("non_disclosure", Boolean, nullable=False),
    Column("said_at", DateTime(timezone=True), nullable=False),
    Column("read_at", DateTime(timezone=True)),
    UniqueConstraint("handoff_id", "template", "recipient_id", name="messages_told_once"),
    Index("messages_inbox_idx", "recipient_id", "message_id"),
    Index("messages_unread_idx", "recipient_id", postgresql_where=text("read_at IS NULL")),
)
"""What was said to whom: a row is in its recipient's inbox. Words are put together when it is read."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Uuid, primary_key=True),
    Column("message_id", Uuid, ForeignKey("messages.message_id"), nullable=False),
    Column("handoff_id", Uuid, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("recipient_id", Uuid, nullable=False),
    Column("recipient_role", String(20), nullable=False),
    Column("language", String(2), nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("queued_at", DateTime(timezone=True), nullable=False),
    Column("settled_at", DateTime(timezone=True)),
    Column("reason", String(60)),
    Column("traceparent", String(55)),
    UniqueConstraint("message_id", "channel", name="deliveries_once_a_channel"),
    Index("deliveries_due_idx", "due_at", postgresql_where=text(WAITING)),
    Index("deliveries_state_idx", "state", "delivery_id"),
)
"""One message on one channel. No address: it is looked up when the delivery leaves.

``due_at`` is when a queued one may be tried, and when the claim on one that is being sent runs out.
"""
