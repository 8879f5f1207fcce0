"""Cycles of client planning with their checklists and reviews.

Revision ID: plans_0007
"""

revision = "plans_0007"
down_revision = "plans_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
