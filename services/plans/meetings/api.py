"""Meetings over HTTP. The young person sees every one of them, also those without her (R44)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from contracts.values import Language, new_id
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, ExpectedVersion, InWork, etag
from services.chassis.work import Work
from services.plans.disclosures.domain import Done, Seen
from services.plans.meetings import commands, store
from services.plans.meetings.domain import CancelMeeting, Hold, Meeting, MeetingState, Plan, Replan, SayOwn
from services.plans.meetings.information import TOPICS, Giving
from services.plans.meetings.requests import (
    Cancellation,
    HeldMeeting,
    InformationGiven,
    MeetingGiven,
    NewMeeting,
    OwnWords,
)
from services.plans.meetings.views import GivingView, MeetingView, view_of
from services.plans.networks import commands as networks
from services.plans.openings.desk import InDesk
from services.plans.openings.domain import AuthorKind
from services.plans.permissions import Permission, allow
from services.plans.warnings import Warned

router = APIRouter(tags=["meetings"], route_class=CommandRoute)


class TopicView(BaseModel):
    """Something that the young person is told, in the language asked for."""

    key: str
    text: str


@router.get("/cases/{case_id}/meetings", dependencies=[allow(Permission.SEE_MEETINGS)])
async def list_meetings(
    work: InWork, desk: InDesk, case_id: UUID, state: MeetingState | None = None
) -> list[MeetingView]:
    """Every meeting about the young person, the earliest first, cancelled ones and those without her too."""
    await desk.sees(case_id, Seen.MEETINGS)
    found = await store.of_case(work, case_id)
    sittings = commands.sittings(found)
    return [_shown(desk, each, sittings.get(each.meeting_id)) for each in found if state is None or each.state is state]


@router.post("/cases/{case_id}/meetings", status_code=201, dependencies=[allow(Permission.RECORD_MEETING)])
async def plan_meeting(work: InWork, desk: InDesk, response: Response, case_id: UUID, given: NewMeeting) -> MeetingView:
    """Agree on a meeting. Everybody who is invited was agreed with the young person."""
    stored = await desk.does(case_id, Done.MEETING_RECORDED)
    planning = Plan(
        meeting_id=new_id(),
        case_id=case_id,
        cycle_id=await commands.cycle_now(work, stored, given.kind),
        kind=given.kind,
        starts_at=given.starts_at,
        agreed=given.agreed(),
        participants=await commands.invited(work, case_id, given.invited(), with_her=given.with_young_person),
        author=desk.author,
    )
    meeting = await commands.do(work, stored.case, None, planning)
    response.headers["location"] = f"/cases/{case_id}/meetings/{meeting.meeting_id}"
    return await _answer(work, desk, response, meeting, (await networks.network_of(work, case_id)).warnings)


@router.get("/cases/{case_id}/meetings/{meeting_id}", dependencies=[allow(Permission.SEE_MEETINGS)])
async def see_meeting(work: InWork, desk: InDesk, response: Response, case_id: UUID, meeting_id: UUID) -> MeetingView:
    """One meeting."""
    await desk.sees(case_id, Seen.MEETINGS)
    return await _answer(work, desk, response, await commands.get(work, case_id, meeting_id))


@router.put("/cases/{case_id}/meetings/{meeting_id}", dependencies=[allow(Permission.RECORD_MEETING)])
async def replan_meeting(
    *,
    work: InWork,
    desk: InDesk,
    response: Response,
    expected: ExpectedVersion,
    case_id: UUID,
    meeting_id: UUID,
    given: MeetingGiven,
) -> MeetingView:
    """Agree on another time, place, agenda or company."""
    stored = await desk.does(case_id, Done.MEETING_RECORDED)
    before = await commands.get(work, case_id, meeting_id, expected)
    participants = await commands.invited(
        work, case_id, given.invited(), with_her=given.with_young_person, earlier=before.participants
    )
    replanning = Replan(given.starts_at, given.agreed(), participants)
    meeting = await commands.do(work, stored.case, before, replanning)
    return await _answer(work, desk, response, meeting, (await networks.network_of(work, case_id)).warnings)


@router.post("/cases/{case_id}/meetings/{meeting_id}/cancellation", dependencies=[allow(Permission.RECORD_MEETING)])
async def cancel_meeting(
    *,
    work: InWork,
    desk: InDesk,
    response: Response,
    expected: ExpectedVersion,
    case_id: UUID,
    meeting_id: UUID,
    given: Cancellation,
) -> MeetingView:
    """The meeting will not take place; it stays visible."""
    stored = await desk.does(case_id, Done.MEETING_RECORDED)
    before = await commands.get(work, case_id, meeting_id, expected)
    return await _answer(
        work, desk, response, await commands.do(work, stored.case, before, CancelMeeting(given.because))
    )


@router.post("/cases/{case_id}/meetings/{meeting_id}/record", dependencies=[allow(Permission.RECORD_MEETING)])
async def hold_meeting(
    *,
    work: InWork,
    desk: InDesk,
    response: Response,
    expected: ExpectedVersion,
    case_id: UUID,
    meeting_id: UUID,
    given: HeldMeeting,
) -> MeetingView:
    """Record a meeting that was held: who came, how long it took, what each said, what came of it."""
    stored = await desk.does(case_id, Done.MEETING_RECORDED)
    before = await commands.get(work, case_id, meeting_id, expected)
    holding = Hold(
        record=given.record(await commands.recorder(work, desk.author), work.now),
        presences=given.presences_said(),
        also_present=given.uninvited(),
        cycle_id=await commands.cycle_now(work, stored, before.kind),
    )
    return await _answer(work, desk, response, await commands.do(work, stored.case, before, holding))


@router.put("/cases/{case_id}/meetings/{meeting_id}/own-words")
async def say_own(
    *,
    work: InWork,
    desk: InDesk,
    response: Response,
    _principal: Annotated[Principal, allow(Permission.ADD_OWN_WORDS)],
    case_id: UUID,
    meeting_id: UUID,
    given: OwnWords,
) -> MeetingView:
    """Say in your own words what you wish of a meeting to come, or what you said in one that was held."""
    stored = await desk.does(case_id, Done.MEETING_RECORDED)
    before = await commands.get(work, case_id, meeting_id)
    return await _answer(work, desk, response, await commands.do(work, stored.case, before, SayOwn(given.words)))


@router.get("/information-topics", dependencies=[allow(Permission.SEE_ACTORS)])
async def list_topics(language: Language = Language.FI) -> list[TopicView]:
    """What the young person is told, again and again."""
    return [TopicView(key=each.key, text=each.text[language]) for each in TOPICS.values()]


@router.get("/cases/{case_id}/information-given", dependencies=[allow(Permission.SEE_MEETINGS)])
async def see_information(work: InWork, desk: InDesk, case_id: UUID) -> list[GivingView]:
    """Every time that the young person was told something, the latest first."""
    await desk.sees(case_id, Seen.INFORMATION_GIVEN)
    return [GivingView.of(each) for each in await store.givings_of(work, case_id)]


@router.post("/cases/{case_id}/information-given", status_code=201, dependencies=[allow(Permission.RECORD_MEETING)])
async def give_information(
    work: InWork, desk: InDesk, response: Response, case_id: UUID, given: InformationGiven
) -> GivingView:
    """Log that the young person was told something, once more."""
    await desk.does(case_id, Done.INFORMATION_GIVEN)
    giving = await commands.give_information(
        work,
        Giving(
            giving_id=new_id(),
            case_id=case_id,
            topic=given.topic,
            language=given.language,
            given_on=given.given_on or work.today,
            meeting_id=given.meeting_id,
            author=desk.author,
        ),
    )
    response.headers["location"] = f"/cases/{case_id}/information-given"
    return GivingView.of(giving)


async def _answer(
    work: Work, desk: InDesk, response: Response, meeting: Meeting, also_warned: list[Warned] | None = None
) -> MeetingView:
    response.headers["etag"] = etag(meeting.version)
    sittings = commands.sittings(await store.of_case(work, meeting.case_id))
    return _shown(desk, meeting, sittings.get(meeting.meeting_id), also_warned or [])


def _shown(desk: InDesk, meeting: Meeting, sitting: int | None, also_warned: list[Warned] | None = None) -> MeetingView:
    warned = [*commands.warned_of(meeting), *(also_warned or [])]
    return view_of(meeting, sitting, warned, for_her=desk.author.kind is AuthorKind.YOUNG_PERSON)
