"""The access log also says who has changed whose data.

Revision ID: plans_0003
"""

import sqlalchemy as sa
from alembic import op

revision = "plans_0003"
down_revision = "plans_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("access_log", sa.Column("done", sa.String(40)))
    op.alter_column("access_log", "seen", nullable=True)
    op.create_check_constraint("access_log_says_what", "access_log", "num_nonnulls(seen, done) = 1")
