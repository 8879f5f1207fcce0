"""An identity code is unique and no key, so that correcting one waits for nobody who refers to the person.

Revision ID: plans_0002
"""

import sqlalchemy as sa
from alembic import op

revision = "plans_0002"
down_revision = "plans_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("people_hetu_key", "people", type_="unique")
    op.create_index("people_hetu_idx", "people", ["hetu"], unique=True, postgresql_where=sa.text("hetu IS NOT NULL"))
