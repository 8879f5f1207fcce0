"""Editing the draft together: each edit is kept, and one that meets another's is kept beside it until somebody decides.

Whoever calls has locked the case, so edits of one plan take turns.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from contracts.refusals import Refusal, RefusalKind
from contracts.values import CaseRole, new_id
from services.chassis.boundary import require_version
from services.chassis.work import Work
from services.plans.cases.domain import Case
from services.plans.client_plans import draft_store, store
from services.plans.client_plans.commands import require_record
from services.plans.client_plans.domain import PlanRecord, published_elsewhere
from services.plans.client_plans.draft_store import Conflict, Resolution
from services.plans.client_plans.drafts import (
    Cause,
    Change,
    Draft,
    PartDisputed,
    PartEdited,
    Value,
    decide,
    evolve,
    require_may_write,
)
from services.plans.openings.domain import Author


@dataclass(frozen=True)
class Editing:
    """A plan with its draft, and the conflicts that changes of it have met."""

    record: PlanRecord
    draft: Draft
    conflicts: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What a part with a conflict says from now on: its own text, the refused one, or ``merged``."""

    resolution: Resolution
    merged: Value | None
    against: int
    """The draft's version that whoever decides has read."""


def require_home(case: Case) -> None:
    """Refuse to draft or publish a plan whose home is another area."""
    if case.role is not CaseRole.PLACING:
        raise published_elsewhere()


async def draft_of(work: Work, case: Case) -> Editing:
    """A case's plan with its draft; both empty before the first edit. Raises ``Refusal`` 409 in a residence case."""
    require_home(case)
    record = await store.load(work, case.case_id)
    if record is None:
        return Editing(PlanRecord(new_id(), case.case_id, home=True), Draft())
    return Editing(record, await draft_store.load(work, record.plan_id, record.draft_version))


async def edit(work: Work, case: Case, changes: Iterable[Change]) -> Editing:
    """Change parts of the draft. A change that meets a newer text is kept as a conflict; the others take effect.

    Raises ``Refusal`` for what is not the author's to write; then nothing changes.
    """
    return await apply(work, await draft_of(work, case), changes)


async def apply(work: Work, editing: Editing, changes: Iterable[Change], *, proposal_id: UUID | None = None) -> Editing:
    """The draft after changes, stored with what became of each."""
    for change in changes:
        outcome = decide(editing.draft, change)
        if isinstance(outcome, PartEdited):
            editing = await _edited(work, editing, outcome)
        elif isinstance(outcome, PartDisputed):
            conflict_id = new_id()
            await draft_store.save_conflict(work, editing.record.plan_id, conflict_id, outcome, proposal_id)
            editing = replace(editing, conflicts=(*editing.conflicts, conflict_id))
    return editing


async def resolve(work: Work, case: Case, conflict_id: UUID, decision: Decision, author: Author) -> Editing:
    """Decide a conflict. When the part changed since it was read, ``Problem`` 412, and the conflict stays open.

    Raises ``Refusal`` 404, or 409 for a conflict that is decided or is not the author's to decide.
    """
    require_home(case)
    record = await require_record(work, case.case_id)
    conflict = require_open(await draft_store.conflict(work, record.plan_id, conflict_id))
    editing = await draft_of(work, case)
    part = editing.draft.part(conflict.ref)
    require_may_write(author, conflict.ref, part.value, conflict.refused)
    if part.version > decision.against:
        require_version(decision.against, record.draft_version)
    match decision.resolution:
        case Resolution.KEPT:
            value = part.value
        case Resolution.TAKEN:
            value = conflict.refused
        case Resolution.MERGED:
            value = decision.merged
    change = Change(conflict.ref, value, decision.against, author, Cause.RESOLUTION)
    editing = await apply(work, editing, [change])
    await draft_store.save_resolution(work, conflict_id, decision.resolution, author)
    return editing


def require_open(conflict: Conflict | None) -> Conflict:
    """A conflict that waits for somebody to decide. Raises ``Refusal`` 404 or 409."""
    if conflict is None:
        raise no_such_conflict()
    if conflict.resolution is not None:
        raise Refusal("conflict-resolved", "Somebody has decided this conflict.", kind=RefusalKind.CONFLICT)
    return conflict


def no_such_conflict() -> Refusal:
    """The plan has no such conflict, or none that the caller may see."""
    return Refusal("no-such-conflict", "There is no such conflict.", kind=RefusalKind.NOT_FOUND, field="conflict_id")


async def _edited(work: Work, editing: Editing, edited: PartEdited) -> Editing:
    draft = evolve(editing.draft, edited)
    record = replace(editing.record, draft_version=draft.version)
    await store.save(work, record)
    await draft_store.save_edit(work, record.plan_id, edited, draft.part(edited.ref))
    return replace(editing, record=record, draft=draft)
