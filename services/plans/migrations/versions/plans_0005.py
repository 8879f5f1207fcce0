"""What a case stands on over time, pauses, preparations and exit plans.

Revision ID: plans_0005
"""

revision = "plans_0005"
down_revision = "plans_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
