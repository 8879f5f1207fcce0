"""Meetings: agreed with the young person, held, recorded, and every one of them visible to her."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.client_plan import Phase
from contracts.plans import ContactNamed, MeetingCancelled, MeetingHeld, MeetingPlanned
from services.chassis.auth import Role
from services.plans.meetings.facts import held_in
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea
from tests.services.plans.handoffs import dossier, received
from tests.services.plans.test_cost import _statements

TEACHER = {"role": "school", "name": "Jari Malli"}


def _meeting(area: PlansArea, **given: object) -> dict[str, Any]:
    starts_at = (area.service.clock.now() - timedelta(hours=1)).isoformat()
    return {"kind": "preparatory", "starts_at": starts_at, "mode": "present", "place": "Kahvila Aura"} | given


def _agreed(area: PlansArea) -> str:
    return area.today.isoformat()


def _record(meeting: dict[str, Any], **given: object) -> dict[str, Any]:
    return {
        "held_at": meeting["starts_at"],
        "minutes": 50,
        "outcome": "She looks for a flat with Onni.",
        "presences": [{"participant_id": each["participant_id"], "attended": True} for each in meeting["participants"]],
    } | given


async def _plan(area: PlansArea, case_id: UUID, **given: object) -> Any:
    return await area.post(f"/cases/{case_id}/meetings", _meeting(area, **given))


async def _hold(area: PlansArea, case_id: UUID, meeting: dict[str, Any], **given: object) -> Any:
    return await _do(area, case_id, meeting, "record", _record(meeting, **given))


async def _do(area: PlansArea, case_id: UUID, meeting: dict[str, Any], what: str, body: object) -> Any:
    path = f"/cases/{case_id}/meetings/{meeting['meeting_id']}/{what}"
    answer = await area.ask("POST", path, body, headers={"If-Match": f'"{meeting["version"]}"'})
    assert answer.status_code == 200, answer.text
    return answer.json()


def _codes(answer: dict[str, Any]) -> list[str]:
    assert all(each["text"].keys() == {"fi", "sv", "en"} for each in answer["warnings"])
    return [each["code"] for each in answer["warnings"]]


async def test_a_meeting_is_planned_held_and_said(placing: PlansArea) -> None:
    case_id = await placing.case()
    meeting = await _plan(placing, case_id, place_chosen_by_young_person=True, agenda="Getting to know each other")
    assert (meeting["state"], meeting["phase"], meeting["with_young_person"]) == ("planned", "preparatory", True)
    assert meeting["agreed"]["place_chosen_by_young_person"] is True
    held = await _hold(placing, case_id, meeting)
    assert (held["state"], held["record"]["mode"], held["sitting"]) == ("held", "present", 1)
    [planned], [event] = await said(placing.service, MeetingPlanned), await said(placing.service, MeetingHeld)
    assert (planned.version, event.version, event.by_area, event.with_young_person) == (1, 2, "05", True)
    assert str(event.meeting_id) == meeting["meeting_id"]


async def test_a_held_meeting_counts_in_its_phase_of_its_cycle_and_another_kind_does_not(placing: PlansArea) -> None:
    case_id = await placing.case()
    first, other = await _plan(placing, case_id), await _plan(placing, case_id, kind="handover")
    for meeting in (first, other):
        await _hold(placing, case_id, meeting)
    await _plan(placing, case_id)
    assert await _held(placing, UUID(first["cycle_id"])) == {"preparatory": 1, "negotiation": 0, "follow_up": 0}


async def _held(area: PlansArea, cycle_id: UUID) -> dict[str, int]:
    async with area.service.work() as work:
        return {phase.value: await held_in(work, cycle_id, phase) for phase in Phase}


async def test_a_negotiation_may_take_several_meetings(placing: PlansArea) -> None:
    case_id = await placing.case()
    for _ in range(2):
        await _plan(placing, case_id, kind="negotiation")
    listed = await placing.get(f"/cases/{case_id}/meetings")
    assert [each["sitting"] for each in listed] == [1, 2]


async def test_nobody_is_invited_whom_she_has_not_agreed_to(placing: PlansArea) -> None:
    case_id = await placing.case()
    refused = await placing.ask("POST", f"/cases/{case_id}/meetings", _meeting(placing, invitees=[TEACHER]))
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:jatkumo:problem:invitee-not-agreed")
    assert await said(placing.service, MeetingPlanned) == []
    agreed = await _plan(placing, case_id, invitees=[{**TEACHER, "agreed_on": _agreed(placing)}])
    assert [each["role"] for each in agreed["participants"]] == ["young_person", "school"]


async def test_whom_she_lets_be_invited_is_invited_without_asking_again_until_she_takes_it_back(
    placing: PlansArea,
) -> None:
    case_id = await placing.case()
    allowed = {**TEACHER, "allowed": {"invite_agreed_on": _agreed(placing)}}
    member = await placing.post(f"/cases/{case_id}/network/members", allowed)
    invitees = [{"member_id": member["member_id"]}]
    meeting = await _plan(placing, case_id, invitees=invitees)
    assert meeting["participants"][1]["agreed_on"] == _agreed(placing)
    path = f"/cases/{case_id}/network/members/{member['member_id']}/allowed"
    await placing.ask("PUT", path, {}, headers={"If-Match": '"1"'})
    refused = await placing.ask("POST", f"/cases/{case_id}/meetings", _meeting(placing, invitees=invitees))
    assert refused.json()["type"] == "urn:jatkumo:problem:invitee-not-agreed"


async def test_the_systemic_team_can_be_invited_and_a_stranger_to_the_network_cannot(placing: PlansArea) -> None:
    case_id = await placing.case()
    team = {"role": "systemic_team", "agreed_on": _agreed(placing)}
    assert (await _plan(placing, case_id, invitees=[team]))["participants"][1]["role"] == "systemic_team"
    stranger = _meeting(placing, invitees=[{"member_id": str(uuid4())}])
    assert (await placing.ask("POST", f"/cases/{case_id}/meetings", stranger)).status_code == 404


async def test_she_sees_a_meeting_that_was_held_without_her_and_why(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    refused = await placing.ask("POST", f"/cases/{case_id}/meetings", _meeting(placing, with_young_person=False))
    assert refused.json()["field"] == "why_without_young_person"
    without = await _plan(
        placing,
        case_id,
        with_young_person=False,
        why_without_young_person="You asked us to settle the rent with Kela.",
        invitees=[{"role": "professional", "name": "Kela", "agreed_on": _agreed(placing)}],
    )
    assert _codes(without) == ["without-young-person"]
    await _hold(placing, case_id, without)
    [seen] = await placing.get(f"/cases/{case_id}/meetings", role=Role.YOUNG_PERSON, subject=person_id)
    assert (seen["state"], seen["with_young_person"]) == ("held", False)
    assert seen["agreed"]["why_without_young_person"] == "You asked us to settle the rent with Kela."
    assert seen["record"]["outcome"] == "She looks for a flat with Onni."
    [event] = await said(placing.service, MeetingHeld)
    assert not event.with_young_person


async def test_what_a_third_party_said_in_confidence_is_withheld_from_her_alone(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    meeting = await _plan(placing, case_id, invitees=[{"role": "parent", "agreed_on": _agreed(placing)}])
    hers, parents = _record(meeting)["presences"]
    secret = {**parents, "said": "My own illness worries me.", "confidential": True}
    await _hold(placing, case_id, meeting, presences=[{**hers, "said": "I want to study."}, secret])
    path = f"/cases/{case_id}/meetings/{meeting['meeting_id']}"
    seen = await placing.ask("GET", path, role=Role.YOUNG_PERSON, subject=person_id)
    assert [each["said"] for each in seen.json()["participants"]] == ["I want to study.", None]
    assert "illness" not in seen.text
    listed = await placing.ask("GET", f"/cases/{case_id}/meetings", role=Role.YOUNG_PERSON, subject=person_id)
    assert "illness" not in listed.text
    assert (await placing.get(path))["participants"][1]["said"] == "My own illness worries me."


async def test_a_young_person_sees_no_meeting_of_another(placing: PlansArea) -> None:
    case_id = await placing.case()
    meeting = await _plan(placing, case_id)
    other = await placing.person()
    for path in (f"/cases/{case_id}/meetings", f"/cases/{case_id}/meetings/{meeting['meeting_id']}"):
        assert (await placing.ask("GET", path, role=Role.YOUNG_PERSON, subject=other)).status_code == 404
    elsewhere = f"/cases/{await placing.case()}/meetings/{meeting['meeting_id']}"
    assert (await placing.ask("GET", elsewhere)).status_code == 404


async def test_over_an_hour_without_a_break_is_warned_of_and_never_blocked(placing: PlansArea) -> None:
    case_id = await placing.case()
    long = await _plan(placing, case_id, minutes=90)
    assert _codes(long) == ["long-without-break"]
    rested = await _plan(placing, case_id, minutes=90, breaks=[{"after_minutes": 45, "minutes": 10}])
    assert _codes(rested) == []
    assert _codes(await _hold(placing, case_id, rested, minutes=61)) == ["long-without-break"]
    assert _codes(await _hold(placing, case_id, long, minutes=60)) == []


async def test_a_students_meeting_is_planned_with_a_word_about_the_school(placing: PlansArea) -> None:
    case_id = await placing.case()
    await placing.ask("PUT", f"/cases/{case_id}/network/studies", {"is_student": True})
    assert _codes(await _plan(placing, case_id)) == ["school-missing"]


async def test_who_was_invited_and_who_came_is_counted_by_role(placing: PlansArea) -> None:
    case_id = await placing.case()
    close = {"role": "close_one", "agreed_on": _agreed(placing)}
    meeting = await _plan(placing, case_id, invitees=[close, close])
    presences = _record(meeting)["presences"]
    presences[1]["attended"] = False
    held = await _hold(placing, case_id, meeting, presences=presences, also_present=[{"role": "peer", "name": "Aino"}])
    assert {each["role"]: (each["invited"], each["attended"]) for each in held["by_role"]} == {
        "young_person": (1, 1),
        "close_one": (2, 1),
        "peer": (0, 1),
    }


async def test_the_profession_of_who_recorded_it_stays_as_it_was(placing: PlansArea) -> None:
    worker = await placing.worker(title="social_counsellor", qualification="social_worker")
    case_id = await placing.case(worker_id=str(worker))
    meeting = await _plan(placing, case_id)
    path = f"/cases/{case_id}/meetings/{meeting['meeting_id']}/record"
    held = await placing.ask(
        "POST", path, _record(meeting), role=Role.WORKER, subject=worker, headers={"If-Match": '"1"'}
    )
    record = held.json()["record"]
    assert (record["recorder_title"], record["recorder_qualification"]) == ("social_counsellor", "social_worker")
    assert (record["recorded_by"], record["recorded_by_area"]) == (str(worker), "05")


async def test_another_time_is_said_again_and_keeps_who_was_invited(placing: PlansArea) -> None:
    case_id = await placing.case()
    meeting = await _plan(placing, case_id, invitees=[{**TEACHER, "agreed_on": _agreed(placing)}])
    path = f"/cases/{case_id}/meetings/{meeting['meeting_id']}"
    later = (placing.service.clock.now() + timedelta(days=2)).isoformat()
    body = {"starts_at": later, "mode": "hybrid", "invitees": [{**TEACHER, "agreed_on": _agreed(placing)}]}
    changed = await placing.ask("PUT", path, body, headers={"If-Match": '"1"'})
    stale = await placing.ask("PUT", path, body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"], stale.status_code) == (200, '"2"', 412)
    ids = [[each["participant_id"] for each in view["participants"]] for view in (meeting, changed.json())]
    assert ids[0] == ids[1]
    first, second = await said(placing.service, MeetingPlanned)
    assert (second.version, second.starts_at > first.starts_at) == (2, True)


async def test_two_of_one_role_and_name_stay_two_when_the_meeting_is_agreed_anew(placing: PlansArea) -> None:
    case_id = await placing.case()
    teachers = [{"role": "school", "agreed_on": _agreed(placing)}] * 2
    meeting = await _plan(placing, case_id, invitees=teachers)
    anew = {name: each for name, each in _meeting(placing, invitees=teachers).items() if name != "kind"}
    path = f"/cases/{case_id}/meetings/{meeting['meeting_id']}"
    answer = await placing.ask("PUT", path, anew, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    assert answer.json()["participants"] == meeting["participants"]


async def test_nobody_whom_the_case_knows_is_there_twice(placing: PlansArea) -> None:
    case_id = await placing.case()
    member = await placing.post(
        f"/cases/{case_id}/network/members", TEACHER | {"allowed": {"invite_agreed_on": _agreed(placing)}}
    )
    twice = _meeting(placing, invitees=[{"member_id": member["member_id"]}] * 2)
    refused = await placing.ask("POST", f"/cases/{case_id}/meetings", twice)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:jatkumo:problem:invited-twice")
    meeting = await _plan(placing, case_id)
    away = [{"participant_id": each["participant_id"], "attended": False} for each in meeting["participants"]]
    here_after_all = _record(meeting, presences=away, also_present=[{"role": "young_person"}])
    path = f"/cases/{case_id}/meetings/{meeting['meeting_id']}/record"
    refused = await placing.ask("POST", path, here_after_all, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:jatkumo:problem:invited-twice")


async def test_a_cancelled_meeting_stays_visible_and_is_not_held(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    meeting = await _plan(placing, case_id)
    await _do(placing, case_id, meeting, "cancellation", {"because": "worker_away"})
    path = f"/cases/{case_id}/meetings/{meeting['meeting_id']}"
    refused = await placing.ask("POST", f"{path}/record", _record(meeting), headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:jatkumo:problem:meeting-is-cancelled")
    [seen] = await placing.get(f"/cases/{case_id}/meetings?state=cancelled", role=Role.YOUNG_PERSON, subject=person_id)
    assert seen["cancelled_because"] == "worker_away"
    assert len(await said(placing.service, MeetingCancelled)) == 1


async def test_she_writes_her_wishes_before_and_her_own_words_after(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    meeting = await _plan(placing, case_id)
    path = f"/cases/{case_id}/meetings/{meeting['meeting_id']}"

    async def write(words: str) -> Any:
        answer = await placing.ask(
            "PUT", f"{path}/own-words", {"words": words}, role=Role.YOUNG_PERSON, subject=person_id
        )
        return answer.json()

    wished = await write("Not in the office, please.")
    assert wished["own_wishes"] == "Not in the office, please."
    await _hold(placing, case_id, wished)
    assert (await write("I was heard."))["participants"][0]["said"] == "I was heard."
    assert (await placing.get(path))["own_wishes"] == "Not in the office, please."


async def test_the_residence_area_records_a_meeting_under_its_own_name(residence: PlansArea) -> None:
    await residence.worker()
    await hear(residence.service, received(dossier()))
    [named] = await said(residence.service, ContactNamed)
    meeting = await _plan(residence, named.case_id, kind="follow_up")
    held = await _hold(residence, named.case_id, meeting)
    assert (held["planned_by_area"], held["record"]["recorded_by_area"], held["cycle_id"]) == ("08", "08", None)
    [event] = await said(residence.service, MeetingHeld)
    assert (event.by_area, event.case_id) == ("08", named.case_id)


async def test_what_she_is_told_is_logged_every_time(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    meeting = await _plan(placing, case_id)
    for given in ({"meeting_id": meeting["meeting_id"]}, {}):
        await placing.post(f"/cases/{case_id}/information-given", {"topic": "brochure", "language": "sv", **given})
    log = await placing.get(f"/cases/{case_id}/information-given", role=Role.YOUNG_PERSON, subject=person_id)
    assert [(each["topic"], each["language"], each["meeting_id"]) for each in log] == [
        ("brochure", "sv", None),
        ("brochure", "sv", meeting["meeting_id"]),
    ]
    topics = {each["key"] for each in await placing.get("/information-topics?language=sv")}
    assert {"rights", "brochure"} <= topics


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"topic": "gossip"}, "topic"),
        ({"given_on": "2999-01-01"}, "given_on"),
        ({"meeting_id": str(uuid4())}, "meeting_id"),
    ],
)
async def test_what_she_cannot_have_been_told_is_not_logged(
    placing: PlansArea, given: dict[str, str], field: str
) -> None:
    path = f"/cases/{await placing.case()}/information-given"
    refused = await placing.ask("POST", path, {"topic": "rights", "language": "fi"} | given)
    assert (refused.status_code in {404, 422}, refused.json()["field"]) == (True, field)
    assert await placing.get(path) == []


async def test_whoever_looks_at_or_changes_one_meeting_is_written_down(placing: PlansArea) -> None:
    person_id, worker = await placing.person(), uuid4()
    case_id = await placing.case(person_id)
    meeting = await placing.post(f"/cases/{case_id}/meetings", _meeting(placing), subject=worker)
    path = f"/cases/{case_id}/meetings/{meeting['meeting_id']}"
    changes: list[tuple[str, str, object]] = [
        ("PUT", path, {"starts_at": meeting["starts_at"], "mode": "remote"}),
        ("POST", f"{path}/cancellation", {"because": "not_needed"}),
    ]
    for version, (method, where, body) in enumerate(changes, start=1):
        answer = await placing.ask(method, where, body, subject=worker, headers={"If-Match": f'"{version}"'})
        assert answer.status_code == 200, answer.text
    await placing.get(path, subject=worker)
    log = (await placing.get(f"/young-people/{person_id}/access-log"))["items"]
    rows = [each["done"] or each["seen"] for each in log if each["reader"] == str(worker)]
    assert rows == ["meetings", *["meeting_recorded"] * 3]


@pytest.mark.parametrize(
    "given",
    [
        {"starts_at": "9999-12-31T23:59:59-14:00"},
        {"starts_at": "0001-01-01T00:00:00+14:00"},
        {"starts_at": "2026-12-01T12:00:00"},
        {"minutes": 0},
        {"minutes": 10**30},
        {"mode": "by_owl"},
        {"place": "x" * 501},
        {"agenda": "a\u0000b"},
        {"invitees": [{}]},
    ],
)
async def test_what_makes_no_meeting_is_refused(placing: PlansArea, given: dict[str, object]) -> None:
    path = f"/cases/{await placing.case()}/meetings"
    refused = await placing.ask("POST", path, _meeting(placing) | given)
    assert refused.status_code == 422, refused.text
    assert await placing.get(path) == []


async def test_the_list_costs_the_same_however_many_meetings_there_are(placing: PlansArea) -> None:
    case_id = await placing.case()
    costs = set()
    for _ in range(3):
        await _plan(placing, case_id)
        with _statements(placing) as listing:
            await placing.get(f"/cases/{case_id}/meetings")
        costs.add(len(listing))
    assert len(costs) == 1
