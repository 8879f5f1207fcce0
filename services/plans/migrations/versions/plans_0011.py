"""Opening a case from outside with a reason; paging of logs and lists.

Revision ID: plans_0011
"""

revision = "plans_0011"
down_revision = "plans_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
