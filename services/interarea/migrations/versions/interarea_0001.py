"""Handoffs and their steps.

Revision ID: interarea_0001
"""

import sqlalchemy as sa
from alembic import op

revision = "interarea_0001"
down_revision = None
branch_labels = ("interarea",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handoffs",
        sa.Column("handoff_id", sa.Uuid, primary_key=True),
        sa.Column("side", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("other_area", sa.String(2)),
        sa.Column("person_id", sa.Uuid),
        sa.Column("move_id", sa.Uuid, unique=True),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("first_contact_at", sa.DateTime(timezone=True)),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("traceparent", sa.String(55)),
        # C3: no handoff completes before the young person was told.
        sa.CheckConstraint("state <> 'completed' OR told_at IS NOT NULL", name="handoffs_completed_were_told"),
        sa.CheckConstraint("(other_area IS NULL) = (state = 'manual')", name="handoffs_have_another_area"),
    )
    op.create_index("handoffs_case_idx", "handoffs", ["case_id"])
    op.create_index("handoffs_changed_idx", "handoffs", ["changed_at"])
    op.create_table(
        "handoff_steps",
        sa.Column("handoff_id", sa.Uuid, sa.ForeignKey("handoffs.handoff_id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("event_type", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
