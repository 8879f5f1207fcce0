"""What a young person sees of her own aftercare: until when, whom to contact, what comes next (R90)."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from contracts.client_plan import Phase, Status
from contracts.values import CaseRole, Contact, Language
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.plans.disclosures.domain import Seen
from services.plans.disclosures.reading import InReader
from services.plans.meetings.domain import Meeting, MeetingKind, Mode
from services.plans.own import commands
from services.plans.people import commands as people
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["own"], route_class=CommandRoute)


class NamedNow(BaseModel):
    """Whom she can turn to today. ``until``: they stand in for her worker, and until which day."""

    contact: Contact
    until: date | None


class OwnPlanning(BaseModel):
    """Where the planning stands. No phase: it is over, and goes on at the review."""

    phase: Phase | None
    next_step: str | None
    next_review_on: date | None


class OwnPlan(BaseModel):
    """Her latest plan: ``GET /cases/{case_id}/plan`` has it. ``promises``: how many there are of each status."""

    number: int
    promises: dict[Status, int]


class OwnMeeting(BaseModel):
    """The next meeting about her: ``GET /cases/{case_id}/meetings`` has them all."""

    meeting_id: UUID
    kind: MeetingKind
    starts_at: datetime
    mode: Mode

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        """A meeting."""
        return cls(
            meeting_id=meeting.meeting_id, kind=meeting.kind, starts_at=meeting.starts_at, mode=meeting.agreed.mode
        )


class OwnCase(BaseModel):
    """One case of the young person. ``worker`` is hers here; ``contact`` is where she lives, when that is elsewhere.

    ``named_now`` is whom to turn to today: her worker, or whoever stands in until a day.
    Under a non-disclosure order the contact has no e-mail address and no phone number here: they tell where she lives.
    """

    case_id: UUID
    role: CaseRole
    right_ends_on: date
    paused_on: date | None
    worker: Contact
    named_now: NamedNow
    contact: Contact | None
    planning: OwnPlanning | None
    plan: OwnPlan | None
    next_meeting: OwnMeeting | None

    @classmethod
    def of(cls, own: commands.OwnCase) -> Self:
        """One case, as it is put together."""
        return cls(
            case_id=own.case.case_id,
            role=own.case.role,
            right_ends_on=own.case.right_ends_on,
            paused_on=own.case.paused_on,
            worker=own.worker,
            named_now=NamedNow(**vars(own.named_now)),
            contact=own.contact,
            planning=None if own.planning is None else OwnPlanning(**vars(own.planning)),
            plan=None if own.plan is None else OwnPlan(number=own.plan.number, promises=dict(own.plan.promises)),
            next_meeting=None if own.next_meeting is None else OwnMeeting.of(own.next_meeting),
        )


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
    """Your own aftercare: until when it lasts, whom you can contact, and what comes next."""
    person = await people.get(work, principal.person_id)
    await reader.looks_at(Seen.OWN_VIEW, person.person_id)
    return OwnView(
        person_id=person.person_id,
        given_name=person.details.given_name,
        language=person.details.language,
        cases=[OwnCase.of(each) for each in await commands.own_cases(work, person.person_id, principal)],
    )
