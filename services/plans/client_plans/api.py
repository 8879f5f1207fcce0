"""The client plan over HTTP: its versions, what changed between them, its promises, and how far it has come."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict

from contracts.client_plan import Promise, Status
from contracts.values import Language
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag
from services.plans.client_plans import commands, draft_api, publishing, revision_api, statuses, store
from services.plans.client_plans.answers import (
    ChangesView,
    ChangeView,
    PlanView,
    PromiseView,
    StandingView,
    StatusView,
    VersionSummary,
    VersionView,
    shown_to,
)
from services.plans.client_plans.facts import come_so_far
from services.plans.client_plans.given import Line
from services.plans.client_plans.statuses import Note
from services.plans.client_plans.telling import Teller
from services.plans.cycles import commands as cycles
from services.plans.disclosures.domain import Done, Seen
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["client plans"], route_class=CommandRoute)

VersionNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]


class StatusGiven(BaseModel):
    """How far a goal or a promise has come; dropped, and not granted, need a reason.

    ``granted`` left out: what was decided about the promise stays.
    """

    model_config = ConfigDict(extra="forbid")

    status: Status
    reason: Line | None = None
    granted: bool | None = None


@router.get("/cases/{case_id}/plan", dependencies=[allow(Permission.SEE_PLAN)])
async def see_plan(work: InWork, desk: InDesk, case_id: UUID) -> PlanView:
    """The plan in force: the latest version, what was noted about it since, and where the planning stands."""
    stored = await desk.sees(case_id, Seen.PLAN)
    record = await store.load(work, case_id)
    plan = await commands.published(work, case_id)
    noted = [] if record is None or plan is None else await store.statuses(work, record.plan_id)
    cycle = await cycles.current(work, case_id)
    return PlanView(
        plan_id=None if record is None else record.plan_id,
        home=stored.case.placing_area == work.area,
        placing_area=stored.case.placing_area,
        latest=None if plan is None else VersionView.shown(plan, desk.author),
        statuses=[StatusView.of(each) for each in noted if plan is not None and each.number >= plan.number],
        standing=None if cycle is None else StandingView.of(cycle),
    )


@router.get("/cases/{case_id}/plan/promises", dependencies=[allow(Permission.SEE_PLAN)])
async def see_promises(
    work: InWork, desk: InDesk, case_id: UUID, language: Language = Language.FI
) -> list[PromiseView]:
    """What was promised, who keeps it, by when, and how far it has come: the open ones first, the soonest first."""
    await desk.sees(case_id, Seen.PLAN_PROMISES)
    plan = await commands.published(work, case_id)
    if plan is None:
        return []
    promises = (await come_so_far(work, plan)).promises
    return [PromiseView.of(promise, language) for promise in sorted(promises, key=_in_plain_order)]


@router.get("/cases/{case_id}/plan/versions", dependencies=[allow(Permission.SEE_PLAN)])
async def list_versions(work: InWork, desk: InDesk, case_id: UUID) -> list[VersionSummary]:
    """Every published version, the newest first."""
    await desk.sees(case_id, Seen.PLAN_VERSIONS)
    return [VersionSummary.of(plan) for plan in await store.versions(work, case_id)]


@router.post("/cases/{case_id}/plan/versions", status_code=201, dependencies=[allow(Permission.PUBLISH_PLAN)])
async def publish(
    response: Response, work: InWork, desk: InDesk, case_id: UUID, expected: ExpectedVersion
) -> VersionView:
    """Publish the draft, whose version ``If-Match`` names, as the next version. It never changes again.

    Delivering it to anybody is a step of its own.
    """
    stored = await desk.does(case_id, Done.PLAN_PUBLISHED)
    plan = await publishing.publish_draft(work, stored, expected, desk.author)
    response.headers["location"] = f"/cases/{case_id}/plan/versions/{plan.number}"
    return VersionView.shown(plan, desk.author)


@router.get("/cases/{case_id}/plan/versions/{number}", dependencies=[allow(Permission.SEE_PLAN)])
async def see_version(
    response: Response, work: InWork, desk: InDesk, case_id: UUID, number: VersionNumber
) -> VersionView:
    """One version, as it was published."""
    await desk.sees(case_id, Seen.PLAN_VERSIONS)
    plan = await commands.require_published(work, case_id, number)
    response.headers["etag"] = etag(number)
    return VersionView.shown(plan, desk.author)


@router.get("/cases/{case_id}/plan/versions/{before}/changes/{after}", dependencies=[allow(Permission.SEE_PLAN)])
async def see_changes(
    *,
    work: InWork,
    desk: InDesk,
    case_id: UUID,
    before: VersionNumber,
    after: VersionNumber,
    language: Language = Language.FI,
) -> ChangesView:
    """What differs between two versions, in whichever order, as sentences."""
    await desk.sees(case_id, Seen.PLAN_CHANGES)
    earlier = await commands.require_published(work, case_id, before)
    later = await commands.require_published(work, case_id, after)
    teller = Teller(shown_to(desk.author, earlier.content), shown_to(desk.author, later.content), language)
    changes = [ChangeView.of(difference, sentence) for difference, sentence in teller.told()]
    return ChangesView(before=before, after=after, language=language, changes=changes)


@router.post(
    "/cases/{case_id}/plan/items/{item_id}/status", status_code=201, dependencies=[allow(Permission.NOTE_STATUS)]
)
async def note_status(
    *, response: Response, work: InWork, desk: InDesk, case_id: UUID, item_id: UUID, given: StatusGiven
) -> StatusView:
    """Note how far a goal or a promise of the plan in force has come. The young person notes it of her own promises."""
    stored = await desk.does(case_id, Done.PLAN_STATUS_NOTED)
    note = Note(item_id, given.status, given.reason, given.granted)
    noted = await statuses.note(work, stored.case, note, desk.author)
    response.headers["location"] = f"/cases/{case_id}/plan"
    return StatusView.of(noted)


def _in_plain_order(promise: Promise) -> tuple[bool, bool, str]:
    """Open before done, what has a day before what has none, the soonest first."""
    done = promise.status in {Status.REALISED, Status.DROPPED}
    return done, promise.by_when is None, str(promise.by_when)


router.include_router(draft_api.router)
router.include_router(revision_api.router)
