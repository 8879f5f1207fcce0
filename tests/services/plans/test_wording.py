"""A text is checked while it is written, by whoever writes it; nothing of it is kept anywhere (R34)."""

from uuid import uuid4

import pytest

from services.chassis.auth import Role
from tests.services.plans.area import PlansArea

TEXT = "Asiakassuunnitelmaneuvottelu pidetään. Tukea annetaan enintään kaksi tuntia viikossa."

KEPT = ("idempotency_keys", "access_log", "journal", "outbox")


async def test_a_worker_sees_what_is_hard_and_what_could_stand_there(placing: PlansArea) -> None:
    answer = await placing.post("/wording/check", {"text": TEXT, "language": "fi", "hints_in": "sv"}, role=Role.WORKER)
    jargon, ceiling = answer["findings"]
    assert (jargon["code"], jargon["words"]) == ("jargon", TEXT[jargon["start"] : jargon["end"]])
    assert jargon["plainer"] == "tapaaminen, jossa tehdään suunnitelma"
    assert (ceiling["code"], ceiling["words"]) == ("ceiling", "enintään kaksi tuntia")
    assert ceiling["hint"].startswith("Det här låter som ett tak")


async def test_a_young_person_checks_her_own_text_too(placing: PlansArea) -> None:
    body = {"text": "Haluan oman kodin.", "language": "fi"}
    assert await placing.post("/wording/check", body, role=Role.YOUNG_PERSON, subject=uuid4()) == {"findings": []}


async def test_nothing_of_the_text_is_kept_not_even_for_the_same_request_again(
    placing: PlansArea, capfd: pytest.CaptureFixture[str]
) -> None:
    before = {table: await _count(placing, table) for table in KEPT}
    for _ in range(2):
        answer = await placing.ask(
            "POST", "/wording/check", {"text": TEXT, "language": "fi"}, headers={"Idempotency-Key": "draft-7"}
        )
        assert answer.status_code == 200
        assert "Idempotency-Replayed" not in answer.headers
    assert {table: await _count(placing, table) for table in KEPT} == before
    told = capfd.readouterr()
    assert "euvottelu" not in told.out + told.err


@pytest.mark.parametrize("wrong", [{"text": "x", "language": "de"}, {"text": "x" * 50_001, "language": "fi"}, {}])
async def test_a_question_that_cannot_be_answered_is_refused_without_quoting_it(
    placing: PlansArea, wrong: dict[str, object]
) -> None:
    answer = await placing.ask("POST", "/wording/check", wrong)
    assert answer.status_code == 422
    assert "xx" not in answer.text


async def test_a_broken_character_is_refused_or_told_and_breaks_nothing(placing: PlansArea) -> None:
    body = b'{"text": "' + b"\\ud800 sana " * 30 + b'", "language": "fi"}'
    headers = {**placing.bearer(Role.WORKER, uuid4()), "content-type": "application/json"}
    answer = await placing.client.post("/wording/check", content=body, headers=headers)
    assert answer.status_code in {200, 422}, answer.text


async def _count(area: PlansArea, table: str) -> int:
    [row] = await area.rows(f"SELECT count(*) AS rows FROM {table}")
    return int(row.rows)
