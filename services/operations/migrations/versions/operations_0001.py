"""Spans.

Revision ID: operations_0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "operations_0001"
down_revision = None
branch_labels = ("operations",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spans",
        sa.Column("trace_id", sa.LargeBinary, sa.CheckConstraint("octet_length(trace_id) = 16"), primary_key=True),
        sa.Column("span_id", sa.LargeBinary, sa.CheckConstraint("octet_length(span_id) = 8"), primary_key=True),
        sa.Column("parent_span_id", sa.LargeBinary),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("service", sa.String(200), nullable=False),
        sa.Column("area", sa.String(2)),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_ns", sa.BigInteger, nullable=False),
        sa.Column("duration_ns", sa.BigInteger, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("attributes", JSONB, nullable=False),
        sa.Column("events", JSONB, nullable=False),
        sa.Column("links", JSONB, nullable=False),
        sa.Column("handoff_id", sa.Uuid),
    )
    op.create_index(
        "spans_handoff_idx",
        "spans",
        ["handoff_id", "trace_id"],
        postgresql_where=sa.text("handoff_id IS NOT NULL"),
    )
    op.create_index(
        "spans_links_idx",
        "spans",
        ["links"],
        postgresql_using="gin",
        postgresql_ops={"links": "jsonb_path_ops"},
        postgresql_where=sa.text("links <> '[]'"),
    )
