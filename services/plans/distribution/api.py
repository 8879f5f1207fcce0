"""The distribution list and the deliveries of a plan over HTTP (R38, R46, R53)."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.client_plan import Line, NetworkRole, PlanContent
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.plans.client_plans.answers import AuthorView
from services.plans.days import Day
from services.plans.disclosures.domain import Done, Seen
from services.plans.distribution import commands, store
from services.plans.distribution.domain import (
    Basis,
    BasisKind,
    Delivery,
    Entry,
    PlanPart,
    Reading,
    ReadingHow,
    Recipient,
    RecipientKind,
)
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["distribution"], route_class=CommandRoute)

Source = Annotated[str, StringConstraints(pattern=r"^\d{1,4}/\d{4}( \d{1,3}( [a-z])? §,?)+$", max_length=100)]
"""Where the law says so: the statute's number and its sections, and nothing else."""

Number = Annotated[int, Field(ge=1, le=32_767)]
"""Which published version."""


class RecipientGiven(BaseModel):
    """Who is to get the plan: somebody of the network, somebody by name, or an authority."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: RecipientKind
    member_id: UUID | None = Field(default=None, description="Of a network member; name and role are the network's.")
    role: NetworkRole | None = None
    name: Line | None = None
    organisation: Line | None = None


class BasisGiven(BaseModel):
    """On which ground: the young person's consent of a day, or the law."""

    model_config = ConfigDict(extra="forbid")

    kind: BasisKind
    consented_on: Day | None = None
    source: Source | None = Field(default=None, examples=["417/2007 16 b §"])


class EntryGiven(BaseModel):
    """A line of the distribution list, as the young person agreed to it. Being invited or present gives none."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    recipient: RecipientGiven
    parts: list[PlanPart] = Field(max_length=len(PlanPart))
    basis: BasisGiven
    agreed_on: Day | None = Field(default=None, description="With the young person. Left out: today.")


class RecipientView(BaseModel):
    """Who gets the plan, or got it.

    Under a non-disclosure order ``organisation`` is withheld from all but her and the case's named worker.
    """

    kind: RecipientKind
    member_id: UUID | None
    role: NetworkRole | None
    name: str | None
    organisation: str | None

    @classmethod
    def shown(cls, recipient: Recipient, *, without_organisation: bool) -> Self:
        """A recipient as somebody may see them."""
        told = None if without_organisation else recipient.organisation
        return cls(**{**vars(recipient), "organisation": told})


class BasisView(BaseModel):
    """On which ground."""

    kind: BasisKind
    consented_on: date | None
    source: str | None


class EntryView(BaseModel):
    """A line of the distribution list. The young person and the case's worker are on none: they need no agreement."""

    entry_id: UUID
    recipient: RecipientView
    parts: list[PlanPart]
    basis: BasisView
    agreed_on: date
    author: AuthorView
    ended_on: date | None

    @classmethod
    def shown(cls, entry: Entry, *, without_organisation: bool) -> Self:
        """An entry as somebody may see it."""
        return cls(
            entry_id=entry.entry_id,
            recipient=RecipientView.shown(entry.recipient, without_organisation=without_organisation),
            parts=list(entry.parts),
            basis=BasisView(**vars(entry.basis)),
            agreed_on=entry.agreed_on,
            author=AuthorView.of(entry.author),
            ended_on=entry.ended_on,
        )


class DeliveryGiven(BaseModel):
    """A version was given: by an ``entry_id`` of the list, or ``to`` the young person or the case's worker."""

    model_config = ConfigDict(extra="forbid")

    entry_id: UUID | None = None
    to: RecipientKind | None = None
    delivered_on: Day | None = Field(default=None, description="Left out: today.")
    location_checked: bool = Field(
        default=False,
        description="Under a non-disclosure order: what is given was read through for what tells where she lives.",
    )


class ReadingView(BaseModel):
    """It was read, and how one knows."""

    read_on: date
    how: ReadingHow
    noted_by: AuthorView
    noted_at: datetime


class DeliveryView(BaseModel):
    """A version given to somebody. Delivered is not read: ``reading`` is null until it was (R53).

    ``withheld``: parts agreed and not given, or only in part, because they tell where she lives; so it is said to
    whoever got the rest (``location_withheld``).
    """

    delivery_id: UUID
    number: int
    entry_id: UUID | None
    recipient: RecipientView
    parts: list[PlanPart]
    withheld: list[PlanPart]
    location_withheld: bool
    basis: BasisView | None
    disclosure_id: UUID | None
    delivered_on: date
    delivered_by: AuthorView
    noted_at: datetime
    reading: ReadingView | None

    @classmethod
    def shown(cls, delivery: Delivery, *, without_organisation: bool) -> Self:
        """A delivery as somebody may see it."""
        return cls(**_delivery_fields(delivery, without_organisation=without_organisation))


class DeliveredPlan(DeliveryView):
    """A delivery with what its recipient may read of the plan, and nothing else of it."""

    content: PlanContent


class ReadGiven(BaseModel):
    """That a delivery was read. The young person says nothing more; a worker says how."""

    model_config = ConfigDict(extra="forbid")

    how: ReadingHow = ReadingHow.OPENED
    read_on: Day | None = Field(default=None, description="Left out: today.")


@router.get("/cases/{case_id}/plan/distribution")
async def see_distribution(
    work: InWork, desk: InDesk, _principal: Annotated[Principal, allow(Permission.SEE_DISTRIBUTION)], case_id: UUID
) -> list[EntryView]:
    """To whom the plan goes, which parts and on which basis; what has ended too."""
    stored = await desk.sees(case_id, Seen.DISTRIBUTION)
    without = await commands.organisations_withheld(work, stored, desk.author)
    return [EntryView.shown(each, without_organisation=without) for each in await store.entries(work, case_id)]


@router.post("/cases/{case_id}/plan/distribution", status_code=201)
async def agree_distribution(
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.AGREE_DISTRIBUTION)],
    case_id: UUID,
    new: EntryGiven,
) -> EntryView:
    """Agree that somebody gets the plan, part by part. The young person gives her consent here herself, too."""
    stored = await desk.does(case_id, Done.DISTRIBUTION_AGREED)
    agreed = commands.Agreed(
        recipient=Recipient(**new.recipient.model_dump()),
        parts=tuple(new.parts),
        basis=Basis(**new.basis.model_dump()),
        agreed_on=new.agreed_on or work.today,
    )
    entry = await commands.list_for(work, stored, agreed, desk.author)
    response.headers["location"] = f"/cases/{case_id}/plan/distribution"
    without = await commands.organisations_withheld(work, stored, desk.author)
    return EntryView.shown(entry, without_organisation=without)


@router.post("/cases/{case_id}/plan/distribution/{entry_id}/ending")
async def end_distribution(
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.AGREE_DISTRIBUTION)],
    case_id: UUID,
    entry_id: UUID,
) -> EntryView:
    """Withdraw a consent, or end the giving: nothing more is delivered; what was delivered stays known."""
    stored = await desk.does(case_id, Done.DISTRIBUTION_ENDED)
    ended = await commands.end_entry(work, stored, entry_id, desk.author)
    without = await commands.organisations_withheld(work, stored, desk.author)
    return EntryView.shown(ended, without_organisation=without)


@router.post("/cases/{case_id}/plan/versions/{number}/deliveries", status_code=201)
async def deliver_plan(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.DELIVER_PLAN)],
    case_id: UUID,
    number: Number,
    given: DeliveryGiven,
) -> DeliveryView:
    """Note that a version was given to a recipient; whatever leaves the case is written into the disclosure log."""
    stored = await desk.does(case_id, Done.PLAN_DELIVERED)
    handed = commands.Handed(
        number=number,
        entry_id=given.entry_id,
        to=given.to,
        delivered_on=given.delivered_on or work.today,
        location_checked=given.location_checked,
    )
    delivery = await commands.deliver(work, stored, handed, desk.author)
    response.headers["location"] = f"/cases/{case_id}/plan/deliveries/{delivery.delivery_id}"
    without = await commands.organisations_withheld(work, stored, desk.author)
    return DeliveryView.shown(delivery, without_organisation=without)


@router.get("/cases/{case_id}/plan/deliveries")
async def see_deliveries(
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.SEE_DISTRIBUTION)],
    case_id: UUID,
    number: Number | None = None,
) -> list[DeliveryView]:
    """Who was given the plan, or one version, when, and when they read it; the latest first."""
    stored = await desk.sees(case_id, Seen.DELIVERIES)
    without = await commands.organisations_withheld(work, stored, desk.author)
    found = await store.deliveries(work, case_id, number=number)
    return [DeliveryView.shown(each, without_organisation=without) for each in found]


@router.get("/cases/{case_id}/plan/deliveries/{delivery_id}")
async def see_delivered_plan(
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.SEE_DISTRIBUTION)],
    case_id: UUID,
    delivery_id: UUID,
) -> DeliveredPlan:
    """What a recipient was given: the agreed parts of the version, without what is withheld."""
    stored = await desk.sees(case_id, Seen.DELIVERED_PLAN)
    given = await commands.given(work, stored, delivery_id, desk.author)
    without = await commands.organisations_withheld(work, stored, desk.author)
    fields = _delivery_fields(given.delivery, without_organisation=without)
    return DeliveredPlan(**fields, content=given.content)


@router.post("/cases/{case_id}/plan/deliveries/{delivery_id}/read")
async def note_read(
    *,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.NOTE_PLAN_READ)],
    case_id: UUID,
    delivery_id: UUID,
    noted: ReadGiven,
) -> DeliveryView:
    """Note that a delivery was read: the young person her own, a worker how it was read through. The first counts."""
    stored = await desk.does(case_id, Done.PLAN_READ_NOTED)
    reading = Reading(noted.read_on or work.today, noted.how, desk.author, work.now)
    delivery = await commands.note_read(work, stored, delivery_id, reading)
    without = await commands.organisations_withheld(work, stored, desk.author)
    return DeliveryView.shown(delivery, without_organisation=without)


def _delivery_fields(delivery: Delivery, *, without_organisation: bool) -> dict[str, object]:
    reading = delivery.reading
    return {
        "delivery_id": delivery.delivery_id,
        "number": delivery.number,
        "entry_id": delivery.entry_id,
        "recipient": RecipientView.shown(delivery.recipient, without_organisation=without_organisation),
        "parts": delivery.parts,
        "withheld": delivery.withheld,
        "location_withheld": delivery.location_withheld,
        "basis": None if delivery.basis is None else BasisView(**vars(delivery.basis)),
        "disclosure_id": delivery.disclosure_id,
        "delivered_on": delivery.delivered_on,
        "delivered_by": AuthorView.of(delivery.author),
        "noted_at": delivery.noted_at,
        "reading": None
        if reading is None
        else ReadingView(
            read_on=reading.on,
            how=reading.how,
            noted_by=AuthorView.of(reading.noted_by),
            noted_at=reading.noted_at,
        ),
    }
