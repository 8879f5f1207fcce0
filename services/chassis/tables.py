"""Tables that every service has in its own database: journal, inbox, dead letters, outbox, idempotency keys."""

from faststream_outbox import make_outbox_table
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

outbox = make_outbox_table(metadata, table_name="outbox")
"""Messages on their way out; faststream-outbox owns its shape and deletes a row when it has been published."""

journal = Table(
    "journal",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("type", String(120), nullable=False),
    Column("queue", String(20), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("aggregate_id", Uuid, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("journal_aggregate_idx", "aggregate_id", "sequence"),
)
"""Everything this service ever said, append-only: any stream can be rebuilt from it."""

inbox = Table(
    "inbox",
    metadata,
    Column("consumer", String(120), primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("handled_at", DateTime(timezone=True), nullable=False),
)
"""What this service has already handled; written in the same transaction as the effect."""

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("dead_letter_id", Uuid, primary_key=True),
    Column("consumer", String(120), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("reason", String(60), nullable=False),
    Column("detail", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("died_at", DateTime(timezone=True), nullable=False),
    Column("replayed_at", DateTime(timezone=True)),
    Column("digest", LargeBinary, nullable=False),
    UniqueConstraint("consumer", "digest", name="dead_letters_die_once"),
    Index("dead_letters_open_idx", "died_at", postgresql_where=text("replayed_at IS NULL")),
)
"""Messages that could not be handled: the original as it came, and why, without its content in the reason."""

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("principal", String(200), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request_digest", LargeBinary, nullable=False),
    Column("status", Integer),
    Column("headers", JSONB),
    Column("body", LargeBinary),
    Column("stored_at", DateTime(timezone=True), nullable=False),
)
"""Answers already given, so that a repeated command gets the same answer and has no second effect."""
