"""A review is called, and given a day. Beginning the next cycle holds it: see ``cycles.commands``."""

from datetime import date, timedelta
from uuid import UUID

from contracts.client_plan import DeadlineKind
from contracts.refusals import Refusal, RefusalKind
from contracts.values import CaseRole, new_id
from services.chassis.work import Work
from services.plans.cases.store import Stored
from services.plans.cycles import commands as cycles
from services.plans.deadlines import commands as deadlines
from services.plans.guidance import store as guidance
from services.plans.guidance.domain import Guided
from services.plans.openings.domain import Author
from services.plans.reviews import store
from services.plans.reviews.domain import Call, Review, Schedule, called, last_day, scheduled


async def call(work: Work, stored: Stored, author: Author) -> Review:
    """Call a review. It is never refused; while one is open, it is that one. The case is locked by its caller."""
    before = await store.find_open(work, stored.case.case_id)
    review = called(before, Call(new_id(), stored.case.case_id, author, work.today))
    if review == before:
        return review
    await store.save(work, review)
    await cycles.note_call(work, stored, review.review_id, by_young_person=review.asked_by_young_person_on is not None)
    # Where another area leads the planning, the call is a record; that area gives it a day.
    if before is None and stored.case.role is CaseRole.PLACING:
        due_on = work.today + timedelta(days=await guidance.days_of(work, Guided.REVIEW_CALL))
        await deadlines.set_for(work, stored.case, DeadlineKind.REVIEW_CALLED, due_on)
    return review


async def schedule(work: Work, stored: Stored, review_id: UUID, on: date, author: Author) -> Review:
    """Give a review a day, or another one. Raises ``Refusal``."""
    cycles.require_led_here(stored.case)
    review = await store.find(work, stored.case.case_id, review_id)
    if review is None:
        raise Refusal("no-such-review", "There is no such review.", kind=RefusalKind.NOT_FOUND)
    after = scheduled(review, Schedule(on, author, work.today, await last_day_of(work, review)))
    if after != review:
        await store.save(work, after)
        await deadlines.set_for(work, stored.case, DeadlineKind.REVIEW_CALLED, on)
    return after


async def last_day_of(work: Work, review: Review) -> date:
    """The last day that a review may be given."""
    cycle = await cycles.current(work, review.case_id)
    agreed = None if cycle is None else cycle.next_review_on
    return last_day(review, agreed, soon=work.today + timedelta(days=await guidance.days_of(work, Guided.REVIEW_CALL)))
