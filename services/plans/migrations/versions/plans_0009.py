"""Client plans: drafts, versions, proposals, statuses.

Revision ID: plans_0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "plans_0009"
down_revision = "plans_0008"
branch_labels = None
depends_on = None

_WORDS = JSONB(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "client_plans",
        sa.Column("plan_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False, unique=True),
        sa.Column("home", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("draft_version", sa.Integer, nullable=False),
        sa.CheckConstraint("home OR draft_version = 0", name="client_plans_are_drafted_at_home"),
    )
    op.create_table(
        "plan_parts",
        sa.Column("plan_id", sa.Uuid, sa.ForeignKey("client_plans.plan_id"), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("content", _WORDS),
    )
    op.create_table(
        "plan_edits",
        sa.Column("plan_id", sa.Uuid, sa.ForeignKey("client_plans.plan_id"), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("before", _WORDS),
        sa.Column("after", _WORDS),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_author(),
    )
    op.create_table(
        "plan_conflicts",
        sa.Column("conflict_id", sa.Uuid, primary_key=True),
        sa.Column("plan_id", sa.Uuid, sa.ForeignKey("client_plans.plan_id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("against", sa.Integer, nullable=False),
        sa.Column("refused", _WORDS),
        sa.Column("found", _WORDS),
        sa.Column("found_version", sa.Integer, nullable=False),
        sa.Column("proposal_id", sa.Uuid),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_author(),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
        sa.Column("resolution", sa.String(20)),
        *_author("resolved_", known=False),
        sa.CheckConstraint(
            "num_nonnulls(resolved_at, resolution, resolved_area, resolved_author_kind, resolved_author_id) IN (0, 5)",
            name="plan_conflicts_resolved_whole",
        ),
        sa.Index("plan_conflicts_open_idx", "plan_id", postgresql_where=sa.text("resolved_at IS NULL")),
    )
    op.create_table(
        "plan_versions",
        sa.Column("plan_id", sa.Uuid, sa.ForeignKey("client_plans.plan_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("content", _WORDS, nullable=False),
        sa.Column("edits_through", sa.Integer),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        *_author(known=False),
        sa.Column("title", sa.String(30)),
        sa.Column("qualification", sa.String(30)),
        sa.CheckConstraint("number >= 1", name="plan_versions_are_counted_from_one"),
        sa.CheckConstraint(
            "num_nonnulls(edits_through, area, author_kind, author_id, title, qualification) IN (0, 6)",
            name="plan_versions_know_their_author",
        ),
    )
    op.create_table(
        "plan_statuses",
        sa.Column("status_id", sa.Uuid, primary_key=True),
        sa.Column("plan_id", sa.Uuid, sa.ForeignKey("client_plans.plan_id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(500)),
        sa.Column("granted", sa.Boolean),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_author(),
        sa.Index("plan_statuses_plan_idx", "plan_id", "status_id"),
    )
    op.create_table(
        "plan_proposals",
        sa.Column("proposal_id", sa.Uuid, primary_key=True),
        sa.Column("plan_id", sa.Uuid, sa.ForeignKey("client_plans.plan_id"), nullable=False),
        sa.Column("against", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(8000)),
        sa.Column("parts", _WORDS, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_author(),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("accepted", sa.Boolean),
        sa.Column("answer", sa.String(8000)),
        *_author("answered_", known=False),
        sa.CheckConstraint(
            "num_nonnulls(answered_at, accepted, answered_area, answered_author_kind, answered_author_id) IN (0, 5)",
            name="plan_proposals_answered_whole",
        ),
        sa.Index("plan_proposals_plan_idx", "plan_id", "proposal_id"),
    )
    for kept in ("plan_edits", "plan_versions", "plan_statuses"):
        op.execute(
            f"CREATE TRIGGER {kept}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {kept}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _author(prefix: str = "", *, known: bool = True) -> tuple[sa.Column[str], ...]:
    return (
        sa.Column(f"{prefix}area", sa.String(2), nullable=not known),
        sa.Column(f"{prefix}author_kind", sa.String(20), nullable=not known),
        sa.Column(f"{prefix}author_id", sa.Uuid, nullable=not known),
    )
