"""Whether somebody may open a case, opening one from outside with a reason, and a lead who looks at that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from contracts.refusals import Refusal, RefusalKind
from services.chassis import journal
from services.chassis.auth import Principal, Role
from services.chassis.work import Work
from services.plans.absences import commands as absences
from services.plans.cases import commands as cases
from services.plans.cases import store as case_store
from services.plans.cases.store import Stored
from services.plans.openings import store
from services.plans.openings.domain import OpenFromOutside, Opening, acknowledged, begin, own_case
from services.plans.workers import store as workers


@dataclass(frozen=True)
class Admitted:
    """A caller may open a case. ``opening_id``: only because of an opening with a reason."""

    opening_id: UUID | None = None


async def admitted(work: Work, principal: Principal, of_one: Sequence[Stored]) -> Admitted | None:
    """How a caller may open one of these cases, all of one young person; None: not without a reason.

    A case is open to its named worker, to whoever stands in for them today, to the area's leads, and to the young
    person whose it is; to another worker for some hours, with a reason.
    """
    if principal.role is Role.LEAD:
        return Admitted()
    if principal.role is Role.YOUNG_PERSON:
        return Admitted() if any(principal.subject == str(each.case.person_id) for each in of_one) else None
    if principal.role is not Role.WORKER:
        return None
    worker_id = principal.person_id
    if any(worker_id == each.case.worker_id for each in of_one):
        return Admitted()
    for each in of_one:
        if await _is_own_worker(work, each, worker_id):
            return Admitted()
    opening = await store.in_force(work, worker_id, [each.case.case_id for each in of_one])
    return None if opening is None else Admitted(opening.opening_id)


async def may_open(work: Work, principal: Principal, stored: Stored) -> bool:
    """Whether a caller may open a case now."""
    return await admitted(work, principal, [stored]) is not None


async def own_workers(work: Work, principal: Principal) -> frozenset[UUID]:
    """Whose cases are the caller's own today: theirs, and those of the workers for whom they stand in."""
    return await absences.stands_in_for(work, principal.person_id) | {principal.person_id}


async def cases_of(work: Work, person_id: UUID) -> list[Stored]:
    """A young person's cases here; closed ones only when none is open."""
    found = await case_store.of_person(work, person_id)
    return [each for each in found if each.case.open] or found


async def open_from_outside(work: Work, command: OpenFromOutside, lasts: timedelta) -> Opening:
    """Open somebody else's case with a reason; the leads are told.

    Raises ``Refusal`` 404 for no such case, 409 for a case of one's own and for a worker who is not on the roster.
    """
    stored = await cases.get(work, command.case_id)
    worker = await workers.load(work, command.worker_id)
    if worker is None or not worker.active:
        raise Refusal(
            "not-a-recorded-worker",
            "Whoever opens a case is recorded among the workers of this area first.",
            kind=RefusalKind.CONFLICT,
        )
    if await _is_own_worker(work, stored, command.worker_id):
        raise own_case()
    opening = begin(command, stored.case.person_id, work.now, lasts)
    await store.add(work, opening)
    await journal.record(work, opening.event)
    return opening


async def acknowledge(work: Work, opening_id: UUID, by: UUID) -> Opening:
    """A lead has looked at an opening; again changes nothing. Raises ``Refusal`` 404 or 409."""
    opening = await store.load(work, opening_id)
    if opening is None:
        raise Refusal("no-such-opening", "There is no such opening.", kind=RefusalKind.NOT_FOUND, field="opening_id")
    after = acknowledged(opening, by, work.now)
    if after != opening:
        await store.note_acknowledgement(work, opening_id, after.acknowledged_at, after.acknowledged_by)
    return after


async def _is_own_worker(work: Work, stored: Stored, worker_id: UUID) -> bool:
    """The named worker, also on days of absence, and whoever stands in for them today."""
    named = stored.case.worker_id
    return worker_id in {named, await absences.named_now(work, named)}
