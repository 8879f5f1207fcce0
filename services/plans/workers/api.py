"""Workers over HTTP: who begins, who is here with how many cases, who changes, leaves and comes back; and the aims."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.refusals import Refusal
from contracts.values import Language, Qualification, Title, new_id
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag
from services.plans.disclosures.domain import Done
from services.plans.disclosures.reading import InReader
from services.plans.permissions import Permission, allow
from services.plans.workers import commands, store
from services.plans.workers.domain import OnRoster, Particulars, Record, Worker, no_such_worker

router = APIRouter(tags=["workers"], route_class=CommandRoute)

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Unit = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
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
    caseload_aim: int | None = Field(
        default=None, ge=0, le=500, description="The worker's own aim, not law. Left out: the area's for the title."
    )
    lead: bool = False
    unit: Unit | None = None


class WorkerChange(BaseModel):
    """What is otherwise about a worker; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    title: Title | None = None
    qualification: Qualification | None = None
    languages: frozenset[Language] | None = Field(default=None, min_length=1)
    language: Language | None = None
    email: Email | None = None
    phone: Phone | None = None
    caseload_aim: int | None = Field(default=None, ge=0, le=500, description="null: the area's aim for the title.")
    lead: bool | None = None
    unit: Unit | None = None


class WorkerView(BaseModel):
    """A worker. ``caseload_aim`` is their own; null leaves it to the area's aim for the title."""

    worker_id: UUID
    version: int
    name: str
    title: Title
    qualification: Qualification
    languages: list[Language]
    language: Language
    email: str
    phone: str | None
    caseload_aim: int | None
    lead: bool
    active: bool
    unit: str | None


class AwayNow(BaseModel):
    """A worker is away, and who stands in; the substitute may be away too, then see theirs."""

    absence_id: UUID
    substitute_id: UUID
    last_day: date


class RosterEntry(WorkerView):
    """An active worker with their load. ``aim`` is their own aim or the title's; ``load`` 1.0 is full."""

    open_cases: int
    aim: int | None
    load: float | None
    has_room: bool
    away: AwayNow | None


class AimView(BaseModel):
    """How many cases this area aims at for a title: an aim, not law. ``set_at`` null: an example, never set here."""

    title: Title
    aim: int
    source: str
    set_at: datetime | None


class NewAim(BaseModel):
    """The area's aim for a title, and on whose word."""

    model_config = ConfigDict(extra="forbid")

    aim: int = Field(ge=0, le=500)
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Departure(BaseModel):
    """A worker leaves. Cases that are not named go to whoever has room, or to a lead.

    Whoever is away while the leaver stands in needs another substitute.
    """

    model_config = ConfigDict(extra="forbid")

    successors: dict[UUID, UUID] = Field(default_factory=dict, description="Case → the worker who takes it over.")
    substitutes: dict[UUID, UUID] = Field(default_factory=dict, description="Absence → who stands in from today on.")


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
    response.headers["location"] = f"/workers/{worker.worker_id}"
    return _answer(response, worker)


@router.get("/workers")
async def see_roster(
    work: InWork,
    _principal: Annotated[Principal, allow(Permission.SEE_ROSTER)],
    unit: Annotated[str | None, Query(max_length=100)] = None,
    language: Language | None = None,
    lead: bool | None = None,
) -> list[RosterEntry]:
    """The active workers, with their open cases and who is away: all, of a unit, who serve in a language, the leads."""
    return [
        _entry(each)
        for each in await commands.roster(work)
        if (unit is None or each.worker.unit == unit)
        and (language is None or language in each.worker.languages)
        and (lead is None or each.worker.lead == lead)
    ]


@router.get("/workers/{worker_id}")
async def see_worker(
    response: Response, work: InWork, _principal: Annotated[Principal, allow(Permission.SEE_ROSTER)], worker_id: UUID
) -> WorkerView:
    """One worker, also one who has left."""
    worker = await store.load(work, worker_id)
    if worker is None:
        raise no_such_worker()
    return _answer(response, worker)


@router.patch("/workers/{worker_id}")
async def change_worker(
    *,
    response: Response,
    work: InWork,
    _principal: Annotated[Principal, allow(Permission.CHANGE_WORKER)],
    worker_id: UUID,
    expected: ExpectedVersion,
    change: WorkerChange,
) -> WorkerView:
    """Change what is recorded about a worker."""
    return _answer(response, await commands.change(work, worker_id, expected, _changed(change)))


@router.post("/workers/{worker_id}/return")
async def let_worker_return(
    response: Response,
    work: InWork,
    _principal: Annotated[Principal, allow(Permission.LET_WORKER_RETURN)],
    worker_id: UUID,
) -> WorkerView:
    """A worker who had left is back, with no case of before."""
    return _answer(response, await commands.come_back(work, worker_id))


@router.get("/caseload-aims")
async def see_aims(work: InWork, _principal: Annotated[Principal, allow(Permission.SEE_ROSTER)]) -> list[AimView]:
    """How many cases this area aims at for each title."""
    return [AimView(**vars(each)) for each in await store.aims(work)]


@router.put("/caseload-aims/{title}")
async def set_aim(
    work: InWork, _principal: Annotated[Principal, allow(Permission.SET_AIM)], title: Title, new: NewAim
) -> AimView:
    """Set the area's aim for a title. Aims decide who is chosen by room; they stop nobody's own decision."""
    return AimView(**vars(await store.set_aim(work, title, new.aim, new.source)))


@router.post("/workers/{worker_id}/departure")
async def let_worker_go(
    work: InWork,
    reader: InReader,
    _principal: Annotated[Principal, allow(Permission.LET_WORKER_GO)],
    worker_id: UUID,
    departure: Departure,
) -> Departed:
    """Let a worker go: every open case is handed on at the same moment, or nothing changes."""
    gone = await commands.depart(work, worker_id, departure.successors, departure.substitutes)
    await reader.has_done_to_all(Done.WORKER_NAMED, [(gone.people[case_id], case_id) for case_id in gone.handed_on])
    await reader.has_done_to_all(Done.PREPARATION_RECORDED, [(person_id, None) for person_id in gone.prepared_for])
    return Departed(worker=WorkerView(**_fields(gone.worker)), handed_on=dict(gone.handed_on))


def _changed(change: WorkerChange) -> Particulars:
    given = change.model_dump(exclude_unset=True)
    for name, value in given.items():
        if value is None and name not in {"phone", "caseload_aim", "unit"}:
            raise Refusal("value-needed", "This cannot be cleared.", field=name, expected="a value")
    changed: Particulars = {**given}  # type: ignore[typeddict-item]  # names and types are the model's own
    return changed


def _entry(each: OnRoster) -> RosterEntry:
    away = each.away
    return RosterEntry(
        **_fields(each.worker),
        open_cases=each.open_cases,
        aim=each.aim,
        load=each.load if each.aim else None,
        has_room=each.has_room,
        away=None
        if away is None
        else AwayNow(absence_id=away.absence_id, substitute_id=away.substitute_id, last_day=away.last_day),
    )


def _answer(response: Response, worker: Worker) -> WorkerView:
    response.headers["etag"] = etag(worker.version)
    return WorkerView(**_fields(worker))


def _fields(worker: Worker) -> dict[str, object]:
    return {**vars(worker), "languages": sorted(worker.languages)}
