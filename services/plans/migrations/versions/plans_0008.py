"""Meetings, networks, 3X10D and feedback.

Revision ID: plans_0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "plans_0008"
down_revision = "plans_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meetings",
        sa.Column("meeting_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("cycle_id", sa.Uuid),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("phase", sa.String(30)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("with_young_person", sa.Boolean, nullable=False),
        sa.Column("agreed", JSONB(none_as_null=True), nullable=False),
        sa.Column("record", JSONB(none_as_null=True)),
        sa.Column("own_wishes", sa.Text),
        sa.Column("cancelled_because", sa.String(30)),
        sa.Column("by_area", sa.String(2), nullable=False),
        sa.Column("by_kind", sa.String(20), nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("(state = 'held') = (record IS NOT NULL)", name="meetings_held_are_recorded"),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_because IS NOT NULL)", name="meetings_cancelled_for_a_reason"
        ),
        sa.Index("meetings_case_idx", "case_id", "starts_at"),
        sa.Index("meetings_held_idx", "cycle_id", "phase", postgresql_where=sa.text("state = 'held'")),
    )
    op.create_table(
        "meeting_participants",
        sa.Column("participant_id", sa.Uuid, primary_key=True),
        sa.Column("meeting_id", sa.Uuid, sa.ForeignKey("meetings.meeting_id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("member_id", sa.Uuid),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("name", sa.String(500)),
        sa.Column("invited", sa.Boolean, nullable=False),
        sa.Column("agreed_on", sa.Date),
        sa.Column("attended", sa.Boolean),
        sa.Column("said", sa.Text),
        sa.Column("confidential", sa.Boolean, nullable=False),
        sa.Index("meeting_participants_meeting_idx", "meeting_id", "position"),
    )
    op.create_table(
        "information_given",
        sa.Column("giving_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("meeting_id", sa.Uuid, sa.ForeignKey("meetings.meeting_id")),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.Column("by_area", sa.String(2), nullable=False),
        sa.Column("by_kind", sa.String(20), nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=False),
        sa.Index("information_given_case_idx", "case_id", "given_on"),
    )
    op.create_table(
        "networks",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("is_student", sa.Boolean, nullable=False),
    )
    op.create_table(
        "network_members",
        sa.Column("member_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("actor", sa.String(60)),
        sa.Column("organisation", sa.String(500)),
        sa.Column("email", sa.String(254)),
        sa.Column("phone", sa.String(40)),
        sa.Column("support", sa.String(20)),
        sa.Column("invite_agreed_on", sa.Date),
        sa.Column("inform_agreed_on", sa.Date),
        sa.Column("informed_by", sa.String(30)),
        sa.Column("informed_by_name", sa.String(500)),
        sa.Column("informed_on", sa.Date),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("by_area", sa.String(2), nullable=False),
        sa.Column("by_kind", sa.String(20), nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "informed_by IS NULL OR inform_agreed_on IS NOT NULL", name="network_members_informed_as_she_allows"
        ),
        sa.Index("network_members_case_idx", "case_id"),
    )
    op.create_table(
        "wellbeing_measures",
        sa.Column("measure_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("offered_on", sa.Date),
        sa.Column("ended_on", sa.Date),
        sa.Column("wording", sa.String(40)),
        sa.Column("by_area", sa.String(2), nullable=False),
        sa.Column("by_kind", sa.String(20), nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=False),
        sa.CheckConstraint("(state = 'offered') = (ended_on IS NULL)", name="wellbeing_measures_end_on_a_day"),
        sa.Index("wellbeing_measures_case_idx", "case_id"),
        sa.Index(
            "wellbeing_measures_offered_once_idx", "case_id", unique=True, postgresql_where=sa.text("state = 'offered'")
        ),
    )
    op.create_table(
        "wellbeing_answers",
        sa.Column("measure_id", sa.Uuid, sa.ForeignKey("wellbeing_measures.measure_id"), primary_key=True),
        sa.Column("question", sa.String(40), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("value", sa.SmallInteger, nullable=False),
        sa.CheckConstraint("value BETWEEN 0 AND 10", name="wellbeing_answers_from_0_to_10"),
    )
    op.create_table(
        "feedback",
        sa.Column("feedback_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("meeting_id", sa.Uuid, sa.ForeignKey("meetings.meeting_id"), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("wording", sa.String(40), nullable=False),
        sa.Column("choices", JSONB, nullable=False),
        sa.Column("words", JSONB, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.Column("by_area", sa.String(2), nullable=False),
        sa.Column("by_kind", sa.String(20), nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=False),
        sa.UniqueConstraint("meeting_id", "by_id", name="feedback_given_once"),
        sa.Index("feedback_given_on_idx", "given_on"),
    )
