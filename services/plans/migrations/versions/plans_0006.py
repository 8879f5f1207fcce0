"""Standing of workers: units, aims, absences; handovers between workers.

Revision ID: plans_0006
"""

revision = "plans_0006"
down_revision = "plans_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
