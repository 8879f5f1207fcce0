"""Planning an absence, changing or cancelling it; and who is the named worker today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.plans import AbsenceEvent
from contracts.refusals import Refusal, RefusalKind
from contracts.values import Contact
from services.chassis import journal
from services.chassis.boundary import require_version
from services.chassis.work import Work
from services.plans.absences import store
from services.plans.absences.domain import (
    Absence,
    Cancel,
    Change,
    Plan,
    Standing,
    away_on,
    decide,
    named_on,
    no_such_absence,
)
from services.plans.workers import store as worker_store
from services.plans.workers.commands import standing
from services.plans.workers.domain import contact_of, no_such_worker


@dataclass(frozen=True)
class NamedNow:
    """Who is the named worker today. ``until``: the last day on which they stand in; None for the worker themselves."""

    contact: Contact
    until: date | None


async def named_now(work: Work, worker_id: UUID) -> UUID:
    """Who is the named worker today: the substitute on days of absence, else the worker (C1)."""
    return named_on(await store.reaching(work, [worker_id], work.today, work.today), worker_id, work.today)


async def contact_now(work: Work, worker_id: UUID, *, lead_stands_in: bool = False) -> NamedNow:
    """Whom to contact today, as ``named_now`` says. ``lead_stands_in``: the worker is named because nobody had room."""
    absences = await store.reaching(work, [worker_id], work.today, work.today)
    named = named_on(absences, worker_id, work.today)
    until = None
    if named != worker_id:
        lead_stands_in = False
        until = min(each.last_day for each in absences)
    worker = await worker_store.get(work, named)
    return NamedNow(contact_of(worker, lead_stands_in=lead_stands_in), until)


async def stands_in_for(work: Work, worker_id: UUID) -> frozenset[UUID]:
    """The workers in whose place somebody is the named worker today; without themselves."""
    absences = await store.on_day(work, work.today)
    away = away_on(absences, work.today)
    return frozenset(each for each in away if named_on(absences, each, work.today) == worker_id)


async def plan(work: Work, command: Plan) -> Absence:
    """Plan an absence with its substitute. Raises ``Refusal``."""
    before, _ = await standing(work)
    if command.worker_id not in before.social_workers:
        raise no_such_worker()
    # Also one that is over: who stood in on days that have passed stays.
    if await store.load(work, command.absence_id) is not None:
        raise Refusal(
            "absence-already-planned",
            "There is an absence with this id: change that one.",
            kind=RefusalKind.CONFLICT,
            field="absence_id",
            expected="an id that no absence has",
        )
    return (await _apply(work, before, decide(before, command))).absences[command.absence_id]


async def change(work: Work, expected_version: int, command: Change) -> Absence:
    """Change the last day or the substitute; the answer is what remains of the absence.

    Raises ``Refusal``, or ``Problem`` 412 when somebody changed it meanwhile.
    """
    before, _ = await standing(work)
    known = before.absences.get(command.absence_id)
    if known is None:
        raise no_such_absence()
    require_version(expected_version, known.version)
    events = decide(before, command)
    after = await _apply(work, before, events)
    return after.absences[events[-1].absence_id if events else command.absence_id]


async def cancel(work: Work, absence_id: UUID) -> Absence:
    """The worker is not away after all, or is back today; once. Raises ``Refusal`` 404 for an unknown absence."""
    before, _ = await standing(work)
    await _apply(work, before, decide(before, Cancel(absence_id)))
    return await get(work, absence_id)


async def get(work: Work, absence_id: UUID) -> Absence:
    """An absence, also one that is over. Raises ``Refusal`` 404."""
    absence = await store.load(work, absence_id)
    if absence is None:
        raise no_such_absence()
    return absence


async def _apply(work: Work, before: Standing, events: Sequence[AbsenceEvent]) -> Standing:
    await store.save_all(work, before, events)
    await journal.record(work, *events)
    return before.after(events)
