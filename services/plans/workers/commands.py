"""Recording a worker, choosing one for a young person, and a departure that leaves no case without one."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from contracts.plans import WorkerNamed
from contracts.refusals import Refusal, RefusalKind
from services.chassis import journal
from services.chassis.work import Work
from services.plans.cases import domain as cases
from services.plans.cases import store as case_store
from services.plans.people import store as people
from services.plans.workers import store
from services.plans.workers.domain import (
    Choice,
    Leave,
    Need,
    OnRoster,
    Record,
    Worker,
    already_recorded,
    choose,
    decide,
    evolve,
    hand_on,
    nobody_to_name,
)


@dataclass(frozen=True)
class Departed:
    """A worker who has left, and who has which case now."""

    worker: Worker
    handed_on: Mapping[UUID, UUID]
    people: Mapping[UUID, UUID]
    """Case → the young person whose it is."""


async def record(work: Work, command: Record) -> Worker:
    """Record a worker who begins here. Raises ``Refusal`` 409 when the id is already recorded."""
    events = decide(None, command)
    worker = evolve(None, events[0], command)
    if not await store.add(work, worker):
        raise already_recorded()
    await journal.record(work, *events)
    return worker


async def roster(work: Work, *, lock: bool = False) -> list[OnRoster]:
    """Every active worker with their open cases. ``lock``: the answer stays true until the transaction ends."""
    active = await store.active(work, lock=lock)
    # A second statement on purpose: it sees what was committed while the first waited for the lock.
    counts = await case_store.open_counts(work)
    return [OnRoster(worker, counts.get(worker.worker_id, 0)) for worker in active]


async def choose_for(work: Work, need: Need) -> Choice:
    """Who is named for a young person, with the roster locked so that two at once cannot fill one place.

    Raises ``Refusal`` (``nobody-to-name``) when nobody who may be named is here, no lead either.
    """
    choice = choose(await roster(work, lock=True), need)
    if choice is None:
        raise nobody_to_name()
    return choice


async def depart(work: Work, worker_id: UUID, successors: Mapping[UUID, UUID]) -> Departed:
    """Let a worker go: every open case is handed on in this transaction, or nothing changes (C1).

    ``successors``: case → worker; the other cases go to whoever has room. Raises ``Refusal``.
    """
    present = await roster(work, lock=True)
    leaver = next((each.worker for each in present if each.worker.worker_id == worker_id), None)
    if leaver is None:
        return Departed(await _already_gone(work, worker_id), {}, {})
    events = decide(leaver, Leave(), (each.worker.worker_id for each in present if each.worker.lead))
    remaining = [each for each in present if each.worker.worker_id != worker_id]
    named, said = await _hand_on(work, worker_id, successors, remaining)
    gone = evolve(leaver, events[0], Leave())
    await store.save_standing(work, gone)
    await journal.record(work, *said, *events)
    return Departed(gone, named, {each.case_id: each.person_id for each in said})


async def _hand_on(
    work: Work, worker_id: UUID, successors: Mapping[UUID, UUID], remaining: list[OnRoster]
) -> tuple[dict[UUID, UUID], list[WorkerNamed]]:
    held = {stored.case.case_id: stored for stored in await case_store.open_of_worker(work, worker_id)}
    languages = await people.languages(work, {stored.case.person_id for stored in held.values()})
    needs = {
        case_id: Need(languages[stored.case.person_id], stored.particulars.special_support)
        for case_id, stored in held.items()
    }
    named = hand_on(needs, successors, remaining)
    said: list[WorkerNamed] = []
    for case_id, next_worker_id in named.items():
        for event in cases.decide(held[case_id].case, cases.NameWorker(next_worker_id)):
            await case_store.save(work, cases.evolve(held[case_id].case, event))
            if isinstance(event, WorkerNamed):
                said.append(event)
    await case_store.note_namings(work, said)
    return named, said


async def _already_gone(work: Work, worker_id: UUID) -> Worker:
    worker = await store.load(work, worker_id)
    if worker is None:
        raise Refusal("no-such-worker", "There is no such worker here.", kind=RefusalKind.NOT_FOUND, field="worker_id")
    return worker
