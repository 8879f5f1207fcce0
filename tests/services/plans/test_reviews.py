"""A review that was called: nobody can refuse it, and it gets a day."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.plans import CycleBegan, DeadlineMet, DeadlineMoved, ReviewCalled
from services.chassis.auth import Role
from tests.services.conversation import said
from tests.services.plans.area import PlansArea
from tests.services.plans.planning import Planning, drafted
from tests.services.plans.test_cycles import FOLLOWED_UP


async def _call(area: PlansArea, case_id: UUID, person_id: UUID) -> dict[str, Any]:
    called: dict[str, Any] = await area.post(
        f"/cases/{case_id}/reviews", None, role=Role.YOUNG_PERSON, subject=person_id
    )
    return called


async def _due(area: PlansArea, case_id: UUID) -> dict[str, date]:
    return {each["kind"]: date.fromisoformat(each["due_on"]) for each in await area.get(f"/cases/{case_id}/deadlines")}


async def _published(area: PlansArea) -> tuple[Planning, UUID]:
    planning, goal_id, _ = await drafted(area)
    await planning.publish()
    return planning, goal_id


async def test_the_young_person_calls_a_review_whenever_she_likes(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    review = await _call(placing, case_id, person_id)
    assert review["by"]["kind"] == "young_person"
    assert (await _due(placing, case_id))["review_called"] == placing.today + timedelta(days=7)
    [event] = await said(placing.service, ReviewCalled)
    assert (str(event.review_id), event.by_young_person) == (review["review_id"], True)
    # Her planning had not begun; now it has.
    assert len(await said(placing.service, CycleBegan)) == 1


async def test_calling_twice_is_calling_once(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    by_worker = await placing.post(f"/cases/{case_id}/reviews", None)
    first, second = [await _call(placing, case_id, person_id) for _ in range(2)]
    assert {by_worker["review_id"], first["review_id"], second["review_id"]} == {by_worker["review_id"]}
    assert second["asked_by_young_person_on"] == placing.today.isoformat()
    events = await said(placing.service, ReviewCalled)
    assert sorted(event.by_young_person for event in events) == [False, True]


async def test_a_review_is_given_a_day(placing: PlansArea) -> None:
    planning, _ = await _published(placing)
    review = await _call(placing, planning.case_id, planning.person_id)
    path = f"/cases/{planning.case_id}/reviews/{review['review_id']}/schedule"
    on = placing.today + timedelta(days=10)
    scheduled = await placing.post(path, {"on": on.isoformat()})
    assert scheduled["scheduled_on"] == on.isoformat()
    assert (await _due(placing, planning.case_id))["review_called"] == on
    [moved] = await said(placing.service, DeadlineMoved)
    assert moved.due_on == on


async def test_it_cannot_be_put_off_past_the_review_that_was_agreed(placing: PlansArea) -> None:
    planning, _ = await _published(placing)
    review = await _call(placing, planning.case_id, planning.person_id)
    path = f"/cases/{planning.case_id}/reviews/{review['review_id']}/schedule"
    for days in (-1, 181):
        answer = await placing.ask("POST", path, {"on": (placing.today + timedelta(days=days)).isoformat()})
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:jatkumo:problem:review-day-outside")
    assert (
        await placing.ask("POST", path, {"on": (placing.today + timedelta(days=180)).isoformat()})
    ).status_code == 200


async def test_the_review_brings_the_next_cycle_before_its_agreed_day(placing: PlansArea) -> None:
    planning, goal_id = await _published(placing)
    await planning.ask("POST", f"/items/{goal_id}/status", {"status": "in_progress"})
    await placing.post(f"/cases/{planning.case_id}/cycles/current/follow-up", FOLLOWED_UP)
    await _call(placing, planning.case_id, planning.person_id)
    second = await placing.post(f"/cases/{planning.case_id}/cycles", {})
    assert second["number"] == 2
    [review] = await placing.get(f"/cases/{planning.case_id}/reviews")
    assert review["held_on"] == placing.today.isoformat()
    assert {event.kind for event in await said(placing.service, DeadlineMet)} >= {"review", "review_called"}
    # The next call is another one.
    again = await _call(placing, planning.case_id, planning.person_id)
    assert again["review_id"] != review["review_id"]


async def test_a_plan_published_before_the_review_s_day_does_not_stand_for_it(placing: PlansArea) -> None:
    planning, _, _ = await drafted(placing)
    review = await _call(placing, planning.case_id, planning.person_id)
    await planning.publish()
    assert (await placing.get(f"/cases/{planning.case_id}/reviews"))[0]["held_on"] is None
    path = f"/cases/{planning.case_id}/reviews/{review['review_id']}/schedule"
    await placing.post(path, {"on": placing.today.isoformat()})
    await planning.texts(strengths="Hon ger inte upp.")
    await planning.publish()
    assert (await placing.get(f"/cases/{planning.case_id}/reviews"))[0]["held_on"] == placing.today.isoformat()


async def test_no_route_refuses_a_review_or_takes_it_back(placing: PlansArea) -> None:
    paths = placing.service.app().openapi()["paths"]
    about_reviews = {
        (method.upper(), path) for path, methods in paths.items() if "/reviews" in path for method in methods
    }
    assert about_reviews == {
        ("POST", "/cases/{case_id}/reviews"),
        ("GET", "/cases/{case_id}/reviews"),
        ("POST", "/cases/{case_id}/reviews/{review_id}/schedule"),
    }
    [day] = paths["/cases/{case_id}/reviews/{review_id}/schedule"]["post"]["requestBody"]["content"].values()
    schemas = placing.service.app().openapi()["components"]["schemas"]
    assert schemas[day["schema"]["$ref"].rsplit("/", 1)[-1]]["properties"].keys() == {"on"}
    # Nor could the database say so.
    columns = await placing.rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'review_calls'")
    assert not {each.column_name for each in columns} & {"state", "refused", "refused_on", "cancelled_on", "reason"}


async def test_nobody_calls_a_review_of_somebody_else(placing: PlansArea) -> None:
    case_id = await placing.case()
    answer = await placing.ask("POST", f"/cases/{case_id}/reviews", role=Role.YOUNG_PERSON, subject=uuid4())
    assert answer.status_code == 404
    gone = await placing.ask("POST", f"/cases/{case_id}/reviews/{uuid4()}/schedule", {"on": placing.today.isoformat()})
    assert (gone.status_code, gone.json()["type"]) == (404, "urn:jatkumo:problem:no-such-review")


async def test_many_who_call_at_once_call_one_review(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    calls = [_call(placing, case_id, person_id), *(placing.post(f"/cases/{case_id}/reviews", None) for _ in range(4))]
    reviews = await asyncio.gather(*calls)
    assert len({review["review_id"] for review in reviews}) == 1
    assert len(await said(placing.service, CycleBegan)) == 1
