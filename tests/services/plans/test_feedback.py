"""Feedback over HTTP: once each, hers until she shares it, and told to the lead in counts."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.chassis.auth import Role
from tests.services.plans.area import PlansArea

HERS = {"choices": {"understood": "yes", "got_information": "partly"}, "words": {"hopes": "I hoped for a flat."}}
THEIRS = {"choices": {"everybody_heard": "yes"}, "words": {"feeling": "Hopeful."}}


async def _meeting(area: PlansArea, case_id: UUID, *, held: bool = True) -> str:
    starts_at = (area.service.clock.now() - timedelta(hours=1)).isoformat()
    planned = {"kind": "follow_up", "starts_at": starts_at, "mode": "remote"}
    meeting = await area.post(f"/cases/{case_id}/meetings", planned)
    path = f"/cases/{case_id}/meetings/{meeting['meeting_id']}"
    if held:
        [hers] = meeting["participants"]
        record = {
            "held_at": starts_at,
            "minutes": 30,
            "outcome": "It goes well.",
            "presences": [{"participant_id": hers["participant_id"], "attended": True}],
        }
        recorded = await area.ask("POST", f"{path}/record", record, headers={"If-Match": '"1"'})
        assert recorded.status_code == 200, recorded.text
    return path


async def _answers(area: PlansArea, path: str, person_id: UUID, body: dict[str, Any]) -> httpx.Response:
    return await area.ask("POST", f"{path}/feedback", body, role=Role.YOUNG_PERSON, subject=person_id)


async def test_each_answers_their_own_form_once(placing: PlansArea) -> None:
    person_id, worker = await placing.person(), await placing.worker()
    path = await _meeting(placing, await placing.case(person_id, worker_id=str(worker)))
    first, again = await _answers(placing, path, person_id, HERS), await _answers(placing, path, person_id, HERS)
    assert (first.status_code, first.json()["form"]) == (201, "young_person")
    assert (again.status_code, again.json()["type"]) == (409, "urn:jatkumo:problem:already-answered")
    theirs = await placing.post(f"{path}/feedback", THEIRS, role=Role.WORKER, subject=worker)
    assert theirs["form"] == "professional"


async def test_her_answers_are_hers_until_she_shares_them(placing: PlansArea) -> None:
    person_id, worker = await placing.person(), await placing.worker()
    path = await _meeting(placing, await placing.case(person_id, worker_id=str(worker)))
    await _answers(placing, path, person_id, HERS)
    for role in (Role.WORKER, Role.LEAD):
        assert await placing.get(f"{path}/feedback", role=role, subject=worker) == []
    [mine] = await placing.get(f"{path}/feedback", role=Role.YOUNG_PERSON, subject=person_id)
    assert (mine["choices"], mine["words"], mine["shared"]) == (HERS["choices"], HERS["words"], False)
    sharing = f"{path}/feedback/sharing"
    await placing.ask("PUT", sharing, {"shared": True}, role=Role.YOUNG_PERSON, subject=person_id)
    [read] = await placing.get(f"{path}/feedback", role=Role.WORKER, subject=worker)
    assert read["words"] == HERS["words"]
    await placing.ask("PUT", sharing, {"shared": False}, role=Role.YOUNG_PERSON, subject=person_id)
    assert await placing.get(f"{path}/feedback", role=Role.WORKER, subject=worker) == []


async def test_there_is_feedback_only_after_a_meeting_and_only_to_what_was_asked(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    early = await _answers(placing, await _meeting(placing, case_id, held=False), person_id, HERS)
    assert (early.status_code, early.json()["type"]) == (409, "urn:jatkumo:problem:meeting-not-held")
    path = await _meeting(placing, case_id)
    assert (await _answers(placing, path, person_id, THEIRS)).status_code == 422
    assert (await _answers(placing, path, person_id, {})).status_code == 422
    nothing = await placing.ask(
        "PUT", f"{path}/feedback/sharing", {"shared": True}, role=Role.YOUNG_PERSON, subject=person_id
    )
    assert nothing.status_code == 404


async def test_the_lead_sees_counts_with_their_number_and_never_few(placing: PlansArea) -> None:
    for choice in ("yes", "yes", "yes", "no"):
        person_id = await placing.person()
        path = await _meeting(placing, await placing.case(person_id))
        await _answers(placing, path, person_id, {"choices": {"understood": choice}, "words": {"hopes": "A secret."}})
    [few] = await placing.get("/feedback-counts")
    assert few == {"form": "young_person", "question": "understood", "n": None, "choices": None}
    person_id = await placing.person()
    path = await _meeting(placing, await placing.case(person_id))
    await _answers(placing, path, person_id, {"choices": {"understood": "yes"}})
    answer = await placing.ask("GET", f"/feedback-counts?first={placing.today}&last={placing.today}")
    [enough] = answer.json()
    assert (enough["n"], enough["choices"]) == (5, {"yes": 4, "partly": 0, "no": 1})
    assert "secret" not in answer.text
    tomorrow = placing.today + timedelta(days=1)
    assert await placing.get(f"/feedback-counts?first={tomorrow}") == []


async def test_many_answers_of_one_person_are_not_told_in_counts(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    for _ in range(5):
        path = await _meeting(placing, case_id)
        await _answers(placing, path, person_id, {"choices": {"understood": "no"}})
    [withheld] = await placing.get("/feedback-counts")
    assert (withheld["question"], withheld["n"], withheld["choices"]) == ("understood", None, None)


async def test_the_forms_are_asked_in_each_language(placing: PlansArea) -> None:
    person_id = await placing.person()
    texts = set()
    for language in ("fi", "sv", "en"):
        forms = await placing.get(f"/feedback-forms?language={language}", role=Role.YOUNG_PERSON, subject=person_id)
        assert [each["form"] for each in forms] == ["young_person", "professional"]
        texts.add(forms[0]["questions"][0]["text"])
    assert len(texts) == 3


async def test_whoever_gives_or_reads_feedback_is_written_down(placing: PlansArea) -> None:
    person_id, worker = await placing.person(), uuid4()
    path = await _meeting(placing, await placing.case(person_id))
    await placing.post(f"{path}/feedback", THEIRS, subject=worker)
    await placing.get(f"{path}/feedback", subject=worker)
    log = (await placing.get(f"/young-people/{person_id}/access-log"))["items"]
    rows = [each["done"] or each["seen"] for each in log if each["reader"] == str(worker)]
    assert rows == ["feedback", "feedback_given"]
