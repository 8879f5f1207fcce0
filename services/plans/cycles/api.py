"""The planning cycle over HTTP: begun, moved on, agreed, marked."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.client_plan import Line, Passage
from contracts.values import Language
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag
from services.chassis.work import Work
from services.plans.cycles import commands, store
from services.plans.cycles.checklist import MarkState
from services.plans.cycles.domain import FollowUp, Rating
from services.plans.cycles.views import CycleDetail, CycleSummary
from services.plans.days import Day
from services.plans.disclosures.domain import Done, Seen
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["cycles"], route_class=CommandRoute)


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class AskedByYoungPerson(_Given):
    """The young person asked to negotiate without a preparatory meeting."""

    on: Day


class NegotiationBegun(_Given):
    """The planning goes on to its negotiation."""

    asked_by_young_person: AskedByYoungPerson | None = None


class AgreementsChanged(_Given):
    """What was agreed; what is left out stays as it is."""

    next_review_on: Day | None = None
    distribution_agreed: bool = False
    understanding_confirmed: bool = False
    next_step: Passage | None = None
    negotiated_on: Day | None = Field(
        default=None, description="By default, of the last negotiation meeting, or of publishing."
    )
    follow_up_on: Day | None = Field(default=None, description="By default, as many days later as the area says.")


class FollowUpClosed(_Given):
    """What the follow-up found, and what was agreed then."""

    enough: Rating = Field(description="Is the support enough?")
    fits: Rating = Field(description="Does it fit?")
    goes_forward: Rating = Field(description="Does it go forward?")
    more_support: bool = Field(description="More support was agreed.")
    network_contact: bool = Field(description="Contact with the network was agreed.")
    agreed: Passage | None = Field(default=None, description="In words, what.")


class Marked(_Given):
    """How an item stands."""

    state: MarkState
    reason: Line | None = Field(default=None, description="Needed for what was not done.")


CycleNumber = Annotated[int, Path(ge=1, le=10_000)]


@router.post("/cases/{case_id}/cycles", status_code=201)
async def begin_cycle(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.LEAD_CYCLE)],
    case_id: UUID,
    language: Language = Language.FI,
) -> CycleDetail:
    """Begin the first cycle; later the next, at the review: its day has come, or somebody called one."""
    stored = await desk.does(case_id, Done.CYCLE_BEGUN)
    cycle = await commands.begin_cycle(work, stored)
    response.headers["location"] = f"/cases/{case_id}/cycles/{cycle.number}"
    return await _answer(response, work, case_id, language)


@router.get("/cases/{case_id}/cycles")
async def list_cycles(
    work: InWork, desk: InDesk, _principal: Annotated[Principal, allow(Permission.SEE_CYCLE)], case_id: UUID
) -> list[CycleSummary]:
    """A case's cycles, the latest first."""
    await desk.sees(case_id, Seen.CYCLES)
    return [CycleSummary.of(each.cycle) for each in await store.of_case(work, case_id)]


@router.get("/cases/{case_id}/cycles/current")
async def see_current_cycle(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.SEE_CYCLE)],
    case_id: UUID,
    language: Language = Language.FI,
) -> CycleDetail:
    """The latest cycle with its checklist. 409 before the first."""
    await desk.sees(case_id, Seen.CYCLES)
    return await _answer(response, work, case_id, language)


@router.get("/cases/{case_id}/cycles/{number}")
async def see_cycle(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.SEE_CYCLE)],
    case_id: UUID,
    number: CycleNumber,
    language: Language = Language.FI,
) -> CycleDetail:
    """One cycle with its checklist."""
    await desk.sees(case_id, Seen.CYCLES)
    return await _answer(response, work, case_id, language, number)


@router.patch("/cases/{case_id}/cycles/current")
async def change_agreements(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.LEAD_CYCLE)],
    case_id: UUID,
    expected: ExpectedVersion,
    changed: AgreementsChanged,
    language: Language = Language.FI,
) -> CycleDetail:
    """Keep what was agreed. A review or follow-up that is agreed anew moves its deadline."""
    stored = await desk.does(case_id, Done.CYCLE_AGREED)
    await commands.agree(work, stored, expected, changed.model_dump(exclude_unset=True))
    return await _answer(response, work, case_id, language)


@router.post("/cases/{case_id}/cycles/current/negotiation")
async def begin_negotiation(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.LEAD_CYCLE)],
    case_id: UUID,
    begun: NegotiationBegun,
    language: Language = Language.FI,
) -> CycleDetail:
    """Go on to the negotiation, after a preparatory meeting, or when the young person asked to do without one."""
    stored = await desk.does(case_id, Done.PHASE_REACHED)
    asked = begun.asked_by_young_person
    await commands.negotiate(work, stored, None if asked is None else asked.on)
    return await _answer(response, work, case_id, language)


@router.post("/cases/{case_id}/cycles/current/follow-up")
async def close_follow_up(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.LEAD_CYCLE)],
    case_id: UUID,
    closed: FollowUpClosed,
    language: Language = Language.FI,
) -> CycleDetail:
    """Close the follow-up, and with it the cycle, once every goal and service has a status."""
    stored = await desk.does(case_id, Done.CYCLE_ENDED)
    await commands.close_follow_up(work, stored, FollowUp(**closed.model_dump()))
    return await _answer(response, work, case_id, language)


@router.put("/cases/{case_id}/cycles/current/items/{key}")
async def mark_item(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.MARK_CHECKLIST)],
    case_id: UUID,
    key: Annotated[str, Path(max_length=60)],
    marked: Marked,
    language: Language = Language.FI,
) -> CycleDetail:
    """Say how an item of the checklist stands; the marks before stay. It moves no phase."""
    stored = await desk.does(case_id, Done.CHECKLIST_MARKED)
    await commands.mark(work, stored, desk.author, key, state=marked.state, reason=marked.reason)
    return await _answer(response, work, case_id, language)


async def _answer(
    response: Response, work: Work, case_id: UUID, language: Language, number: int | None = None
) -> CycleDetail:
    found = await commands.get(work, case_id, number)
    response.headers["etag"] = etag(found.cycle.version)
    return CycleDetail.with_checklist(found, await store.marks_of(work, found.cycle.cycle_id), language)
