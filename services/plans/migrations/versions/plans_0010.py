"""Comments on plans, and to whom a plan was given.

Revision ID: plans_0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "plans_0010"
down_revision = "plans_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _disclose_plans()
    _comments()
    _distribution()


def _disclose_plans() -> None:
    op.alter_column("disclosure_log", "handoff_id", nullable=True)
    op.alter_column("disclosure_log", "recipient_area", nullable=True)
    op.add_column("disclosure_log", sa.Column("delivery_id", sa.Uuid, unique=True))
    op.add_column("disclosure_log", sa.Column("recipient_kind", sa.String(20), nullable=False, server_default="area"))
    # Every row so far is of a handoff; whoever writes the next says what it is of.
    op.alter_column("disclosure_log", "recipient_kind", server_default=None)
    op.add_column("disclosure_log", sa.Column("recipient_role", sa.String(30)))
    op.create_check_constraint(
        "disclosure_log_says_for_what", "disclosure_log", "num_nonnulls(handoff_id, delivery_id) = 1"
    )
    op.create_check_constraint(
        "disclosure_log_names_the_area",
        "disclosure_log",
        "(recipient_kind = 'area') = (handoff_id IS NOT NULL)"
        " AND (recipient_kind = 'area') = (recipient_area IS NOT NULL)",
    )


def _comments() -> None:
    op.create_table(
        "plan_comments",
        sa.Column("comment_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("part", sa.String(40)),
        sa.Column("item_id", sa.Uuid),
        sa.Column("area", sa.String(2), nullable=False),
        sa.Column("author_kind", sa.String(20), nullable=False),
        sa.Column("author_id", sa.Uuid, nullable=False),
        sa.Column("said_by_role", sa.String(30)),
        sa.Column("said_by_name", sa.String(500)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("proposal", sa.Text),
        sa.Column("confidential", sa.Boolean, nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_by", sa.Date, nullable=False),
        sa.Column("accepted", sa.Boolean),
        sa.Column("reason", sa.Text),
        sa.Column("answer_area", sa.String(2)),
        sa.Column("answer_author_kind", sa.String(20)),
        sa.Column("answer_author_id", sa.Uuid),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("in_version", sa.Integer),
        sa.CheckConstraint("item_id IS NULL OR part IS NOT NULL", name="plan_comments_item_of_a_part"),
        sa.CheckConstraint(
            "num_nulls(accepted, reason, answer_area, answer_author_kind, answer_author_id, answered_at) IN (0, 6)",
            name="plan_comments_answered_whole",
        ),
        sa.CheckConstraint("in_version IS NULL OR accepted", name="plan_comments_taken_into_a_version"),
        sa.Index("plan_comments_case_idx", "case_id", "comment_id"),
    )


def _distribution() -> None:
    op.create_table(
        "plan_distribution",
        sa.Column("entry_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        *_recipient(),
        sa.Column("parts", ARRAY(sa.String(40)), nullable=False),
        sa.Column("basis", sa.String(20), nullable=False),
        sa.Column("consented_on", sa.Date),
        sa.Column("source", sa.String(100)),
        sa.Column("agreed_on", sa.Date, nullable=False),
        sa.Column("area", sa.String(2), nullable=False),
        sa.Column("author_kind", sa.String(20), nullable=False),
        sa.Column("author_id", sa.Uuid, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("end_area", sa.String(2)),
        sa.Column("end_author_kind", sa.String(20)),
        sa.Column("end_author_id", sa.Uuid),
        sa.CheckConstraint(
            "(basis = 'consent') = (consented_on IS NOT NULL) AND (basis = 'statutory') = (source IS NOT NULL)",
            name="plan_distribution_has_a_basis",
        ),
        sa.CheckConstraint("cardinality(parts) > 0", name="plan_distribution_of_something"),
        sa.Index("plan_distribution_case_idx", "case_id"),
    )
    op.create_table(
        "plan_deliveries",
        sa.Column("delivery_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("entry_id", sa.Uuid, sa.ForeignKey("plan_distribution.entry_id")),
        sa.Column("disclosure_id", sa.Uuid, sa.ForeignKey("disclosure_log.disclosure_id"), unique=True),
        *_recipient(),
        sa.Column("parts", ARRAY(sa.String(40)), nullable=False),
        sa.Column("withheld", ARRAY(sa.String(40)), nullable=False),
        sa.Column("location_withheld", sa.Boolean, nullable=False),
        sa.Column("basis", sa.String(20)),
        sa.Column("consented_on", sa.Date),
        sa.Column("source", sa.String(100)),
        sa.Column("delivered_on", sa.Date, nullable=False),
        sa.Column("area", sa.String(2), nullable=False),
        sa.Column("author_kind", sa.String(20), nullable=False),
        sa.Column("author_id", sa.Uuid, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_on", sa.Date),
        sa.Column("read_how", sa.String(30)),
        sa.Column("read_area", sa.String(2)),
        sa.Column("read_author_kind", sa.String(20)),
        sa.Column("read_author_id", sa.Uuid),
        sa.Column("read_noted_at", sa.DateTime(timezone=True)),
        # C8: a plan is with nobody outside the case without its row in the disclosure log, which names the basis.
        sa.CheckConstraint(
            "(kind IN ('young_person', 'case_worker')) = (disclosure_id IS NULL)"
            " AND (disclosure_id IS NULL) = (basis IS NULL) AND (disclosure_id IS NULL) = (entry_id IS NULL)",
            name="plan_deliveries_are_disclosed",
        ),
        sa.CheckConstraint(
            "num_nulls(read_on, read_how, read_area, read_author_kind, read_author_id, read_noted_at) IN (0, 6)",
            name="plan_deliveries_read_whole",
        ),
        sa.Index("plan_deliveries_case_idx", "case_id", "delivery_id"),
    )


def _recipient() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("member_id", sa.Uuid),
        sa.Column("role", sa.String(30)),
        sa.Column("name", sa.String(500)),
        sa.Column("organisation", sa.String(500)),
    )
