"""Asking for an accompanied handover when the named worker changes, and recording how it went."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from contracts.client_plan import DeadlineKind
from contracts.plans import CaseEvent, WorkerNamed
from contracts.values import new_id
from services.chassis import journal
from services.chassis.work import Work
from services.plans.cases import store as case_store
from services.plans.cases.domain import Case
from services.plans.deadlines import commands as deadlines
from services.plans.guidance import store as guidance
from services.plans.guidance.domain import Guided
from services.plans.handovers import store
from services.plans.handovers.domain import Handover, Record, asked, recorded, written


async def ask_for(work: Work, case: Case, events: Iterable[CaseEvent]) -> Case:
    """Ask for a handover for every change of worker among the events of a case, whose row is locked.

    ``case`` is as these events left it and is stored; the answer is the case afterwards, stored too. A contact or a
    responsible worker who is named when the case opens, and a substitute, ask for none.
    """
    changes = [each for each in events if isinstance(each, WorkerNamed)]
    if not changes:
        return case
    due_on = work.today + timedelta(days=await guidance.days_of(work, Guided.HANDOVER))
    for named in changes:
        handover, event = asked(case, named, new_id(), due_on)
        case = replace(case, version=event.version)
        await store.add(work, handover)
        await journal.record(work, event)
        await deadlines.set_for(work, case, DeadlineKind.HANDOVER, due_on, about=handover.handover_id)
    await case_store.save(work, case)
    return case


async def record(work: Work, case: Case, handover_id: UUID, command: Record) -> Handover:
    """Record how a handover of an open case went; the case's row is locked. Raises ``Refusal``."""
    handover, event = recorded(case, await store.load(work, case.case_id, handover_id), command, work.today)
    case = replace(case, version=event.version)
    await store.save_record(work, handover)
    await case_store.save(work, case)
    await journal.record(work, event)
    await deadlines.meet(work, case, DeadlineKind.HANDOVER, about=handover_id)
    return handover


async def write_thoughts(work: Work, case_id: UUID, handover_id: UUID, thoughts: str) -> Handover:
    """Keep what the young person writes of a handover herself; the case's row is locked. Raises ``Refusal`` 404."""
    before = await store.load(work, case_id, handover_id)
    after = written(before, thoughts)
    if after != before:
        await store.save_thoughts(work, after)
    return after
