"""Cases over HTTP: opened, read, explained, and given another worker."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import AreaCode, CaseRole, Contact, Ground, MunicipalityCode, Title
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag
from services.chassis.work import Work
from services.plans.absences import commands as absences
from services.plans.cases import commands, listing, timeline
from services.plans.cases.listing import Place, Wanted
from services.plans.cases.rights import AreaDecision
from services.plans.cases.store import Stored
from services.plans.cases.timeline import NamedWorker
from services.plans.contacts import commands as contacts
from services.plans.days import Day
from services.plans.disclosures.domain import Done, Seen
from services.plans.disclosures.reading import InReader
from services.plans.grounds.domain import Period, PlacementKind
from services.plans.moves import commands as moves
from services.plans.openings import commands as openings
from services.plans.openings.desk import InDesk
from services.plans.paging import InPaging, Page
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["cases"], route_class=CommandRoute)


class PlacementGiven(BaseModel):
    """One stay outside the home."""

    model_config = ConfigDict(extra="forbid")

    started_on: Day
    ended_on: Day
    alone: bool = Field(default=True, description="The child was placed alone, without a parent.")
    kind: PlacementKind | None = Field(default=None, description="Left out: what the ground of the case says.")

    def period(self, ground: Ground) -> Period:
        """The stay, of a case with this ground."""
        usual = PlacementKind.OPEN_CARE if ground is Ground.OPEN_CARE_PLACEMENT else PlacementKind.CARE
        return Period(self.started_on, self.ended_on, self.alone, self.kind or usual)


class DecisionGiven(BaseModel):
    """The area's own decision to give aftercare until a day."""

    model_config = ConfigDict(extra="forbid")

    decided_on: Day
    until: Day


class FirstResidence(BaseModel):
    """Where the young person lives when the case opens."""

    model_config = ConfigDict(extra="forbid")

    municipality: MunicipalityCode
    since: Day


class NewCase(BaseModel):
    """A case to open for a young person whom this area placed."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    ground: Ground
    placements: list[PlacementGiven] = Field(min_length=1, max_length=50)
    last_child_protection_on: Day
    decisions: list[DecisionGiven] = Field(default_factory=list, max_length=50, description="A lead's.")
    special_support: bool = False
    worker_id: UUID | None = Field(default=None, description="Left out: chosen by language, qualification and room.")
    residence: FirstResidence | None = None


class NamedContact(BaseModel):
    """The contact where the young person lives. Under a non-disclosure order ``area`` is withheld.

    So are the contact's e-mail address and phone number, but not from the case's own worker.
    """

    handoff_id: UUID
    area: AreaCode | None
    contact: Contact
    since: datetime


class NamedNow(BaseModel):
    """Who is the named worker today. ``until``: they stand in, and until which day; null: the case's own worker."""

    worker_id: UUID
    name: str
    title: Title
    phone: str | None
    email: str | None
    until: date | None


class CaseSummary(BaseModel):
    """A case, without what it stands on."""

    case_id: UUID
    version: int
    person_id: UUID
    role: CaseRole
    placing_area: AreaCode
    worker_id: UUID
    lead_stands_in: bool
    right_ends_on: date
    open: bool
    paused_on: date | None
    """Since when the young person does not want aftercare for now (R4)."""
    offer_again_on: date | None


class CaseView(CaseSummary):
    """A case."""

    ground: Ground
    placement_ended_on: date
    last_child_protection_on: date
    special_support: bool
    opened_at: datetime
    closed_at: datetime | None
    contact: NamedContact | None
    named_now: NamedNow | None = Field(description="null: the case is closed.")


class WorkerNamed(BaseModel):
    """Who becomes the case's named worker."""

    model_config = ConfigDict(extra="forbid")

    worker_id: UUID


@router.post("/cases", status_code=201)
async def open_case(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    reader: InReader,
    principal: Annotated[Principal, allow(Permission.OPEN_CASE)],
    new: NewCase,
) -> CaseView:
    """Open a case with its responsible worker; the end of the right is computed. Decisions are a lead's."""
    if new.decisions:
        commands.require_may_decide(principal, field="decisions")
    # Else whoever wants to read of somebody else's young person would open a case of hers.
    await desk.opens_person(new.person_id)
    case = await commands.open_placing(work, _command(new, principal.person_id))
    await reader.has_done(Done.CASE_OPENED, case.person_id, case.case_id)
    if new.residence is not None:
        place = moves.place_of(new.residence.municipality, new.residence.since, field="residence.municipality")
        await moves.record_first(work, case.case_id, place, new.residence.since)
        await reader.has_done(Done.RESIDENCE_RECORDED, case.person_id, case.case_id)
    response.headers["location"] = f"/cases/{case.case_id}"
    return await _answer(response, work, reader, principal, case.case_id)


@router.get("/cases")
async def list_cases(
    *,
    work: InWork,
    reader: InReader,
    paging: InPaging,
    principal: Annotated[Principal, allow(Permission.SEE_CASE)],
    worker_id: UUID | None = None,
    unit: Annotated[str | None, Query(max_length=100, description="The unit of the named worker.")] = None,
    role: Annotated[CaseRole | None, Query(description="`residence`: those whom another area placed (R94).")] = None,
    paused: bool | None = None,
    right_ends_before: date | None = None,
    deadline_late: Annotated[bool | None, Query(description="Something that was due is still open.")] = None,
) -> Page[CaseSummary]:
    """Open cases of this area, the caller's own first, then in the order in which they were opened."""
    wanted = Wanted(worker_id, unit, role, paused, right_ends_before, deadline_late)
    own = await openings.own_workers(work, principal)
    found = await listing.listed(work, wanted, own, after=paging.after(Place), rows=paging.rows)
    shown = [(each.case.person_id, each.case.case_id) for each in paging.shown(found)]
    await reader.looks_at_all(Seen.CASE_LIST, shown)
    return paging.page(found, lambda each: each.place, lambda each: CaseSummary(**vars(each.case)))


@router.get("/cases/{case_id}")
async def see_case(
    response: Response,
    work: InWork,
    desk: InDesk,
    principal: Annotated[Principal, allow(Permission.SEE_CASE)],
    case_id: UUID,
) -> CaseView:
    """One case."""
    return await _view(response, work, await desk.sees(case_id, Seen.CASE), principal)


@router.get("/cases/{case_id}/workers")
async def see_named_workers(
    work: InWork, desk: InDesk, _principal: Annotated[Principal, allow(Permission.SEE_CASE)], case_id: UUID
) -> list[NamedWorker]:
    """Everybody who was ever named for the young person, from and until, here and where she lives."""
    stored = await desk.sees(case_id, Seen.NAMED_WORKERS)
    return await timeline.named_workers(work, stored)


@router.post("/cases/{case_id}/worker")
async def name_worker(
    *,
    response: Response,
    work: InWork,
    reader: InReader,
    principal: Annotated[Principal, allow(Permission.NAME_WORKER)],
    case_id: UUID,
    expected: ExpectedVersion,
    named: WorkerNamed,
) -> CaseView:
    """Give the case another named worker."""
    case = await commands.name_worker(work, case_id, expected, named.worker_id)
    await reader.has_done(Done.WORKER_NAMED, case.person_id, case_id)
    return await _answer(response, work, reader, principal, case_id)


def _command(new: NewCase, opened_by: UUID) -> commands.OpenPlacing:
    return commands.OpenPlacing(
        person_id=new.person_id,
        ground=new.ground,
        placements=tuple(each.period(new.ground) for each in new.placements),
        last_child_protection_on=new.last_child_protection_on,
        decisions=tuple(AreaDecision(each.decided_on, each.until) for each in new.decisions),
        special_support=new.special_support,
        worker_id=new.worker_id,
        opened_by=opened_by,
    )


async def _answer(response: Response, work: Work, reader: InReader, principal: Principal, case_id: UUID) -> CaseView:
    stored = await commands.get(work, case_id)
    await reader.looks_at(Seen.CASE, stored.case.person_id, case_id)
    return await _view(response, work, stored, principal)


async def _view(response: Response, work: Work, stored: Stored, principal: Principal) -> CaseView:
    response.headers["etag"] = etag(stored.case.version)
    particulars = stored.particulars
    contact = await contacts.present(work, stored, principal)
    return CaseView(
        **vars(stored.case),
        ground=particulars.ground,
        placement_ended_on=particulars.placement_ended_on,
        last_child_protection_on=particulars.last_child_protection_on,
        special_support=particulars.special_support,
        opened_at=stored.opened_at,
        closed_at=stored.closed_at,
        contact=None if contact is None else NamedContact(**vars(contact)),
        named_now=await _named_now(work, stored),
    )


async def _named_now(work: Work, stored: Stored) -> NamedNow | None:
    if not stored.case.open:
        return None
    now = await absences.contact_now(work, stored.case.worker_id)
    return NamedNow(**now.contact.model_dump(exclude={"lead_stands_in"}), until=now.until)
