"""A message that dies again is the same dead letter.

Revision ID: chassis_0002
"""

import sqlalchemy as sa
from alembic import op

revision = "chassis_0002"
down_revision = "chassis_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dead_letters", sa.Column("digest", sa.LargeBinary))
    # Those from before are told apart by what they are known by.
    op.execute("UPDATE dead_letters SET digest = uuid_send(dead_letter_id)")
    op.alter_column("dead_letters", "digest", nullable=False)
    op.create_unique_constraint("dead_letters_die_once", "dead_letters", ["consumer", "digest"])
