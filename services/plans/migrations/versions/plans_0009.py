"""Client plans: drafts, versions, proposals, statuses.

Revision ID: plans_0009
"""

revision = "plans_0009"
down_revision = "plans_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
