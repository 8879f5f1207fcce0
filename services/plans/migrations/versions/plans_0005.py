"""What a case stands on over time, pauses, preparations and exit plans; days that an area sets for itself.

Revision ID: plans_0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "plans_0005"
down_revision = "plans_0004"
branch_labels = None
depends_on = None

APPEND_ONLY = ("placements", "decisions", "right_history", "guidance_days", "endings")


def upgrade() -> None:
    _grounds()
    _pauses()
    _preparations()
    _exits()
    op.create_table(
        "guidance_days",
        sa.Column("setting_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("rule", sa.String(30), nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid, nullable=False),
        sa.CheckConstraint("days > 0", name="guidance_days_are_days"),
        sa.Index("guidance_days_rule_idx", "rule", "setting_id"),
    )
    _what_was_known()
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _grounds() -> None:
    op.create_table(
        "placements",
        sa.Column("placement_id", sa.Uuid, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("started_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("alone", sa.Boolean, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid, nullable=False),
        sa.CheckConstraint("ended_on >= started_on", name="placements_end_after_they_start"),
        sa.Index("placements_case_idx", "case_id"),
    )
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.Uuid, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid, nullable=False),
        sa.CheckConstraint("until >= decided_on", name="decisions_end_after_they_are_made"),
        sa.Index("decisions_case_idx", "case_id"),
    )
    op.create_table(
        "right_history",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(30), nullable=False),
        sa.Column("by", sa.Uuid),
        sa.Column("ground", sa.String(30), nullable=False),
        sa.Column("last_child_protection_on", sa.Date, nullable=False),
        sa.Column("special_support", sa.Boolean, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("explanation", JSONB, nullable=False),
    )


def _what_was_known() -> None:
    """Cases of before go on with the right and the decisions that they had; their placements nobody kept as periods."""
    op.execute(
        "INSERT INTO right_history (case_id, version, computed_at, why, ground, last_child_protection_on,"
        " special_support, ends_on, explanation)"
        " SELECT case_id, version, opened_at, 'case_opened', ground, last_child_protection_on, special_support,"
        " right_ends_on, right_explained FROM cases WHERE role = 'placing'"
    )
    # The day on which it was decided was not kept: at the latest when the case opened, or before the law of 2024.
    op.execute(
        "INSERT INTO decisions (decision_id, revision, case_id, decided_on, until, withdrawn, recorded_at, recorded_by)"
        " SELECT gen_random_uuid(), 1, case_id,"
        " least(until, CASE rule WHEN 'earlier_decision' THEN date '2023-12-31' ELSE opened_at::date END),"
        " until, false, opened_at, worker_id"
        " FROM (SELECT case_id, opened_at, worker_id, each ->> 'rule' AS rule, (each ->> 'on')::date AS until"
        " FROM cases, jsonb_array_elements(right_explained -> 'weighed') AS each WHERE role = 'placing') AS weighed"
        " WHERE rule IN ('area_decision', 'earlier_decision')"
    )


def _pauses() -> None:
    op.add_column("cases", sa.Column("paused_on", sa.Date))
    op.add_column("cases", sa.Column("offer_again_on", sa.Date))
    op.create_check_constraint(
        "cases_paused_are_offered_again", "cases", "(paused_on IS NULL) = (offer_again_on IS NULL)"
    )
    op.create_table(
        "pauses",
        sa.Column("pause_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("offer_again_on", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_area", sa.String(2), nullable=False),
        sa.Column("by_kind", sa.String(20), nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("returned", sa.Boolean),
        sa.CheckConstraint("(ended_at IS NULL) = (returned IS NULL)", name="pauses_end_somehow"),
        sa.Index("pauses_one_open_idx", "case_id", unique=True, postgresql_where=sa.text("ended_at IS NULL")),
        sa.Index("pauses_case_idx", "case_id", "recorded_at"),
    )


def _preparations() -> None:
    op.create_table(
        "preparations",
        sa.Column("preparation_id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, sa.ForeignKey("people.person_id"), nullable=False),
        sa.Column("worker_id", sa.Uuid, sa.ForeignKey("workers.worker_id"), nullable=False),
        # True while it is open, else NULL: the foreign key below then holds only for open preparations, as for cases.
        sa.Column(
            "worker_is_active", sa.Boolean, sa.Computed("CASE WHEN state = 'open' THEN true END", persisted=True)
        ),
        sa.Column("ground", sa.String(30), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("placement_started_on", sa.Date, nullable=False),
        sa.Column("placement_ends_on", sa.Date, nullable=False),
        sa.Column("alone", sa.Boolean, nullable=False),
        sa.Column("special_support", sa.Boolean, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("begun_on", sa.Date),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id")),
        sa.Column("cancel_reason", sa.String(30)),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Uuid),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["worker_id", "worker_is_active"],
            ["workers.worker_id", "workers.active"],
            name="open_preparations_have_a_worker",
        ),
        sa.CheckConstraint("(state = 'confirmed') = (case_id IS NOT NULL)", name="preparations_confirmed_have_a_case"),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancel_reason IS NOT NULL)", name="preparations_cancelled_say_why"
        ),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="preparations_end_once"),
        sa.Index("preparations_one_open_idx", "person_id", unique=True, postgresql_where=sa.text("state = 'open'")),
        sa.Index("preparations_worker_idx", "worker_id", postgresql_where=sa.text("state = 'open'")),
    )
    op.create_table(
        "preparation_parties",
        sa.Column("preparation_id", sa.Uuid, sa.ForeignKey("preparations.preparation_id"), primary_key=True),
        sa.Column("position", sa.SmallInteger, primary_key=True),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("reach", sa.String(254)),
    )


def _exits() -> None:
    op.create_table(
        "exit_plans",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("confirmed_for", sa.Date),
    )
    op.create_table(
        "exit_receivers",
        sa.Column("receiver_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("exit_plans.case_id"), nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("who", sa.String(500), nullable=False),
        sa.Column("what", sa.String(500), nullable=False),
        sa.Column("promise_ids", ARRAY(sa.Uuid), nullable=False),
        sa.Column("accepted_on", sa.Date),
        sa.Column("accepted_by", sa.String(500)),
        sa.CheckConstraint("(accepted_on IS NULL) = (accepted_by IS NULL)", name="exit_receivers_accept_by_somebody"),
        sa.Index("exit_receivers_case_idx", "case_id"),
    )
    op.create_table(
        "endings",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid, nullable=False),
        sa.Column("lead_reason", sa.String(500)),
        sa.Column("unreceived", ARRAY(sa.Uuid), nullable=False),
    )
