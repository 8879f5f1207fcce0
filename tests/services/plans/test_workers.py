"""Workers: who is here, with how many cases; and nobody leaves a young person without one."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from contracts.plans import WorkerNamed, WorkerRecorded
from tests.services.conversation import said
from tests.services.plans.area import PlansArea, new_case, new_worker


async def test_the_roster_shows_each_workers_load(placing: PlansArea) -> None:
    worker_id = await placing.worker(name="Eevi Salo", caseload_aim=2)
    await placing.case(worker_id=str(worker_id))
    await placing.case(worker_id=str(worker_id))
    [entry] = [each for each in await placing.get("/workers") if each["worker_id"] == str(worker_id)]
    assert (entry["open_cases"], entry["has_room"]) == (2, False)


async def test_a_recorded_worker_is_said_once(placing: PlansArea) -> None:
    new = new_worker()
    await placing.post("/workers", new)
    again = await placing.ask("POST", "/workers", new)
    assert again.status_code == 409
    events = [each for each in await said(placing.service, WorkerRecorded) if str(each.worker_id) == new["worker_id"]]
    assert [(each.name, each.active) for each in events] == [("Onni Kettunen", True)]


async def test_a_worker_who_leaves_hands_every_case_on(placing: PlansArea) -> None:
    leaver = await placing.worker(name="Eevi Salo")
    cases = {str(await placing.case(worker_id=str(leaver))) for _ in range(3)}
    gone = await placing.post(f"/workers/{leaver}/departure", {})
    assert gone["worker"]["active"] is False
    assert gone["handed_on"].keys() == cases
    assert str(leaver) not in gone["handed_on"].values()
    named = await said(placing.service, WorkerNamed)
    assert {str(each.case_id): str(each.worker_id) for each in named} == gone["handed_on"]
    assert all(each.earlier_worker_id == leaver for each in named)
    [left] = [each for each in await said(placing.service, WorkerRecorded) if not each.active]
    assert left.worker_id == leaver


async def test_between_two_named_workers_there_is_no_gap(placing: PlansArea) -> None:
    leaver = await placing.worker(name="Eevi Salo")
    case_id = await placing.case(worker_id=str(leaver))
    await placing.post(f"/workers/{leaver}/departure", {})
    first, second = await placing.get(f"/cases/{case_id}/workers")
    assert (first["worker_id"], first["role"]) == (str(leaver), "responsible_worker")
    assert first["until"] == second["since"]
    assert second["until"] is None


async def test_a_named_successor_takes_the_case(placing: PlansArea) -> None:
    leaver, successor = await placing.worker(), await placing.worker()
    case_id = await placing.case(worker_id=str(leaver))
    gone = await placing.post(f"/workers/{leaver}/departure", {"successors": {str(case_id): str(successor)}})
    assert gone["handed_on"] == {str(case_id): str(successor)}


async def test_a_refused_departure_changes_nothing(placing: PlansArea) -> None:
    leaver = await placing.worker()
    cases = [await placing.case(worker_id=str(leaver)) for _ in range(2)]
    answer = await placing.ask("POST", f"/workers/{leaver}/departure", {"successors": {str(cases[1]): str(uuid4())}})
    assert (answer.status_code, answer.json()["field"]) == (422, "successors")
    assert await said(placing.service, WorkerNamed) == []
    for case_id in cases:
        assert (await placing.get(f"/cases/{case_id}"))["worker_id"] == str(leaver)


async def test_the_last_lead_cannot_leave(placing: PlansArea) -> None:
    [lead] = [each for each in await placing.get("/workers") if each["lead"]]
    answer = await placing.ask("POST", f"/workers/{lead['worker_id']}/departure", {})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:jatkumo:problem:last-lead")


async def test_two_leads_who_leave_at_once_cannot_both_go(placing: PlansArea) -> None:
    await placing.worker(name="Toinen Johtaja", lead=True)
    leads = [each["worker_id"] for each in await placing.get("/workers") if each["lead"]]
    answers = await asyncio.gather(*(placing.ask("POST", f"/workers/{lead}/departure", {}) for lead in leads))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_leaving_again_changes_nothing_more(placing: PlansArea) -> None:
    leaver = await placing.worker()
    await placing.post(f"/workers/{leaver}/departure", {})
    again = await placing.post(f"/workers/{leaver}/departure", {})
    assert (again["worker"]["active"], again["handed_on"]) == (False, {})
    assert len([each for each in await said(placing.service, WorkerRecorded) if not each.active]) == 1


async def test_a_case_that_opens_while_its_worker_leaves_is_never_without_one(placing: PlansArea) -> None:
    leaver = await placing.worker(caseload_aim=1)
    people = [await placing.person() for _ in range(4)]
    opening = [placing.ask("POST", "/cases", new_case(person, worker_id=str(leaver))) for person in people]
    answers = await asyncio.gather(*opening, placing.ask("POST", f"/workers/{leaver}/departure", {}))
    assert answers[-1].status_code == 200
    assert {answer.status_code for answer in answers[:-1]} <= {201, 422}
    left_behind = await placing.rows(
        "SELECT 1 FROM cases c JOIN workers w USING (worker_id) WHERE c.closed_at IS NULL AND NOT w.active"
    )
    assert left_behind == []


async def test_the_database_too_refuses_an_open_case_whose_worker_has_left(placing: PlansArea) -> None:
    leaver = await placing.worker()
    await placing.case(worker_id=str(leaver))
    with pytest.raises(IntegrityError, match="open_cases_have_a_worker"):
        await placing.rows("UPDATE workers SET active = false WHERE worker_id = :id RETURNING 1", id=leaver)


async def test_the_database_too_refuses_an_open_case_without_a_worker(placing: PlansArea) -> None:
    await placing.case()
    with pytest.raises(IntegrityError, match="worker_id"):
        await placing.rows("UPDATE cases SET worker_id = NULL RETURNING 1")
    with pytest.raises(IntegrityError, match="cases"):
        await placing.rows("DELETE FROM workers WHERE worker_id IN (SELECT worker_id FROM cases) RETURNING 1")


async def test_a_closed_case_does_not_keep_its_last_worker_from_leaving(placing: PlansArea) -> None:
    leaver = await placing.worker()
    case_id = await placing.case(worker_id=str(leaver))
    await placing.rows("UPDATE cases SET closed_at = opened_at WHERE case_id = :id RETURNING 1", id=case_id)
    gone = await placing.post(f"/workers/{leaver}/departure", {})
    assert gone["handed_on"] == {}
    with pytest.raises(IntegrityError, match="open_cases_have_a_worker"):
        await placing.rows("UPDATE cases SET closed_at = NULL WHERE case_id = :id RETURNING 1", id=case_id)
