"""People, workers, cases, residences, handoffs to and from here, and the two logs.

Revision ID: plans_0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "plans_0001"
down_revision = None
branch_labels = ("plans",)
# The logs are append-only by the chassis' trigger function.
depends_on = ("chassis_0001",)


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("hetu", sa.String(11), nullable=False, unique=True),
        sa.Column("given_name", sa.String(200), nullable=False),
        sa.Column("family_name", sa.String(200), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("phone", sa.String(40)),
        sa.Column("address_protected", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "workers",
        sa.Column("worker_id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("title", sa.String(30), nullable=False),
        sa.Column("qualification", sa.String(30), nullable=False),
        sa.Column("languages", ARRAY(sa.String(2)), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("phone", sa.String(40)),
        sa.Column("caseload_aim", sa.SmallInteger, nullable=False),
        sa.Column("lead", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("caseload_aim >= 0", name="workers_aim_at_something"),
        sa.UniqueConstraint("worker_id", "active", name="workers_standing"),
    )
    op.create_table(
        "cases",
        sa.Column("case_id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, sa.ForeignKey("people.person_id"), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("placing_area", sa.String(2), nullable=False),
        sa.Column("placing_case_id", sa.Uuid, nullable=False),
        sa.Column("ground", sa.String(30), nullable=False),
        sa.Column("placement_ended_on", sa.Date, nullable=False),
        sa.Column("last_child_protection_on", sa.Date, nullable=False),
        sa.Column("special_support", sa.Boolean, nullable=False),
        sa.Column("right_ends_on", sa.Date, nullable=False),
        sa.Column("right_explained", JSONB, nullable=False),
        sa.Column("worker_id", sa.Uuid, sa.ForeignKey("workers.worker_id"), nullable=False),
        sa.Column("lead_stands_in", sa.Boolean, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        # True while the case is open, else NULL: the foreign key below then holds only for open cases.
        sa.Column(
            "worker_is_active",
            sa.Boolean,
            sa.Computed("CASE WHEN closed_at IS NULL THEN true END", persisted=True),
        ),
        sa.Column("version", sa.Integer, nullable=False),
        # C1: an open case has a named worker who has not left.
        sa.ForeignKeyConstraint(
            ["worker_id", "worker_is_active"], ["workers.worker_id", "workers.active"], name="open_cases_have_a_worker"
        ),
        sa.UniqueConstraint("placing_area", "placing_case_id", name="cases_known_once"),
        sa.CheckConstraint("(role = 'placing') = (case_id = placing_case_id)", name="cases_placed_here_are_their_own"),
        sa.Index("cases_worker_idx", "worker_id", postgresql_where=sa.text("closed_at IS NULL")),
        sa.Index(
            "cases_one_open_placement_idx",
            "person_id",
            unique=True,
            postgresql_where=sa.text("role = 'placing' AND closed_at IS NULL"),
        ),
        sa.Index("cases_person_idx", "person_id"),
    )
    op.create_table(
        "namings",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("worker_id", sa.Uuid, sa.ForeignKey("workers.worker_id")),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "residences",
        sa.Column("residence_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("municipality", sa.String(3)),
        sa.Column("area", sa.String(2)),
        sa.Column("moved_on", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("case_id", "position", name="residences_in_order"),
        sa.UniqueConstraint(
            "case_id", "municipality", "moved_on", name="residences_moved_to_once", postgresql_nulls_not_distinct=True
        ),
        sa.CheckConstraint("municipality IS NOT NULL OR area IS NULL", name="residences_abroad_have_no_area"),
        sa.Index("residences_to_come_idx", "moved_on", "case_id", postgresql_where=sa.text("effective_at IS NULL")),
    )
    op.create_table(
        "arrivals",
        sa.Column("handoff_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id")),
        sa.Column("received_at", sa.DateTime(timezone=True)),
        sa.Column("first_contact_at", sa.DateTime(timezone=True)),
        sa.Column("first_contact_by", sa.Uuid, sa.ForeignKey("workers.worker_id")),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Index("arrivals_case_idx", "case_id"),
    )
    op.create_table(
        "remote_contacts",
        sa.Column("handoff_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("area", sa.String(2)),
        sa.Column("contact", JSONB),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "(contact IS NULL) = (since IS NULL) AND (contact IS NULL) = (area IS NULL)", name="remote_contacts_whole"
        ),
        sa.Index("remote_contacts_case_idx", "case_id"),
    )
    op.create_table(
        "access_log",
        sa.Column("access_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reader", sa.String(200), nullable=False),
        sa.Column("reader_role", sa.String(20), nullable=False),
        sa.Column("seen", sa.String(40), nullable=False),
        sa.Column("purpose", sa.String(40)),
        sa.Column("person_id", sa.Uuid, sa.ForeignKey("people.person_id"), nullable=False),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id")),
        sa.Index("access_log_person_idx", "person_id", "at"),
    )
    op.create_table(
        "disclosure_log",
        sa.Column("disclosure_id", sa.Uuid, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid, sa.ForeignKey("people.person_id"), nullable=False),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("handoff_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("recipient_area", sa.String(2), nullable=False),
        sa.Column("data_categories", ARRAY(sa.String(40)), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("legal_basis", sa.String(40), nullable=False),
        sa.Column("legal_source", sa.String(100), nullable=False),
        sa.Index("disclosure_log_person_idx", "person_id", "at"),
    )
    for log in ("access_log", "disclosure_log", "namings"):
        op.execute(
            f"CREATE TRIGGER {log}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {log}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
