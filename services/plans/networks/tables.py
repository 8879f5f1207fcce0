"""Networks and their members, in the database."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Uuid

from services.plans.tables import metadata

networks = Table(
    "networks",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("is_student", Boolean, nullable=False),
)
"""What is known of a young person's network as a whole; no row: nobody has asked yet."""

members = Table(
    "network_members",
    metadata,
    Column("member_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("role", String(30), nullable=False),
    Column("name", String(500), nullable=False),
    Column("actor", String(60)),
    Column("organisation", String(500)),
    Column("email", String(254)),
    Column("phone", String(40)),
    Column("support", String(20)),
    Column("invite_agreed_on", Date),
    Column("inform_agreed_on", Date),
    Column("informed_by", String(30)),
    Column("informed_by_name", String(500)),
    Column("informed_on", Date),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("by_area", String(2), nullable=False),
    Column("by_kind", String(20), nullable=False),
    Column("by_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint(
        "informed_by IS NULL OR inform_agreed_on IS NOT NULL", name="network_members_informed_as_she_allows"
    ),
    Index("network_members_case_idx", "case_id"),
)
"""One who belongs to a network, from ``since``; ``until``: no more. Nothing is deleted."""
