"""Workers over HTTP: who begins, who is here with how many cases, who leaves."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.values import Language, Qualification, Title, new_id
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork, etag
from services.plans.disclosures.domain import Done
from services.plans.disclosures.reading import InReader
from services.plans.permissions import Permission, allow
from services.plans.workers import commands
from services.plans.workers.domain import OnRoster, Record, Worker

router = APIRouter(tags=["workers"], route_class=CommandRoute)

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()-]{4,38}$")]


class NewWorker(BaseModel):
    """A worker to record."""

    model_config = ConfigDict(extra="forbid")

    worker_id: UUID = Field(default_factory=new_id, description="The `sub` of the worker's tokens.")
    name: Name
    title: Title
    qualification: Qualification
    languages: frozenset[Language] = Field(min_length=1, description="The languages in which the worker serves.")
    language: Language = Field(description="The language of messages to the worker.")
    email: Email
    phone: Phone | None = None
    caseload_aim: int = Field(ge=0, le=500, description="How many cases the area aims at; an aim, not law.")
    lead: bool = False


class WorkerView(BaseModel):
    """A worker."""

    worker_id: UUID
    version: int
    name: str
    title: Title
    qualification: Qualification
    languages: list[Language]
    language: Language
    email: str
    phone: str | None
    caseload_aim: int
    lead: bool
    active: bool


class RosterEntry(WorkerView):
    """An active worker with their load."""

    open_cases: int
    has_room: bool


class Departure(BaseModel):
    """A worker leaves. Cases that are not named go to whoever has room, or to a lead."""

    model_config = ConfigDict(extra="forbid")

    successors: dict[UUID, UUID] = Field(default_factory=dict, description="Case → the worker who takes it over.")


class Departed(BaseModel):
    """Who has which case now."""

    worker: WorkerView
    handed_on: dict[UUID, UUID]


@router.post("/workers", status_code=201)
async def record_worker(
    response: Response,
    work: InWork,
    _principal: Annotated[Principal, allow(Permission.RECORD_WORKER)],
    new: NewWorker,
) -> WorkerView:
    """Record a worker who begins here."""
    worker = await commands.record(work, Record(**{name: getattr(new, name) for name in NewWorker.model_fields}))
    response.headers["etag"] = etag(worker.version)
    return WorkerView(**_fields(worker))


@router.get("/workers")
async def see_roster(work: InWork, _principal: Annotated[Principal, allow(Permission.SEE_ROSTER)]) -> list[RosterEntry]:
    """Every active worker with the number of open cases that name them."""
    return [_entry(each) for each in await commands.roster(work)]


@router.post("/workers/{worker_id}/departure")
async def let_worker_go(
    work: InWork,
    reader: InReader,
    _principal: Annotated[Principal, allow(Permission.LET_WORKER_GO)],
    worker_id: UUID,
    departure: Departure,
) -> Departed:
    """Let a worker go: every open case is handed on at the same moment, or nothing changes."""
    gone = await commands.depart(work, worker_id, departure.successors)
    await reader.has_done_to_all(Done.WORKER_NAMED, [(gone.people[case_id], case_id) for case_id in gone.handed_on])
    return Departed(worker=WorkerView(**_fields(gone.worker)), handed_on=dict(gone.handed_on))


def _entry(each: OnRoster) -> RosterEntry:
    return RosterEntry(**_fields(each.worker), open_cases=each.open_cases, has_room=each.has_room)


def _fields(worker: Worker) -> dict[str, object]:
    return {**vars(worker), "languages": sorted(worker.languages)}
