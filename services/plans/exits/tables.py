"""Exit plans, and how cases ended, in the database."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.plans.tables import metadata

exit_plans = Table(
    "exit_plans",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("confirmed_for", Date),
)
"""One exit plan for each case."""

exit_receivers = Table(
    "exit_receivers",
    metadata,
    Column("receiver_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("exit_plans.case_id"), nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("who", String(500), nullable=False),
    Column("what", String(500), nullable=False),
    Column("promise_ids", ARRAY(Uuid), nullable=False),
    Column("accepted_on", Date),
    Column("accepted_by", String(500)),
    CheckConstraint("(accepted_on IS NULL) = (accepted_by IS NULL)", name="exit_receivers_accept_by_somebody"),
    Index("exit_receivers_case_idx", "case_id"),
)
"""Who takes her on, what of, and whether they have accepted."""

endings = Table(
    "endings",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    Column("ended_by", Uuid, nullable=False),
    Column("lead_reason", String(500)),
    Column("unreceived", ARRAY(Uuid), nullable=False),
)
"""How cases ended, append-only: by whom, with which promises that nobody received, and the lead's reason for that."""
