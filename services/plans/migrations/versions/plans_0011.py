"""Opening a case from outside with a reason; lists and logs that cost the same whatever their length.

Revision ID: plans_0011
"""

import sqlalchemy as sa
from alembic import op

revision = "plans_0011"
down_revision = "plans_0010"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "openings",
        sa.Column("opening_id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("person_id", sa.Uuid, sa.ForeignKey("people.person_id"), nullable=False),
        sa.Column("worker_id", sa.Uuid, sa.ForeignKey("workers.worker_id"), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("told", sa.String(1000), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
        sa.Column("acknowledged_by", sa.Uuid),
        sa.CheckConstraint("opened_at < ends_at", name="openings_end"),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="openings_acknowledged_by_somebody"
        ),
        sa.Index("openings_in_force_idx", "case_id", "worker_id", "ends_at"),
        sa.Index("openings_in_order_idx", "opened_at", "opening_id"),
        sa.Index(
            "openings_to_look_at_idx", "opened_at", "opening_id", postgresql_where=sa.text("acknowledged_at IS NULL")
        ),
    )
    op.add_column("access_log", sa.Column("opening_id", sa.Uuid, sa.ForeignKey("openings.opening_id")))
    op.drop_index("access_log_person_idx", "access_log")
    op.create_index("access_log_of_person_idx", "access_log", ["person_id", "access_id"])
    op.drop_index("cases_worker_idx", "cases")
    op.create_index("cases_worker_idx", "cases", ["worker_id", "opened_at", "case_id"], postgresql_where=_OPEN)
    op.create_index("cases_in_order_idx", "cases", ["opened_at", "case_id"], postgresql_where=_OPEN)
    op.create_index("cases_role_idx", "cases", ["role", "opened_at", "case_id"], postgresql_where=_OPEN)
    op.create_index("cases_right_idx", "cases", ["right_ends_on"], postgresql_where=_OPEN)
    op.create_index("deadlines_due_idx", "deadlines", ["due_on", "case_id"], postgresql_where=sa.text("state = 'open'"))
