"""Comments on plans, and to whom a plan was given.

Revision ID: plans_0010
"""

revision = "plans_0010"
down_revision = "plans_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
