"""What others ask about meetings; reads the store only, so that whoever is asked by meetings may ask back."""

from uuid import UUID

from contracts.client_plan import Phase
from services.chassis.work import Work
from services.plans.meetings import store


async def held_in(work: Work, cycle_id: UUID, phase: Phase) -> int:
    """How many meetings of a phase were held in a cycle; a negotiation may take several (R42)."""
    return await store.held_in(work, cycle_id, phase)
