"""Meetings, networks, 3X10D and feedback.

Revision ID: plans_0008
"""

revision = "plans_0008"
down_revision = "plans_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
