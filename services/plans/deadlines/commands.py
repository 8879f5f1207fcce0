"""Setting, meeting and cancelling deadlines, as part of the command that brings them about."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from contracts.client_plan import DeadlineCopy, DeadlineKind
from contracts.values import new_id
from services.chassis import journal
from services.chassis.work import Work
from services.plans.cases.domain import Case
from services.plans.deadlines import store
from services.plans.deadlines.domain import OF_THE_PLAN, Cancel, Command, Deadline, Meet, Set, decide, evolve

_NEVER_AGAIN = frozenset({DeadlineKind.OFFER_AGAIN, DeadlineKind.EXIT_PLAN})


async def set_for(work: Work, case: Case, kind: DeadlineKind, due_on: date, *, about: UUID | None = None) -> None:
    """Something is due on a day; when it is due already, it moves there. ``about`` left out: the case itself."""
    about = case.case_id if about is None else about
    due = await store.find_open(work, case.case_id, kind, about)
    await _apply(work, due, Set(new_id(), case.case_id, case.person_id, kind, about, due_on))


async def meet(work: Work, case: Case, kind: DeadlineKind, *, about: UUID | None = None) -> None:
    """What was due is done; nothing when it was not due."""
    due = await store.find_open(work, case.case_id, kind, case.case_id if about is None else about)
    await _apply(work, due, Meet(work.today))


async def cancel(work: Work, case: Case, kind: DeadlineKind, *, about: UUID | None = None) -> None:
    """It is due no more; nothing when it was not due."""
    due = await store.find_open(work, case.case_id, kind, case.case_id if about is None else about)
    await _apply(work, due, Cancel(work.today))


async def cancel_all(work: Work, case: Case) -> None:
    """Nothing is due any more: the case has ended."""
    for due in await store.open_of_case(work, case.case_id, lock=True):
        await _apply(work, due, Cancel(work.today))


async def set_again(work: Work, case: Case, ended_on: date) -> None:
    """The case goes on: what its end on a day has cancelled is due again, on the day on which it was due before.

    Not the offer to somebody who had refused: she has come back. Of the exit plan ``exits`` says anew when it is due.
    """
    for before in await store.cancelled_on(work, case.case_id, ended_on):
        if before.kind in _NEVER_AGAIN or await store.find_open(work, case.case_id, before.kind, before.about):
            continue
        again = Set(before.deadline_id, case.case_id, case.person_id, before.kind, before.about, before.due_on)
        await _apply(work, before, again)


async def copies(work: Work, case_id: UUID) -> tuple[DeadlineCopy, ...]:
    """What is due of the plan, as another area takes it over (C4); about nothing named: about the case."""
    return tuple(
        DeadlineCopy(
            deadline_id=due.deadline_id,
            kind=due.kind,
            due_on=due.due_on,
            about=None if due.about == case_id else due.about,
        )
        for due in await store.open_of_case(work, case_id)
        if due.kind in OF_THE_PLAN
    )


async def adopt(work: Work, case: Case, copied: Iterable[DeadlineCopy]) -> None:
    """Take over what is due in the placing area, with its ids and days; what it says now counts."""
    coming = list(copied)
    if not coming:
        return
    known = await store.known(work, [each.deadline_id for each in coming])
    for each in coming:
        about = case.case_id if each.about is None else each.about
        here = await store.find_open(work, case.case_id, each.kind, about)
        if here is not None and here.deadline_id != each.deadline_id:
            # Set here by another way: two reminders of one thing are one too many.
            await _apply(work, here, Cancel(work.today))
        setting = Set(each.deadline_id, case.case_id, case.person_id, each.kind, about, each.due_on)
        await _apply(work, known.get(each.deadline_id), setting)


async def _apply(work: Work, due: Deadline | None, command: Command) -> None:
    events = decide(due, command)
    for event in events:
        due = evolve(due, event, command)
        await store.save(work, due)
    await journal.record(work, *events)
