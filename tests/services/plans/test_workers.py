"""Workers: who is here, with how many cases; and nobody leaves a young person without one."""

import asyncio
from uuid import uuid4

import httpx
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


async def test_an_area_aims_by_title_and_a_worker_may_have_an_aim_of_their_own(placing: PlansArea) -> None:
    own = await placing.worker(name="Eevi Salo", caseload_aim=7)
    by_title = await placing.worker(name="Elli Salo", caseload_aim=None)
    aims = {each["title"]: (each["aim"], each["set_at"]) for each in await placing.get("/caseload-aims")}
    assert aims == {"social_worker": (50, None), "social_counsellor": (25, None)}
    await placing.ask("PUT", "/caseload-aims/social_counsellor", {"aim": 40, "source": "Päätös 12/2026"})
    roster = {each["worker_id"]: each["aim"] for each in await placing.get("/workers")}
    assert (roster[str(own)], roster[str(by_title)]) == (7, 40)


async def test_a_title_without_an_aim_is_given_nobody_by_room(placing: PlansArea) -> None:
    lead = await placing.worker(title="lead_social_worker", qualification="social_worker", caseload_aim=None)
    [entry] = [each for each in await placing.get("/workers") if each["worker_id"] == str(lead)]
    assert (entry["aim"], entry["load"], entry["has_room"]) == (None, None, False)


async def test_the_roster_is_asked_by_unit_language_and_lead(placing: PlansArea) -> None:
    english = await placing.worker(name="Ann Example", languages=["en"], unit="Turku")
    await placing.worker(name="Eevi Salo", unit="Salo")
    for question in ("unit=Turku", "language=en"):
        assert [each["worker_id"] for each in await placing.get(f"/workers?{question}")] == [str(english)]
    assert [each["name"] for each in await placing.get("/workers?lead=true")] == ["Kaarina Lehto"]


async def _change(area: PlansArea, worker_id: object, version: int = 1, **changed: object) -> httpx.Response:
    return await area.ask("PATCH", f"/workers/{worker_id}", changed, headers={"If-Match": f'"{version}"'})


async def test_a_worker_is_changed_by_version_and_said(placing: PlansArea) -> None:
    worker = await placing.worker(unit="Turku")
    changed = await _change(placing, worker, name="Onni Uusi", caseload_aim=None, unit=None)
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (await _change(placing, worker, name="Onni Vanha")).status_code == 412
    assert (await _change(placing, worker, 2, name=None)).json()["field"] == "name"
    told = await placing.get(f"/workers/{worker}")
    assert (told["name"], told["caseload_aim"], told["unit"]) == ("Onni Uusi", None, None)
    assert (await _change(placing, worker, 2, name="Onni Uusi")).headers["etag"] == '"2"'
    versions = [each.version for each in await said(placing.service, WorkerRecorded) if each.worker_id == worker]
    assert versions == [1, 2]


async def test_the_last_lead_stays_a_lead(placing: PlansArea) -> None:
    [lead] = await placing.get("/workers?lead=true")
    refused = await _change(placing, lead["worker_id"], lead=False)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:jatkumo:problem:last-lead")
    await placing.worker(lead=True)
    assert (await _change(placing, lead["worker_id"], lead=False)).status_code == 200


async def test_a_qualification_that_special_support_rests_on_stays(placing: PlansArea) -> None:
    worker, substitute = [await placing.worker(qualification="social_worker") for _ in range(2)]
    await placing.case(worker_id=str(worker), special_support=True)
    days = {"first_day": placing.today.isoformat(), "last_day": placing.today.isoformat()}
    await placing.post(f"/workers/{worker}/absences", {"substitute_id": str(substitute), **days})
    for needed in (worker, substitute):
        refused = await _change(placing, needed, qualification="social_counsellor")
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:jatkumo:problem:qualification-needed")
    placing.pass_days(1)
    assert (await _change(placing, substitute, qualification="social_counsellor")).status_code == 200


async def test_a_worker_who_had_left_returns_without_the_cases_of_before(placing: PlansArea) -> None:
    worker = await placing.worker(name="Eevi Salo")
    case_id = await placing.case(worker_id=str(worker))
    await placing.post(f"/workers/{worker}/departure", {})
    assert (await _change(placing, worker, 2, name="Eevi Uusi")).status_code == 409
    for _ in range(2):
        back = await placing.post(f"/workers/{worker}/return", {})
        assert (back["active"], back["version"]) == (True, 3)
    assert (await placing.get(f"/cases/{case_id}"))["worker_id"] != str(worker)
    assert (await placing.ask("POST", f"/workers/{uuid4()}/return", {})).status_code == 404
    assert str(worker) in [each["worker_id"] for each in await placing.get("/workers")]
