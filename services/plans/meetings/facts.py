"""What others ask about meetings; reads the store only, so that whoever is asked by meetings may ask back."""

from datetime import date
from uuid import UUID

from contracts.client_plan import Phase
from services.chassis.clock import helsinki_date
from services.chassis.work import Work
from services.plans.meetings import store


async def held_in(work: Work, cycle_id: UUID, phase: Phase) -> int:
    """How many meetings of a phase she came to in a cycle; a negotiation may take several (R42).

    One that was held without her, or to which she did not come, is recorded and prepares nothing with her (R17, R18).
    """
    return await store.held_in(work, cycle_id, phase)


async def last_held_on(work: Work, cycle_id: UUID, phase: Phase) -> date | None:
    """The day of the latest meeting of a phase that was held in a cycle."""
    held_at = await store.last_held_at(work, cycle_id, phase)
    return None if held_at is None else helsinki_date(held_at)
