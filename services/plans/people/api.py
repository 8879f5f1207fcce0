"""Recording, finding and reading young people over HTTP."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.refusals import Refusal
from contracts.values import Language, new_id
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag
from services.chassis.problems import Problem, of_refusal
from services.plans.disclosures.domain import Done, Seen
from services.plans.disclosures.reading import InReader
from services.plans.openings.desk import InDesk, Opened
from services.plans.people import commands, store
from services.plans.people.domain import Details, Person
from services.plans.people.identity import Hetu
from services.plans.permissions import Permission, allow
from services.plans.settings import PlansSettings

router = APIRouter(tags=["people"], route_class=CommandRoute)

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()-]{4,38}$")]


class NewPerson(BaseModel):
    """A young person to record."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    person_id: UUID = Field(default_factory=new_id, description="Given when the young person has an account already.")
    hetu: str = Field(max_length=20)
    given_name: Name
    family_name: Name
    language: Language
    email: Email | None = None
    phone: Phone | None = None
    address_protected: bool = False


class PersonChange(BaseModel):
    """What to change: the fields that are given. ``null`` clears an e-mail address or a phone number."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    given_name: Name | None = None
    family_name: Name | None = None
    language: Language | None = None
    email: Email | None = None
    phone: Phone | None = None
    address_protected: bool | None = None


class Search(BaseModel):
    """Whom to look for; in the body, so that no address or log line holds it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    hetu: str = Field(max_length=20)


class PersonView(BaseModel):
    """A young person."""

    person_id: UUID
    version: int
    hetu: str
    given_name: str
    family_name: str
    language: Language
    email: str | None
    phone: str | None
    address_protected: bool


class Found(BaseModel):
    """Nobody, or the one person with the identity code."""

    people: list[PersonView]


@router.post("/young-people", status_code=201, response_model=PersonView)
async def record_person(
    *,
    request: Request,
    response: Response,
    work: InWork,
    desk: InDesk,
    reader: InReader,
    _principal: Annotated[Principal, allow(Permission.RECORD_PERSON)],
    new: NewPerson,
) -> PersonView | JSONResponse:
    """Record a young person. Whoever meets one who is recorded has looked for her: the access log notes it."""
    hetu = _hetu(request, new.hetu)
    details = Details(**new.model_dump(exclude={"person_id", "hetu"}))
    try:
        person = await commands.record(work, new.person_id, hetu, details)
    except Refusal as refusal:
        known = await store.find(work, hetu)
        if known is None:
            raise
        return await _learnt(reader, known, of_refusal(refusal))
    opened = await desk.opens_person(person.person_id)
    await opened.is_changed(Done.PERSON_RECORDED)
    response.headers["location"] = f"/young-people/{person.person_id}"
    return await _answer(response, opened, person, hetu)


@router.post("/young-people/search", response_model=Found)
async def find_person(
    *,
    request: Request,
    work: InWork,
    desk: InDesk,
    reader: InReader,
    _principal: Annotated[Principal, allow(Permission.SEE_PERSON)],
    search: Search,
) -> Found | JSONResponse:
    """Find a young person by identity code. Of somebody else's young person, the answer names the way to her case.

    That she is a client here is told either way, so the access log has a row either way.
    """
    hetu = _hetu(request, search.hetu)
    person = await store.find(work, hetu)
    if person is None:
        return Found(people=[])
    try:
        opened = await desk.opens_person(person.person_id)
    except Problem as refused:
        return await _learnt(reader, person, refused)
    await opened.is_read(Seen.PERSON)
    return Found(people=[_view(person, hetu)])


@router.get("/young-people/{person_id}")
async def see_person(
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.SEE_PERSON)],
    person_id: UUID,
) -> PersonView:
    """One young person."""
    person, hetu = await commands.get_identified(work, person_id)
    return await _answer(response, await desk.opens_person(person_id), person, hetu)


@router.patch("/young-people/{person_id}")
async def change_person(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.RECORD_PERSON)],
    person_id: UUID,
    expected: ExpectedVersion,
    change: PersonChange,
) -> PersonView:
    """Change a young person's details."""
    opened = await desk.opens_person(person_id)
    await commands.change(work, person_id, expected, _edit(change))
    await opened.is_changed(Done.PERSON_CHANGED)
    person, hetu = await commands.get_identified(work, person_id)
    return await _answer(response, opened, person, hetu)


async def _learnt(reader: InReader, person: Person, problem: Problem) -> JSONResponse:
    """A refusal that tells that somebody is known here. It is returned, not raised: the row in the log must stay."""
    await reader.looks_at(Seen.SEARCH, person.person_id)
    return problem.response()


def _edit(change: PersonChange) -> Callable[[Details], Details]:
    given = change.model_dump(exclude_unset=True)
    for name, value in given.items():
        if value is None and name not in {"email", "phone"}:
            raise Refusal("value-needed", "This cannot be cleared.", field=name, expected="a value")
    return lambda details: replace(details, **given)


def _hetu(request: Request, text: str) -> Hetu:
    settings: PlansSettings = request.app.state.service.settings
    return Hetu.parse(text, allow_temporary=settings.temporary_hetu)


async def _answer(response: Response, opened: Opened, person: Person, hetu: Hetu) -> PersonView:
    await opened.is_read(Seen.PERSON)
    response.headers["etag"] = etag(person.version)
    return _view(person, hetu)


def _view(person: Person, hetu: Hetu) -> PersonView:
    return PersonView(person_id=person.person_id, version=person.version, hetu=hetu.plain, **vars(person.details))
