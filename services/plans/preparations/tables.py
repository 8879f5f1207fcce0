"""Preparations in the database."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Uuid,
    text,
)

from services.plans.tables import metadata

preparations = Table(
    "preparations",
    metadata,
    Column("preparation_id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.person_id"), nullable=False),
    Column("worker_id", Uuid, ForeignKey("workers.worker_id"), nullable=False),
    # True while it is open, else NULL: the foreign key below then holds only for open preparations, as for cases.
    Column("worker_is_active", Boolean, Computed("CASE WHEN state = 'open' THEN true END", persisted=True)),
    Column("ground", String(30), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("placement_started_on", Date, nullable=False),
    Column("placement_ends_on", Date, nullable=False),
    Column("alone", Boolean, nullable=False),
    Column("special_support", Boolean, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("begun_on", Date),
    Column("state", String(20), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.case_id")),
    Column("cancel_reason", String(30)),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_by", Uuid),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(
        ["worker_id", "worker_is_active"],
        ["workers.worker_id", "workers.active"],
        name="open_preparations_have_a_worker",
    ),
    CheckConstraint("(state = 'confirmed') = (case_id IS NOT NULL)", name="preparations_confirmed_have_a_case"),
    CheckConstraint("(state = 'cancelled') = (cancel_reason IS NOT NULL)", name="preparations_cancelled_say_why"),
    CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="preparations_end_once"),
    Index("preparations_one_open_idx", "person_id", unique=True, postgresql_where=text("state = 'open'")),
    Index("preparations_worker_idx", "worker_id", postgresql_where=text("state = 'open'")),
)
"""What aftercare prepares. One open preparation for each young person, with a worker who has not left."""

preparation_parties = Table(
    "preparation_parties",
    metadata,
    Column("preparation_id", Uuid, ForeignKey("preparations.preparation_id"), primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("role", String(30), nullable=False),
    Column("name", String(200), nullable=False),
    Column("reach", String(254)),
)
"""Who prepares, beside the young person and the named worker."""
