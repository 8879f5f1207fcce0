"""People and workers who can be told something, what they were told, and how it travels.

Revision ID: notifications_0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "notifications_0001"
down_revision = None
branch_labels = ("notifications",)
depends_on = None


def upgrade() -> None:
    _recipients()
    _messages()
    _deliveries()


def _recipients() -> None:
    op.create_table(
        "people",
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("phone", sa.String(40)),
        sa.Column("address_protected", sa.Boolean, nullable=False),
    )
    op.create_table(
        "workers",
        sa.Column("worker_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("lead", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "named_workers",
        sa.Column("case_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("worker_id", sa.Uuid, nullable=False),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("message_id", sa.Uuid, primary_key=True),
        sa.Column("handoff_id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("template", sa.String(60), nullable=False),
        sa.Column("recipient_id", sa.Uuid, nullable=False),
        sa.Column("recipient_role", sa.String(20), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("details", JSONB, nullable=False),
        sa.Column("non_disclosure", sa.Boolean, nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("handoff_id", "template", "recipient_id", name="messages_told_once"),
    )
    op.create_index("messages_inbox_idx", "messages", ["recipient_id", "message_id"])
    op.create_index("messages_unread_idx", "messages", ["recipient_id"], postgresql_where=sa.text("read_at IS NULL"))


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Uuid, primary_key=True),
        sa.Column("message_id", sa.Uuid, sa.ForeignKey("messages.message_id"), nullable=False),
        sa.Column("handoff_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("recipient_id", sa.Uuid, nullable=False),
        sa.Column("recipient_role", sa.String(20), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String(60)),
        sa.Column("traceparent", sa.String(55)),
        sa.UniqueConstraint("message_id", "channel", name="deliveries_once_a_channel"),
        sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed')", name="deliveries_state_known"),
        sa.CheckConstraint(
            "(state IN ('sent', 'failed')) = (settled_at IS NOT NULL)", name="deliveries_settled_has_time"
        ),
    )
    op.create_index(
        "deliveries_due_idx", "deliveries", ["due_at"], postgresql_where=sa.text("state IN ('queued', 'sending')")
    )
    op.create_index("deliveries_state_idx", "deliveries", ["state", "delivery_id"])
