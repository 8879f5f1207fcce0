"""Whose case is open to whom: its own people always, another worker for some hours and with a reason."""

from uuid import UUID, uuid4

import httpx
import pytest

from contracts.plans import CaseOpenedFromOutside
from services.chassis.auth import Role
from tests.services.conversation import said
from tests.services.plans.area import PlansArea, hetu, new_case, new_person

WHY = {"reason": "on_call", "told": "She rang the duty phone and asked for her plan."}


async def _case_of_another(area: PlansArea) -> tuple[UUID, UUID, UUID, UUID]:
    """A young person, her case, its worker, and a colleague."""
    worker_id, colleague_id, person_id = await area.worker(), await area.worker(name="Ilta Virta"), await area.person()
    return person_id, await area.case(person_id, worker_id=str(worker_id)), worker_id, colleague_id


async def _asked(area: PlansArea, worker_id: UUID, method: str, path: str, body: object = None) -> httpx.Response:
    return await area.ask(method, path, body, role=Role.WORKER, subject=worker_id, headers={"If-Match": '"1"'})


def _problem(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("urn:jatkumo:problem:")


READINGS = (
    "/cases/{case_id}",
    "/cases/{case_id}/rights",
    "/cases/{case_id}/workers",
    "/cases/{case_id}/residences",
    "/cases/{case_id}/deadlines",
    "/young-people/{person_id}",
)
CHANGES: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("POST", "/cases/{case_id}/moves", {"municipality": "837", "moved_on": "2026-01-01"}),
    ("POST", "/cases/{case_id}/residence", {"municipality": "853", "since": "2025-06-01"}),
    ("POST", "/cases/{case_id}/first-contact", {"contacted_at": "2026-01-01T12:00:00Z"}),
    ("PATCH", "/young-people/{person_id}", {"phone": None}),
)


@pytest.mark.parametrize("path", READINGS)
async def test_another_worker_reads_of_a_case_only_with_a_reason(placing: PlansArea, path: str) -> None:
    person_id, case_id, worker_id, colleague_id = await _case_of_another(placing)
    where = path.format(case_id=case_id, person_id=person_id)
    refused = await _asked(placing, colleague_id, "GET", where)
    assert (refused.status_code, _problem(refused)) == (403, "reason-needed")
    assert refused.json()["expected"] == f"POST /cases/{case_id}/openings"
    assert (await _asked(placing, worker_id, "GET", where)).status_code == 200

    opening = await _asked(placing, colleague_id, "POST", f"/cases/{case_id}/openings", WHY)
    assert opening.status_code == 201
    assert (await _asked(placing, colleague_id, "GET", where)).status_code == 200


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
async def test_another_worker_changes_nothing_without_a_reason(
    placing: PlansArea, method: str, path: str, body: dict[str, object]
) -> None:
    person_id, case_id, _, colleague_id = await _case_of_another(placing)
    where = path.format(case_id=case_id, person_id=person_id)
    refused = await _asked(placing, colleague_id, method, where, body)
    assert (refused.status_code, _problem(refused)) == (403, "reason-needed")


async def test_every_route_of_a_case_asks_another_worker_for_a_reason(placing: PlansArea) -> None:
    person_id, case_id, _, colleague_id = await _case_of_another(placing)
    readings = [
        path
        for path, methods in placing.service.app().openapi()["paths"].items()
        if "get" in methods and path.startswith("/cases/{case_id}") and path.count("{") == 1
    ]
    assert len(readings) >= 5
    for path in readings:
        refused = await _asked(placing, colleague_id, "GET", path.format(case_id=case_id))
        assert (refused.status_code, _problem(refused)) == (403, "reason-needed"), path
    seen = await placing.rows(
        "SELECT 1 FROM access_log WHERE person_id = :her AND reader = :reader", her=person_id, reader=str(colleague_id)
    )
    assert seen == []


async def test_a_search_by_identity_code_names_the_way_to_her_case(placing: PlansArea) -> None:
    code, worker_id, colleague_id = hetu(), await placing.worker(), await placing.worker()
    person_id = await placing.person(hetu=code)
    before = await _asked(placing, colleague_id, "POST", "/young-people/search", {"hetu": code})
    assert [each["person_id"] for each in before.json()["people"]] == [str(person_id)], "nobody is hers yet"
    case_id = await placing.case(person_id, worker_id=str(worker_id))
    refused = await _asked(placing, colleague_id, "POST", "/young-people/search", {"hetu": code})
    assert (refused.status_code, refused.json()["expected"]) == (403, f"POST /cases/{case_id}/openings")
    assert code not in refused.text


async def test_whoever_learns_by_a_refusal_that_she_is_known_here_stands_in_the_log(placing: PlansArea) -> None:
    """That somebody is a client is personal data: nobody tries identity codes without a trace."""
    code, worker_id, colleague_id = hetu(), await placing.worker(), await placing.worker(name="Ilta Virta")
    person_id = await placing.person(hetu=code)
    await placing.case(person_id, worker_id=str(worker_id))
    searched = await _asked(placing, colleague_id, "POST", "/young-people/search", {"hetu": code})
    recorded = await _asked(placing, colleague_id, "POST", "/young-people", new_person(hetu=code))
    assert (searched.status_code, recorded.status_code) == (403, 409)
    log = (await placing.get(f"/young-people/{person_id}/access-log"))["items"]
    theirs = [each["seen"] for each in log if each["reader"] == str(colleague_id)]
    assert theirs == ["search", "search"]


async def test_nobody_makes_her_their_own_by_opening_another_case(placing: PlansArea) -> None:
    person_id, _, _, colleague_id = await _case_of_another(placing)
    [home] = await placing.rows("SELECT case_id FROM cases WHERE person_id = :her", her=person_id)
    # As when another area placed her: here she has no case in the placing role, so one could be opened.
    placed_by_another = "role = 'residence', placing_area = '08', placing_case_id = gen_random_uuid()"
    await placing.rows(f"UPDATE cases SET {placed_by_another} WHERE case_id = :it RETURNING 1", it=home.case_id)
    own = new_case(person_id, worker_id=str(colleague_id))
    refused = await _asked(placing, colleague_id, "POST", "/cases", own)
    assert (refused.status_code, _problem(refused)) == (403, "reason-needed")
    opened = await _asked(placing, colleague_id, "POST", f"/cases/{home.case_id}/openings", WHY)
    assert opened.headers["location"] == f"/cases/{home.case_id}"
    assert (await _asked(placing, colleague_id, "POST", "/cases", own)).status_code == 201


async def test_an_opening_ends_after_three_hours(placing: PlansArea) -> None:
    _, case_id, _, colleague_id = await _case_of_another(placing)
    opening = (await _asked(placing, colleague_id, "POST", f"/cases/{case_id}/openings", WHY)).json()
    [row] = await placing.rows("SELECT ends_at - opened_at AS lasts FROM openings")
    assert row.lasts.total_seconds() == 3 * 3600
    assert opening["worker_id"] == str(colleague_id)
    placing.pass_days(1)
    refused = await _asked(placing, colleague_id, "GET", f"/cases/{case_id}")
    assert (refused.status_code, _problem(refused)) == (403, "reason-needed")


async def test_an_opening_is_one_workers_of_one_case(placing: PlansArea) -> None:
    _, case_id, _, colleague_id = await _case_of_another(placing)
    _, other_case_id, _, third_id = await _case_of_another(placing)
    await _asked(placing, colleague_id, "POST", f"/cases/{case_id}/openings", WHY)
    assert (await _asked(placing, third_id, "GET", f"/cases/{case_id}")).status_code == 403
    assert (await _asked(placing, colleague_id, "GET", f"/cases/{other_case_id}")).status_code == 403


async def test_the_leads_are_told_and_one_of_them_looks_at_it(placing: PlansArea) -> None:
    person_id, case_id, _, colleague_id = await _case_of_another(placing)
    opening = (await _asked(placing, colleague_id, "POST", f"/cases/{case_id}/openings", WHY)).json()
    [event] = await said(placing.service, CaseOpenedFromOutside)
    assert (str(event.opening_id), event.case_id, event.worker_id) == (opening["opening_id"], case_id, colleague_id)
    assert WHY["told"] not in event.model_dump_json()

    lead_id = uuid4()
    assert (await placing.get("/openings?acknowledged=false", subject=lead_id))["items"] == [opening]
    acknowledge = f"/openings/{opening['opening_id']}/acknowledgement"
    looked_at = await placing.post(acknowledge, None, subject=lead_id)
    assert looked_at["acknowledged_by"] == str(lead_id)
    assert await placing.post(acknowledge, None, subject=uuid4()) == looked_at, "the first who did stays"
    assert (await placing.get("/openings?acknowledged=false"))["items"] == []
    assert (await placing.get("/openings"))["items"] == [looked_at]
    log = (await placing.get(f"/young-people/{person_id}/access-log"))["items"]
    mine = [each["seen"] or each["done"] for each in log if each["reader"] == str(lead_id)]
    assert mine == ["opening_acknowledged", "openings"]


async def test_nobody_acknowledges_their_own_opening(placing: PlansArea) -> None:
    _, case_id, _, colleague_id = await _case_of_another(placing)
    opening = (await _asked(placing, colleague_id, "POST", f"/cases/{case_id}/openings", WHY)).json()
    path = f"/openings/{opening['opening_id']}/acknowledgement"
    refused = await placing.ask("POST", path, subject=colleague_id)
    assert (refused.status_code, _problem(refused)) == (409, "own-opening")


async def test_the_young_person_sees_who_looked_when_and_why(placing: PlansArea) -> None:
    person_id, case_id, _, colleague_id = await _case_of_another(placing)
    await _asked(placing, colleague_id, "POST", f"/cases/{case_id}/openings", WHY)
    await _asked(placing, colleague_id, "GET", f"/cases/{case_id}/rights")
    log = await placing.get(f"/young-people/{person_id}/access-log", role=Role.YOUNG_PERSON, subject=person_id)
    theirs = [each for each in log["items"] if each["reader"] == str(colleague_id)]
    assert [(each["seen"], each["done"]) for each in theirs] == [("rights", None), (None, "opened_from_outside")]
    assert {(each["reader_name"], each["reader_title"]) for each in theirs} == {("Ilta Virta", "social_counsellor")}
    assert {(each["reason"], each["told"]) for each in theirs} == {("on_call", WHY["told"])}
    rest = [each for each in log["items"] if each["reader"] != str(colleague_id)]
    assert {each["reason"] for each in rest} == {None}


async def test_the_access_log_comes_in_pages_that_miss_and_repeat_nothing(placing: PlansArea) -> None:
    person_id = await placing.person()
    for _ in range(6):
        await placing.get(f"/young-people/{person_id}")
    whole = (await placing.get(f"/young-people/{person_id}/access-log?limit=200"))["items"]
    # Each page is a reading too: what is read later stands before, and shifts nothing behind.
    pages, cursor = [], None
    for _ in range(20):
        path = f"/young-people/{person_id}/access-log?limit=3" + ("" if cursor is None else f"&cursor={cursor}")
        page = await placing.get(path)
        pages += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert pages[1:] == whole
    wrong = await placing.ask("GET", f"/young-people/{person_id}/access-log?cursor=nonsense")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "cursor")


async def test_whoever_names_no_reason_or_needs_none_is_refused(placing: PlansArea) -> None:
    _, case_id, worker_id, colleague_id = await _case_of_another(placing)
    path = f"/cases/{case_id}/openings"
    for wrong in ({}, {"reason": "curiosity", "told": WHY["told"]}, {"reason": "on_call", "told": "short"}):
        assert (await _asked(placing, colleague_id, "POST", path, wrong)).status_code == 422
    assert _problem(await _asked(placing, worker_id, "POST", path, WHY)) == "own-case"
    assert _problem(await _asked(placing, uuid4(), "POST", path, WHY)) == "not-a-recorded-worker"
    assert _problem(await _asked(placing, colleague_id, "POST", f"/cases/{uuid4()}/openings", WHY)) == "no-such-case"
    assert await placing.rows("SELECT 1 FROM openings") == []


async def test_a_worker_who_stands_in_today_needs_no_reason(placing: PlansArea) -> None:
    _, case_id, worker_id, colleague_id = await _case_of_another(placing)
    today = placing.today.isoformat()
    away = {"substitute_id": str(colleague_id), "first_day": today, "last_day": today}
    await placing.post(f"/workers/{worker_id}/absences", away)
    assert (await _asked(placing, colleague_id, "GET", f"/cases/{case_id}")).status_code == 200
    assert (await _asked(placing, worker_id, "GET", f"/cases/{case_id}")).status_code == 200
    placing.pass_days(2)
    assert (await _asked(placing, colleague_id, "GET", f"/cases/{case_id}")).status_code == 403


async def test_an_operator_gets_no_personal_data_from_any_route(placing: PlansArea) -> None:
    person_id, case_id, worker_id, _ = await _case_of_another(placing)
    ids = {"person_id": person_id, "case_id": case_id, "worker_id": worker_id}
    answers = []
    for path, methods in placing.service.app().openapi()["paths"].items():
        known = {name: str(value) for name, value in ids.items() if f"{{{name}}}" in path}
        where = path.format_map(_OrSomeId(known))
        if "get" in methods:
            answers.append((path, await placing.ask("GET", where, role=Role.OPERATOR, subject=uuid4())))
    open_to_operators = {path for path, answer in answers if answer.status_code not in {403, 404, 422}}
    assert {path for path in open_to_operators if not path.startswith(("/health", "/metrics", "/dead-letters"))} == {
        "/asyncapi.json"
    }
    for path, answer in answers:
        for personal in ("Venla", "Esimerkki", str(person_id), str(case_id)):
            assert personal not in answer.text, path


class _OrSomeId(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return str(uuid4())
