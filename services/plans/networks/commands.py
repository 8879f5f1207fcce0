"""Who belongs to a young person's network, what each may be told, and whether a student's has a school."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.client_plan import NetworkMemberCopy
from services.chassis.boundary import require_version
from services.chassis.work import Work
from services.plans.cases.domain import Case
from services.plans.networks import store
from services.plans.networks.actors import CATALOGUE, kind_of, require_known
from services.plans.networks.domain import (
    Add,
    Allow,
    Allowed,
    Command,
    Describe,
    Member,
    Particulars,
    decide,
    evolve,
    lacks_school,
    no_such_member,
)
from services.plans.openings.domain import Author
from services.plans.warnings import Warned


@dataclass(frozen=True)
class Network:
    """A young person's network, and what it lacks."""

    is_student: bool | None
    members: list[Member]
    warnings: list[Warned]


async def add(work: Work, command: Add) -> Member:
    """Somebody belongs to the network of a case that the caller has locked. Raises ``Refusal``."""
    require_known(command.particulars.actor)
    [added] = decide(None, command, work.today)
    member = evolve(None, added)
    await store.save(work, member)
    return member


async def change(work: Work, case_id: UUID, member_id: UUID, expected_version: int | None, *said: Command) -> Member:
    """Change somebody of a locked case's network. Raises ``Refusal``, or ``Problem`` 412 for another version.

    ``expected_version`` None: whatever it is, because the same thing said again is the same thing.
    """
    member = await get(work, case_id, member_id)
    if expected_version is not None:
        require_version(expected_version, member.version)
    before = member
    for command in said:
        if isinstance(command, Describe):
            require_known(command.particulars.actor)
        for event in decide(member, command, work.today):
            member = evolve(member, event)
    if member != before:
        await store.save(work, member)
    return member


async def get(work: Work, case_id: UUID, member_id: UUID) -> Member:
    """Somebody of a case's network. Raises ``Refusal`` 404."""
    member = await store.load(work, case_id, member_id)
    if member is None:
        raise no_such_member()
    return member


async def copies(work: Work, case_id: UUID) -> tuple[NetworkMemberCopy, ...]:
    """Those whom the young person allows to be invited or told, as another area takes them over; nobody else."""
    return tuple(
        NetworkMemberCopy(member_id=each.member_id, **vars(each.particulars), **vars(each.allowed))
        for each in await store.of_case(work, case_id)
        if each.allowed != Allowed()
    )


async def adopt(work: Work, case: Case, copied: Iterable[NetworkMemberCopy], author: Author) -> None:
    """Take over whom she allows, from the placing area; what it says now counts. Who left here stays away.

    Whoever came from there before and is not told of now is allowed nothing more: she took it back there, or they left.
    ``author``: who recorded them there. The case is locked by its caller.
    """
    copied = tuple(copied)
    told_of = {each.member_id for each in copied}
    for member in await store.of_case(work, case.case_id):
        if member.author.area == author.area and member.member_id not in told_of:
            await change(work, case.case_id, member.member_id, None, Allow(Allowed()))
    for each in copied:
        allowed = Allowed(_past(each.invite_agreed_on, work.today), _past(each.inform_agreed_on, work.today))
        here = await store.load(work, case.case_id, each.member_id)
        if here is None:
            await add(work, Add(each.member_id, case.case_id, _particulars(each), allowed, author))
        elif here.until is None:
            said = (Describe(_particulars(each)), Allow(allowed))
            await change(work, case.case_id, each.member_id, None, *said)


def _particulars(copy: NetworkMemberCopy) -> Particulars:
    """An actor that this area's catalogue does not know is kept by its name."""
    known = copy.actor is None or copy.actor in CATALOGUE
    return Particulars(
        role=copy.role,
        name=copy.name,
        actor=copy.actor if known else None,
        organisation=copy.organisation if known else copy.organisation or copy.actor,
        email=copy.email,
        phone=copy.phone,
        support=copy.support,
    )


def _past(day: date | None, today: date) -> date | None:
    """Clocks differ: she agreed today at the latest."""
    return None if day is None else min(day, today)


async def network_of(work: Work, case_id: UUID, *, parted: bool = False) -> Network:
    """A case's network, and what to warn of (R69); ``parted``: with those who left it."""
    members = await store.of_case(work, case_id, parted=parted)
    studies = await store.is_student(work, case_id)
    now = [each.particulars for each in members if each.until is None]
    lacking = lacks_school(studies, [(each.role, kind_of(each.actor)) for each in now])
    return Network(studies, members, [Warned.SCHOOL_MISSING] if lacking else [])


async def note_student(work: Work, case_id: UUID, studies: bool) -> None:
    """The young person of a locked case studies, or does not."""
    await store.note_student(work, case_id, studies)
