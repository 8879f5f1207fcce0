"""Caseload aims in the database; the workers themselves are among the tables that everybody refers to."""

from sqlalchemy import CheckConstraint, Column, DateTime, SmallInteger, String, Table

from services.plans.tables import metadata

caseload_aims = Table(
    "caseload_aims",
    metadata,
    Column("title", String(30), primary_key=True),
    Column("aim", SmallInteger, nullable=False),
    Column("source", String(200), nullable=False),
    Column("set_at", DateTime(timezone=True)),
    CheckConstraint("aim >= 0", name="caseload_aims_at_something"),
)
"""How many cases this area aims at for each title (R79). Never set here: the example that it came with."""
