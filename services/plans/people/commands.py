"""Recording a young person, changing her details, and meeting one whom another area placed."""

from collections.abc import Callable
from uuid import UUID

from contracts.refusals import Refusal, RefusalKind
from services.chassis import journal
from services.chassis.boundary import require_version
from services.chassis.work import Work
from services.plans.people import store
from services.plans.people.domain import Details, Person, Record, decide, evolve, joined
from services.plans.people.identity import Hetu


async def record(work: Work, person_id: UUID, hetu: Hetu, details: Details) -> Person:
    """Record a young person for the first time.

    Raises ``Refusal`` 409 when the identity code or the id is already recorded.
    """
    [event] = decide(None, Record(person_id, details))
    person = evolve(event, details)
    if not await store.add(work, person, hetu):
        raise Refusal(
            "person-already-recorded",
            "A person with this identity code or id is already recorded.",
            kind=RefusalKind.CONFLICT,
            field="hetu",
            expected="a person who is not recorded yet; search for her",
        )
    await journal.record(work, event)
    return person


async def change(work: Work, person_id: UUID, expected_version: int, edit: Callable[[Details], Details]) -> Person:
    """Change a young person's details. Raises ``Problem`` 412 when somebody changed them meanwhile."""
    before = await get(work, person_id, lock=True)
    require_version(expected_version, before.version)
    return await rewrite(work, before, edit(before.details))


async def arrive(work: Work, new_id: UUID, hetu: Hetu, details: Details) -> Person:
    """The young person of a dossier, found by her code or recorded now; her row stays locked."""
    [event] = decide(None, Record(new_id, details))
    known = await store.add_or_lock(work, evolve(event, details), hetu)
    if known.person_id == new_id:
        await journal.record(work, event)
        return known
    return await rewrite(work, known, joined(known.details, details))


async def return_to(work: Work, person_id: UUID, hetu: Hetu, details: Details) -> Person:
    """The young person whose case is known here, as a newer dossier has her; her row stays locked.

    Her code may have been corrected meanwhile. Raises ``Refusal`` 409 when somebody else here has the corrected one.
    """
    known = await get(work, person_id, lock=True)
    await store.correct_hetu(work, person_id, hetu)
    return await rewrite(work, known, joined(known.details, details))


async def rewrite(work: Work, before: Person, details: Details) -> Person:
    """Store and say new details of a person whose row is locked; the same details change nothing."""
    events = decide(before, Record(before.person_id, details))
    if not events:
        return before
    after = evolve(events[0], details)
    await store.save(work, after)
    await journal.record(work, *events)
    return after


async def get(work: Work, person_id: UUID, *, lock: bool = False) -> Person:
    """A young person. Raises ``Refusal`` 404."""
    person = await store.load(work, person_id, lock=lock)
    if person is None:
        raise unknown_person()
    return person


async def get_identified(work: Work, person_id: UUID) -> tuple[Person, Hetu]:
    """A young person with her identity code. Raises ``Refusal`` 404."""
    found = await store.load_identified(work, person_id)
    if found is None:
        raise unknown_person()
    return found


def unknown_person() -> Refusal:
    """Nobody here has this id."""
    return Refusal("no-such-person", "There is no such person here.", kind=RefusalKind.NOT_FOUND, field="person_id")
