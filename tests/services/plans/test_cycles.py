"""The planning cycle: three phases in order, each entered when what the card asks for is there."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.client_plan import Phase, PlanContent, PlanCopy
from contracts.plans import (
    ContactNamed,
    CycleBegan,
    CycleEnded,
    DeadlineMet,
    DeadlineMoved,
    DeadlineSet,
    PhaseReached,
)
from services.chassis.auth import Role
from services.chassis.clock import helsinki_date
from services.plans.cases import commands as cases
from services.plans.cycles.commands import adopt
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea
from tests.services.plans.handoffs import dossier, received
from tests.services.plans.planning import Planning, drafted, goal, negotiated, promise

FOLLOWED_UP = {
    "enough": "yes",
    "fits": "partly",
    "goes_forward": "no",
    "more_support": True,
    "network_contact": False,
    "agreed": "Onni soittaa koululle.",
}


async def _cycle(area: PlansArea, case_id: UUID) -> dict[str, Any]:
    cycle: dict[str, Any] = await area.get(f"/cases/{case_id}/cycles/current")
    return cycle


async def _agree(area: PlansArea, case_id: UUID, **changed: object) -> httpx.Response:
    version = (await _cycle(area, case_id))["version"]
    return await area.ask("PATCH", f"/cases/{case_id}/cycles/current", changed, headers={"If-Match": f'"{version}"'})


async def _due(area: PlansArea, case_id: UUID) -> dict[str, date]:
    return {each["kind"]: date.fromisoformat(each["due_on"]) for each in await area.get(f"/cases/{case_id}/deadlines")}


async def _close(area: PlansArea, case_id: UUID) -> httpx.Response:
    return await area.ask("POST", f"/cases/{case_id}/cycles/current/follow-up", FOLLOWED_UP)


def _says(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).removeprefix("urn:jatkumo:problem:")


async def _hold(area: PlansArea, case_id: UUID, kind: str, *, days_ago: int = 0, attended: bool = True) -> date:
    """Hold a meeting, and say on which day it was."""
    held_at = area.service.clock.now() - timedelta(days=days_ago, hours=1)
    starts_at = held_at.isoformat()
    body = {"kind": kind, "starts_at": starts_at, "mode": "present", "place": "Kahvila Aura"}
    meeting = await area.post(f"/cases/{case_id}/meetings", body)
    record = {
        "held_at": starts_at,
        "minutes": 50,
        "outcome": "Tutustuttiin.",
        "presences": [
            {"participant_id": each["participant_id"], "attended": attended} for each in meeting["participants"]
        ],
    }
    path = f"/cases/{case_id}/meetings/{meeting['meeting_id']}/record"
    answer = await area.ask("POST", path, record, headers={"If-Match": f'"{meeting["version"]}"'})
    assert answer.status_code == 200, answer.text
    return helsinki_date(held_at)


async def test_a_cycle_begins_with_the_preparation_and_says_so(placing: PlansArea) -> None:
    case_id = await placing.case()
    begun = await placing.ask("POST", f"/cases/{case_id}/cycles")
    assert (begun.status_code, begun.headers["location"]) == (201, f"/cases/{case_id}/cycles/1")
    assert (begun.json()["number"], begun.json()["phase"]) == (1, "preparatory")
    [event] = await said(placing.service, CycleBegan)
    assert (event.case_id, event.number, str(event.cycle_id)) == (case_id, 1, begun.json()["cycle_id"])
    assert _says(await placing.ask("POST", f"/cases/{case_id}/cycles")) == (409, "cycle-under-way")
    assert [each["number"] for each in await placing.get(f"/cases/{case_id}/cycles")] == [1]


async def test_before_the_first_cycle_there_is_none_to_see(placing: PlansArea) -> None:
    case_id = await placing.case()
    assert await placing.get(f"/cases/{case_id}/cycles") == []
    assert _says(await placing.ask("GET", f"/cases/{case_id}/cycles/current")) == (409, "no-cycle")
    assert _says(await placing.ask("GET", f"/cases/{case_id}/cycles/1")) == (404, "no-such-cycle")


async def test_the_negotiation_waits_for_a_preparatory_meeting(placing: PlansArea) -> None:
    case_id = await placing.case()
    await placing.post(f"/cases/{case_id}/cycles", {})
    refused = await placing.ask("POST", f"/cases/{case_id}/cycles/current/negotiation", {})
    assert _says(refused) == (409, "no-preparatory-meeting")
    await _hold(placing, case_id, "preparatory")
    cycle = await placing.post(f"/cases/{case_id}/cycles/current/negotiation", {})
    assert (cycle["phase"], cycle["asked_by_young_person_on"]) == ("negotiation", None)
    [event] = await said(placing.service, PhaseReached)
    assert event.phase == "negotiation"


async def test_a_preparatory_meeting_to_which_she_did_not_come_prepares_no_negotiation(placing: PlansArea) -> None:
    case_id = await placing.case()
    await _hold(placing, case_id, "preparatory", attended=False)
    refused = await placing.ask("POST", f"/cases/{case_id}/cycles/current/negotiation", {})
    assert _says(refused) == (409, "no-preparatory-meeting")
    await _hold(placing, case_id, "preparatory")
    assert (await placing.post(f"/cases/{case_id}/cycles/current/negotiation", {}))["phase"] == "negotiation"


async def test_the_young_person_may_ask_to_do_without_one(placing: PlansArea) -> None:
    case_id = await placing.case()
    path = f"/cases/{case_id}/cycles/current/negotiation"
    tomorrow = {"asked_by_young_person": {"on": (placing.today + timedelta(days=1)).isoformat()}}
    assert _says(await placing.ask("POST", path, tomorrow)) == (422, "not-asked-yet")
    cycle = await placing.post(path, {"asked_by_young_person": {"on": placing.today.isoformat()}})
    assert (cycle["phase"], cycle["asked_by_young_person_on"]) == ("negotiation", placing.today.isoformat())
    # The first step of the planning began its first cycle.
    assert cycle["number"] == 1


async def test_a_negotiation_goes_on_over_several_meetings(placing: PlansArea) -> None:
    case_id = await placing.case()
    path = f"/cases/{case_id}/cycles/current/negotiation"
    first = await placing.post(path, {"asked_by_young_person": {"on": placing.today.isoformat()}})
    again = await placing.post(path, {})
    assert (again["version"], again["phase"]) == (first["version"], "negotiation")


async def test_a_plan_is_published_into_its_follow_up_with_what_is_due(placing: PlansArea) -> None:
    planning, _, _ = await drafted(placing)
    review_on = placing.today + timedelta(days=180)
    await planning.publish()
    cycle = await _cycle(placing, planning.case_id)
    assert (cycle["phase"], cycle["published_number"]) == ("follow_up", 1)
    assert cycle["negotiated_on"] == cycle["published_on"] == placing.today.isoformat()
    due = await _due(placing, planning.case_id)
    assert due["review"] == review_on
    # Guidance: 30 to 60 days, here in the middle.
    assert due["follow_up"] == placing.today + timedelta(days=45)
    assert [event.phase for event in await said(placing.service, PhaseReached)] == ["negotiation", "follow_up"]
    assert {event.kind for event in await said(placing.service, DeadlineSet)} >= {"review", "follow_up"}


async def test_the_follow_up_comes_when_the_area_says_or_when_it_was_agreed(placing: PlansArea) -> None:
    planning, _, _ = await drafted(placing)
    set_days = await placing.ask("PUT", "/guidance/follow_up", {"days": 30})
    assert set_days.status_code == 200, set_days.text
    negotiated_on = placing.today - timedelta(days=3)
    assert (await _agree(placing, planning.case_id, negotiated_on=negotiated_on.isoformat())).status_code == 200
    await planning.publish()
    assert (await _due(placing, planning.case_id))["follow_up"] == negotiated_on + timedelta(days=30)
    agreed_on = placing.today + timedelta(days=50)
    assert (await _agree(placing, planning.case_id, follow_up_on=agreed_on.isoformat())).status_code == 200
    assert (await _due(placing, planning.case_id))["follow_up"] == agreed_on
    [moved] = await said(placing.service, DeadlineMoved)
    assert (moved.due_on, moved.earlier_due_on) == (agreed_on, negotiated_on + timedelta(days=30))


async def test_a_negotiation_over_two_meetings_counts_from_the_last(placing: PlansArea) -> None:
    planning, _, _ = await drafted(placing)
    _, last = [await _hold(placing, planning.case_id, "negotiation", days_ago=days) for days in (20, 10)]
    await planning.publish()
    assert (await _cycle(placing, planning.case_id))["negotiated_on"] == last.isoformat()
    assert (await _due(placing, planning.case_id))["follow_up"] == last + timedelta(days=45)


async def test_a_review_that_is_agreed_anew_moves(placing: PlansArea) -> None:
    planning, _, _ = await drafted(placing)
    await planning.publish()
    sooner = placing.today + timedelta(days=90)
    assert (await _agree(placing, planning.case_id, next_review_on=sooner.isoformat())).status_code == 200
    assert (await _due(placing, planning.case_id))["review"] == sooner
    placing.pass_days(30)
    too_late = placing.today + timedelta(days=360)
    answer = await _agree(placing, planning.case_id, next_review_on=too_late.isoformat())
    assert _says(answer) == (422, "review-over-a-year-ahead")


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ({"next_review_on": None}, "review-not-agreed"),
        ({"distribution_agreed": False}, "distribution-not-agreed"),
        ({"understanding_confirmed": False}, "understanding-not-confirmed"),
        ({"next_step": None}, "next-step-missing"),
    ],
)
async def test_nothing_is_published_before_it_is_agreed(
    placing: PlansArea, missing: dict[str, object], code: str
) -> None:
    planning, _, _ = await drafted(placing)
    assert (await _agree(placing, planning.case_id, **missing)).status_code == 200
    await _refuses_to_publish(planning, code)
    assert "review" not in await _due(placing, planning.case_id)


async def test_a_review_day_that_has_come_is_agreed_anew_before_publishing(placing: PlansArea) -> None:
    planning, _, _ = await drafted(placing)
    placing.pass_days(181)
    version = (await planning.get("/draft"))["version"]
    assert _says(await planning.ask("POST", "/versions", version=version)) == (422, "review-not-ahead")


@pytest.mark.parametrize(
    ("review_on", "code"),
    [
        (lambda today: today, "review-not-ahead"),
        (lambda today: today + timedelta(days=367), "review-over-a-year-ahead"),
    ],
)
async def test_the_next_review_is_ahead_and_within_a_year(
    placing: PlansArea, review_on: Callable[[date], date], code: str
) -> None:
    planning = await negotiated(placing)
    answer = await _agree(placing, planning.case_id, next_review_on=review_on(placing.today).isoformat())
    assert _says(answer) == (422, code)


async def test_no_follow_up_is_agreed_for_after_the_plan_must_be_reviewed(placing: PlansArea) -> None:
    case_id = await placing.case()
    await placing.post(f"/cases/{case_id}/cycles", {})
    never = (placing.today + timedelta(days=367)).isoformat()
    refused = await _agree(placing, case_id, follow_up_on=never)
    assert _says(refused) == (422, "follow-up-after-review")


async def test_a_plan_needs_goals_that_are_concrete_and_her_own_words(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    await planning.texts(own_words="Haluan oman kodin.", hers=True)
    await _refuses_to_publish(planning, "goal-missing")
    goal_id = uuid4()
    vague = await planning.put(f"goals/{goal_id}", goal(placing, seen_as=None))
    await _refuses_to_publish(planning, "goal-not-concrete")
    await planning.put(f"goals/{goal_id}", goal(placing), version=_version_of(vague))
    await planning.texts(own_words=None, hers=True)
    await _refuses_to_publish(planning, "own-words-missing")
    await planning.texts(own_words_declined=True, hers=True)
    assert (await planning.publish())["number"] == 1


async def _refuses_to_publish(planning: Planning, code: str) -> None:
    version = (await planning.get("/draft"))["version"]
    assert _says(await planning.ask("POST", "/versions", version=version)) == (409, code)
    assert (await _cycle(planning.area, planning.case_id))["phase"] == "negotiation"
    assert await planning.get("/versions") in ([], {"items": [], "next": None})


def _version_of(answer: dict[str, Any]) -> int:
    return int(answer["version"])


async def test_no_plan_is_published_before_its_negotiation(placing: PlansArea) -> None:
    worker_id, person_id = await placing.worker(), await placing.person()
    planning = Planning(placing, await placing.case(person_id, worker_id=str(worker_id)), worker_id, person_id)
    await planning.put(f"goals/{uuid4()}", goal(placing))
    version = (await planning.get("/draft"))["version"]
    assert _says(await planning.ask("POST", "/versions", version=version)) == (409, "not-negotiated")


async def test_the_follow_up_closes_when_every_goal_and_service_has_a_status(placing: PlansArea) -> None:
    planning, goal_id, _ = await drafted(placing)
    service_id = uuid4()
    await planning.put(f"promises/{service_id}", promise(service=True, goal_ids=[str(goal_id)]))
    await planning.publish()
    assert _says(await _close(placing, planning.case_id)) == (409, "status-missing")
    for item_id in (goal_id, service_id):
        noted = await planning.ask("POST", f"/items/{item_id}/status", {"status": "in_progress"})
        assert noted.status_code in {200, 201}, noted.text
    closed = await _close(placing, planning.case_id)
    assert closed.status_code == 200, closed.text
    assert (closed.json()["phase"], closed.json()["follow_up"]) == (None, FOLLOWED_UP)
    [ended] = await said(placing.service, CycleEnded)
    assert ended.next_review_on == placing.today + timedelta(days=180)
    assert "follow_up" not in await _due(placing, planning.case_id)
    assert [event.kind for event in await said(placing.service, DeadlineMet)] == ["follow_up"]


async def test_the_second_cycle_begins_when_the_review_has_come(placing: PlansArea) -> None:
    planning, goal_id, _ = await drafted(placing)
    await planning.publish()
    await planning.ask("POST", f"/items/{goal_id}/status", {"status": "realised"})
    assert (await _close(placing, planning.case_id)).status_code == 200
    path = f"/cases/{planning.case_id}/cycles"
    assert _says(await placing.ask("POST", path)) == (409, "review-not-due")
    placing.pass_days(180)
    begun = await placing.ask("POST", path)
    assert (begun.status_code, begun.json()["number"], begun.json()["next_review_on"]) == (201, 2, None)
    assert "review" not in await _due(placing, planning.case_id)
    assert [each["number"] for each in await placing.get(path)] == [2, 1]
    assert (await placing.get(f"{path}/1"))["follow_up"] == FOLLOWED_UP
    # In the new cycle, the negotiation waits for a preparatory meeting anew.
    refused = await placing.ask("POST", f"{path}/current/negotiation", {})
    assert _says(refused) == (409, "no-preparatory-meeting")


async def test_what_was_agreed_is_not_lost_to_whoever_came_later(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    path = f"/cases/{planning.case_id}/cycles/current"
    stale = {"If-Match": '"1"'}
    assert _says(await placing.ask("PATCH", path, {"next_step": "Odotetaan."}, headers=stale)) == (
        412,
        "changed-meanwhile",
    )
    assert _says(await placing.ask("PATCH", path, {})) == (428, "version-needed")


async def test_the_checklist_is_read_in_the_reader_s_language(placing: PlansArea) -> None:
    case_id = await placing.case()
    await placing.post(f"/cases/{case_id}/cycles", {})
    in_finnish = (await _cycle(placing, case_id))["checklist"]
    in_swedish = (await placing.get(f"/cases/{case_id}/cycles/current?language=sv"))["checklist"]
    assert [each["key"] for each in in_finnish] == [each["key"] for each in in_swedish]
    texts = {each["key"]: each["text"] for each in in_finnish}
    assert texts["network-mapped"] == "Kartoitetaan yhdessä läheisverkosto."
    assert all(fi["text"] != sv["text"] for fi, sv in zip(in_finnish, in_swedish, strict=True))


async def test_each_item_of_the_checklist_is_marked_and_every_mark_is_kept(placing: PlansArea) -> None:
    worker_id = await placing.worker()
    case_id = await placing.case(worker_id=str(worker_id))
    path = f"/cases/{case_id}/cycles/current/items/network-mapped"

    async def mark(**given: object) -> httpx.Response:
        return await placing.ask("PUT", path, given, role=Role.WORKER, subject=worker_id)

    assert _says(await mark(state="not_done")) == (422, "reason-missing")
    await mark(state="not_done", reason="Ehdittiin vain tutustua.")
    await mark(state="done")
    repeated = await mark(state="done")
    [item] = [each for each in repeated.json()["checklist"] if each["key"] == "network-mapped"]
    assert item["now"]["state"] == "done"
    assert item["now"]["by"] == {"area": "05", "kind": "worker", "author_id": str(worker_id)}
    assert [(each["state"], each["reason"]) for each in item["earlier"]] == [("not_done", "Ehdittiin vain tutustua.")]
    assert (repeated.json()["phase"], item["requirements"]) == ("preparatory", ["R22"])


async def test_what_is_not_on_the_checklist_cannot_be_marked(placing: PlansArea) -> None:
    case_id = await placing.case()
    path = f"/cases/{case_id}/cycles/current/items"
    assert _says(await placing.ask("PUT", f"{path}/cooperative", {"state": "done"})) == (404, "no-such-item")
    wrong = await placing.ask("PUT", f"{path}/own-opinion", {"state": "refused"})
    assert wrong.status_code == 422


async def test_the_young_person_sees_how_her_planning_stands_and_nobody_else_s(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    await placing.post(f"/cases/{case_id}/cycles", {})
    path = f"/cases/{case_id}/cycles/current"
    hers = await placing.get(path, role=Role.YOUNG_PERSON, subject=person_id)
    assert hers["phase"] == "preparatory"
    other = await placing.ask("GET", path, role=Role.YOUNG_PERSON, subject=uuid4())
    assert other.status_code == 404


async def test_reading_a_cycle_leaves_a_row_in_the_log(placing: PlansArea) -> None:
    case_id, reader = await placing.case(), uuid4()
    await placing.post(f"/cases/{case_id}/cycles", {})
    for cycle in ("current", "1"):
        await placing.get(f"/cases/{case_id}/cycles/{cycle}", subject=reader)
    rows = await placing.rows("SELECT seen FROM access_log WHERE reader = :reader", reader=str(reader))
    assert [row.seen for row in rows] == ["cycles", "cycles"]


async def test_whoever_moves_the_planning_is_written_down(placing: PlansArea) -> None:
    planning, goal_id, _ = await drafted(placing)
    case_id, actor = planning.case_id, uuid4()
    path = f"/cases/{case_id}"
    await planning.publish()
    await planning.ask("POST", f"/items/{goal_id}/status", {"status": "realised"})
    await placing.ask("PUT", f"{path}/cycles/current/items/plan-read", {"state": "done"}, subject=actor)
    version = (await _cycle(placing, case_id))["version"]
    agreed, header = {"next_step": "Soitetaan."}, {"If-Match": f'"{version}"'}
    await placing.ask("PATCH", f"{path}/cycles/current", agreed, subject=actor, headers=header)
    review = await placing.post(f"{path}/reviews", None)
    day = {"on": placing.today.isoformat()}
    await placing.ask("POST", f"{path}/reviews/{review['review_id']}/schedule", day, subject=actor)
    await placing.ask("POST", f"{path}/cycles/current/follow-up", FOLLOWED_UP, subject=actor)
    rows = await placing.rows("SELECT done FROM access_log WHERE reader = :actor ORDER BY access_id", actor=str(actor))
    assert [row.done for row in rows] == ["checklist_marked", "cycle_agreed", "review_scheduled", "cycle_ended"]


async def _residence_case(residence: PlansArea) -> UUID:
    await residence.worker()
    await hear(residence.service, received(dossier()))
    [contact] = await said(residence.service, ContactNamed)
    return contact.case_id


async def test_the_residence_area_marks_and_calls_and_does_not_lead(residence: PlansArea) -> None:
    case_id = await _residence_case(residence)
    path = f"/cases/{case_id}/cycles"
    asked = {"asked_by_young_person": {"on": residence.today.isoformat()}}
    for method, where, body in (
        ("POST", path, None),
        ("POST", f"{path}/current/negotiation", asked),
        ("PATCH", f"{path}/current", {"distribution_agreed": True}),
        ("POST", f"{path}/current/follow-up", FOLLOWED_UP),
    ):
        answer = await residence.ask(method, where, body, headers={"If-Match": '"1"'})
        assert _says(answer) == (409, "cycle-led-elsewhere")
    marked = await residence.ask("PUT", f"{path}/current/items/own-actions", {"state": "done"})
    assert marked.status_code == 200, marked.text
    [item] = [each for each in marked.json()["checklist"] if each["key"] == "own-actions"]
    assert item["now"]["by"]["area"] == "08"
    assert await said(residence.service, CycleBegan) == []
    assert (await residence.ask("POST", f"/cases/{case_id}/reviews")).status_code == 201
    # The placing area gives it its day.
    assert "review_called" not in await _due(residence, case_id)
    [review] = await residence.get(f"/cases/{case_id}/reviews")
    day = {"on": residence.today.isoformat()}
    refused = await residence.ask("POST", f"/cases/{case_id}/reviews/{review['review_id']}/schedule", day)
    assert _says(refused) == (409, "cycle-led-elsewhere")


async def test_the_residence_area_keeps_up_with_the_placing_area(residence: PlansArea) -> None:
    case_id = await _residence_case(residence)
    copy = PlanCopy(
        plan_id=uuid4(),
        number=1,
        published_on=residence.today,
        content=PlanContent(),
        cycle_number=2,
        phase=Phase.FOLLOW_UP,
        next_step="Soitetaan maanantaina.",
        next_review_on=residence.today + timedelta(days=90),
    )
    over = copy.model_copy(update={"phase": None})
    third = copy.model_copy(update={"cycle_number": 3, "phase": Phase.PREPARATORY, "next_step": None})
    for each, expected in (
        (copy, (2, "follow_up")),
        (copy, (2, "follow_up")),
        (over, (2, None)),
        (third, (3, "preparatory")),
    ):
        async with residence.service.work() as work:
            await adopt(work, (await cases.get(work, case_id)).case, each)
        cycle = await _cycle(residence, case_id)
        assert (cycle["number"], cycle["phase"]) == expected
    assert await said(residence.service, CycleBegan) == []
