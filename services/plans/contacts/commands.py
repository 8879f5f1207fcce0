"""Another area named its contact, or was released: kept with the case, so that everybody knows whom to call."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.interarea import HandoffAccepted, HandoffReleased
from contracts.values import AreaCode, Contact
from services.chassis.auth import Principal
from services.chassis.work import Work
from services.plans.absences import commands as absences
from services.plans.cases import commands as cases
from services.plans.cases.store import Stored
from services.plans.contacts import store


@dataclass(frozen=True)
class ShownContact:
    """The contact where the young person lives, as somebody may see them. ``area`` is withheld under an order."""

    handoff_id: UUID
    area: AreaCode | None
    contact: Contact
    since: datetime


async def present(work: Work, stored: Stored, asked_by: Principal) -> ShownContact | None:
    """The contact where she lives now; None while she lives in the placing area.

    Under a non-disclosure order name and title are told and nothing that tells where: e-mail addresses and phone
    numbers do. Only the case's own worker and whoever stands in, who must reach the contact, get those.
    """
    remote = await store.present(work, stored.case.case_id)
    if remote is None:
        return None
    shown = ShownContact(remote.handoff_id, remote.area, remote.contact, remote.since)
    if not await cases.location_withheld(work, stored.case):
        return shown
    contact = remote.contact
    worker_id = stored.case.worker_id
    if asked_by.subject not in {str(worker_id), str(await absences.named_now(work, worker_id))}:
        contact = contact.model_copy(update={"email": None, "phone": None})
    return replace(shown, area=None, contact=contact)


async def keep(work: Work, handoff: HandoffAccepted) -> None:
    """Keep the contact that the residence area named. Raises ``Refusal`` for a case that is not here."""
    await cases.get(work, handoff.case_id)
    await store.keep(work, handoff.case_id, handoff.handoff_id, handoff.residence_area, handoff.contact)


async def end(work: Work, handoff: HandoffReleased) -> None:
    """The area was released, for the next one or because the young person came home: its contact has done its part."""
    await cases.get(work, handoff.case_id)
    await store.end(work, handoff.case_id, handoff.handoff_id)
