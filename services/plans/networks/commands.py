"""Who belongs to a young person's network, what each may be told, and whether a student's has a school."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.boundary import require_version
from services.chassis.work import Work
from services.plans.networks import store
from services.plans.networks.actors import kind_of, require_known
from services.plans.networks.domain import (
    Add,
    Command,
    Describe,
    Member,
    decide,
    evolve,
    lacks_school,
    no_such_member,
)
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
