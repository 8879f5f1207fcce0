"""Cases over HTTP: opened, read, explained, and given another worker."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import AreaCode, CaseRole, Contact, Ground, MunicipalityCode
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag
from services.chassis.work import Work
from services.plans.cases import commands, store, timeline
from services.plans.cases.explanation import Explanation
from services.plans.cases.rights import AreaDecision, Placement
from services.plans.cases.store import Stored
from services.plans.cases.timeline import NamedWorker
from services.plans.contacts import commands as contacts
from services.plans.disclosures.domain import Done, Seen
from services.plans.disclosures.reading import InReader
from services.plans.moves import commands as moves
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["cases"], route_class=CommandRoute)
LISTED_AT_MOST = 500


class PlacementGiven(BaseModel):
    """One stay outside the home."""

    model_config = ConfigDict(extra="forbid")

    started_on: date
    ended_on: date
    alone: bool = Field(default=True, description="The child was placed alone, without a parent.")


class DecisionGiven(BaseModel):
    """The area's own decision to give aftercare until a day."""

    model_config = ConfigDict(extra="forbid")

    decided_on: date
    until: date


class FirstResidence(BaseModel):
    """Where the young person lives when the case opens."""

    model_config = ConfigDict(extra="forbid")

    municipality: MunicipalityCode
    since: date


class NewCase(BaseModel):
    """A case to open for a young person whom this area placed."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    ground: Ground
    placements: list[PlacementGiven] = Field(min_length=1)
    last_child_protection_on: date
    decisions: list[DecisionGiven] = Field(default_factory=list)
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

    @classmethod
    def of(cls, stored: Stored) -> Self:
        """A stored case."""
        return cls(**vars(stored.case))


class CaseView(CaseSummary):
    """A case."""

    ground: Ground
    placement_ended_on: date
    last_child_protection_on: date
    special_support: bool
    opened_at: datetime
    closed_at: datetime | None
    contact: NamedContact | None


class RightsView(BaseModel):
    """Until when the right lasts, and why. A case that another area placed is explained there."""

    case_id: UUID
    right_ends_on: date
    computed_by: AreaCode
    explanation: Explanation


class WorkerNamed(BaseModel):
    """Who becomes the case's named worker."""

    model_config = ConfigDict(extra="forbid")

    worker_id: UUID


@router.post("/cases", status_code=201)
async def open_case(
    response: Response,
    work: InWork,
    reader: InReader,
    principal: Annotated[Principal, allow(Permission.OPEN_CASE)],
    new: NewCase,
) -> CaseView:
    """Open a case with its responsible worker; the end of the right is computed."""
    case = await commands.open_placing(work, _command(new))
    await reader.has_done(Done.CASE_OPENED, case.person_id, case.case_id)
    if new.residence is not None:
        place = moves.place_of(new.residence.municipality, new.residence.since, field="residence.municipality")
        await moves.record_first(work, case.case_id, place, new.residence.since)
        await reader.has_done(Done.RESIDENCE_RECORDED, case.person_id, case.case_id)
    response.headers["location"] = f"/cases/{case.case_id}"
    return await _answer(response, work, reader, principal, case.case_id)


@router.get("/cases")
async def list_cases(
    work: InWork,
    reader: InReader,
    _principal: Annotated[Principal, allow(Permission.SEE_CASE)],
    worker_id: UUID | None = None,
    role: CaseRole | None = None,
) -> list[CaseSummary]:
    """Open cases of this area, by worker or by role: ``residence`` are those whom another area placed (R94)."""
    found = await store.listed(work, worker_id=worker_id, role=role, limit=LISTED_AT_MOST)
    await reader.looks_at_all(Seen.CASE_LIST, [(each.case.person_id, each.case.case_id) for each in found])
    return [CaseSummary.of(each) for each in found]


@router.get("/cases/{case_id}")
async def see_case(
    response: Response,
    work: InWork,
    reader: InReader,
    principal: Annotated[Principal, allow(Permission.SEE_CASE)],
    case_id: UUID,
) -> CaseView:
    """One case."""
    return await _answer(response, work, reader, principal, case_id)


@router.get("/cases/{case_id}/rights")
async def explain_right(
    work: InWork, reader: InReader, _principal: Annotated[Principal, allow(Permission.SEE_CASE)], case_id: UUID
) -> RightsView:
    """Until when the right lasts: which rule, which row and which source gave the day."""
    stored = await commands.get(work, case_id)
    await reader.looks_at(Seen.RIGHTS, stored.case.person_id, case_id)
    return RightsView(
        case_id=case_id,
        right_ends_on=stored.case.right_ends_on,
        computed_by=stored.case.placing_area,
        explanation=Explanation.model_validate(stored.particulars.right_explained),
    )


@router.get("/cases/{case_id}/workers")
async def see_named_workers(
    work: InWork, reader: InReader, _principal: Annotated[Principal, allow(Permission.SEE_CASE)], case_id: UUID
) -> list[NamedWorker]:
    """Everybody who was ever named for the young person, from and until, here and where she lives."""
    stored = await commands.get(work, case_id)
    await reader.looks_at(Seen.NAMED_WORKERS, stored.case.person_id, case_id)
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


def _command(new: NewCase) -> commands.OpenPlacing:
    return commands.OpenPlacing(
        person_id=new.person_id,
        ground=new.ground,
        placements=tuple(Placement(each.started_on, each.ended_on, each.alone) for each in new.placements),
        last_child_protection_on=new.last_child_protection_on,
        decisions=tuple(AreaDecision(each.decided_on, each.until) for each in new.decisions),
        special_support=new.special_support,
        worker_id=new.worker_id,
    )


async def _answer(response: Response, work: Work, reader: InReader, principal: Principal, case_id: UUID) -> CaseView:
    stored = await commands.get(work, case_id)
    await reader.looks_at(Seen.CASE, stored.case.person_id, case_id)
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
    )
