"""The draft in the database: its parts as they stand, every edit, and the conflicts between editors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, false, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.chassis.work import Work
from services.plans.client_plans.drafts import (
    SHAPES,
    Cause,
    Draft,
    Part,
    PartDisputed,
    PartEdited,
    PartKind,
    PartRef,
    Value,
)
from services.plans.client_plans.store import author_of, author_row
from services.plans.client_plans.tables import plan_conflicts as _c
from services.plans.client_plans.tables import plan_edits as _e
from services.plans.client_plans.tables import plan_parts as _d
from services.plans.openings.domain import Author
from services.plans.paging import Number


class Resolution(StrEnum):
    """How a conflict ended: the part keeps what it says, takes what was refused, or says both in new words."""

    KEPT = "kept"
    TAKEN = "taken"
    MERGED = "merged"


@dataclass(frozen=True)
class Conflict:
    """An edit that was refused because the part had changed: both texts, and who wrote them."""

    conflict_id: UUID
    ref: PartRef
    against: int
    refused: Value | None
    refused_author: Author
    found: Value | None
    found_version: int
    found_author: Author
    at: datetime
    proposal_id: UUID | None
    resolution: Resolution | None
    resolved_by: Author | None
    resolved_at: datetime | None


@dataclass(frozen=True)
class KeptEdit:
    """An edit with the instant at which it was made."""

    edited: PartEdited
    at: datetime


class EditKey(NamedTuple):
    """Where an edit stands in the history."""

    sequence: Number


async def load(work: Work, plan_id: UUID, version: int) -> Draft:
    """The draft of a plan, which has had ``version`` edits."""
    rows = (await work.connection.execute(select(_d).where(_d.c.plan_id == plan_id))).mappings()
    parts = {
        _ref(row): Part(row["version"], row["added"], _value(PartKind(row["kind"]), row["content"])) for row in rows
    }
    return Draft(version, parts)


async def save_edit(work: Work, plan_id: UUID, edited: PartEdited, part: Part) -> None:
    """Keep an edit, and the part as it is then."""
    await work.connection.execute(
        insert(_e),
        {
            "plan_id": plan_id,
            "sequence": edited.sequence,
            "kind": edited.ref.kind,
            "key": edited.ref.key,
            "before": _row(edited.before),
            "after": _row(edited.after),
            "cause": edited.cause,
            "at": work.now,
            **author_row(edited.author),
        },
    )
    values = {"version": part.version, "added": part.added, "content": _row(part.value)}
    row = {"plan_id": plan_id, "kind": edited.ref.kind, "key": edited.ref.key, **values}
    await work.connection.execute(
        upsert(_d).values(row).on_conflict_do_update(index_elements=["plan_id", "kind", "key"], set_=values)
    )


async def edits(
    work: Work, plan_id: UUID, *, after: EditKey | None = None, rows: int | None = None, confidential: bool = True
) -> list[KeptEdit]:
    """The edits of a plan in their order, from after one on; ``confidential`` False: without confidential views."""
    query = select(_e).where(_e.c.plan_id == plan_id).order_by(_e.c.sequence).limit(rows)
    if after is not None:
        query = query.where(_e.c.sequence > after.sequence)
    if not confidential:
        now = select(_d.c.key).where((_d.c.plan_id == plan_id) & (_d.c.kind == PartKind.VIEWS) & _secret(_d.c.content))
        hidden = _secret(_e.c.before) | _secret(_e.c.after) | _e.c.key.in_(now)
        query = query.where((_e.c.kind != PartKind.VIEWS) | ~hidden)
    return [_edit(row) for row in (await work.connection.execute(query)).mappings()]


async def save_conflict(
    work: Work, plan_id: UUID, conflict_id: UUID, disputed: PartDisputed, proposal_id: UUID | None
) -> None:
    """Keep an edit that was refused, with what it met."""
    await work.connection.execute(
        insert(_c),
        {
            "conflict_id": conflict_id,
            "plan_id": plan_id,
            "kind": disputed.ref.kind,
            "key": disputed.ref.key,
            "against": disputed.against,
            "refused": _row(disputed.refused),
            "found": _row(disputed.found),
            "found_version": disputed.found_version,
            "proposal_id": proposal_id,
            "at": work.now,
            **author_row(disputed.author),
        },
    )


async def conflicts(work: Work, plan_id: UUID, *, only_open: bool) -> list[Conflict]:
    """A plan's conflicts, the oldest first."""
    wanted = _c.c.plan_id == plan_id
    return await _conflicts(work, wanted & _c.c.resolved_at.is_(None) if only_open else wanted)


async def conflict(work: Work, plan_id: UUID, conflict_id: UUID) -> Conflict | None:
    """One conflict of a plan."""
    found = await _conflicts(work, (_c.c.plan_id == plan_id) & (_c.c.conflict_id == conflict_id))
    return found[0] if found else None


async def save_resolution(work: Work, conflict_id: UUID, resolution: Resolution, author: Author) -> None:
    """A conflict is decided."""
    values = {"resolved_at": work.now, "resolution": resolution, **author_row(author, "resolved_")}
    await work.connection.execute(update(_c).where(_c.c.conflict_id == conflict_id).values(values))


async def _conflicts(work: Work, wanted: ColumnElement[bool]) -> list[Conflict]:
    # Who wrote what was found, its edit says.
    met = (_e.c.plan_id == _c.c.plan_id) & (_e.c.sequence == _c.c.found_version)
    found = [_e.c.area.label("found_area"), _e.c.author_kind.label("found_author_kind")]
    query = select(_c, *found, _e.c.author_id.label("found_author_id")).join(_e, met).where(wanted)
    rows = await work.connection.execute(query.order_by(_c.c.at, _c.c.conflict_id))
    return [_conflict(row) for row in rows.mappings()]


def _secret(content: ColumnElement[object]) -> ColumnElement[bool]:
    return func.coalesce(content["confidential"].as_boolean(), false())


def _conflict(row: RowMapping) -> Conflict:
    resolved, kind = row["resolution"] is not None, PartKind(row["kind"])
    return Conflict(
        conflict_id=row["conflict_id"],
        ref=_ref(row),
        against=row["against"],
        refused=_value(kind, row["refused"]),
        refused_author=author_of(row),
        found=_value(kind, row["found"]),
        found_version=row["found_version"],
        found_author=author_of(row, "found_"),
        at=row["at"],
        proposal_id=row["proposal_id"],
        resolution=Resolution(row["resolution"]) if resolved else None,
        resolved_by=author_of(row, "resolved_") if resolved else None,
        resolved_at=row["resolved_at"],
    )


def _edit(row: RowMapping) -> KeptEdit:
    kind = PartKind(row["kind"])
    edited = PartEdited(
        sequence=row["sequence"],
        ref=_ref(row),
        before=_value(kind, row["before"]),
        after=_value(kind, row["after"]),
        cause=Cause(row["cause"]),
        author=author_of(row),
    )
    return KeptEdit(edited, row["at"])


def _ref(row: RowMapping) -> PartRef:
    return PartRef(PartKind(row["kind"]), row["key"])


def _value(kind: PartKind, row: Mapping[str, object] | None) -> Value | None:
    return None if row is None else SHAPES[kind].model_validate(row)


def _row(value: Value | None) -> Mapping[str, object] | None:
    return None if value is None else value.model_dump(mode="json")
