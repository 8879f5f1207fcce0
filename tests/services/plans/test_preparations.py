"""Aftercare prepares while the placement lasts, with a named worker, and confirms that it takes over (R6, R7, R9)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from contracts.plans import (
    CaseOpened,
    DeadlineMet,
    DeadlineSet,
    HandoverInConfirmed,
    PreparationCancelled,
    PreparationOpened,
)
from services.chassis.auth import Role
from tests.services.conversation import said
from tests.services.plans.area import PlansArea, new_case

SUBSTITUTE_CARE = {"role": "substitute_care_worker", "name": "Pirjo Mäki", "reach": "pirjo.maki@perhekoti.example"}


def new_preparation(area: PlansArea, person_id: UUID, **given: object) -> dict[str, object]:
    return {
        "person_id": str(person_id),
        "ground": "taken_into_care",
        "kind": "care",
        "placement_started_on": "2019-03-01",
        "placement_ends_on": (area.today + timedelta(days=250)).isoformat(),
        "parties": [SUBSTITUTE_CARE, {"role": "close_one", "name": "Eno Esimerkki"}],
    } | given


async def _prepare(area: PlansArea, **given: object) -> Any:  # Any: JSON
    return await area.post("/preparations", new_preparation(area, await area.person(), **given))


async def _change(area: PlansArea, method: str, path: str, version: int, body: object) -> httpx.Response:
    return await area.ask(method, path, body, headers={"If-Match": f'"{version}"'})


async def test_it_opens_with_a_named_worker_and_is_due_half_a_year_before(placing: PlansArea) -> None:
    prepared = await _prepare(placing)
    assert prepared["due_on"] == (placing.today + timedelta(days=70)).isoformat()
    assert (prepared["late"], prepared["state"]) == (False, "open")
    assert [each["role"] for each in prepared["parties"]] == [
        "young_person",
        "responsible_worker",
        "substitute_care_worker",
        "close_one",
    ]
    [event] = await said(placing.service, PreparationOpened)
    assert (str(event.worker_id), event.due_on.isoformat()) == (prepared["worker_id"], prepared["due_on"])
    [due] = await said(placing.service, DeadlineSet)
    assert (due.kind, due.case_id, str(due.deadline_id)) == ("preparation", None, prepared["preparation_id"])
    assert due.due_on.isoformat() == prepared["due_on"]


async def test_the_handover_in_opens_the_case_with_the_worker_who_prepared(placing: PlansArea) -> None:
    prepared = await _prepare(placing)
    path = f"/preparations/{prepared['preparation_id']}/confirmation"
    placing.pass_days(251)
    ended_on = prepared["placement_ends_on"]
    handover = {"earlier_placements": [{"started_on": "2012-01-01", "ended_on": "2013-01-01", "kind": "open_care"}]}
    stranger = await placing.ask("POST", path, handover, role=Role.WORKER, subject=uuid4(), headers={"If-Match": '"1"'})
    assert stranger.status_code == 403
    worker_id = UUID(prepared["worker_id"])
    confirmed = await placing.ask(
        "POST", path, handover, role=Role.WORKER, subject=worker_id, headers={"If-Match": '"1"'}
    )
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    case = await placing.get(f"/cases/{confirmed.json()['case_id']}")
    assert (case["worker_id"], case["placement_ended_on"], case["open"]) == (prepared["worker_id"], ended_on, True)
    facts = await placing.get(f"/cases/{case['case_id']}/facts")
    assert [each["started_on"] for each in facts["placements"]] == ["2012-01-01", "2019-03-01"]
    [event] = await said(placing.service, HandoverInConfirmed)
    assert str(event.case_id) == case["case_id"]
    [met] = await said(placing.service, DeadlineMet)
    assert (met.kind, met.met_on) == ("preparation", placing.today)
    again = await _change(placing, "POST", path, 2, handover)
    assert (again.status_code, again.json()["type"]) == (409, "urn:jatkumo:problem:preparation-is-over")
    assert len(await said(placing.service, CaseOpened)) == 1


async def test_nobody_takes_over_from_nobody(placing: PlansArea) -> None:
    prepared = await _prepare(placing, parties=[])
    path = f"/preparations/{prepared['preparation_id']}"
    refused = await _change(placing, "POST", f"{path}/confirmation", 1, {})
    assert (refused.status_code, refused.json()["field"]) == (409, "parties")
    named = await _change(placing, "PATCH", path, 1, {"parties": [SUBSTITUTE_CARE]})
    assert (await _change(placing, "POST", f"{path}/confirmation", named.json()["version"], {})).status_code == 200


async def test_late_ones_come_first_page_by_page(placing: PlansArea) -> None:
    def ends_in(days: int) -> str:
        return (placing.today + timedelta(days=days)).isoformat()

    begun = await _prepare(placing, placement_ends_on=ends_in(170), begun_on=ends_in(-30))
    soon = await _prepare(placing, placement_ends_on=ends_in(181))
    later = await _prepare(placing, placement_ends_on=ends_in(400))
    late = await _prepare(placing, placement_ends_on=ends_in(179))
    expected = [late, begun, soon, later]
    assert [each["late"] for each in expected] == [True, False, False, False]
    found, path = [], "/preparations?limit=1"
    while True:
        page = await placing.get(path)
        found += page["items"]
        if page["next"] is None:
            break
        path = f"/preparations?limit=1&cursor={page['next']}"
    assert [each["preparation_id"] for each in found] == [each["preparation_id"] for each in expected]
    cancel = f"/preparations/{late['preparation_id']}/cancellation"
    await _change(placing, "POST", cancel, 1, {"reason": "placement_goes_on"})
    assert len((await placing.get("/preparations"))["items"]) == 3
    assert len(await said(placing.service, PreparationCancelled)) == 1


async def test_when_the_placement_ends_sooner_it_is_due_sooner(placing: PlansArea) -> None:
    prepared = await _prepare(placing)
    path = f"/preparations/{prepared['preparation_id']}"
    sooner = {"placement_ends_on": (placing.today + timedelta(days=100)).isoformat()}
    changed = await _change(placing, "PATCH", path, 1, sooner)
    assert changed.json()["late"]
    assert (await _change(placing, "PATCH", path, 1, sooner)).status_code == 412
    assert [each.version for each in await said(placing.service, PreparationOpened)] == [1, 2]


async def test_there_is_one_preparation_and_none_beside_a_case(placing: PlansArea) -> None:
    prepared = await _prepare(placing)
    again = await placing.ask("POST", "/preparations", new_preparation(placing, UUID(prepared["person_id"])))
    person_id = await placing.person()
    await placing.case(person_id)
    beside = await placing.ask("POST", "/preparations", new_preparation(placing, person_id))
    over = await placing.ask(
        "POST",
        "/preparations",
        new_preparation(placing, await placing.person(), placement_ends_on="2026-01-01"),
    )
    assert [answer.json()["type"].removeprefix("urn:jatkumo:problem:") for answer in (again, beside, over)] == [
        "already-preparing",
        "case-already-open",
        "placement-has-ended",
    ]


async def test_a_worker_who_leaves_hands_on_what_they_prepare(placing: PlansArea) -> None:
    leaver = await placing.worker()
    prepared = await _prepare(placing, worker_id=str(leaver))
    lead = uuid4()
    await placing.post(f"/workers/{leaver}/departure", {}, subject=lead)
    after = await placing.get(f"/preparations/{prepared['preparation_id']}")
    present = {each["worker_id"] for each in await placing.get("/workers")}
    assert after["worker_id"] in present - {str(leaver)}
    rows = await placing.rows("SELECT done, person_id FROM access_log WHERE reader = :reader", reader=str(lead))
    assert [(row.done, str(row.person_id)) for row in rows] == [("preparation_recorded", prepared["person_id"])]


async def test_special_support_is_prepared_by_a_social_worker(placing: PlansArea) -> None:
    counsellor = await placing.worker()
    prepared = await _prepare(placing, worker_id=str(counsellor))
    path = f"/preparations/{prepared['preparation_id']}"
    refused = await _change(placing, "PATCH", path, 1, {"special_support": True})
    assert refused.json()["type"] == "urn:jatkumo:problem:qualification-needed"
    social_worker = await placing.worker(title="social_worker", qualification="social_worker")
    named = await _change(placing, "POST", f"{path}/worker", 1, {"worker_id": str(social_worker)})
    assert (
        await _change(placing, "PATCH", path, named.json()["version"], {"special_support": True})
    ).status_code == 200


async def test_reading_a_preparation_leaves_a_row(placing: PlansArea) -> None:
    prepared, reader = await _prepare(placing), uuid4()
    await placing.get(f"/preparations/{prepared['preparation_id']}", subject=reader)
    await placing.get("/preparations", subject=reader)
    rows = await placing.rows("SELECT seen, person_id FROM access_log WHERE reader = :reader", reader=str(reader))
    assert sorted((row.seen, str(row.person_id)) for row in rows) == [
        ("preparation", prepared["person_id"]),
        ("preparations", prepared["person_id"]),
    ]


async def test_whoever_changes_a_preparation_is_written_down(placing: PlansArea) -> None:
    actor = uuid4()
    body = new_preparation(placing, await placing.person())
    prepared = await placing.post("/preparations", body, subject=actor)
    path = f"/preparations/{prepared['preparation_id']}"
    other = [each for each in await placing.get("/workers") if each["worker_id"] != prepared["worker_id"]]
    for version, (method, where, change) in enumerate(
        [
            ("PATCH", path, {"begun_on": placing.today.isoformat()}),
            ("POST", f"{path}/worker", {"worker_id": other[0]["worker_id"]}),
            ("POST", f"{path}/cancellation", {"reason": "recorded_in_error"}),
        ],
        start=1,
    ):
        answer = await placing.ask(method, where, change, subject=actor, headers={"If-Match": f'"{version}"'})
        assert answer.status_code == 200, answer.text
    taken_over = await placing.post("/preparations", body, subject=actor)
    confirm = f"/preparations/{taken_over['preparation_id']}/confirmation"
    await placing.ask("POST", confirm, {}, subject=actor, headers={"If-Match": '"1"'})
    rows = await placing.rows("SELECT done FROM access_log WHERE reader = :reader", reader=str(actor))
    assert sorted(row.done for row in rows) == ["case_opened", *["preparation_recorded"] * 6]


async def test_of_those_who_confirm_cancel_or_let_go_at_once_one_comes_first(placing: PlansArea) -> None:
    leaver = await placing.worker()
    prepared = await _prepare(placing, worker_id=str(leaver))
    path = f"/preparations/{prepared['preparation_id']}"
    answers = await asyncio.gather(
        *(_change(placing, "POST", f"{path}/confirmation", 1, {}) for _ in range(2)),
        _change(placing, "POST", f"{path}/cancellation", 1, {"reason": "placement_goes_on"}),
        placing.ask("POST", f"/workers/{leaver}/departure", {}),
    )
    assert {answer.status_code for answer in answers} <= {200, 409, 412, 422}
    state = (await placing.get(path))["state"]
    assert len(await said(placing.service, CaseOpened)) == (state == "confirmed")
    left = await placing.rows(
        "SELECT 1 FROM workers JOIN cases USING (worker_id) WHERE NOT active AND closed_at IS NULL"
    )
    assert left == []


async def test_whom_somebody_prepares_for_comes_in_by_no_other_door(placing: PlansArea) -> None:
    prepared = await _prepare(placing)
    beside = await placing.ask("POST", "/cases", new_case(UUID(prepared["person_id"])))
    assert (beside.status_code, beside.json()["type"]) == (409, "urn:jatkumo:problem:preparation-open")
    cancel = f"/preparations/{prepared['preparation_id']}/cancellation"
    assert (await _change(placing, "POST", cancel, 1, {"reason": "recorded_in_error"})).status_code == 200
    await placing.case(UUID(prepared["person_id"]))


async def test_the_worker_who_takes_over_decides_on_no_longer_aftercare(placing: PlansArea) -> None:
    prepared = await _prepare(placing)
    path, worker_id = f"/preparations/{prepared['preparation_id']}/confirmation", UUID(prepared["worker_id"])
    longer = {"decisions": [{"decided_on": placing.today.isoformat(), "until": "2060-01-01"}]}
    version = {"If-Match": '"1"'}
    refused = await placing.ask("POST", path, longer, role=Role.WORKER, subject=worker_id, headers=version)
    assert (refused.status_code, refused.json()["field"]) == (403, "decisions")
    assert (await placing.ask("POST", path, longer, headers=version)).status_code == 200


async def test_six_months_of_open_care_give_the_right_once_they_have_been_lived(placing: PlansArea) -> None:
    planned = {
        "ground": "open_care_placement",
        "kind": "open_care",
        "placement_started_on": (placing.today - timedelta(days=100)).isoformat(),
        "placement_ends_on": (placing.today + timedelta(days=100)).isoformat(),
    }
    prepared = await _prepare(placing, **planned)
    path = f"/preparations/{prepared['preparation_id']}/confirmation"
    early = await _change(placing, "POST", path, 1, {})
    assert (early.status_code, early.json()["type"]) == (422, "urn:jatkumo:problem:no-right-to-aftercare")
    placing.pass_days(90)
    assert (await _change(placing, "POST", path, 1, {})).status_code == 200


async def test_who_prepares_for_somebody_that_had_a_case_before_needs_no_reason(placing: PlansArea) -> None:
    worker, other, earlier = [await placing.worker() for _ in range(3)]
    person_id = await placing.person()
    decided = {"decided_on": "2026-01-01", "until": placing.today.isoformat()}
    case_id = await placing.case(person_id, ground="discretionary", decisions=[decided], worker_id=str(earlier))
    placing.pass_days(1)
    await placing.ask("POST", f"/cases/{case_id}/end", {"reason": "Sijoitus"}, headers={"If-Match": '"1"'})
    prepared = await placing.post("/preparations", new_preparation(placing, person_id, worker_id=str(worker)))
    path = f"/preparations/{prepared['preparation_id']}"
    begun = {"begun_on": placing.today.isoformat()}
    for subject, status in ((other, 403), (worker, 200)):
        assert (await placing.ask("GET", path, role=Role.WORKER, subject=subject)).status_code == status
        changed = await placing.ask(
            "PATCH", path, begun, role=Role.WORKER, subject=subject, headers={"If-Match": '"1"'}
        )
        assert changed.status_code == status
