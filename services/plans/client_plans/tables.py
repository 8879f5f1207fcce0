"""Client plans in the database. Edits, versions and statuses are only ever added (``refuse_change``)."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.plans.tables import metadata

_WORDS = JSONB(none_as_null=True)


def _author(prefix: str = "", *, known: bool = True) -> tuple[Column[str], ...]:
    """Who did something: area, kind and id, each column with its prefix."""
    return (
        Column(f"{prefix}area", String(2), nullable=not known),
        Column(f"{prefix}author_kind", String(20), nullable=not known),
        Column(f"{prefix}author_id", Uuid, nullable=not known),
    )


client_plans = Table(
    "client_plans",
    metadata,
    Column("plan_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False, unique=True),
    Column("home", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("draft_version", Integer, nullable=False),
    CheckConstraint("home OR draft_version = 0", name="client_plans_are_drafted_at_home"),
)
"""One plan per case. Not at home: a copy of the placing area's."""

plan_parts = Table(
    "plan_parts",
    metadata,
    Column("plan_id", Uuid, ForeignKey("client_plans.plan_id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("key", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("content", _WORDS),
)
"""The draft, part by part. ``version`` and ``added``: its last and its first edit. No content: gone."""

plan_edits = Table(
    "plan_edits",
    metadata,
    Column("plan_id", Uuid, ForeignKey("client_plans.plan_id"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("key", String(40), nullable=False),
    Column("before", _WORDS),
    Column("after", _WORDS),
    Column("cause", String(20), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    *_author(),
)
"""Every change of a draft, append-only."""

plan_conflicts = Table(
    "plan_conflicts",
    metadata,
    Column("conflict_id", Uuid, primary_key=True),
    Column("plan_id", Uuid, ForeignKey("client_plans.plan_id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("key", String(40), nullable=False),
    Column("against", Integer, nullable=False),
    Column("refused", _WORDS),
    Column("found", _WORDS),
    Column("found_version", Integer, nullable=False),
    Column("proposal_id", Uuid),
    Column("at", DateTime(timezone=True), nullable=False),
    *_author(),
    Column("resolved_at", DateTime(timezone=True)),
    Column("resolution", String(20)),
    *_author("resolved_", known=False),
    CheckConstraint(
        "num_nonnulls(resolved_at, resolution, resolved_area, resolved_author_kind, resolved_author_id) IN (0, 5)",
        name="plan_conflicts_resolved_whole",
    ),
    Index("plan_conflicts_open_idx", "plan_id", postgresql_where=text("resolved_at IS NULL")),
)
"""Edits that met a part which somebody had changed meanwhile: both texts are kept until somebody decides."""

plan_versions = Table(
    "plan_versions",
    metadata,
    Column("plan_id", Uuid, ForeignKey("client_plans.plan_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", _WORDS, nullable=False),
    Column("edits_through", Integer),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False),
    *_author(known=False),
    Column("title", String(30)),
    Column("qualification", String(30)),
    CheckConstraint("number >= 1", name="plan_versions_are_counted_from_one"),
    CheckConstraint(
        "num_nonnulls(edits_through, area, author_kind, author_id, title, qualification) IN (0, 6)",
        name="plan_versions_know_their_author",
    ),
)
"""Published versions, which never change. ``edits_through``: the last edit in it; copies know no author (R78)."""

plan_statuses = Table(
    "plan_statuses",
    metadata,
    Column("status_id", Uuid, primary_key=True),
    Column("plan_id", Uuid, ForeignKey("client_plans.plan_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("item_id", Uuid, nullable=False),
    Column("status", String(20), nullable=False),
    Column("reason", String(500)),
    Column("granted", Boolean),
    Column("at", DateTime(timezone=True), nullable=False),
    *_author(),
    Index("plan_statuses_plan_idx", "plan_id", "status_id"),
)
"""How far a goal or a promise had come, each time that somebody said it, append-only."""

plan_proposals = Table(
    "plan_proposals",
    metadata,
    Column("proposal_id", Uuid, primary_key=True),
    Column("plan_id", Uuid, ForeignKey("client_plans.plan_id"), nullable=False),
    Column("against", Integer, nullable=False),
    Column("reason", String(8000)),
    Column("parts", _WORDS, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    *_author(),
    Column("answered_at", DateTime(timezone=True)),
    Column("accepted", Boolean),
    Column("answer", String(8000)),
    *_author("answered_", known=False),
    CheckConstraint(
        "num_nonnulls(answered_at, accepted, answered_area, answered_author_kind, answered_author_id) IN (0, 5)",
        name="plan_proposals_answered_whole",
    ),
    Index("plan_proposals_plan_idx", "plan_id", "proposal_id"),
)
"""Changes that somebody proposes to a published version, and what was answered."""
