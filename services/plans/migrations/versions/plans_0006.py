"""Standing of workers: units, aims, absences; handovers between workers.

Revision ID: plans_0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "plans_0006"
down_revision = "plans_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _workers()
    _absences()
    _handovers()


def _workers() -> None:
    op.add_column("workers", sa.Column("unit", sa.String(100)))
    op.alter_column("workers", "caseload_aim", nullable=True)
    aims = op.create_table(
        "caseload_aims",
        sa.Column("title", sa.String(30), primary_key=True),
        sa.Column("aim", sa.SmallInteger, nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("aim >= 0", name="caseload_aims_at_something"),
    )
    # Examples until the area sets its own; nothing is said of leads, so they have none.
    source = "example: an aim of Varsinais-Suomi, not law (S1; Satakunta: 40)"
    op.bulk_insert(
        aims,
        [
            {"title": "social_worker", "aim": 50, "source": source, "set_at": None},
            {"title": "social_counsellor", "aim": 25, "source": source, "set_at": None},
        ],
    )


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("absence_id", sa.Uuid, primary_key=True),
        sa.Column("worker_id", sa.Uuid, sa.ForeignKey("workers.worker_id"), nullable=False),
        sa.Column("substitute_id", sa.Uuid, sa.ForeignKey("workers.worker_id"), nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("first_day <= last_day", name="absences_end_after_they_begin"),
        sa.CheckConstraint("worker_id <> substitute_id", name="absences_have_another_substitute"),
        sa.Index("absences_worker_idx", "worker_id", "last_day", postgresql_where=sa.text("NOT cancelled")),
        sa.Index("absences_to_come_idx", "last_day", postgresql_where=sa.text("NOT cancelled")),
    )


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("handover_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("person_id", sa.Uuid, sa.ForeignKey("people.person_id"), nullable=False),
        sa.Column("from_worker_id", sa.Uuid, sa.ForeignKey("workers.worker_id"), nullable=False),
        sa.Column("to_worker_id", sa.Uuid, sa.ForeignKey("workers.worker_id"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("accompanied", sa.Boolean),
        sa.Column("held_on", sa.Date),
        sa.Column("present", JSONB(none_as_null=True)),
        sa.Column("reason", sa.Text),
        sa.Column("thoughts_told", sa.Text),
        sa.Column("thoughts_written", sa.Text),
        sa.Column("recorded_at", sa.DateTime(timezone=True)),
        sa.Column("recorded_by", JSONB(none_as_null=True)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("(accompanied IS NULL) = (recorded_at IS NULL)", name="handovers_recorded_or_not"),
        sa.CheckConstraint("NOT accompanied OR held_on IS NOT NULL", name="handovers_accompanied_on_a_day"),
        sa.CheckConstraint("accompanied OR reason IS NOT NULL OR accompanied IS NULL", name="handovers_else_say_why"),
        sa.Index("handovers_case_idx", "case_id"),
        sa.Index("handovers_person_idx", "person_id"),
    )
