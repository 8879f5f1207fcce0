"""Changes of residence in their order.

Revision ID: interarea_0002
"""

import sqlalchemy as sa
from alembic import op

revision = "interarea_0002"
down_revision = "interarea_0001"
branch_labels = None
depends_on = None

# Numbers of our own lie below the case's versions, which count more than moves: whatever comes next is later.
_KNOWN = """
INSERT INTO moves (case_id, version, handoff_id)
SELECT case_id, row_number() OVER (PARTITION BY case_id ORDER BY opened_at, handoff_id), handoff_id
FROM handoffs WHERE side = 'giving'
"""


def upgrade() -> None:
    op.create_table(
        "moves",
        sa.Column("case_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("handoff_id", sa.Uuid, unique=True),
    )
    op.execute(_KNOWN)
