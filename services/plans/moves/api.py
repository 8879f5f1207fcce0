"""Residences over HTTP: the first one, a move, a document of the population register's change feed."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.refusals import Refusal
from contracts.values import MunicipalityCode
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.plans.cases import commands as cases
from services.plans.days import Day
from services.plans.disclosures.domain import Done, Seen
from services.plans.disclosures.reading import InReader
from services.plans.moves import commands, feed, store
from services.plans.moves.commands import Recorded, place_of
from services.plans.moves.domain import Outcome, Residence
from services.plans.moves.feed import Tally
from services.plans.moves.register import ChangeDocument
from services.plans.openings.desk import InDesk, Opened
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["moves"], route_class=CommandRoute)


class ResidenceGiven(BaseModel):
    """Where the young person lives, the first time that it is recorded."""

    model_config = ConfigDict(extra="forbid")

    municipality: MunicipalityCode
    since: Day


class MoveGiven(BaseModel):
    """Where the young person moves, and when: a municipality of Finland, or abroad."""

    model_config = ConfigDict(extra="forbid")

    municipality: MunicipalityCode | None = None
    abroad: bool = False
    moved_on: Day = Field(description="May lie ahead: the move is then announced on its day.")


class MoveView(BaseModel):
    """What a change of residence meant."""

    move_id: UUID
    outcome: Outcome
    moved_on: date
    announced: bool
    """A handoff to another area, or to a person, begins."""

    @classmethod
    def of(cls, recorded: Recorded) -> Self:
        """A recorded change."""
        residence, outcome = recorded.residence, recorded.outcome
        return cls(
            move_id=residence.residence_id,
            outcome=outcome,
            moved_on=residence.moved_on,
            announced=outcome is Outcome.ANNOUNCED,
        )


class ResidenceView(BaseModel):
    """One residence. Under a non-disclosure order everything that tells where is withheld."""

    residence_id: UUID
    moved_on: date
    effective: bool
    withheld: bool
    abroad: bool | None
    municipality: MunicipalityCode | None
    area: str | None

    @classmethod
    def of(cls, residence: Residence, *, withheld: bool) -> Self:
        """A residence as somebody may see it."""
        place = residence.place
        return cls(
            residence_id=residence.residence_id,
            moved_on=residence.moved_on,
            effective=residence.effective,
            withheld=withheld,
            abroad=None if withheld else place.municipality is None,
            municipality=None if withheld else place.municipality,
            area=None if withheld else place.area,
        )


class ForPerson(BaseModel):
    """Something in the document that a person has to look at; ``problems`` name fields, never values."""

    person_id: UUID | None
    reason: str
    problems: list[str]


class PopulationChangesApplied(BaseModel):
    """What was done with a document: how often, by kind of information and outcome. No names, no places."""

    latest_key: int
    up_to_date: bool
    people_known: int
    people_unknown: int
    done: dict[str, dict[str, int]]
    needs_person: list[ForPerson]

    @classmethod
    def of(cls, document: ChangeDocument, tally: Tally) -> Self:
        """The answer to a document."""
        done: dict[str, dict[str, int]] = {}
        for (kind, outcome), count in sorted(tally.done.items()):
            done.setdefault(kind, {})[outcome] = count
        return cls(
            latest_key=document.latest_key,
            up_to_date=document.up_to_date,
            people_known=tally.people_known,
            people_unknown=tally.people_unknown,
            done=done,
            needs_person=[
                ForPerson(person_id=each.person_id, reason=each.reason, problems=list(each.problems))
                for each in tally.needs_person
            ],
        )


@router.post("/cases/{case_id}/residence", status_code=201)
async def record_residence(
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.RECORD_MOVE)],
    case_id: UUID,
    given: ResidenceGiven,
) -> MoveView:
    """Record where the young person lives, the first time."""
    opened = await desk.opens(case_id)
    place = place_of(given.municipality, given.since)
    recorded = await commands.record_first(work, case_id, place, given.since)
    return await _answer(response, opened, recorded, Done.RESIDENCE_RECORDED)


@router.post("/cases/{case_id}/moves", status_code=201)
async def record_move(
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.RECORD_MOVE)],
    case_id: UUID,
    given: MoveGiven,
) -> MoveView:
    """Record a move. The same one again answers 200 and changes nothing."""
    if given.abroad == (given.municipality is not None):
        raise Refusal(
            "one-destination", "A move leads to a municipality or abroad.", field="municipality", expected="one of both"
        )
    opened = await desk.opens(case_id)
    place = place_of(given.municipality, given.moved_on)
    recorded = await commands.record(work, case_id, place, given.moved_on)
    return await _answer(response, opened, recorded, Done.MOVE_RECORDED)


@router.get("/cases/{case_id}/residences")
async def see_residences(
    work: InWork, desk: InDesk, _principal: Annotated[Principal, allow(Permission.SEE_CASE)], case_id: UUID
) -> list[ResidenceView]:
    """Where the young person has lived, lives, and will live, in the order of recording."""
    stored = await desk.sees(case_id, Seen.RESIDENCES)
    withheld = await cases.location_withheld(work, stored.case)
    return [ResidenceView.of(each, withheld=withheld) for each in await store.of_case(work, case_id)]


@router.post("/population-changes")
async def apply_population_changes(
    work: InWork,
    reader: InReader,
    _principal: Annotated[Principal, allow(Permission.APPLY_POPULATION_CHANGES)],
    document: ChangeDocument,
) -> PopulationChangesApplied:
    """Act on one document of the change feed; the same one again changes nothing."""
    tally = await feed.apply(work, document)
    await reader.has_done_to_all(Done.POPULATION_CHANGE_APPLIED, [(person_id, None) for person_id in tally.people])
    return PopulationChangesApplied.of(document, tally)


async def _answer(response: Response, opened: Opened, recorded: Recorded, done: Done) -> MoveView:
    if recorded.outcome is Outcome.ALREADY_KNOWN:
        response.status_code = 200
        await opened.is_read(Seen.RESIDENCES)
    else:
        await opened.is_changed(done)
        response.headers["location"] = f"/cases/{opened.case_id}/residences"
    return MoveView.of(recorded)
