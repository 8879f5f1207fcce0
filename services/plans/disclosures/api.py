"""Who has looked, and what was disclosed: answered to the lead, and to the young person of her own data (11 §)."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from contracts.plans import OutsideReason
from contracts.values import AreaCode, Title
from services.chassis.auth import Principal, Role
from services.chassis.boundary import CommandRoute, InWork
from services.chassis.work import Work
from services.plans.disclosures import store
from services.plans.disclosures.domain import Access, DataCategory, DisclosedTo, Done, LegalBasis, Purpose, Seen
from services.plans.disclosures.reading import InReader
from services.plans.disclosures.store import LatestAccess, LatestDisclosure
from services.plans.paging import InPaging, Page
from services.plans.people import commands as people
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["logs"], route_class=CommandRoute)


class AccessView(BaseModel):
    """Somebody looked, or changed something; one of ``seen`` and ``done`` says what."""

    at: datetime
    reader: str
    reader_role: str
    reader_name: str | None = Field(description="Of a worker of this area.")
    reader_title: Title | None
    seen: Seen | None
    done: Done | None
    purpose: Purpose | None
    case_id: UUID | None
    reason: OutsideReason | None = Field(description="Of a worker from outside the case.")
    told: str | None

    @classmethod
    def of(cls, access: Access) -> Self:
        """A row of the log."""
        return cls(**{name: value for name, value in vars(access).items() if name != "access_id"})


class DisclosureView(BaseModel):
    """Data was disclosed: to another area for a handoff, or a plan to somebody; one of both ids says which.

    Under a non-disclosure order the area is withheld.
    """

    disclosure_id: UUID
    at: datetime
    case_id: UUID
    handoff_id: UUID | None
    delivery_id: UUID | None
    recipient_kind: DisclosedTo
    recipient_role: str | None
    recipient_area: AreaCode | None
    data_categories: list[DataCategory]
    purpose: str
    legal_basis: LegalBasis
    legal_source: str


@router.get("/young-people/{person_id}/access-log")
async def see_accesses(
    work: InWork,
    reader: InReader,
    paging: InPaging,
    principal: Annotated[Principal, allow(Permission.SEE_LOGS)],
    person_id: UUID,
) -> Page[AccessView]:
    """Who has looked at a young person's data or changed it, when and why, latest first (703/2023 11 §)."""
    await _require_concern(work, principal, person_id)
    found = await store.accesses_to(work, person_id, after=paging.after(LatestAccess), rows=paging.rows)
    await reader.looks_at(Seen.ACCESS_LOG, person_id)
    return paging.page(found, lambda each: LatestAccess(each.access_id), AccessView.of)


@router.get("/young-people/{person_id}/disclosures")
async def see_disclosures(
    work: InWork,
    reader: InReader,
    paging: InPaging,
    principal: Annotated[Principal, allow(Permission.SEE_LOGS)],
    person_id: UUID,
) -> Page[DisclosureView]:
    """What was disclosed of a young person, to other areas or with a plan, on which basis, latest first."""
    await _require_concern(work, principal, person_id)
    withheld = (await people.get(work, person_id)).details.address_protected
    found = await store.disclosures_of(work, person_id, after=paging.after(LatestDisclosure), rows=paging.rows)
    await reader.looks_at(Seen.DISCLOSURES, person_id)
    return paging.page(
        found,
        lambda each: LatestDisclosure(each.at, each.disclosure_id),
        lambda each: DisclosureView(
            disclosure_id=each.disclosure_id,
            at=each.at,
            case_id=each.case_id,
            handoff_id=each.handoff_id,
            delivery_id=each.delivery_id,
            recipient_kind=each.recipient_kind,
            recipient_role=each.recipient_role,
            recipient_area=None if withheld else each.recipient_area,
            data_categories=list(each.data_categories),
            purpose=each.purpose,
            legal_basis=each.legal_basis,
            legal_source=each.legal_source,
        ),
    )


async def _require_concern(work: Work, principal: Principal, person_id: UUID) -> None:
    """A young person asks about herself only; anybody else's data is not there for her."""
    if principal.role is Role.YOUNG_PERSON and principal.person_id != person_id:
        raise people.unknown_person()
    await people.get(work, person_id)
