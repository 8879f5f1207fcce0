"""Comments in the database."""

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
)

from services.plans.tables import metadata

plan_comments = Table(
    "plan_comments",
    metadata,
    Column("comment_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("part", String(40)),
    Column("item_id", Uuid),
    Column("area", String(2), nullable=False),
    Column("author_kind", String(20), nullable=False),
    Column("author_id", Uuid, nullable=False),
    Column("said_by_role", String(30)),
    Column("said_by_name", String(500)),
    Column("text", Text, nullable=False),
    Column("proposal", Text),
    Column("confidential", Boolean, nullable=False),
    Column("said_at", DateTime(timezone=True), nullable=False),
    Column("reply_by", Date, nullable=False),
    Column("accepted", Boolean),
    Column("reason", Text),
    Column("answer_area", String(2)),
    Column("answer_author_kind", String(20)),
    Column("answer_author_id", Uuid),
    Column("answered_at", DateTime(timezone=True)),
    Column("in_version", Integer),
    CheckConstraint("item_id IS NULL OR part IS NOT NULL", name="plan_comments_item_of_a_part"),
    CheckConstraint(
        "num_nulls(accepted, reason, answer_area, answer_author_kind, answer_author_id, answered_at) IN (0, 6)",
        name="plan_comments_answered_whole",
    ),
    CheckConstraint("in_version IS NULL OR accepted", name="plan_comments_taken_into_a_version"),
    Index("plan_comments_case_idx", "case_id", "comment_id"),
)
"""What was said about a version, and the answer.

``area`` and ``author_*``: who wrote it down; ``said_by_*``: who said it, when another.
"""
