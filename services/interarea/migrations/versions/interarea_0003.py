"""The disclosure log of what is said to other areas.

Revision ID: interarea_0003
"""

import sqlalchemy as sa
from alembic import op

revision = "interarea_0003"
down_revision = "interarea_0002"
branch_labels = None
# The chassis' first revision has the function that refuses changes.
depends_on = "chassis_0001"


def upgrade() -> None:
    op.create_table(
        "disclosures",
        sa.Column("message_id", sa.Uuid, primary_key=True),
        sa.Column("handoff_id", sa.Uuid, nullable=False),
        sa.Column("recipient_area", sa.String(2), nullable=False),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("legal_basis", sa.String(30), nullable=False),
        sa.Column("legal_source", sa.String(60), nullable=False),
        sa.Column("disclosed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("disclosures_handoff_idx", "disclosures", ["handoff_id"])
    op.execute(
        "CREATE TRIGGER disclosures_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosures"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
