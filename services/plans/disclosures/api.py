"""Who has looked, and what was disclosed: answered to the lead, and to the young person of her own data (11 §)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from contracts.values import AreaCode
from services.chassis.auth import Principal, Role
from services.chassis.boundary import CommandRoute, InWork
from services.chassis.work import Work
from services.plans.disclosures import store
from services.plans.disclosures.domain import DataCategory, Done, LegalBasis, Purpose, Seen
from services.plans.disclosures.reading import InReader
from services.plans.people import commands as people
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["logs"], route_class=CommandRoute)
SHOWN_AT_MOST = 1000


class AccessView(BaseModel):
    """Somebody looked, or changed something; one of ``seen`` and ``done`` says what."""

    at: datetime
    reader: str
    reader_role: str
    seen: Seen | None
    done: Done | None
    purpose: Purpose | None
    case_id: UUID | None


class DisclosureView(BaseModel):
    """Data was disclosed to another area. Under a non-disclosure order the area is withheld."""

    disclosure_id: UUID
    at: datetime
    case_id: UUID
    handoff_id: UUID
    recipient_area: AreaCode | None
    data_categories: list[DataCategory]
    purpose: str
    legal_basis: LegalBasis
    legal_source: str


@router.get("/young-people/{person_id}/access-log")
async def see_accesses(
    work: InWork,
    reader: InReader,
    principal: Annotated[Principal, allow(Permission.SEE_LOGS)],
    person_id: UUID,
) -> list[AccessView]:
    """Who has looked at a young person's data or changed it, latest first; at most 1000 rows."""
    await _require_concern(work, principal, person_id)
    found = await store.accesses_to(work, person_id, limit=SHOWN_AT_MOST)
    await reader.looks_at(Seen.ACCESS_LOG, person_id)
    return [AccessView(**vars(each)) for each in found]


@router.get("/young-people/{person_id}/disclosures")
async def see_disclosures(
    work: InWork,
    reader: InReader,
    principal: Annotated[Principal, allow(Permission.SEE_LOGS)],
    person_id: UUID,
) -> list[DisclosureView]:
    """What was disclosed of a young person to other areas, on which basis, latest first."""
    await _require_concern(work, principal, person_id)
    withheld = (await people.get(work, person_id)).details.address_protected
    await reader.looks_at(Seen.DISCLOSURES, person_id)
    return [
        DisclosureView(
            disclosure_id=each.disclosure_id,
            at=each.at,
            case_id=each.case_id,
            handoff_id=each.handoff_id,
            recipient_area=None if withheld else each.recipient_area,
            data_categories=list(each.data_categories),
            purpose=each.purpose,
            legal_basis=each.legal_basis,
            legal_source=each.legal_source,
        )
        for each in await store.disclosures_of(work, person_id)
    ]


async def _require_concern(work: Work, principal: Principal, person_id: UUID) -> None:
    """A young person asks about herself only; anybody else's data is not there for her."""
    if principal.role is Role.YOUNG_PERSON and principal.person_id != person_id:
        raise people.unknown_person()
    await people.get(work, person_id)
