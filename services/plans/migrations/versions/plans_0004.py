"""Deadlines.

Revision ID: plans_0004
"""

import sqlalchemy as sa
from alembic import op

revision = "plans_0004"
down_revision = "plans_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deadlines",
        sa.Column("deadline_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("about", sa.Uuid, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("(state = 'open') = (ended_on IS NULL)", name="deadlines_end_on_a_day"),
        sa.Index(
            "deadlines_open_once_idx",
            "case_id",
            "kind",
            "about",
            unique=True,
            postgresql_where=sa.text("state = 'open'"),
        ),
    )
