"""Writing and confirming an exit plan, ending a case when the right has ended, and opening it again."""

from dataclasses import dataclass
from uuid import UUID

from contracts.client_plan import DeadlineKind, Promise
from contracts.plans import ClosingReason
from contracts.refusals import Refusal, RefusalKind
from contracts.values import CaseRole
from services.chassis.boundary import require_version
from services.chassis.clock import helsinki_date
from services.chassis.problems import Problem
from services.chassis.work import Work
from services.plans.cases import commands as cases
from services.plans.cases import store as case_store
from services.plans.cases.domain import Case, Close, Open, computed_elsewhere
from services.plans.cases.store import Stored
from services.plans.client_plans import commands as client_plans
from services.plans.client_plans.facts import come_so_far
from services.plans.deadlines import commands as deadlines
from services.plans.exits import due, store
from services.plans.exits.domain import (
    Command,
    Confirm,
    ExitPlan,
    Receive,
    Redescribe,
    after,
    not_kept,
    require_may_end,
    require_promised,
)
from services.plans.grounds import commands as grounds
from services.plans.grounds import store as ground_store
from services.plans.grounds.domain import Decision, RecordDecision, Why, changed, require_possible, right_of
from services.plans.openings.domain import Author, AuthorKind
from services.plans.pauses import store as pauses
from services.plans.people import commands as people
from services.plans.workers.domain import Need


@dataclass(frozen=True)
class Outlook:
    """An exit plan beside what is promised and not kept yet."""

    plan: ExitPlan
    open_promises: tuple[Promise, ...]

    @property
    def unreceived(self) -> frozenset[UUID]:
        """Open promises that nobody who has accepted takes over."""
        return not_kept(self.open_promises) - self.plan.received()


@dataclass(frozen=True)
class Reopen:
    """Open a case again."""

    worker_id: UUID | None
    """Who becomes the responsible worker; None leaves it to language, qualification and room."""
    decision: Decision | None
    """The area decides to give aftercare for longer; None while the right lasts as it is."""
    by: UUID


async def outlook(work: Work, stored: Stored) -> Outlook:
    """The exit plan of a case, and the promises of its published plan that are open."""
    open_promises = [each for each in await _promises(work, stored) if not_kept([each])]
    return Outlook(await store.load(work, stored.case.case_id), tuple(open_promises))


async def change(work: Work, stored: Stored, expected_version: int, command: Command) -> ExitPlan:
    """Change the exit plan of a locked case. Raises ``Refusal``, or ``Problem`` 412 when it was changed meanwhile."""
    _require_placing(stored)
    before = await store.load(work, stored.case.case_id)
    require_version(expected_version, before.version)
    if isinstance(command, Receive | Redescribe):
        require_promised(command.promise_ids, await _promises(work, stored))
    plan = after(before, command, work.today)
    if plan == before:
        return plan
    await store.save(work, plan)
    ends_on = stored.case.right_ends_on
    if plan.confirmed(ends_on):
        await deadlines.meet(work, stored.case, DeadlineKind.EXIT_PLAN)
    elif before.confirmed(ends_on):
        await due.follow(work, stored.case)
    return plan


async def confirm(work: Work, stored: Stored, expected_version: int) -> ExitPlan:
    """The exit plan is whole: what was due is done. Raises ``Refusal``, or ``Problem`` 412."""
    open_promises = not_kept(await _promises(work, stored))
    return await change(work, stored, expected_version, Confirm(stored.case.right_ends_on, open_promises))


async def end(work: Work, stored: Stored, expected_version: int, lead_reason: str | None, by: Author) -> Case:
    """End a locked case whose right has ended, with everything that is due in it (R97).

    Raises ``Refusal``: the right lasts, a promise is open that nobody has accepted, or no exit plan is confirmed and no
    lead says why; ``Problem`` 403 for a reason that is not a lead's, 412 when the case was changed meanwhile.
    """
    _require_placing(stored)
    require_version(expected_version, stored.case.version)
    if lead_reason is not None and by.kind is not AuthorKind.LEAD:
        raise Problem(403, "lead-needed", "Only a lead ends a case for a reason of its own.", field="reason")
    seen = await outlook(work, stored)
    require_may_end(
        seen.plan,
        right_ends_on=stored.case.right_ends_on,
        open_promises=not_kept(seen.open_promises),
        lead_reason=lead_reason,
        today=work.today,
    )
    case, events = cases.apply(stored.case, Close(ClosingReason.RIGHT_ENDED))
    await deadlines.cancel_all(work, stored.case)
    await pauses.end(work, case.case_id, returned=False)
    ending = store.Ending(work.now, by.author_id, lead_reason, tuple(sorted(seen.unreceived)))
    await store.note_ending(work, case.case_id, case.version, ending)
    await cases.save(work, case, events)
    return case


async def reopen(work: Work, case_id: UUID, expected_version: int, command: Reopen) -> Stored:
    """Open a case again while the right lasts, or lasts by a decision that is taken now; with a named worker.

    Raises ``Refusal``: open already, here or as another case of hers, a right that has ended, nobody to name; or
    ``Problem`` 412 when it was changed meanwhile.
    """
    known = await cases.get(work, case_id)
    _require_placing(known)
    person, hetu = await people.get_identified(work, known.case.person_id)
    await people.get(work, person.person_id, lock=True)
    if any(each.case.role is CaseRole.PLACING for each in await case_store.open_of_person(work, person.person_id)):
        raise Refusal("case-already-open", "This person has an open case here.", kind=RefusalKind.CONFLICT)
    await cases.require_handover_in(work, person.person_id)
    need = Need(person.details.language, known.particulars.special_support)
    named = await cases.responsible_worker(work, need, command.worker_id)
    stored = await cases.get_locked(work, case_id)
    require_version(expected_version, stored.case.version)
    stands_on = (await grounds.known(work, stored)).grounds
    if command.decision is not None:
        stands_on = changed(stands_on, RecordDecision(command.decision))
        await ground_store.add_decisions(work, case_id, [(command.decision, 1)], command.by)
    require_possible(stands_on, hetu.born_on, work.today)
    right = right_of(stands_on, hetu.born_on, work.today)
    if right.ends_on < work.today:
        raise cases.right_has_ended(right.rule)
    opening = Open(case_id, person.person_id, CaseRole.PLACING, work.area, right.ends_on, named)
    case, events = cases.apply(stored.case, opening)
    particulars = cases.particulars_of(case_id, stands_on, right)
    await cases.save(work, case, events)
    await case_store.save_particulars(work, case_id, particulars)
    await cases.note_right(work, case, particulars, Why.CASE_REOPENED, command.by)
    if stored.closed_at is not None:
        await deadlines.set_again(work, case, helsinki_date(stored.closed_at))
    await due.follow(work, case)
    return Stored(case, particulars, stored.opened_at, None)


async def _promises(work: Work, stored: Stored) -> tuple[Promise, ...]:
    """What the published plan promises, with how far each promise has come."""
    plan = await client_plans.published(work, stored.case.case_id)
    return () if plan is None else (await come_so_far(work, plan)).promises


def _require_placing(stored: Stored) -> None:
    if stored.case.role is not CaseRole.PLACING:
        raise computed_elsewhere()
