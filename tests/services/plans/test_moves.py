"""A young person moves: what is recorded, what is said, and when."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.plans import ResidenceChanged, ToAbroad, ToAland, ToArea
from services.plans.cases.commands import require_open
from services.plans.moves.commands import announce_due
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea
from tests.services.plans.handoffs import dossier, received


async def _announce(area: PlansArea) -> None:
    async with area.service.work() as work:
        await announce_due(work)


async def test_a_move_to_another_area_is_announced_at_once(placing: PlansArea) -> None:
    case_id = await placing.case()
    moved = await placing.move(case_id, "837", placing.today)
    [event] = await said(placing.service, ResidenceChanged)
    assert moved["outcome"] == "announced"
    assert (event.case_id, str(event.move_id)) == (case_id, moved["move_id"])
    assert event.destination == ToArea(area="08", municipality="837")


async def test_a_move_within_the_area_changes_the_address_only(placing: PlansArea) -> None:
    case_id = await placing.case(lives_in="853")
    assert (await placing.move(case_id, "734", placing.today))["outcome"] == "address_only"
    assert await said(placing.service, ResidenceChanged) == []
    assert [each["municipality"] for each in await placing.get(f"/cases/{case_id}/residences")] == ["853", "734"]


async def test_a_move_in_the_past_is_announced_at_once_with_its_own_date(placing: PlansArea) -> None:
    case_id = await placing.case()
    moved_on = placing.today - timedelta(days=40)
    await placing.move(case_id, "837", moved_on)
    [event] = await said(placing.service, ResidenceChanged)
    assert event.moved_on == moved_on


async def test_a_move_in_the_future_is_announced_on_its_day(placing: PlansArea) -> None:
    case_id = await placing.case()
    moved_on = placing.today + timedelta(days=10)
    assert (await placing.move(case_id, "837", moved_on))["outcome"] == "scheduled"
    placing.pass_days(9)
    await _announce(placing)
    assert await said(placing.service, ResidenceChanged) == []
    placing.pass_days(10)
    await _announce(placing)
    await _announce(placing)
    [event] = await said(placing.service, ResidenceChanged)
    assert (event.case_id, event.moved_on) == (case_id, moved_on)
    [_, present] = await placing.get(f"/cases/{case_id}/residences")
    assert present["effective"] is True


async def test_several_replicas_announce_each_move_once(placing: PlansArea) -> None:
    cases = {await placing.case() for _ in range(5)}
    for case_id in cases:
        await placing.move(case_id, "837", placing.today + timedelta(days=1))
    placing.pass_days(1)
    await asyncio.gather(*(_announce(placing) for _ in range(4)))
    await _announce(placing)
    announced = [event.case_id for event in await said(placing.service, ResidenceChanged)]
    assert sorted(announced) == sorted(cases)


async def test_a_case_that_somebody_is_changing_does_not_hold_up_the_others(placing: PlansArea) -> None:
    busy, free = await placing.case(), await placing.case()
    for case_id in (busy, free):
        await placing.move(case_id, "837", placing.today + timedelta(days=1))
    placing.pass_days(1)
    async with placing.service.work() as work:
        await require_open(work, busy)
        await _announce(placing)
    assert [event.case_id for event in await said(placing.service, ResidenceChanged)] == [free]
    await _announce(placing)
    assert len(await said(placing.service, ResidenceChanged)) == 2


async def test_the_same_change_twice_is_one_move(placing: PlansArea) -> None:
    case_id = await placing.case()
    first = await placing.move(case_id, "837", placing.today)
    body = {"municipality": "837", "moved_on": placing.today.isoformat()}
    again = await placing.ask("POST", f"/cases/{case_id}/moves", body)
    assert (again.status_code, again.json()["outcome"]) == (200, "already_known")
    assert again.json()["move_id"] == first["move_id"]
    assert len(await said(placing.service, ResidenceChanged)) == 1


async def test_the_same_change_from_two_at_once_is_one_move(placing: PlansArea) -> None:
    case_id = await placing.case()
    body = {"municipality": "837", "moved_on": placing.today.isoformat()}
    answers = await asyncio.gather(*(placing.ask("POST", f"/cases/{case_id}/moves", body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["move_id"] for answer in answers}) == 1
    assert len(await said(placing.service, ResidenceChanged)) == 1


async def test_two_changes_at_once_are_both_recorded_and_the_later_one_is_the_present(placing: PlansArea) -> None:
    case_id = await placing.case()
    moved_on = placing.today
    await asyncio.gather(*(placing.move(case_id, each, moved_on) for each in ("837", "091")))
    events = await said(placing.service, ResidenceChanged)
    assert [event.version for event in events] == [2, 3]
    residences = await placing.get(f"/cases/{case_id}/residences")
    recorded = [each["municipality"] for each in residences[1:]]
    assert recorded == [event.destination.municipality for event in events if isinstance(event.destination, ToArea)]
    assert set(recorded) == {"837", "091"}


async def test_an_unknown_municipality_is_refused_by_its_field_and_changes_nothing(placing: PlansArea) -> None:
    case_id = await placing.case()
    refused = await placing.ask("POST", f"/cases/{case_id}/moves", {"municipality": "999", "moved_on": "2026-11-01"})
    assert (refused.status_code, refused.json()["field"]) == (422, "municipality")
    assert refused.json()["type"] == "urn:jatkumo:problem:unknown-municipality"
    assert len(await placing.get(f"/cases/{case_id}/residences")) == 1


async def test_aland_and_abroad_are_said_as_what_they_are(placing: PlansArea) -> None:
    case_id = await placing.case()
    await placing.move(case_id, "478", placing.today)
    await placing.post(f"/cases/{case_id}/moves", {"abroad": True, "moved_on": placing.today.isoformat()})
    events = await said(placing.service, ResidenceChanged)
    assert [event.destination for event in events] == [ToAland(municipality="478"), ToAbroad()]


async def test_coming_home_is_announced_so_that_the_other_area_is_released(placing: PlansArea) -> None:
    case_id = await placing.case()
    await placing.move(case_id, "837", placing.today - timedelta(days=5))
    assert (await placing.move(case_id, "853", placing.today))["outcome"] == "announced"
    [_, home] = await said(placing.service, ResidenceChanged)
    assert home.destination == ToArea(area="05", municipality="853")


@pytest.mark.parametrize("body", [{}, {"municipality": "837", "abroad": True}])
async def test_a_move_leads_to_one_place(placing: PlansArea, body: dict[str, object]) -> None:
    case_id = await placing.case()
    refused = await placing.ask("POST", f"/cases/{case_id}/moves", body | {"moved_on": "2026-11-01"})
    assert (refused.status_code, refused.json()["field"]) == (422, "municipality")


async def test_a_first_residence_is_recorded_once(placing: PlansArea) -> None:
    case_id = await placing.case(lives_in=None)
    path, body = f"/cases/{case_id}/residence", {"municipality": "853", "since": "2025-06-01"}
    first = await placing.ask("POST", path, body)
    again = await placing.ask("POST", path, body)
    other = await placing.ask("POST", path, body | {"municipality": "734"})
    assert [answer.status_code for answer in (first, again, other)] == [201, 200, 409]
    assert first.headers["location"] == f"/cases/{case_id}/residences"


async def test_who_lives_elsewhere_from_the_start_is_handed_on_from_the_start(placing: PlansArea) -> None:
    case_id = await placing.case(lives_in="837")
    [event] = await said(placing.service, ResidenceChanged)
    assert (event.case_id, event.destination) == (case_id, ToArea(area="08", municipality="837"))


async def test_a_case_that_is_not_here_has_no_moves(placing: PlansArea) -> None:
    refused = await placing.ask("POST", f"/cases/{uuid4()}/moves", {"municipality": "837", "moved_on": "2026-11-01"})
    assert (refused.status_code, refused.json()["type"]) == (404, "urn:jatkumo:problem:no-such-case")


async def test_the_residence_area_records_a_move_and_leaves_the_announcement_to_the_placing_area(
    residence: PlansArea,
) -> None:
    await hear(residence.service, received(dossier()))
    [row] = await residence.rows("SELECT case_id FROM cases")
    assert (await residence.move(row.case_id, "091", residence.today))["outcome"] == "noted"
    assert await said(residence.service, ResidenceChanged) == []


async def test_under_a_non_disclosure_order_no_answer_tells_where_she_lives(placing: PlansArea) -> None:
    case_id = await placing.case(await placing.person(address_protected=True), lives_in="853")
    await placing.move(case_id, "837", placing.today)
    for each in await placing.get(f"/cases/{case_id}/residences"):
        assert each["withheld"] is True
        assert (each["municipality"], each["area"], each["abroad"]) == (None, None, None)
    # The handoff itself must go to the right area all the same.
    [event] = await said(placing.service, ResidenceChanged)
    assert event.destination == ToArea(area="08", municipality="837")


async def test_a_move_in_a_year_that_nobody_lives_to_see_is_a_slip_of_the_pen(placing: PlansArea) -> None:
    case_id = await placing.case()
    for day in ("9999-12-31", "0001-01-01"):
        answer = await placing.ask("POST", f"/cases/{case_id}/moves", {"municipality": "837", "moved_on": day})
        assert (answer.status_code, answer.json()["field"]) == (422, "moved_on")
