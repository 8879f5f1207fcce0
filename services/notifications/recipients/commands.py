"""Keeping the copies, and answering who is meant. Somebody not heard of yet raises ``NotYet``: the news is coming."""

from uuid import UUID

from contracts.notifications import RecipientRole
from contracts.plans import CaseOpened, PersonRecorded, WorkerNamed, WorkerRecorded
from services.chassis.consuming import NotYet
from services.chassis.work import Work
from services.notifications.recipients import store
from services.notifications.recipients.domain import NamedWorker, Person, Reach, Worker


async def hear_of_person(work: Work, event: PersonRecorded) -> None:
    """Keep what was recorded of a young person."""
    await store.keep(work, Person.of(event))


async def hear_of_worker(work: Work, event: WorkerRecorded) -> None:
    """Keep what was recorded of a worker."""
    await store.keep(work, Worker.of(event))


async def hear_of_named_worker(work: Work, event: CaseOpened | WorkerNamed) -> None:
    """Keep whose case it is now."""
    await store.keep(work, NamedWorker.of(event))


async def young_person(work: Work, person_id: UUID) -> Person | None:
    """A young person; None when nobody is known by this id."""
    return await store.person(work, person_id)


async def person(work: Work, person_id: UUID) -> Person:
    """A young person. Raises ``NotYet``."""
    found = await store.person(work, person_id)
    if found is None:
        raise NotYet("this young person has not been heard of yet")
    return found


async def worker(work: Work, worker_id: UUID) -> Worker:
    """A worker. Raises ``NotYet``."""
    found = await store.worker(work, worker_id)
    if found is None:
        raise NotYet("this worker has not been heard of yet")
    return found


async def responsible_worker(work: Work, case_id: UUID) -> Worker:
    """The named worker of a case, still at work.

    Raises ``NotYet`` also for one who has left: they handed the case on in the same step, so the next one's name is
    on its way.
    """
    named = await store.named_worker(work, case_id)
    if named is None:
        raise NotYet("this case has not been heard of yet")
    found = await worker(work, named.worker_id)
    if not found.active:
        raise NotYet("the named worker has left, and the next has not been heard of yet")
    return found


async def reach(work: Work, role: RecipientRole, recipient_id: UUID) -> Reach | None:
    """How somebody can be reached now; None when nobody is known by this id."""
    if role is RecipientRole.YOUNG_PERSON:
        told_person = await store.person(work, recipient_id)
        return None if told_person is None else told_person.reach
    told_worker = await store.worker(work, recipient_id)
    return None if told_worker is None else told_worker.reach
