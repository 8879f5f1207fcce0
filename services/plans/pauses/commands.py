"""Pausing a case that stays open with its worker, and coming back in one step (R4)."""

from datetime import date

from contracts.client_plan import DeadlineKind
from contracts.values import new_id
from services.chassis.work import Work
from services.plans.cases import commands as cases
from services.plans.cases import domain
from services.plans.cases.domain import Case
from services.plans.cases.store import Stored
from services.plans.deadlines import commands as deadlines
from services.plans.guidance import store as guidance
from services.plans.guidance.domain import Guided
from services.plans.openings.domain import Author
from services.plans.pauses import store
from services.plans.pauses.domain import Pause, PauseReason, offered_again


async def pause(work: Work, stored: Stored, reason: PauseReason, offer_again_on: date | None, by: Author) -> Case:
    """The young person of a locked case refuses aftercare, or a later offer of it.

    The right, the case and its named worker stay; aftercare is offered again on a day, by the area's usual when none
    is given. The same again changes nothing. Raises ``Refusal``.
    """
    days = await guidance.days_of(work, Guided.OFFER_AGAIN)
    offer_on = offered_again(work.today, offer_again_on, days)
    case, events = cases.apply(stored.case, domain.Pause(work.today, offer_on))
    if not events:
        return case
    await cases.save(work, case, events)
    await store.end(work, case.case_id, returned=False)
    await store.add(work, Pause(new_id(), case.case_id, reason, offer_on, work.now, by))
    # The earlier offer was made: that is how she could refuse it again.
    await deadlines.meet(work, case, DeadlineKind.OFFER_AGAIN)
    await deadlines.set_for(work, case, DeadlineKind.OFFER_AGAIN, offer_on)
    return case


async def resume(work: Work, stored: Stored) -> Case:
    """The young person of a locked case comes back; nothing when she never went."""
    case, events = cases.apply(stored.case, domain.Resume())
    if not events:
        return case
    await cases.save(work, case, events)
    await store.end(work, case.case_id, returned=True)
    await deadlines.cancel(work, case, DeadlineKind.OFFER_AGAIN)
    return case
