"""3X10D in the database: one row for each question that was answered. Nothing holds a sum."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Uuid,
    text,
)

from services.plans.tables import metadata

measures = Table(
    "wellbeing_measures",
    metadata,
    Column("measure_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("offered_on", Date),
    Column("ended_on", Date),
    Column("wording", String(40)),
    Column("by_area", String(2), nullable=False),
    Column("by_kind", String(20), nullable=False),
    Column("by_id", Uuid, nullable=False),
    CheckConstraint("(state = 'offered') = (ended_on IS NULL)", name="wellbeing_measures_end_on_a_day"),
    Index("wellbeing_measures_case_idx", "case_id"),
    Index("wellbeing_measures_offered_once_idx", "case_id", unique=True, postgresql_where=text("state = 'offered'")),
)
"""One offer and what became of it, or answers that she gave unasked (then nothing was offered). At most one is open."""

answers = Table(
    "wellbeing_answers",
    metadata,
    Column("measure_id", Uuid, ForeignKey("wellbeing_measures.measure_id"), primary_key=True),
    Column("question", String(40), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("value", SmallInteger, nullable=False),
    CheckConstraint("value BETWEEN 0 AND 10", name="wellbeing_answers_from_0_to_10"),
)
"""What she answered. A question that she left out has no row."""
