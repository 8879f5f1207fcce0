"""The operations view's tables."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

spans = Table(
    "spans",
    metadata,
    Column("trace_id", LargeBinary, CheckConstraint("octet_length(trace_id) = 16"), primary_key=True),
    Column("span_id", LargeBinary, CheckConstraint("octet_length(span_id) = 8"), primary_key=True),
    Column("parent_span_id", LargeBinary),
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("service", String(200), nullable=False),
    Column("area", String(2)),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("started_ns", BigInteger, nullable=False),
    Column("duration_ns", BigInteger, nullable=False),
    Column("status", String(20), nullable=False),
    Column("attributes", JSONB, nullable=False),
    Column("events", JSONB, nullable=False),
    Column("links", JSONB, nullable=False),
    Column("handoff_id", Uuid),
    Index("spans_handoff_idx", "handoff_id", "trace_id", postgresql_where=text("handoff_id IS NOT NULL")),
    Index(
        "spans_links_idx",
        "links",
        postgresql_using="gin",
        postgresql_ops={"links": "jsonb_path_ops"},
        postgresql_where=text("links <> '[]'"),
    ),
)
"""Every span that arrived, once.

``started_ns`` is exact; ``started_at`` is the same to the microsecond, for questions about a stretch of time. Ids in
``links`` are hexadecimal, because JSON holds no bytes.
"""
