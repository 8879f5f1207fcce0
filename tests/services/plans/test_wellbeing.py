"""3X10D over HTTP: she answers what she likes, sees each question's history, and nobody sees a total."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.auth import Role
from tests.services.plans.area import PlansArea

# Their sums (11 and 8) and averages (3.67, 2.67) are no answer, no band and no bound of the scale.
FIRST = {"health": 4, "housing": 1, "self_esteem": 6}
SECOND = {"health": 2, "housing": 3, "finances": 3}
_ADDED_UP = re.compile(r"total|sum(?!mary)|average|mean|score|index|risk|percent|rank", re.IGNORECASE)


async def _hers(area: PlansArea) -> tuple[UUID, UUID]:
    person_id = await area.person()
    return person_id, await area.case(person_id)


def _numbers(answer: Any) -> Iterator[float]:
    match answer:
        case dict():
            for each in answer.values():
                yield from _numbers(each)
        case list():
            for each in answer:
                yield from _numbers(each)
        case bool():
            return
        case int() | float():
            yield answer


def _names(answer: Any) -> Iterator[str]:
    match answer:
        case dict():
            for name, each in answer.items():
                yield name
                yield from _names(each)
        case list():
            for each in answer:
                yield from _names(each)


async def test_she_fills_it_in_herself_unasked(placing: PlansArea) -> None:
    person_id, case_id = await _hers(placing)
    taken = await placing.post(
        f"/cases/{case_id}/wellbeing/answers", {"answers": FIRST}, role=Role.YOUNG_PERSON, subject=person_id
    )
    assert (taken["state"], taken["by"], taken["offered_on"]) == ("taken", "young_person", None)
    seen = await placing.get(f"/cases/{case_id}/wellbeing", role=Role.YOUNG_PERSON, subject=person_id)
    answered = {each["question"]: [found["value"] for found in each["answers"]] for each in seen["history"]}
    assert {question: values for question, values in answered.items() if values} == {
        question: [value] for question, value in FIRST.items()
    }
    assert len(answered) == 10


async def test_each_question_has_its_own_history_with_bands(placing: PlansArea) -> None:
    _, case_id = await _hers(placing)
    await placing.post(f"/cases/{case_id}/wellbeing/answers", {"answers": {"health": 5}})
    placing.pass_days(90)
    await placing.post(f"/cases/{case_id}/wellbeing/answers", {"answers": {"health": 8, "housing": 6}})
    seen = await placing.get(f"/cases/{case_id}/wellbeing")
    history = {each["question"]: each["answers"] for each in seen["history"]}
    assert [(each["value"], each["band"]) for each in history["health"]] == [(5, "0-5"), (8, "8-10")]
    assert [(each["value"], each["band"]) for each in history["housing"]] == [(6, "6-7")]
    assert history["health"][0]["on"] < history["health"][1]["on"]


async def test_an_offer_is_answered_or_declined_and_may_be_made_again(placing: PlansArea) -> None:
    person_id, case_id = await _hers(placing)
    path = f"/cases/{case_id}/wellbeing"
    offered = await placing.post(path, {})
    assert (await placing.ask("POST", path, {})).status_code == 409
    refusal = f"{path}/{offered['measure_id']}/refusal"
    declined = await placing.post(refusal, {}, role=Role.YOUNG_PERSON, subject=person_id)
    assert (declined["state"], declined["by"]) == ("declined", "young_person")
    second = await placing.post(path, {})
    answers = await placing.ask("POST", f"{path}/{second['measure_id']}/answers", {"answers": FIRST})
    assert answers.json()["state"] == "taken"
    states = [each["state"] for each in (await placing.get(path))["measures"]]
    assert states == ["declined", "taken"]


async def test_answers_given_unasked_answer_what_is_offered(placing: PlansArea) -> None:
    _, case_id = await _hers(placing)
    path = f"/cases/{case_id}/wellbeing"
    offered = await placing.post(path, {})
    taken = await placing.post(f"{path}/answers", {"answers": SECOND})
    assert taken["measure_id"] == offered["measure_id"]


@pytest.mark.parametrize("answers", [{"health": 11}, {"health": -1}, {"health": 7.5}, {"weight": 7}, {}])
async def test_nothing_off_the_scale_is_taken(placing: PlansArea, answers: dict[str, object]) -> None:
    _, case_id = await _hers(placing)
    path = f"/cases/{case_id}/wellbeing"
    refused = await placing.ask("POST", f"{path}/answers", {"answers": answers})
    assert refused.status_code == 422
    assert (await placing.get(path))["measures"] == []


async def test_no_answer_adds_anything_up(placing: PlansArea) -> None:
    person_id, case_id = await _hers(placing)
    path = f"/cases/{case_id}/wellbeing"
    taken = [await placing.post(f"{path}/answers", {"answers": answers}) for answers in (FIRST, SECOND)]
    hers = await placing.get(path, role=Role.YOUNG_PERSON, subject=person_id)
    questions = await placing.get("/wellbeing-questions")
    others = [await placing.get(f"/cases/{case_id}"), await placing.get(f"/cases/{case_id}/meetings")]
    for answer in (*taken, await placing.get(path), hers, questions, *others):
        assert [name for name in _names(answer) if _ADDED_UP.search(name)] == []
    told = sorted(_numbers(hers))
    assert told == sorted([*FIRST.values(), *SECOND.values()])


def test_no_field_of_the_interface_could_carry_a_total(placing: PlansArea) -> None:
    openapi = placing.service.app().openapi()
    schemas = openapi["components"]["schemas"]
    ours = {
        name: schemas[name] for name in ("MeterView", "WellbeingView", "MeasureView", "HistoryView", "AnsweredView")
    }
    numeric = {
        (name, field)
        for name, schema in ours.items()
        for field, kind in schema["properties"].items()
        if kind.get("type") in {"integer", "number"}
    }
    assert numeric == {("AnsweredView", "value"), ("MeterView", "lowest"), ("MeterView", "highest")}
    assert [name for schema in ours.values() for name in schema["properties"] if _ADDED_UP.search(name)] == []


async def test_the_questions_are_asked_in_each_language(placing: PlansArea) -> None:
    asked = {
        language: await placing.get(f"/wellbeing-questions?language={language}") for language in ("fi", "sv", "en")
    }
    assert len({each["asked"] for each in asked.values()}) == 3
    keys = [[question["key"] for question in each["questions"]] for each in asked.values()]
    assert keys[0] == keys[1] == keys[2]
    assert asked["fi"]["bands"] == ["0-5", "6-7", "8-10"]


async def test_another_case_has_other_answers(placing: PlansArea) -> None:
    _, case_id = await _hers(placing)
    offered = await placing.post(f"/cases/{case_id}/wellbeing", {})
    elsewhere = f"/cases/{await placing.case()}/wellbeing/{offered['measure_id']}/refusal"
    assert (await placing.ask("POST", elsewhere, {})).status_code == 404
    other = await placing.ask("GET", f"/cases/{case_id}/wellbeing", role=Role.YOUNG_PERSON, subject=uuid4())
    assert other.status_code == 404


async def test_whoever_answers_or_declines_is_written_down(placing: PlansArea) -> None:
    (person_id, case_id), worker = await _hers(placing), uuid4()
    path = f"/cases/{case_id}/wellbeing"
    offered = (await placing.post(path, {}))["measure_id"]
    await placing.post(f"{path}/{offered}/refusal", {}, subject=worker)
    await placing.post(f"{path}/{offered}/answers", {"answers": FIRST}, subject=worker)
    log = (await placing.get(f"/young-people/{person_id}/access-log"))["items"]
    assert [each["done"] for each in log if each["reader"] == str(worker)] == ["wellbeing_recorded"] * 2
