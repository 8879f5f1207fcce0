"""Cases: opened with a named worker and an explained right, read, given another worker."""

import asyncio
from datetime import date
from uuid import uuid4

import pytest

from contracts.plans import CaseOpened, WorkerNamed
from services.chassis.auth import Role
from tests.services.conversation import said
from tests.services.plans.area import PlansArea, hetu, new_case

LONG_AGO = [{"started_on": "2010-03-01", "ended_on": "2018-05-17"}]


async def test_a_case_opens_with_its_responsible_worker(placing: PlansArea) -> None:
    case_id = await placing.case()
    case = await placing.get(f"/cases/{case_id}")
    assert (case["role"], case["placing_area"], case["open"]) == ("placing", "05", True)
    [event] = await said(placing.service, CaseOpened)
    assert (event.case_id, str(event.worker_id)) == (case_id, case["worker_id"])
    [named] = await placing.get(f"/cases/{case_id}/workers")
    assert (named["role"], named["area"], named["until"]) == ("responsible_worker", "05", None)


async def test_a_worker_who_serves_in_her_language_is_chosen(placing: PlansArea) -> None:
    english = await placing.worker(name="Ada Lind", languages=["en"])
    case_id = await placing.case(await placing.person(language="en"))
    assert (await placing.get(f"/cases/{case_id}"))["worker_id"] == str(english)


async def test_special_support_brings_a_social_worker_and_refuses_another(placing: PlansArea) -> None:
    counsellor = await placing.worker()
    case_id = await placing.case(special_support=True)
    chosen = (await placing.get(f"/cases/{case_id}"))["worker_id"]
    [worker] = [each for each in await placing.get("/workers") if each["worker_id"] == chosen]
    assert worker["qualification"] == "social_worker"
    body = new_case(await placing.person(), special_support=True, worker_id=str(counsellor))
    refused = await placing.ask("POST", "/cases", body)
    assert (refused.status_code, refused.json()["field"]) == (422, "worker_id")


async def test_the_end_of_the_right_says_which_rule_and_source_gave_it(placing: PlansArea) -> None:
    case_id = await placing.case(await placing.person(hetu=hetu()))
    right = await placing.get(f"/cases/{case_id}/rights")
    assert right["right_ends_on"] == (await placing.get(f"/cases/{case_id}"))["right_ends_on"]
    assert right["explanation"]["decisive"]["on"] == right["right_ends_on"]
    assert "417/2007" in right["explanation"]["decisive"]["source"]["en"]
    assert {each["rule"] for each in right["explanation"]["weighed"]} == {"upper_age", "five_years"}


async def test_without_a_right_there_is_no_case(placing: PlansArea) -> None:
    body = new_case(
        await placing.person(),
        ground="open_care_placement",
        placements=[{"started_on": "2024-01-01", "ended_on": "2024-03-01"}],
    )
    refused = await placing.ask("POST", "/cases", body)
    assert (refused.status_code, refused.json()["field"]) == (422, "ground")
    assert await said(placing.service, CaseOpened) == []


@pytest.mark.parametrize(
    ("given", "born_on", "field"),
    [
        (
            {"last_child_protection_on": "2018-05-17", "placements": LONG_AGO},
            date(2004, 5, 17),
            "last_child_protection_on",
        ),
        ({}, date(1995, 5, 17), "person_id"),
        (
            {"ground": "discretionary", "decisions": [{"decided_on": "2024-05-01", "until": "2025-05-01"}]},
            date(2006, 5, 17),
            "decisions",
        ),
    ],
)
async def test_a_right_that_has_ended_opens_no_case(
    placing: PlansArea, given: dict[str, object], born_on: date, field: str
) -> None:
    body = new_case(await placing.person(hetu=hetu(born_on)), **given)
    refused = await placing.ask("POST", "/cases", body)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:jatkumo:problem:right-has-ended")
    assert refused.json()["field"] == field
    assert await placing.rows("SELECT 1 FROM cases") == []


async def test_a_worker_opens_a_case_and_a_lead_decides_on_longer_aftercare(placing: PlansArea) -> None:
    decided = [{"decided_on": placing.today.isoformat(), "until": "2060-01-01"}]
    body = new_case(await placing.person(), decisions=decided)
    refused = await placing.ask("POST", "/cases", body, role=Role.WORKER, subject=uuid4())
    assert (refused.status_code, refused.json()["type"], refused.json()["field"]) == (
        403,
        "urn:jatkumo:problem:lead-needed",
        "decisions",
    )
    assert await placing.rows("SELECT 1 FROM cases") == []
    without = await placing.ask("POST", "/cases", body | {"decisions": []}, role=Role.WORKER, subject=uuid4())
    assert without.status_code == 201


async def test_a_right_that_ends_today_still_opens_a_case(placing: PlansArea) -> None:
    until = {"decided_on": "2024-05-01", "until": placing.today.isoformat()}
    case_id = await placing.case(ground="discretionary", decisions=[until])
    assert (await placing.get(f"/cases/{case_id}"))["right_ends_on"] == until["until"]


async def test_of_two_cases_opened_at_once_for_one_person_one_is_refused(placing: PlansArea) -> None:
    body = new_case(await placing.person())
    answers = await asyncio.gather(*(placing.ask("POST", "/cases", body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert len(await said(placing.service, CaseOpened)) == 1


async def test_a_wrong_first_residence_opens_nothing(placing: PlansArea) -> None:
    body = new_case(await placing.person()) | {"residence": {"municipality": "999", "since": "2025-06-01"}}
    refused = await placing.ask("POST", "/cases", body)
    assert (refused.status_code, refused.json()["field"]) == (422, "residence.municipality")
    assert await placing.rows("SELECT 1 FROM cases") == []


async def test_another_worker_is_named_at_the_moment_in_which_the_first_one_stops(placing: PlansArea) -> None:
    case_id, successor = await placing.case(), await placing.worker(name="Eevi Salo")
    path, body = f"/cases/{case_id}/worker", {"worker_id": str(successor)}
    version = (await placing.ask("GET", f"/cases/{case_id}")).headers["etag"]
    named = await placing.ask("POST", path, body, headers={"If-Match": version})
    stale = await placing.ask("POST", path, body, headers={"If-Match": version})
    assert (named.status_code, stale.status_code) == (200, 412)
    assert named.json()["worker_id"] == str(successor)
    first, second = await placing.get(f"/cases/{case_id}/workers")
    assert first["until"] == second["since"]
    assert [each.worker_id for each in await said(placing.service, WorkerNamed)] == [successor]


async def test_somebody_who_is_not_here_cannot_be_named(placing: PlansArea) -> None:
    case_id = await placing.case()
    refused = await placing.ask(
        "POST", f"/cases/{case_id}/worker", {"worker_id": str(uuid4())}, headers={"If-Match": '"1"'}
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "worker_id")


async def test_cases_are_listed_by_worker_and_by_role(placing: PlansArea) -> None:
    worker_id = await placing.worker()
    case_id = await placing.case(worker_id=str(worker_id))
    await placing.case(worker_id=str(await placing.worker()))
    listed = (await placing.get(f"/cases?worker_id={worker_id}"))["items"]
    assert [each["case_id"] for each in listed] == [str(case_id)]
    assert len((await placing.get("/cases?role=placing"))["items"]) == 2
    assert await placing.get("/cases?role=residence") == {"items": [], "next": None}


async def test_a_young_person_sees_her_own_aftercare_and_nothing_else(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    stranger = await placing.case()
    mine = await placing.get("/me", role=Role.YOUNG_PERSON, subject=person_id)
    assert [each["case_id"] for each in mine["cases"]] == [str(case_id)]
    assert mine["cases"][0]["worker"]["name"]
    for path in ("/cases", f"/cases/{case_id}", f"/cases/{stranger}", f"/young-people/{person_id}", "/workers"):
        answer = await placing.ask("GET", path, role=Role.YOUNG_PERSON, subject=person_id)
        assert answer.status_code == 403


async def test_a_worker_of_another_area_is_a_stranger(placing: PlansArea, residence: PlansArea) -> None:
    case_id = await placing.case()
    bearer = residence.bearer(Role.LEAD)
    answer = await placing.client.get(f"/cases/{case_id}", headers=bearer)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:jatkumo:problem:stranger")
