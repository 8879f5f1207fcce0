"""The distribution list and the deliveries, in the database."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, DateTime, ForeignKey, Index, Integer, String, Table, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from services.plans.tables import metadata


def _recipient() -> tuple[Column[object], ...]:
    return (
        Column("kind", String(20), nullable=False),
        Column("member_id", Uuid),
        Column("role", String(30)),
        Column("name", String(500)),
        Column("organisation", String(500)),
    )


plan_distribution = Table(
    "plan_distribution",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    *_recipient(),
    Column("parts", ARRAY(String(40)), nullable=False),
    Column("basis", String(20), nullable=False),
    Column("consented_on", Date),
    Column("source", String(100)),
    Column("agreed_on", Date, nullable=False),
    Column("area", String(2), nullable=False),
    Column("author_kind", String(20), nullable=False),
    Column("author_id", Uuid, nullable=False),
    Column("ended_on", Date),
    Column("end_area", String(2)),
    Column("end_author_kind", String(20)),
    Column("end_author_id", Uuid),
    CheckConstraint(
        "(basis = 'consent') = (consented_on IS NOT NULL) AND (basis = 'statutory') = (source IS NOT NULL)",
        name="plan_distribution_has_a_basis",
    ),
    CheckConstraint("cardinality(parts) > 0", name="plan_distribution_of_something"),
    Index("plan_distribution_case_idx", "case_id"),
)
"""Who is to get the plan, which parts, on which basis. An entry ends and stays."""

plan_deliveries = Table(
    "plan_deliveries",
    metadata,
    Column("delivery_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("plan_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("entry_id", Uuid, ForeignKey("plan_distribution.entry_id")),
    Column("disclosure_id", Uuid, ForeignKey("disclosure_log.disclosure_id"), unique=True),
    *_recipient(),
    Column("parts", ARRAY(String(40)), nullable=False),
    Column("withheld", ARRAY(String(40)), nullable=False),
    Column("location_withheld", Boolean, nullable=False),
    Column("basis", String(20)),
    Column("consented_on", Date),
    Column("source", String(100)),
    Column("delivered_on", Date, nullable=False),
    Column("area", String(2), nullable=False),
    Column("author_kind", String(20), nullable=False),
    Column("author_id", Uuid, nullable=False),
    Column("noted_at", DateTime(timezone=True), nullable=False),
    Column("read_on", Date),
    Column("read_how", String(30)),
    Column("read_area", String(2)),
    Column("read_author_kind", String(20)),
    Column("read_author_id", Uuid),
    Column("read_noted_at", DateTime(timezone=True)),
    # C8: a plan is with nobody outside the case without its row in the disclosure log, which names the basis.
    CheckConstraint(
        "(kind IN ('young_person', 'case_worker')) = (disclosure_id IS NULL)"
        " AND (disclosure_id IS NULL) = (basis IS NULL) AND (disclosure_id IS NULL) = (entry_id IS NULL)",
        name="plan_deliveries_are_disclosed",
    ),
    CheckConstraint(
        "num_nulls(read_on, read_how, read_area, read_author_kind, read_author_id, read_noted_at) IN (0, 6)",
        name="plan_deliveries_read_whole",
    ),
    Index("plan_deliveries_case_idx", "case_id", "delivery_id"),
)
"""What was given to whom. No row for anybody outside the case without its row in the disclosure log (C8)."""
