"""What a young person sees of her own aftercare: until when, and whom to contact (R90)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from contracts.values import CaseRole, Contact, Language
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.chassis.work import Work
from services.plans.cases import store as cases
from services.plans.cases.store import Stored
from services.plans.contacts import commands as contacts
from services.plans.disclosures.domain import Seen
from services.plans.disclosures.reading import InReader
from services.plans.people import commands as people
from services.plans.permissions import Permission, allow
from services.plans.workers import store as workers
from services.plans.workers.domain import contact_of

router = APIRouter(tags=["own"], route_class=CommandRoute)


class OwnCase(BaseModel):
    """One case of the young person. ``worker`` is hers here; ``contact`` is where she lives, when that is elsewhere.

    Under a non-disclosure order the contact has no e-mail address and no phone number here: they tell where she lives.
    """

    case_id: UUID
    role: CaseRole
    right_ends_on: date
    worker: Contact
    contact: Contact | None


class OwnView(BaseModel):
    """The young person's own aftercare."""

    person_id: UUID
    given_name: str
    language: Language
    cases: list[OwnCase]


@router.get("/me")
async def see_own(
    work: InWork, reader: InReader, principal: Annotated[Principal, allow(Permission.SEE_OWN)]
) -> OwnView:
    """Your own aftercare: until when it lasts, and whom you can contact."""
    person = await people.get(work, principal.person_id)
    await reader.looks_at(Seen.OWN_VIEW, person.person_id)
    found = await cases.open_of_person(work, person.person_id)
    return OwnView(
        person_id=person.person_id,
        given_name=person.details.given_name,
        language=person.details.language,
        cases=[await _own_case(work, stored, principal) for stored in found],
    )


async def _own_case(work: Work, stored: Stored, principal: Principal) -> OwnCase:
    worker = await workers.get(work, stored.case.worker_id)
    there = await contacts.present(work, stored, principal)
    return OwnCase(
        case_id=stored.case.case_id,
        role=stored.case.role,
        right_ends_on=stored.case.right_ends_on,
        worker=contact_of(worker, lead_stands_in=stored.case.lead_stands_in),
        contact=None if there is None else there.contact,
    )
