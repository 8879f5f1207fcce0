"""What guidance advises here, over HTTP: which days count, from which source, and the area's own instead."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.plans.cases.explanation import InLanguages
from services.plans.guidance import store
from services.plans.guidance.domain import TABLE, Guided, allowed, named
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["guidance"], route_class=CommandRoute)


class GuidanceView(BaseModel):
    """One piece of guidance. ``days`` count here; ``advised`` is what the source says."""

    rule: Guided
    days: int
    advised: int
    at_least: int
    at_most: int
    says: InLanguages
    source: InLanguages


class OwnDays(BaseModel):
    """The area's own days."""

    model_config = ConfigDict(extra="forbid")

    days: int = Field(ge=1, le=3660)


@router.get("/guidance")
async def see_guidance(
    work: InWork, _principal: Annotated[Principal, allow(Permission.SEE_GUIDANCE)]
) -> list[GuidanceView]:
    """Every piece of guidance that an area may set for itself, and what counts here."""
    own = await store.own_days(work)
    return [_view(rule, own.get(rule, TABLE[rule].days)) for rule in Guided]


@router.put("/guidance/{rule}")
async def set_guidance(
    work: InWork, principal: Annotated[Principal, allow(Permission.SET_GUIDANCE)], rule: str, own: OwnDays
) -> GuidanceView:
    """Set the area's own days. What is due already keeps its day; what comes takes the new one."""
    about = named(rule)
    await store.set_days(work, about, allowed(about, own.days), principal.person_id)
    return _view(about, own.days)


def _view(rule: Guided, days: int) -> GuidanceView:
    row = TABLE[rule]
    return GuidanceView(
        rule=rule,
        days=days,
        advised=row.days,
        at_least=row.at_least,
        at_most=row.at_most,
        says=InLanguages.of(row.says),
        source=InLanguages.of(row.source),
    )
