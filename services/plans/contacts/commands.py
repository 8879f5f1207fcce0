"""Another area named its contact, or was released: kept with the case, so that everybody knows whom to call."""

from contracts.interarea import HandoffAccepted, HandoffReleased
from services.chassis.work import Work
from services.plans.cases import commands as cases
from services.plans.contacts import store


async def keep(work: Work, handoff: HandoffAccepted) -> None:
    """Keep the contact that the residence area named. Raises ``Refusal`` for a case that is not here."""
    await cases.get(work, handoff.case_id)
    await store.keep(work, handoff.case_id, handoff.handoff_id, handoff.residence_area, handoff.contact)


async def end(work: Work, handoff: HandoffReleased) -> None:
    """The area was released, for the next one or because the young person came home: its contact has done its part."""
    await cases.get(work, handoff.case_id)
    await store.end(work, handoff.case_id, handoff.handoff_id)
