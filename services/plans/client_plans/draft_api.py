"""The draft over HTTP: read, edited part by part, its history, and the conflicts between editors."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from contracts.client_plan import LifeArea
from contracts.refusals import Refusal
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag
from services.chassis.problems import documented
from services.chassis.work import Work
from services.plans.client_plans import draft_store, editing, given
from services.plans.client_plans.answers import (
    ConflictView,
    DraftView,
    EditView,
    PartView,
    conflict_answer,
    may_see,
    sees_confidential,
)
from services.plans.client_plans.draft_store import Conflict, EditKey, Resolution
from services.plans.client_plans.drafts import Change, Draft, PartKind, PartRef, Value
from services.plans.client_plans.editing import Decision, Editing
from services.plans.client_plans.hints import hints_for
from services.plans.disclosures.domain import Done, Seen
from services.plans.openings.desk import Desk, InDesk
from services.plans.openings.domain import Author
from services.plans.paging import InPaging, Page
from services.plans.permissions import Permission, allow

router = APIRouter(route_class=CommandRoute)

# Any: what FastAPI takes for its documentation.
_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: documented(
        "Refused, or kept as conflicts.",
        conflicts={
            "type": "array",
            "items": {"type": "string", "format": "uuid"},
            "description": "Both texts are kept.",
        },
    )
}
_DRAFT = "/cases/{case_id}/plan/draft"

PartName = Annotated[
    Literal["needs", "goals", "promises", "sections", "views", "dissenting", "offers", "parallel-plans"],
    Path(description="The kind of the part."),
]


class ResolutionGiven(BaseModel):
    """``kept``: the part stays; ``taken``: it says what was refused; ``merged``: it says the value given here."""

    model_config = ConfigDict(extra="forbid")

    resolution: Resolution
    merged: dict[str, object] | None = None


@router.get(_DRAFT, dependencies=[allow(Permission.SEE_PLAN)])
async def see_draft(response: Response, work: InWork, desk: InDesk, case_id: UUID) -> DraftView:
    """The draft as it stands, with the version of each part."""
    stored = await desk.sees(case_id, Seen.PLAN_DRAFT)
    found = await editing.draft_of(work, stored.case)
    return await _draft(response, work, found, desk.author)


@router.patch(_DRAFT, dependencies=[allow(Permission.EDIT_PLAN)], response_model=DraftView, responses=_CONFLICT)
async def edit_texts(
    *, response: Response, work: InWork, desk: InDesk, case_id: UUID, expected: ExpectedVersion, texts: given.TextsGiven
) -> DraftView | JSONResponse:
    """Write the passages that a plan has once. Each is a part of its own: only one that somebody changed conflicts."""
    stored = await desk.does(case_id, Done.PLAN_EDITED)
    changes = [Change(ref, value, expected, desk.author) for ref, value in texts.values().items()]
    edited = await editing.edit(work, stored.case, changes)
    if edited.conflicts:
        return conflict_answer(case_id, edited.conflicts)
    answer = await _draft(response, work, edited, desk.author)
    return answer.model_copy(update={"hints": await hints_for(work, stored.case.person_id, changes)})


@router.put(
    _DRAFT + "/needs/{need_id}",
    dependencies=[allow(Permission.EDIT_PLAN)],
    response_model=PartView,
    responses=_CONFLICT,
)
async def put_need(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    case_id: UUID,
    need_id: UUID,
    expected: ExpectedVersion,
    need: given.NeedGiven,
) -> PartView | JSONResponse:
    """Write a need."""
    ref = PartRef(PartKind.NEEDS, str(need_id))
    return await _write(response, work, desk, case_id, Change(ref, need.value(ref.key), expected, desk.author))


@router.put(
    _DRAFT + "/goals/{goal_id}",
    dependencies=[allow(Permission.EDIT_PLAN)],
    response_model=PartView,
    responses=_CONFLICT,
)
async def put_goal(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    case_id: UUID,
    goal_id: UUID,
    expected: ExpectedVersion,
    goal: given.GoalGiven,
) -> PartView | JSONResponse:
    """Write a goal."""
    ref = PartRef(PartKind.GOALS, str(goal_id))
    return await _write(response, work, desk, case_id, Change(ref, goal.value(ref.key), expected, desk.author))


@router.put(
    _DRAFT + "/promises/{promise_id}",
    dependencies=[allow(Permission.EDIT_PLAN)],
    response_model=PartView,
    responses=_CONFLICT,
)
async def put_promise(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    case_id: UUID,
    promise_id: UUID,
    expected: ExpectedVersion,
    promise: given.PromiseGiven,
) -> PartView | JSONResponse:
    """Write a promise: what, who keeps it, by when."""
    ref = PartRef(PartKind.PROMISES, str(promise_id))
    return await _write(response, work, desk, case_id, Change(ref, promise.value(ref.key), expected, desk.author))


@router.put(
    _DRAFT + "/views/{view_id}",
    dependencies=[allow(Permission.EDIT_PLAN)],
    response_model=PartView,
    responses=_CONFLICT,
)
async def put_view(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    case_id: UUID,
    view_id: UUID,
    expected: ExpectedVersion,
    view: given.ViewGiven,
) -> PartView | JSONResponse:
    """Write how one participant sees the situation now; the young person writes her own."""
    ref = PartRef(PartKind.VIEWS, str(view_id))
    return await _write(response, work, desk, case_id, Change(ref, view.value(ref.key), expected, desk.author))


@router.put(
    _DRAFT + "/dissenting/{dissenting_id}",
    dependencies=[allow(Permission.EDIT_PLAN)],
    response_model=PartView,
    responses=_CONFLICT,
)
async def put_dissenting(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    case_id: UUID,
    dissenting_id: UUID,
    expected: ExpectedVersion,
    dissenting: given.DissentingGiven,
) -> PartView | JSONResponse:
    """Write that somebody sees something otherwise."""
    ref = PartRef(PartKind.DISSENTING, str(dissenting_id))
    return await _write(response, work, desk, case_id, Change(ref, dissenting.value(ref.key), expected, desk.author))


@router.put(
    _DRAFT + "/offers/{offer_id}",
    dependencies=[allow(Permission.EDIT_PLAN)],
    response_model=PartView,
    responses=_CONFLICT,
)
async def put_offer(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    case_id: UUID,
    offer_id: UUID,
    expected: ExpectedVersion,
    offer: given.OfferGiven,
) -> PartView | JSONResponse:
    """Write what was offered, and what the young person said."""
    ref = PartRef(PartKind.OFFERS, str(offer_id))
    return await _write(response, work, desk, case_id, Change(ref, offer.value(ref.key), expected, desk.author))


@router.put(
    _DRAFT + "/parallel-plans/{parallel_plan_id}",
    dependencies=[allow(Permission.EDIT_PLAN)],
    response_model=PartView,
    responses=_CONFLICT,
)
async def put_parallel_plan(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    case_id: UUID,
    parallel_plan_id: UUID,
    expected: ExpectedVersion,
    parallel_plan: given.ParallelPlanGiven,
) -> PartView | JSONResponse:
    """Write that another plan is in force beside this one."""
    ref = PartRef(PartKind.PARALLEL_PLANS, str(parallel_plan_id))
    return await _write(response, work, desk, case_id, Change(ref, parallel_plan.value(ref.key), expected, desk.author))


@router.put(
    _DRAFT + "/sections/{area}",
    dependencies=[allow(Permission.EDIT_PLAN)],
    response_model=PartView,
    responses=_CONFLICT,
)
async def put_section(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    case_id: UUID,
    area: LifeArea,
    expected: ExpectedVersion,
    section: given.SectionGiven,
) -> PartView | JSONResponse:
    """Write about one life area."""
    ref = PartRef(PartKind.SECTIONS, area)
    return await _write(response, work, desk, case_id, Change(ref, section.value(area), expected, desk.author))


@router.delete(
    _DRAFT + "/{part}/{key}", dependencies=[allow(Permission.EDIT_PLAN)], response_model=PartView, responses=_CONFLICT
)
async def delete_part(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    case_id: UUID,
    part: PartName,
    key: str,
    expected: ExpectedVersion,
) -> PartView | JSONResponse:
    """Take a part out of the draft; its history stays."""
    ref = given.reference(PartKind(part), key, field="key")
    return await _write(response, work, desk, case_id, Change(ref, None, expected, desk.author))


@router.get("/cases/{case_id}/plan/edits", dependencies=[allow(Permission.SEE_PLAN)])
async def list_edits(work: InWork, desk: InDesk, case_id: UUID, paging: InPaging) -> Page[EditView]:
    """Who wrote what in the draft, from the beginning."""
    stored = await desk.sees(case_id, Seen.PLAN_EDITS)
    found = await editing.draft_of(work, stored.case)
    kept = await draft_store.edits(
        work,
        found.record.plan_id,
        after=paging.after(EditKey),
        rows=paging.rows,
        confidential=sees_confidential(desk.author),
    )
    return paging.page(kept, lambda each: EditKey(each.edited.sequence), EditView.of)


@router.get("/cases/{case_id}/plan/conflicts", dependencies=[allow(Permission.SEE_PLAN)])
async def list_conflicts(work: InWork, desk: InDesk, case_id: UUID, *, resolved: bool = False) -> list[ConflictView]:
    """Where two people wrote the same part, and nobody has decided yet; with ``resolved`` also what was decided."""
    stored = await desk.sees(case_id, Seen.PLAN_CONFLICTS)
    found = await editing.draft_of(work, stored.case)
    conflicts = await draft_store.conflicts(work, found.record.plan_id, only_open=not resolved)
    return [ConflictView.of(each, found.draft) for each in _seen(conflicts, found.draft, desk.author)]


@router.get("/cases/{case_id}/plan/conflicts/{conflict_id}", dependencies=[allow(Permission.SEE_PLAN)])
async def see_conflict(
    response: Response, work: InWork, desk: InDesk, case_id: UUID, conflict_id: UUID
) -> ConflictView:
    """One conflict: both texts and who wrote them, beside what the part says now."""
    stored = await desk.sees(case_id, Seen.PLAN_CONFLICTS)
    found = await editing.draft_of(work, stored.case)
    return await _conflict(response, work, found, conflict_id, desk.author)


@router.post("/cases/{case_id}/plan/conflicts/{conflict_id}/resolution", dependencies=[allow(Permission.EDIT_PLAN)])
async def resolve_conflict(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    case_id: UUID,
    conflict_id: UUID,
    expected: ExpectedVersion,
    decided: ResolutionGiven,
) -> ConflictView:
    """Decide what the part says. ``If-Match`` names the draft's version that was read before deciding."""
    stored = await desk.does(case_id, Done.PLAN_CONFLICT_RESOLVED)
    before = await editing.draft_of(work, stored.case)
    conflict = await _found(work, before, conflict_id, desk.author)
    decision = Decision(decided.resolution, _merged(conflict.ref, decided), expected)
    after = await editing.resolve(work, stored.case, conflict_id, decision, desk.author)
    return await _conflict(response, work, after, conflict_id, desk.author)


async def _write(response: Response, work: Work, desk: Desk, case_id: UUID, change: Change) -> PartView | JSONResponse:
    stored = await desk.does(case_id, Done.PLAN_EDITED)
    edited = await editing.edit(work, stored.case, [change])
    if edited.conflicts:
        return conflict_answer(case_id, edited.conflicts)
    hints = await hints_for(work, stored.case.person_id, [change])
    answer = PartView.of(edited.draft, change.ref, hints)
    response.headers["etag"] = etag(answer.version)
    return answer


async def _draft(response: Response, work: Work, found: Editing, author: Author) -> DraftView:
    conflicts = await draft_store.conflicts(work, found.record.plan_id, only_open=True)
    response.headers["etag"] = etag(found.draft.version)
    plan_id = found.record.plan_id if found.draft.version else None
    return DraftView.shown(plan_id, found.draft, _seen(conflicts, found.draft, author), author)


async def _conflict(response: Response, work: Work, found: Editing, conflict_id: UUID, author: Author) -> ConflictView:
    conflict = await _found(work, found, conflict_id, author)
    response.headers["etag"] = etag(found.draft.version)
    return ConflictView.of(conflict, found.draft)


async def _found(work: Work, found: Editing, conflict_id: UUID, author: Author) -> Conflict:
    conflict = await draft_store.conflict(work, found.record.plan_id, conflict_id)
    seen = [] if conflict is None else _seen([conflict], found.draft, author)
    if not seen:
        raise editing.no_such_conflict()
    return seen[0]


def _seen(conflicts: list[Conflict], draft: Draft, author: Author) -> list[Conflict]:
    return [each for each in conflicts if may_see(author, each.refused, each.found, draft.part(each.ref).value)]


def _merged(ref: PartRef, decided: ResolutionGiven) -> Value | None:
    if decided.resolution is not Resolution.MERGED:
        return None
    if decided.merged is None:
        raise Refusal(
            "merged-missing", "A merged part says what it says.", field="merged", expected="the part's new words"
        )
    return given.value_of(ref, decided.merged, field="merged")
