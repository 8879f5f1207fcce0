"""Recording a worker, choosing one for a young person, and a departure that leaves no case without one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from contracts.values import new_id
from services.chassis import journal
from services.chassis.boundary import require_version
from services.chassis.work import Work
from services.plans.absences import domain as absences
from services.plans.absences import store as absence_store
from services.plans.absences.domain import Standing
from services.plans.cases import domain as cases
from services.plans.cases import store as case_store
from services.plans.cases.domain import Case
from services.plans.handovers import commands as handovers
from services.plans.people import store as people
from services.plans.preparations import handing_on as preparations
from services.plans.workers import store
from services.plans.workers.domain import (
    Change,
    Choice,
    Leave,
    Need,
    OnRoster,
    Particulars,
    Record,
    Return,
    Worker,
    already_recorded,
    choose,
    decide,
    evolve,
    hand_on,
    no_such_worker,
    nobody_to_name,
    put_on_roster,
    qualified_as_social_worker,
    require_social_workers,
)


@dataclass(frozen=True)
class Departed:
    """A worker who has left, and who has which case now."""

    worker: Worker
    handed_on: Mapping[UUID, UUID]
    people: Mapping[UUID, UUID]
    """Case → the young person whose it is."""
    prepared_for: Sequence[UUID] = ()
    """The young people for whom the worker prepared aftercare; somebody else does now."""


async def record(work: Work, command: Record) -> Worker:
    """Record a worker who begins here. Raises ``Refusal`` 409 when the id is already recorded."""
    events = decide(None, command)
    worker = evolve(None, events[0], command)
    if not await store.add(work, worker):
        raise already_recorded()
    await journal.record(work, *events)
    return worker


async def change(work: Work, worker_id: UUID, expected_version: int, changed: Particulars) -> Worker:
    """Change what is recorded about a worker.

    Raises ``Refusal`` when the area would be without a lead, or a case with special support needs without a social
    worker, now or while somebody is away; ``Problem`` 412 when the worker was changed meanwhile.
    """
    before, present = await standing(work)
    worker = await store.load(work, worker_id) if worker_id not in present else present[worker_id]
    if worker is None:
        raise no_such_worker()
    require_version(expected_version, worker.version)
    command = Change(changed)
    events = decide(worker, command, [each.worker_id for each in present.values() if each.lead])
    for event in events:
        worker = evolve(worker, event, command)
        after = replace(before, social_workers=qualified_as_social_worker({**present, worker_id: worker}.values()))
        require_social_workers(before, after)
        await store.save(work, worker)
    await journal.record(work, *events)
    return worker


async def come_back(work: Work, worker_id: UUID) -> Worker:
    """A worker who had left is back, with what was recorded about them and no case; once. Raises ``Refusal`` 404."""
    await store.active(work, lock=True)
    worker = await store.lock(work, worker_id)
    events = decide(worker, Return())
    for event in events:
        worker = evolve(worker, event, Return())
        await store.save_standing(work, worker)
    await journal.record(work, *events)
    if worker is None:
        raise no_such_worker()
    return worker


async def roster(work: Work, *, lock: bool = False) -> list[OnRoster]:
    """Every active worker with their open cases. ``lock``: the answer stays true until the transaction ends."""
    active = await store.active(work, lock=lock)
    # Further statements on purpose: they see what was committed while the first waited for the lock.
    counts = await case_store.open_counts(work)
    to_come = {each.absence_id: each for each in await absence_store.to_come(work)}
    # Who has which case is asked when it matters: here it is enough to know who stands in for whom.
    who = Standing(work.today, qualified_as_social_worker(worker for worker, _ in active), frozenset(), to_come)
    return put_on_roster(active, counts, who)


async def named(work: Work, worker_ids: Collection[UUID]) -> dict[UUID, Worker]:
    """Workers by id, whether they are still here or not."""
    return await store.named(work, worker_ids)


async def choose_for(work: Work, need: Need) -> Choice:
    """Who is named for a young person, with the roster locked so that two at once cannot fill one place.

    Raises ``Refusal`` (``nobody-to-name``) when nobody who may be named is here, no lead either.
    """
    choice = choose(await roster(work, lock=True), need)
    if choice is None:
        raise nobody_to_name()
    return choice


async def depart(
    work: Work, worker_id: UUID, successors: Mapping[UUID, UUID], substitutes: Mapping[UUID, UUID]
) -> Departed:
    """Let a worker go: every open case is handed on in this transaction, or nothing changes (C1).

    ``successors``: case → worker; the other cases go to whoever has room. ``substitutes``: absence → worker, for every
    absence from today on in which the leaver stands in. Raises ``Refusal``.
    """
    before, present = await standing(work)
    leaver = present.get(worker_id)
    if leaver is None:
        return Departed(await _already_gone(work, worker_id), {}, {})
    events = decide(leaver, Leave(), (each.worker_id for each in present.values() if each.lead))
    ended = absences.leave(before, worker_id, {each: (by, new_id()) for each, by in substitutes.items()})
    await absence_store.save_all(work, before, ended)
    remaining = [each for each in await roster(work) if each.worker.worker_id != worker_id]
    named, people_of = await _hand_on(work, worker_id, successors, remaining)
    prepared_for = await preparations.hand_on(work, worker_id, remaining)
    gone = evolve(leaver, events[0], Leave())
    await store.save_standing(work, gone)
    await journal.record(work, *ended, *events)
    return Departed(gone, named, people_of, prepared_for)


async def standing(work: Work) -> tuple[Standing, dict[UUID, Worker]]:
    """What a decision about workers rests on, with the roster locked; and everybody on it."""
    present = {worker.worker_id: worker for worker, _ in await store.active(work, lock=True)}
    return (
        Standing(
            today=work.today,
            social_workers=qualified_as_social_worker(present.values()),
            special_support=await case_store.workers_with_special_support(work),
            absences={each.absence_id: each for each in await absence_store.to_come(work)},
        ),
        present,
    )


async def _hand_on(
    work: Work, worker_id: UUID, successors: Mapping[UUID, UUID], remaining: list[OnRoster]
) -> tuple[dict[UUID, UUID], dict[UUID, UUID]]:
    """Case → next worker, and case → young person, of every open case of the one who leaves."""
    held = {stored.case.case_id: stored for stored in await case_store.open_of_worker(work, worker_id)}
    languages = await people.languages(work, {stored.case.person_id for stored in held.values()})
    needs = {
        case_id: Need(languages[stored.case.person_id], stored.particulars.special_support)
        for case_id, stored in held.items()
    }
    named = hand_on(needs, successors, remaining)
    for case_id, next_worker_id in named.items():
        await _name(work, held[case_id].case, next_worker_id)
    return named, {case_id: stored.case.person_id for case_id, stored in held.items()}


async def _name(work: Work, case: Case, worker_id: UUID) -> None:
    events = cases.decide(case, cases.NameWorker(worker_id))
    for event in events:
        case = cases.evolve(case, event)
    await case_store.save(work, case)
    await case_store.note_namings(work, events)
    await journal.record(work, *events)
    await handovers.ask_for(work, case, events)


async def _already_gone(work: Work, worker_id: UUID) -> Worker:
    worker = await store.load(work, worker_id)
    if worker is None:
        raise no_such_worker()
    return worker
