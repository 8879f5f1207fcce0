"""Preparations over HTTP: opened ahead, listed with the late ones first, confirmed, cancelled."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.client_plan import Line, NetworkRole
from contracts.values import Ground
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag
from services.plans.cases import commands as cases
from services.plans.cases.rights import AreaDecision
from services.plans.days import Day
from services.plans.disclosures.domain import Done, Seen
from services.plans.disclosures.reading import InReader
from services.plans.grounds.domain import Period, PlacementKind
from services.plans.openings.desk import InDesk
from services.plans.paging import InPaging, Page
from services.plans.permissions import Permission, allow
from services.plans.preparations import commands, store
from services.plans.preparations.domain import CancelReason, Content, Party, Preparation, PreparationState

router = APIRouter(tags=["preparations"], route_class=CommandRoute)

Reach = Annotated[str, Field(min_length=3, max_length=254)]


class PartyGiven(BaseModel):
    """Somebody who prepares, beside the young person and the named worker."""

    model_config = ConfigDict(extra="forbid")

    role: NetworkRole
    name: Annotated[Line, Field(max_length=200)]
    reach: Reach | None = None

    @property
    def party(self) -> Party:
        """The party."""
        return Party(self.role, self.name, self.reach)


class NewPreparation(BaseModel):
    """Aftercare to prepare for somebody whose placement lasts."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    ground: Ground
    kind: PlacementKind
    placement_started_on: Day
    placement_ends_on: Day
    alone: bool = True
    special_support: bool = False
    begun_on: Day | None = None
    parties: list[PartyGiven] = Field(default_factory=list, max_length=50)
    worker_id: UUID | None = Field(default=None, description="Left out: chosen by language, qualification and room.")

    @property
    def content(self) -> Content:
        """What is known of the placement, and who prepares."""
        given = self.model_dump(exclude={"person_id", "worker_id", "parties"})
        return Content(**given, parties=tuple(each.party for each in self.parties))


class PreparationChange(BaseModel):
    """What to change: the fields that are given. ``begun_on`` null: it has not begun after all."""

    model_config = ConfigDict(extra="forbid")

    ground: Ground | None = None
    kind: PlacementKind | None = None
    placement_started_on: Day | None = None
    placement_ends_on: Day | None = None
    alone: bool | None = None
    special_support: bool | None = None
    begun_on: Day | None = None
    parties: list[PartyGiven] | None = Field(default=None, max_length=50, description="All of them.")

    def applied_to(self, content: Content) -> Content:
        """The content as it is now."""
        given = self.model_dump(exclude_unset=True, exclude={"parties"})
        kept = {name: value for name, value in given.items() if value is not None or name == "begun_on"}
        after = replace(content, **kept)
        return after if self.parties is None else replace(after, parties=tuple(each.party for each in self.parties))


class WorkerPrepares(BaseModel):
    """Who prepares from now on."""

    model_config = ConfigDict(extra="forbid")

    worker_id: UUID


class EarlierPlacement(BaseModel):
    """A placement before the one that ends."""

    model_config = ConfigDict(extra="forbid")

    started_on: Day
    ended_on: Day
    alone: bool = True
    kind: PlacementKind


class DecisionTaken(BaseModel):
    """The area's own decision to give aftercare until a day."""

    model_config = ConfigDict(extra="forbid")

    decided_on: Day
    until: Day


class HandoverIn(BaseModel):
    """What the aftercare side takes over."""

    model_config = ConfigDict(extra="forbid")

    placement_ended_on: Day | None = Field(default=None, description="Left out: as it was prepared.")
    last_child_protection_on: Day | None = Field(default=None, description="Left out: when the placement ended.")
    earlier_placements: list[EarlierPlacement] = Field(default_factory=list, max_length=50)
    decisions: list[DecisionTaken] = Field(default_factory=list, max_length=50, description="A lead's.")

    @property
    def handover(self) -> commands.Handover:
        """What is taken over."""
        return commands.Handover(
            self.placement_ended_on,
            self.last_child_protection_on,
            tuple(Period(**each.model_dump()) for each in self.earlier_placements),
            tuple(AreaDecision(each.decided_on, each.until) for each in self.decisions),
        )


class Cancelling(BaseModel):
    """Why nothing is to be prepared any more."""

    model_config = ConfigDict(extra="forbid")

    reason: CancelReason


class PartyView(BaseModel):
    """Who prepares. The young person and the named worker have no name here: they are recorded by their ids."""

    role: NetworkRole
    id: UUID | None = None
    name: str | None = None
    reach: str | None = None


class PreparationView(BaseModel):
    """A preparation. ``late``: it began after ``due_on``, or has not begun and that day has passed (R6)."""

    preparation_id: UUID
    version: int
    person_id: UUID
    worker_id: UUID
    state: PreparationState
    ground: Ground
    kind: PlacementKind
    placement_started_on: date
    placement_ends_on: date
    alone: bool
    special_support: bool
    due_on: date
    begun_on: date | None
    late: bool
    parties: list[PartyView]
    case_id: UUID | None
    cancel_reason: CancelReason | None


@router.post("/preparations", status_code=201)
async def open_preparation(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.PREPARE)],
    new: NewPreparation,
) -> PreparationView:
    """Begin to prepare for aftercare while the placement lasts, with a named aftercare worker."""
    opened = await desk.opens_person(new.person_id)
    preparation = await commands.open_ahead(work, new.person_id, new.content, new.worker_id)
    await opened.is_changed(Done.PREPARATION_RECORDED)
    response.headers["location"] = f"/preparations/{preparation.preparation_id}"
    return _answer(response, preparation, work.today)


@router.get("/preparations")
async def list_preparations(
    work: InWork,
    reader: InReader,
    paging: InPaging,
    _principal: Annotated[Principal, allow(Permission.SEE_PREPARATIONS)],
    worker_id: UUID | None = None,
) -> Page[PreparationView]:
    """Open preparations, late ones first, then by the day on which preparing was due."""
    found = await store.listed(work, paging.after(store.Place), paging.rows, worker_id)
    await reader.looks_at_all(Seen.PREPARATIONS, [(each.person_id, None) for each in paging.shown(found)])
    return paging.page(
        found,
        lambda each: store.Place(not each.late(work.today), each.due_on, each.preparation_id),
        _viewer(work.today),
    )


@router.get("/preparations/{preparation_id}")
async def see_preparation(
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.SEE_PREPARATIONS)],
    preparation_id: UUID,
) -> PreparationView:
    """One preparation."""
    preparation = await commands.get(work, preparation_id)
    opened = await desk.opens_person(preparation.person_id, prepared_by=preparation.worker_id)
    await opened.is_read(Seen.PREPARATION)
    return _answer(response, preparation, work.today)


@router.patch("/preparations/{preparation_id}")
async def change_preparation(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.PREPARE)],
    preparation_id: UUID,
    expected: ExpectedVersion,
    change: PreparationChange,
) -> PreparationView:
    """Change what is known: when the placement ends, since when one prepares, who does."""
    before = await commands.get(work, preparation_id)
    opened = await desk.opens_person(before.person_id, prepared_by=before.worker_id)
    after = await commands.change(work, preparation_id, expected, change.applied_to(before.content))
    await opened.is_changed(Done.PREPARATION_RECORDED)
    return _answer(response, after, work.today)


@router.post("/preparations/{preparation_id}/worker")
async def name_preparing_worker(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.NAME_WORKER)],
    preparation_id: UUID,
    expected: ExpectedVersion,
    named: WorkerPrepares,
) -> PreparationView:
    """Name another aftercare worker, who will have the case."""
    before = await commands.get(work, preparation_id)
    opened = await desk.opens_person(before.person_id, prepared_by=before.worker_id)
    after = await commands.name_worker(work, preparation_id, expected, named.worker_id)
    await opened.is_changed(Done.PREPARATION_RECORDED)
    return _answer(response, after, work.today)


@router.post("/preparations/{preparation_id}/confirmation")
async def confirm_handover_in(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    reader: InReader,
    principal: Annotated[Principal, allow(Permission.PREPARE)],
    preparation_id: UUID,
    expected: ExpectedVersion,
    handover: HandoverIn,
) -> PreparationView:
    """Confirm that aftercare takes over: the case opens. The named aftercare worker or a lead does it."""
    if handover.decisions:
        cases.require_may_decide(principal, field="decisions")
    before = await commands.get(work, preparation_id)
    opened = await desk.opens_person(before.person_id, prepared_by=before.worker_id)
    after, case = await commands.confirm(work, preparation_id, expected, handover.handover, desk.author)
    await opened.is_changed(Done.PREPARATION_RECORDED)
    await reader.has_done(Done.CASE_OPENED, case.person_id, case.case_id)
    return _answer(response, after, work.today)


@router.post("/preparations/{preparation_id}/cancellation")
async def cancel_preparation(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    principal: Annotated[Principal, allow(Permission.PREPARE)],
    preparation_id: UUID,
    expected: ExpectedVersion,
    cancelling: Cancelling,
) -> PreparationView:
    """Stop preparing: the placement goes on, another area takes over, or it was recorded in error."""
    before = await commands.get(work, preparation_id)
    opened = await desk.opens_person(before.person_id, prepared_by=before.worker_id)
    after = await commands.cancel(work, preparation_id, expected, cancelling.reason, principal.person_id)
    await opened.is_changed(Done.PREPARATION_RECORDED)
    return _answer(response, after, work.today)


def _answer(response: Response, preparation: Preparation, today: date) -> PreparationView:
    response.headers["etag"] = etag(preparation.version)
    return _viewer(today)(preparation)


def _viewer(today: date) -> Callable[[Preparation], PreparationView]:
    def view(preparation: Preparation) -> PreparationView:
        content = {name: value for name, value in vars(preparation.content).items() if name != "parties"}
        return PreparationView(
            preparation_id=preparation.preparation_id,
            version=preparation.version,
            person_id=preparation.person_id,
            worker_id=preparation.worker_id,
            state=preparation.state,
            **content,
            due_on=preparation.due_on,
            late=preparation.late(today),
            parties=[
                PartyView(role=NetworkRole.YOUNG_PERSON, id=preparation.person_id),
                PartyView(role=NetworkRole.RESPONSIBLE_WORKER, id=preparation.worker_id),
                *(PartyView(**vars(party)) for party in preparation.content.parties),
            ],
            case_id=preparation.case_id,
            cancel_reason=preparation.cancel_reason,
        )

    return view
