"""Requests at the boundary: who may ask, one transaction, one effect per key, problems that name the field."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey
from sqlalchemy import text

from contracts import plans
from contracts.values import CaseRole
from services.chassis import boundary, dead_letters, journal
from services.chassis.auth import Role
from services.chassis.settings import ServiceSettings
from tests.services.chassis import probe
from tests.services.tokens import TokenIssuer


@pytest.fixture
async def client(settings_of: Callable[[str, str], ServiceSettings]) -> AsyncIterator[httpx.AsyncClient]:
    async with probe.client_of(probe.build(settings_of("plans", "05"))) as client:
        yield client


@pytest.fixture
def lead(tokens: TokenIssuer) -> dict[str, str]:
    return tokens.bearer(Role.LEAD, area="05", subject=uuid4())


async def total(client: httpx.AsyncClient, lead: dict[str, str]) -> int:
    answer = await client.get("/counts", headers=lead)
    return int(answer.json()["total"])


def problem(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["type"]).removeprefix("urn:jatkumo:problem:")


async def test_a_request_without_a_token_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/counts")
    assert (answer.status_code, problem(answer)) == (401, "missing-token")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_worker_of_another_area_is_a_stranger(client: httpx.AsyncClient, tokens: TokenIssuer) -> None:
    answer = await client.get("/counts", headers=tokens.bearer(Role.LEAD, area="08"))
    assert (answer.status_code, problem(answer)) == (403, "stranger")


async def test_a_role_without_the_permission_is_refused(client: httpx.AsyncClient, tokens: TokenIssuer) -> None:
    answer = await client.post("/counts", json={"by": 1}, headers=tokens.bearer(Role.WORKER, area="05"))
    assert (answer.status_code, problem(answer)) == (403, "not-permitted")


async def test_an_expired_token_is_refused(client: httpx.AsyncClient, tokens: TokenIssuer) -> None:
    token = tokens.token(Role.LEAD, area="05", lasts_seconds=-3600)
    answer = await client.get("/counts", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, problem(answer)) == (401, "expired-token")


CLAIMS = {
    "iss": TokenIssuer.issuer,
    "aud": TokenIssuer.audience,
    "sub": "x",
    "area": "05",
    "role": "lead",
    "iat": 1,
    "exp": 4102444800,
}


def forged_by_another_issuer() -> str:
    key = OKPKey.generate_key("Ed25519", {"kid": "stranger"})
    return jwt.encode({"alg": "Ed25519", "kid": "stranger"}, CLAIMS, key, algorithms=["Ed25519"])


def confused_algorithm() -> str:
    return jwt.encode({"alg": "HS256"}, CLAIMS, OctKey.generate_key(256), algorithms=["HS256"])


@pytest.mark.parametrize("forge", [forged_by_another_issuer, confused_algorithm, lambda: "not.a.token", lambda: "a"])
async def test_a_forged_token_is_refused(client: httpx.AsyncClient, forge: Callable[[], str]) -> None:
    answer = await client.get("/counts", headers={"Authorization": f"Bearer {forge()}"})
    assert (answer.status_code, problem(answer)) == (401, "bad-token")


async def test_a_wrong_body_is_told_by_field_and_expectation(client: httpx.AsyncClient, lead: dict[str, str]) -> None:
    answer = await client.post("/counts", json={"by": 4711}, headers=lead)
    assert (answer.status_code, problem(answer)) == (422, "invalid-request")
    assert answer.json()["field"] == "by"
    assert "10" in answer.json()["expected"]
    assert "4711" not in answer.text


async def test_a_rule_that_refuses_leaves_nothing_behind(client: httpx.AsyncClient, lead: dict[str, str]) -> None:
    answer = await client.post("/counts", json={"by": 7}, headers=lead)
    assert (answer.status_code, problem(answer)) == (409, "not-seven")
    assert answer.json()["field"] == "by"
    assert await total(client, lead) == 0


async def test_a_fault_tells_nothing_of_its_inside(client: httpx.AsyncClient, lead: dict[str, str]) -> None:
    answer = await client.post("/counts", json={"by": 9}, headers=lead)
    assert (answer.status_code, problem(answer)) == (500, "unexpected")
    assert "secret" not in answer.text
    assert await total(client, lead) == 0


async def test_the_same_key_has_one_effect_and_one_answer(client: httpx.AsyncClient, lead: dict[str, str]) -> None:
    keyed = {**lead, "Idempotency-Key": uuid4().hex}
    answers = [await client.post("/counts", json={"by": 3}, headers=keyed) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.text for answer in answers}) == 1
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, "true", "true"]
    assert answers[1].headers["etag"] == '"3"'
    assert await total(client, lead) == 3


async def test_the_same_key_at_the_same_time_has_one_effect(client: httpx.AsyncClient, lead: dict[str, str]) -> None:
    keyed = {**lead, "Idempotency-Key": uuid4().hex}
    answers = await asyncio.gather(*[client.post("/counts", json={"by": 2}, headers=keyed) for _ in range(4)])
    assert {answer.status_code for answer in answers} == {201}
    assert await total(client, lead) == 2


async def test_a_key_cannot_be_used_for_another_request(client: httpx.AsyncClient, lead: dict[str, str]) -> None:
    keyed = {**lead, "Idempotency-Key": uuid4().hex}
    await client.post("/counts", json={"by": 2}, headers=keyed)
    answer = await client.post("/counts", json={"by": 3}, headers=keyed)
    assert (answer.status_code, problem(answer)) == (422, "idempotency-key-reused")
    assert await total(client, lead) == 2


async def test_two_callers_may_choose_the_same_key(
    client: httpx.AsyncClient, lead: dict[str, str], tokens: TokenIssuer
) -> None:
    other = tokens.bearer(Role.LEAD, area="05", subject=uuid4())
    for who in (lead, other):
        await client.post("/counts", json={"by": 2}, headers={**who, "Idempotency-Key": "same"})
    assert await total(client, lead) == 4


async def test_a_refused_command_does_not_use_up_its_key(client: httpx.AsyncClient, lead: dict[str, str]) -> None:
    keyed = {**lead, "Idempotency-Key": "once"}
    assert (await client.post("/counts", json={"by": 7}, headers=keyed)).status_code == 409
    assert (await client.post("/counts", json={"by": 1}, headers=keyed)).status_code == 201


async def test_a_change_says_which_version_it_changes(client: httpx.AsyncClient, lead: dict[str, str]) -> None:
    missing = await client.patch("/counts", headers=lead)
    assert (missing.status_code, problem(missing)) == (428, "version-needed")
    stale = await client.patch("/counts", headers={**lead, "If-Match": '"5"'})
    assert (stale.status_code, problem(stale)) == (412, "changed-meanwhile")
    assert (await client.patch("/counts", headers={**lead, "If-Match": '"0"'})).status_code == 200


async def test_answers_are_forgotten_after_a_day(
    settings_of: Callable[[str, str], ServiceSettings], lead: dict[str, str], tmp_path: Path
) -> None:
    service = probe.build(settings_of("plans", "05"))
    async with probe.client_of(service) as client:
        keyed = {**lead, "Idempotency-Key": "once"}
        await client.post("/counts", json={"by": 2}, headers=keyed)
        async with service.work() as work:
            await boundary.forget_answers(work)
        assert "idempotency-replayed" in (await client.post("/counts", json={"by": 2}, headers=keyed)).headers
        (tmp_path / "clock").write_text(str(25 * 3600))
        async with service.work() as work:
            await boundary.forget_answers(work)
            assert not (await work.connection.execute(text("SELECT 1 FROM idempotency_keys"))).all()


async def test_metrics_tell_what_waits_and_what_is_stuck(settings_of: Callable[[str, str], ServiceSettings]) -> None:
    service = probe.build(settings_of("plans", "05"))
    async with probe.client_of(service) as client:
        async with service.work() as work:
            closed = plans.CaseClosed(case_id=uuid4(), version=1, person_id=uuid4(), role=CaseRole.RESIDENCE)
            await journal.record(work, closed, closed)
            await dead_letters.bury(work, dead_letters.DeadLetter("c", "s", {}, b"", "r", "", 1))
        metrics = (await client.get("/metrics")).text
        assert 'jatkumo_outbox_waiting{queue="local"} 2.0' in metrics
        assert 'jatkumo_outbox_oldest_seconds{queue="local"}' in metrics
        assert "jatkumo_dead_letters 1.0" in metrics


async def test_an_unknown_address_is_a_problem_too(client: httpx.AsyncClient, lead: dict[str, str]) -> None:
    answer = await client.get("/nowhere", headers=lead)
    assert (answer.status_code, problem(answer)) == (404, "no-such-address")


async def test_readiness_names_what_is_not_well(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/ready")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert checks["database"]["well"]
    assert not checks["consumer plans-interarea_handoff_opened_v1"]["well"]
    assert (await client.get("/health/live")).status_code == 200
