"""The worker changes: an accompanied handover is due, is recorded, and the young person says what she thought."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from contracts.plans import DeadlineMet, DeadlineSet, HandoverAsked, HandoverRecorded
from services.chassis.auth import Role
from tests.services.conversation import said
from tests.services.plans.area import PlansArea


async def _another_worker(area: PlansArea, case_id: UUID, worker_id: UUID) -> None:
    version = (await area.ask("GET", f"/cases/{case_id}")).headers["etag"]
    body = {"worker_id": str(worker_id)}
    answer = await area.ask("POST", f"/cases/{case_id}/worker", body, headers={"If-Match": version})
    assert answer.status_code == 200, answer.text


def _met(area: PlansArea, **given: object) -> dict[str, object]:
    """They met, all three."""
    return {
        "accompanied": True,
        "held_on": area.today.isoformat(),
        "present": [{"role": role} for role in ("young_person", "earlier_worker", "next_worker")],
        "thoughts": "Oli hyvä, että Onni tuli mukaan.",
    } | given


async def _changed(area: PlansArea) -> tuple[UUID, UUID, Any]:
    """A young person whose worker has changed: she, her case, the handover."""
    person_id, first, second = await area.person(), await area.worker(), await area.worker(name="Eevi Salo")
    case_id = await area.case(person_id, worker_id=str(first))
    await _another_worker(area, case_id, second)
    [handover] = (await area.get(f"/cases/{case_id}/handovers"))["items"]
    return person_id, case_id, handover


def _refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:jatkumo:problem:")


async def test_each_change_of_worker_asks_for_a_handover_by_a_day(placing: PlansArea) -> None:
    _, case_id, handover = await _changed(placing)
    [asked] = await said(placing.service, HandoverAsked)
    assert (str(asked.handover_id), str(asked.to_worker_id)) == (handover["handover_id"], handover["to_worker_id"])
    due = [each for each in await placing.get(f"/cases/{case_id}/deadlines") if each["kind"] == "handover"]
    assert [(each["about"], each["due_on"]) for each in due] == [(handover["handover_id"], handover["due_on"])]
    assert handover["due_on"] == (placing.today + timedelta(days=30)).isoformat()


async def test_an_area_sets_its_own_days(placing: PlansArea) -> None:
    answer = await placing.ask("PUT", "/guidance/handover", {"days": 14})
    assert answer.status_code == 200
    _, _, handover = await _changed(placing)
    assert handover["due_on"] == (placing.today + timedelta(days=14)).isoformat()


async def test_a_departure_asks_for_a_handover_of_every_case(placing: PlansArea) -> None:
    leaver = await placing.worker()
    cases = {await placing.case(worker_id=str(leaver)) for _ in range(3)}
    await placing.post(f"/workers/{leaver}/departure", {})
    asked = await said(placing.service, HandoverAsked)
    assert {each.case_id for each in asked} == cases
    assert {each.from_worker_id for each in asked} == {leaver}
    assert len([each for each in await said(placing.service, DeadlineSet) if each.kind == "handover"]) == 3


async def test_a_handover_that_took_place_is_recorded_and_due_no_more(placing: PlansArea) -> None:
    _, case_id, handover = await _changed(placing)
    where = f"/cases/{case_id}/handovers/{handover['handover_id']}"
    recorded = await placing.post(where, _met(placing))
    assert (recorded["accompanied"], recorded["thoughts_told"]) == (True, "Oli hyvä, että Onni tuli mukaan.")
    [event] = await said(placing.service, HandoverRecorded)
    assert event.accompanied
    assert "hyvä" not in event.model_dump_json()
    [met] = [each for each in await said(placing.service, DeadlineMet) if each.kind == "handover"]
    assert met.case_id == case_id
    assert _refused(await placing.ask("POST", where, _met(placing))) == (409, "handover-already-recorded")


async def test_a_handover_without_company_says_why_and_is_counted(placing: PlansArea) -> None:
    _, case_id, handover = await _changed(placing)
    where = f"/cases/{case_id}/handovers/{handover['handover_id']}"
    silent = await placing.ask("POST", where, {"accompanied": False})
    assert _refused(silent) == (422, "why-not-accompanied")
    await placing.post(where, {"accompanied": False, "reason": "Edellinen työntekijä oli jo lähtenyt."})
    await _another_worker(placing, case_id, await placing.worker())
    told = await placing.get(f"/cases/{case_id}/handovers")
    counts = {name: told[name] for name in ("changes", "accompanied", "unaccompanied", "not_recorded")}
    assert counts == {"changes": 2, "accompanied": 0, "unaccompanied": 1, "not_recorded": 1}


async def test_company_is_the_young_person_and_both_workers_or_a_lead(placing: PlansArea) -> None:
    _, case_id, handover = await _changed(placing)
    where = f"/cases/{case_id}/handovers/{handover['handover_id']}"
    for roles in (["earlier_worker", "next_worker"], ["young_person", "next_worker"], []):
        alone = _met(placing, present=[{"role": role} for role in roles])
        assert _refused(await placing.ask("POST", where, alone)) == (422, "nobody-accompanied")
    with_the_lead = [{"role": role} for role in ("young_person", "lead", "next_worker")]
    await placing.post(where, _met(placing, present=with_the_lead))


async def test_a_handover_is_recorded_once_it_has_taken_place(placing: PlansArea) -> None:
    _, case_id, handover = await _changed(placing)
    where = f"/cases/{case_id}/handovers/{handover['handover_id']}"
    tomorrow = (placing.today + timedelta(days=1)).isoformat()
    assert _refused(await placing.ask("POST", where, _met(placing, held_on=tomorrow)))[1] == "meeting-in-the-future"
    assert _refused(await placing.ask("POST", where, _met(placing, held_on=None)))[1] == "meeting-day-needed"
    elsewhere = f"/cases/{case_id}/handovers/{uuid4()}"
    assert _refused(await placing.ask("POST", elsewhere, _met(placing))) == (404, "no-such-handover")


async def test_the_young_person_writes_herself_what_she_thought_beside_what_was_written_down(
    placing: PlansArea,
) -> None:
    person_id, case_id, handover = await _changed(placing)
    where = f"/cases/{case_id}/handovers/{handover['handover_id']}"
    await placing.post(where, _met(placing))
    written = await placing.ask(
        "PUT", f"{where}/thoughts", {"thoughts": "Jännitti."}, role=Role.YOUNG_PERSON, subject=person_id
    )
    assert written.status_code == 200, written.text
    told = await placing.get(f"/cases/{case_id}/handovers", role=Role.YOUNG_PERSON, subject=person_id)
    [item] = told["items"]
    log = await placing.get(f"/young-people/{person_id}/access-log?limit=200")
    assert {"handover_recorded", "handover_thoughts_written"} <= {each["done"] for each in log["items"]}
    assert (item["thoughts_written"], item["thoughts_told"]) == ("Jännitti.", "Oli hyvä, että Onni tuli mukaan.")
    as_worker = await placing.ask("PUT", f"{where}/thoughts", {"thoughts": "Meni hyvin."})
    assert as_worker.status_code == 403


async def test_nobody_elses_young_person_sees_or_writes_of_a_handover(placing: PlansArea) -> None:
    _, case_id, handover = await _changed(placing)
    other = await placing.person()
    where = f"/cases/{case_id}/handovers"
    seen = await placing.ask("GET", where, role=Role.YOUNG_PERSON, subject=other)
    written = await placing.ask(
        "PUT",
        f"{where}/{handover['handover_id']}/thoughts",
        {"thoughts": "…"},
        role=Role.YOUNG_PERSON,
        subject=other,
    )
    assert (seen.status_code, written.status_code) == (404, 404)
