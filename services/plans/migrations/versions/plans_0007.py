"""Cycles of client planning with their checklists and reviews.

Revision ID: plans_0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "plans_0007"
down_revision = "plans_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cycles",
        sa.Column("cycle_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("began_on", sa.Date, nullable=False),
        sa.Column("phase", sa.String(30)),
        sa.Column("asked_by_young_person_on", sa.Date),
        sa.Column("next_review_on", sa.Date),
        sa.Column("distribution_agreed", sa.Boolean, nullable=False),
        sa.Column("understanding_confirmed", sa.Boolean, nullable=False),
        sa.Column("next_step", sa.Text),
        sa.Column("negotiated_on", sa.Date),
        sa.Column("follow_up_on", sa.Date),
        sa.Column("published_on", sa.Date),
        sa.Column("published_number", sa.Integer),
        sa.Column("follow_up", JSONB(none_as_null=True)),
        sa.Column("ended_on", sa.Date),
        sa.Column("checklist_version", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("case_id", "number", name="cycles_in_order"),
        sa.CheckConstraint("(phase IS NULL) = (ended_on IS NOT NULL)", name="cycles_over_have_no_phase"),
        sa.CheckConstraint(
            "published_number IS NULL OR (published_on IS NOT NULL AND next_review_on IS NOT NULL"
            " AND distribution_agreed AND understanding_confirmed AND next_step IS NOT NULL)",
            name="cycles_publish_what_is_agreed",
        ),
        sa.Index("cycles_one_under_way_idx", "case_id", unique=True, postgresql_where=sa.text("ended_on IS NULL")),
    )
    op.create_table(
        "cycle_marks",
        sa.Column("mark_id", sa.Uuid, primary_key=True),
        sa.Column("cycle_id", sa.Uuid, sa.ForeignKey("cycles.cycle_id"), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("by_area", sa.String(2), nullable=False),
        sa.Column("by_kind", sa.String(20), nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state <> 'not_done' OR reason IS NOT NULL", name="cycle_marks_say_why_not"),
        sa.Index("cycle_marks_cycle_idx", "cycle_id", "at"),
    )
    op.create_table(
        "review_calls",
        sa.Column("review_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("called_on", sa.Date, nullable=False),
        sa.Column("by_area", sa.String(2), nullable=False),
        sa.Column("by_kind", sa.String(20), nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=False),
        sa.Column("asked_by_young_person_on", sa.Date),
        sa.Column("scheduled_on", sa.Date),
        sa.Column("scheduled_by_area", sa.String(2)),
        sa.Column("scheduled_by_kind", sa.String(20)),
        sa.Column("scheduled_by_id", sa.Uuid),
        sa.Column("held_on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Index("review_calls_case_idx", "case_id", "called_on"),
        sa.Index("review_calls_one_open_idx", "case_id", unique=True, postgresql_where=sa.text("held_on IS NULL")),
    )
