"""A case's planning moves on: a cycle begins, phases follow each other, agreements are kept, a follow-up is closed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from contracts.client_plan import DeadlineKind, Phase, PlanCopy
from contracts.plans import CycleBegan, CycleEnded, CycleEvent, PhaseReached, ReviewCalled
from contracts.refusals import Refusal, RefusalKind
from contracts.values import CaseRole, new_id
from services.chassis import journal
from services.chassis.boundary import require_version
from services.chassis.work import Work
from services.plans.cases.domain import Case
from services.plans.cases.store import Stored
from services.plans.client_plans import facts as plan_facts
from services.plans.cycles import store
from services.plans.cycles.checklist import LATEST, Mark, MarkState, require_markable
from services.plans.cycles.domain import (
    Agree,
    Began,
    Begin,
    Called,
    CallReview,
    CloseFollowUp,
    Command,
    Cycle,
    Ended,
    Event,
    FollowUp,
    FollowUpReached,
    Negotiate,
    NegotiationReached,
    PlanFacts,
    Publish,
    adopted,
    decide,
    evolve,
    no_cycle,
    superseded,
)
from services.plans.cycles.store import StoredCycle
from services.plans.deadlines import commands as deadlines
from services.plans.guidance import store as guidance
from services.plans.guidance.domain import Guided
from services.plans.meetings import facts as meetings
from services.plans.openings.domain import Author
from services.plans.reviews import domain as reviewing
from services.plans.reviews import store as reviews


@dataclass(frozen=True)
class CycleView:
    """Where a case's planning stands, as other capabilities need to know it."""

    cycle_id: UUID
    number: int
    version: int
    phase: Phase | None
    """None: the cycle is over, and the next begins at the review."""
    next_step: str | None
    next_review_on: date | None
    negotiated_on: date | None
    distribution_agreed: bool
    understanding_confirmed: bool


async def current(work: Work, case_id: UUID) -> CycleView | None:
    """The case's latest cycle; None before the first."""
    found = await store.latest(work, case_id)
    return None if found is None else _view(found.cycle)


async def get(work: Work, case_id: UUID, number: int | None = None) -> StoredCycle:
    """A cycle of a case, or its latest. Raises ``Refusal``."""
    if number is None:
        found = await store.latest(work, case_id)
        if found is None:
            raise no_cycle()
        return found
    found = await store.numbered(work, case_id, number)
    if found is None:
        raise Refusal("no-such-cycle", "There is no such cycle.", kind=RefusalKind.NOT_FOUND)
    return found


async def ensure(work: Work, stored: Stored) -> CycleView:
    """The case's latest cycle; the first begins when there is none. The case is locked by its caller."""
    return _view((await _ensured(work, stored)).cycle)


async def begin_cycle(work: Work, stored: Stored) -> Cycle:
    """Begin the first cycle, or the next at its review, which is thereby held. Raises ``Refusal``."""
    require_led_here(stored.case)
    found = await store.latest(work, stored.case.case_id)
    review = await reviews.find_open(work, stored.case.case_id)
    return await _begin(work, stored.case, None if found is None else found.cycle, review)


async def negotiate(work: Work, stored: Stored, asked_by_young_person_on: date | None) -> Cycle:
    """Go on to the negotiation. Raises ``Refusal``, before a preparatory meeting was held or the young person asked."""
    cycle = await _led(work, stored)
    held = await meetings.held_in(work, cycle.cycle_id, Phase.PREPARATORY)
    return await _carry_out(work, cycle, Negotiate(work.today, held, asked_by_young_person_on))


# Any: a change holds values of several fields, each checked where it came in.
async def agree(work: Work, stored: Stored, expected_version: int, changed: Mapping[str, Any]) -> Cycle:
    """Keep what was agreed: ``changed`` names fields of ``Agreements``, the others stay. Moves what is due.

    Raises ``Refusal``, or ``Problem`` 412 when the cycle was changed meanwhile.
    """
    require_led_here(stored.case)
    before = (await get(work, stored.case.case_id)).cycle
    require_version(expected_version, before.version)
    wanted = replace(before.agreements, **changed)
    cycle = await _carry_out(work, before, Agree(wanted, work.today))
    if cycle.published_on is not None:
        await _set_due(work, stored.case, cycle)
    return cycle


async def plan_published(work: Work, stored: Stored, facts: PlanFacts, number: int) -> CycleView:
    """A version of the plan is being published: check every guard, and move the cycle to its follow-up.

    Sets the deadlines of the follow-up and of the review. A review whose day has come is held by it. During the
    follow-up another version may be published (R47). Raises ``Refusal``; then nothing may be published.
    """
    before = await _led(work, stored)
    negotiated_on = await meetings.last_held_on(work, before.cycle_id, Phase.NEGOTIATION)
    cycle = await _carry_out(work, before, Publish(facts, number, work.today, negotiated_on))
    await _set_due(work, stored.case, cycle)
    review = await reviews.find_open(work, stored.case.case_id)
    if review is not None and review.scheduled_on is not None and review.scheduled_on <= work.today:
        await _hold(work, stored.case, review)
    return _view(cycle)


async def close_follow_up(work: Work, stored: Stored, follow_up: FollowUp) -> Cycle:
    """The follow-up is done. Raises ``Refusal`` while a goal or service of the plan has no status (R50, R51)."""
    before = await _led(work, stored)
    facts = await plan_facts.facts_of(work, stored.case.case_id)
    cycle = await _carry_out(work, before, CloseFollowUp(facts, follow_up, work.today))
    await deadlines.meet(work, stored.case, DeadlineKind.FOLLOW_UP)
    return cycle


async def mark(work: Work, stored: Stored, author: Author, key: str, *, state: MarkState, reason: str | None) -> None:
    """Say how an item of the latest cycle's checklist stands. Either area may; nothing moves. Raises ``Refusal``."""
    found = await _ensured(work, stored)
    require_markable(found.checklist_version, key, state, reason)
    earlier = [each for each in await store.marks_of(work, found.cycle.cycle_id) if each.key == key]
    said = Mark(key, state, reason, author, work.now)
    if earlier and (earlier[-1].state, earlier[-1].reason, earlier[-1].by) == (state, reason, author):
        return
    await store.add_mark(work, found.cycle.cycle_id, said)


async def note_call(work: Work, stored: Stored, review_id: UUID, *, by_young_person: bool) -> None:
    """Say that a review was called, in whatever phase the planning is; it begins when it had not."""
    found = await _ensured(work, stored)
    await _carry_out(work, found.cycle, CallReview(review_id, by_young_person))


async def adopt(work: Work, case: Case, copy: PlanCopy) -> None:
    """Keep, in a residence case, how far the placing area's planning has come. Says nothing: that area has said it."""
    found = await store.latest(work, case.case_id)
    before = None if found is None else found.cycle
    cycle = adopted(before, copy, _beginning(work, case))
    if cycle == before:
        return
    if before is not None and before.cycle_id == cycle.cycle_id:
        await store.save(work, cycle)
        return
    if before is not None and before.phase is not None:
        await store.save(work, superseded(before, work.today))
    await store.add(work, cycle, LATEST)


def require_led_here(case: Case) -> None:
    """Raise ``Refusal`` in a residence case: the placing area leads the planning."""
    if case.role is not CaseRole.PLACING:
        raise Refusal(
            "cycle-led-elsewhere",
            "The placing area leads the planning; here it is read, marked and proposed to.",
            kind=RefusalKind.CONFLICT,
        )


async def _led(work: Work, stored: Stored) -> Cycle:
    require_led_here(stored.case)
    return (await _ensured(work, stored)).cycle


async def _ensured(work: Work, stored: Stored) -> StoredCycle:
    found = await store.latest(work, stored.case.case_id)
    if found is not None:
        return found
    if stored.case.role is CaseRole.PLACING:
        return StoredCycle(await _begin(work, stored.case, None, None), LATEST)
    # Without a copy no plan had been published, so the placing area is in its first cycle.
    cycle = evolve(None, decide(None, _beginning(work, stored.case))[0])
    await store.add(work, cycle, LATEST)
    return StoredCycle(cycle, LATEST)


async def _begin(work: Work, case: Case, before: Cycle | None, review: reviewing.Review | None) -> Cycle:
    [event] = decide(before, _beginning(work, case, review_called=review is not None))
    cycle = evolve(before, event)
    await store.add(work, cycle, LATEST)
    await _say(work, cycle, event)
    if before is not None:
        await deadlines.meet(work, case, DeadlineKind.REVIEW)
    if review is not None:
        await _hold(work, case, review)
    return cycle


def _beginning(work: Work, case: Case, *, review_called: bool = False) -> Begin:
    return Begin(new_id(), case.case_id, case.person_id, work.today, review_called)


async def _hold(work: Work, case: Case, review: reviewing.Review) -> None:
    await reviews.save(work, reviewing.held(review, work.today))
    await deadlines.meet(work, case, DeadlineKind.REVIEW_CALLED)


async def _carry_out(work: Work, cycle: Cycle, command: Command) -> Cycle:
    events = decide(cycle, command)
    for event in events:
        cycle = evolve(cycle, event)
        await store.save(work, cycle)
        await _say(work, cycle, event)
    return cycle


async def _set_due(work: Work, case: Case, cycle: Cycle) -> None:
    agreed = cycle.agreements
    if agreed.next_review_on is not None:
        await deadlines.set_for(work, case, DeadlineKind.REVIEW, agreed.next_review_on)
    if cycle.phase is Phase.FOLLOW_UP and agreed.negotiated_on is not None:
        usual = agreed.negotiated_on + timedelta(days=await guidance.days_of(work, Guided.FOLLOW_UP))
        await deadlines.set_for(work, case, DeadlineKind.FOLLOW_UP, agreed.follow_up_on or usual)


async def _say(work: Work, cycle: Cycle, event: Event) -> None:
    message = _message(cycle, event)
    if message is not None:
        await journal.record(work, message)


def _message(cycle: Cycle, event: Event) -> CycleEvent | None:
    about = {
        "cycle_id": cycle.cycle_id,
        "version": cycle.version,
        "case_id": cycle.case_id,
        "person_id": cycle.person_id,
    }
    match event:
        case Began():
            return CycleBegan(**about, number=event.number)
        case NegotiationReached():
            return PhaseReached(**about, phase=Phase.NEGOTIATION)
        case FollowUpReached():
            return PhaseReached(**about, phase=Phase.FOLLOW_UP)
        case Ended():
            return CycleEnded(**about, next_review_on=cycle.agreements.next_review_on)
        case Called():
            return ReviewCalled(**about, review_id=event.review_id, by_young_person=event.by_young_person)
        case _:
            return None


def _view(cycle: Cycle) -> CycleView:
    return CycleView(
        cycle_id=cycle.cycle_id,
        number=cycle.number,
        version=cycle.version,
        phase=cycle.phase,
        next_step=cycle.agreements.next_step,
        next_review_on=cycle.agreements.next_review_on,
        negotiated_on=cycle.agreements.negotiated_on,
        distribution_agreed=cycle.agreements.distribution_agreed,
        understanding_confirmed=cycle.agreements.understanding_confirmed,
    )
