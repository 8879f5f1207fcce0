"""Networks over HTTP. The young person maps her network together with the worker, so she may change it herself."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.client_plan import Line, NetworkRole, Owner, ProviderKind, Support
from contracts.values import AreaCode, Language, new_id
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag
from services.chassis.work import Work
from services.plans.days import Day
from services.plans.disclosures.domain import Done, Seen
from services.plans.networks import commands
from services.plans.networks.actors import CATALOGUE
from services.plans.networks.domain import (
    Add,
    Allow,
    Allowed,
    AssignInforming,
    Describe,
    Member,
    NoteInformed,
    Part,
    Particulars,
)
from services.plans.openings.desk import InDesk
from services.plans.openings.domain import AuthorKind
from services.plans.permissions import Permission, allow
from services.plans.warnings import WordedWarning, worded

router = APIRouter(tags=["networks"], route_class=CommandRoute)


class ActorView(BaseModel):
    """A service of the catalogue, by its name in the language asked for."""

    key: str
    kind: ProviderKind
    name: str


class MemberGiven(BaseModel):
    """Who somebody is to the young person."""

    model_config = ConfigDict(extra="forbid")

    role: NetworkRole
    name: Line
    actor: str | None = Field(default=None, max_length=60, description="A key of the catalogue, `GET /actors`.")
    organisation: Line | None = Field(default=None, description="Where they work, when it is not in the catalogue.")
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=40)
    support: Support | None = None


class AllowedGiven(BaseModel):
    """What the young person allows. A worker says on which day she said so; her own word counts from today."""

    model_config = ConfigDict(extra="forbid")

    invite_agreed_on: Day | None = Field(default=None, description="May be invited to meetings; left out: may not.")
    inform_agreed_on: Day | None = Field(default=None, description="May be kept informed; left out: may not.")


class NewMember(MemberGiven):
    """Somebody to add to the network."""

    allowed: AllowedGiven = Field(default_factory=AllowedGiven)


class Informing(BaseModel):
    """Whose task it is to keep somebody informed, and when it was last done."""

    model_config = ConfigDict(extra="forbid")

    owner: Owner | None = None
    informed_on: Day | None = None


class Studies(BaseModel):
    """Whether the young person studies."""

    model_config = ConfigDict(extra="forbid")

    is_student: bool


class MemberView(BaseModel):
    """Somebody in the network. ``until``: they left it on that day."""

    member_id: UUID
    version: int
    role: NetworkRole
    name: str
    actor: str | None
    organisation: str | None
    email: str | None
    phone: str | None
    support: Support | None
    invite_agreed_on: date | None
    inform_agreed_on: date | None
    informed_by: Owner | None
    informed_on: date | None
    since: date
    until: date | None
    added_by_area: AreaCode
    added_by: AuthorKind


class NetworkView(BaseModel):
    """The network; ``is_student`` is null while nobody has asked."""

    is_student: bool | None
    members: list[MemberView]
    warnings: list[WordedWarning]


@router.get("/actors", dependencies=[allow(Permission.SEE_ACTORS)])
async def list_actors(language: Language = Language.FI) -> list[ActorView]:
    """The catalogue of actors: services whom a young person may meet."""
    return [ActorView(key=each.key, kind=each.kind, name=each.name[language]) for each in CATALOGUE.values()]


@router.get("/cases/{case_id}/network", dependencies=[allow(Permission.SEE_NETWORK)])
async def see_network(work: InWork, desk: InDesk, case_id: UUID, with_parted: bool = False) -> NetworkView:
    """The young person's network; ``with_parted``: with those who left it."""
    await desk.sees(case_id, Seen.NETWORK)
    return await _network(work, case_id, parted=with_parted)


@router.put("/cases/{case_id}/network/studies", dependencies=[allow(Permission.RECORD_NETWORK)])
async def note_studies(work: InWork, desk: InDesk, case_id: UUID, given: Studies) -> NetworkView:
    """Say whether the young person studies; a student's network without a school is warned of."""
    await desk.does(case_id, Done.NETWORK_RECORDED)
    await commands.note_student(work, case_id, given.is_student)
    return await _network(work, case_id)


@router.post("/cases/{case_id}/network/members", status_code=201, dependencies=[allow(Permission.RECORD_NETWORK)])
async def add_member(work: InWork, desk: InDesk, response: Response, case_id: UUID, given: NewMember) -> MemberView:
    """Add somebody to the network."""
    await desk.does(case_id, Done.NETWORK_RECORDED)
    adding = Add(new_id(), case_id, _particulars(given), _allowed(work, desk, given.allowed), desk.author)
    member = await commands.add(work, adding)
    response.headers["location"] = f"/cases/{case_id}/network/members/{member.member_id}"
    return _view(response, member)


@router.get("/cases/{case_id}/network/members/{member_id}", dependencies=[allow(Permission.SEE_NETWORK)])
async def see_member(work: InWork, desk: InDesk, response: Response, case_id: UUID, member_id: UUID) -> MemberView:
    """Somebody of the network."""
    await desk.sees(case_id, Seen.NETWORK)
    return _view(response, await commands.get(work, case_id, member_id))


@router.put("/cases/{case_id}/network/members/{member_id}", dependencies=[allow(Permission.RECORD_NETWORK)])
async def describe_member(
    *,
    work: InWork,
    desk: InDesk,
    response: Response,
    expected: ExpectedVersion,
    case_id: UUID,
    member_id: UUID,
    given: MemberGiven,
) -> MemberView:
    """Say who they are, anew."""
    await desk.does(case_id, Done.NETWORK_RECORDED)
    return _view(response, await commands.change(work, case_id, member_id, expected, Describe(_particulars(given))))


@router.put("/cases/{case_id}/network/members/{member_id}/allowed", dependencies=[allow(Permission.RECORD_NETWORK)])
async def allow_member(
    *,
    work: InWork,
    desk: InDesk,
    response: Response,
    expected: ExpectedVersion,
    case_id: UUID,
    member_id: UUID,
    given: AllowedGiven,
) -> MemberView:
    """Say what the young person allows them: to be invited, to be kept informed."""
    await desk.does(case_id, Done.NETWORK_RECORDED)
    said = Allow(_allowed(work, desk, given))
    return _view(response, await commands.change(work, case_id, member_id, expected, said))


@router.put("/cases/{case_id}/network/members/{member_id}/informing", dependencies=[allow(Permission.ASSIGN_INFORMING)])
async def assign_informing(
    *,
    work: InWork,
    desk: InDesk,
    response: Response,
    expected: ExpectedVersion,
    case_id: UUID,
    member_id: UUID,
    given: Informing,
) -> MemberView:
    """Say whose task it is to keep them informed, and when it was last done; the young person must have agreed."""
    await desk.does(case_id, Done.NETWORK_RECORDED)
    done = () if given.informed_on is None else (NoteInformed(given.informed_on),)
    changed = await commands.change(work, case_id, member_id, expected, AssignInforming(given.owner), *done)
    return _view(response, changed)


@router.post("/cases/{case_id}/network/members/{member_id}/parting", dependencies=[allow(Permission.RECORD_NETWORK)])
async def part(work: InWork, desk: InDesk, response: Response, case_id: UUID, member_id: UUID) -> MemberView:
    """They do not belong to the network any more; what was recorded of them stays."""
    await desk.does(case_id, Done.NETWORK_RECORDED)
    return _view(response, await commands.change(work, case_id, member_id, None, Part()))


async def _network(work: Work, case_id: UUID, *, parted: bool = False) -> NetworkView:
    found = await commands.network_of(work, case_id, parted=parted)
    return NetworkView(
        is_student=found.is_student,
        members=[_member_view(each) for each in found.members],
        warnings=worded(found.warnings),
    )


def _particulars(given: MemberGiven) -> Particulars:
    return Particulars(**given.model_dump(exclude={"allowed"}))


def _allowed(work: Work, desk: InDesk, given: AllowedGiven) -> Allowed:
    if desk.author.kind is not AuthorKind.YOUNG_PERSON:
        return Allowed(**vars(given))
    # She says it now, whatever day stands in the request.
    return Allowed(*(None if on is None else work.today for on in (given.invite_agreed_on, given.inform_agreed_on)))


def _view(response: Response, member: Member) -> MemberView:
    response.headers["etag"] = etag(member.version)
    return _member_view(member)


def _member_view(member: Member) -> MemberView:
    return MemberView(
        member_id=member.member_id,
        version=member.version,
        **vars(member.particulars),
        **vars(member.allowed),
        informed_by=member.informed_by,
        informed_on=member.informed_on,
        since=member.since,
        until=member.until,
        added_by_area=member.author.area,
        added_by=member.author.kind,
    )
