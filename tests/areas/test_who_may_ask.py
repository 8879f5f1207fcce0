"""Who may ask what: no token, a false one, another area's, and one without the permission, at every real service."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from contracts.subjects import SERVICES
from contracts.values import new_id
from deploy.embedded.stack import OPERATIONS, EmbeddedStack
from deploy.embedded.tokens import AUDIENCE, ISSUER, subject_id
from deploy.world.desks import AreaDesk
from deploy.world.people import YoungPerson
from tests.areas.journeys import Journey

pytestmark = [pytest.mark.areas, pytest.mark.xdist_group("areas-2")]

Desks = Mapping[str, AreaDesk]
Claims = dict[str, Any]
EVERYWHERE = (*SERVICES, OPERATIONS)
PUBLIC = {"/health/live", "/health/ready", "/metrics", "/asyncapi.json", "/v1/traces"}
"""What answers without a token: probes, counts and shapes, and the collector's port."""

A_ROUTE = {"plans": "/cases", "interarea": "/handoffs", "notifications": "/inbox", OPERATIONS: "/handoffs"}


@pytest.fixture
def journey(stack: EmbeddedStack, desks: Desks, young_person: YoungPerson) -> Journey:
    """Somebody whom 05 placed and who lives there."""
    return Journey.begin(stack, desks, young_person)


def address(stack: EmbeddedStack, service: str, area: str = "05") -> str:
    return stack.url(service) if service == OPERATIONS else stack.url(service, area)


def routes(stack: EmbeddedStack, service: str) -> Iterator[tuple[str, str]]:
    """Every method and path of a service that is not public; ids in paths are nobody's."""
    described = httpx.get(f"{address(stack, service)}/openapi.json").raise_for_status().json()
    for path, methods in described["paths"].items():
        if path in PUBLIC:
            continue
        for method in methods:
            filled = path.replace("{trace_id}", "0" * 31 + "1")
            while "{" in filled:
                filled = filled[: filled.index("{")] + str(new_id()) + filled[filled.index("}") + 1 :]
            yield method.upper(), filled


def asked(url: str, token: str | None, method: str = "GET", **sent: Any) -> httpx.Response:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    return httpx.request(method, url, headers=headers, timeout=10, **sent)


def problem(answer: httpx.Response) -> str:
    """The stable code of a refusal, which names nobody."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return str(answer.json()["type"]).removeprefix("urn:jatkumo:problem:")


# Strangers


@pytest.mark.parametrize("service", EVERYWHERE)
def test_no_route_answers_without_a_token(stack: EmbeddedStack, service: str) -> None:
    found = list(routes(stack, service))
    assert len(found) >= 3
    answers = {route: asked(address(stack, service) + route[1], None, route[0]) for route in found}
    assert {route: answer.status_code for route, answer in answers.items() if answer.status_code != 401} == {}
    assert {problem(answer) for answer in answers.values()} == {"missing-token"}
    assert {answer.headers["www-authenticate"] for answer in answers.values()} == {"Bearer"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_worker_of_one_area_is_a_stranger_at_every_route_of_another(stack: EmbeddedStack, service: str) -> None:
    for role in ("worker", "lead", "operator", "young_person"):
        token = stack.token("08", role)
        answers = [asked(address(stack, service) + path, token, method) for method, path in routes(stack, service)]
        assert {(answer.status_code, problem(answer)) for answer in answers} == {(403, "stranger")}


def test_an_area_knows_nothing_of_a_case_that_is_another_areas(desks: Desks, journey: Journey) -> None:
    for path in ("", "/rights", "/workers", "/residences"):
        answer = desks["08"].ask("plans", "GET", f"/cases/{journey.case_id}{path}")
        assert (answer.status_code, problem(answer)) == (404, "no-such-case"), path
    assert desks["08"].handoffs(journey.case_id) == []


# False tokens


def forged(stack: EmbeddedStack, **changed: Any) -> str:
    """A token with the issuer's own key, some claims changed; None leaves a claim out."""
    key = OKPKey.import_key(json.loads(stack.wiring.issuer.private.read_text()))
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, claims(**changed), key, algorithms=["Ed25519"])


def claims(**changed: Any) -> Claims:
    now = int(datetime.now(UTC).timestamp())
    honest = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(subject_id("05", "lead")),
        "area": "05",
        "role": "lead",
        "iat": now,
        "exp": now + 3600,
    }
    return {name: value for name, value in {**honest, **changed}.items() if value is not None}


def signed_by_another_key(stack: EmbeddedStack) -> str:
    """Under the key id of the issuer's."""
    real = OKPKey.import_key(json.loads(stack.wiring.issuer.private.read_text()))
    other = OKPKey.generate_key("Ed25519")
    return jwt.encode({"alg": "Ed25519", "kid": real.kid}, claims(), other, algorithms=["Ed25519"])


def signed_with_the_public_key(stack: EmbeddedStack) -> str:
    """As a shared secret, which everybody has."""
    real = OKPKey.import_key(json.loads(stack.wiring.issuer.private.read_text()))
    secret = OctKey.import_key(stack.wiring.issuer.jwks.read_bytes())
    return jwt.encode({"alg": "HS256", "kid": real.kid}, claims(), secret, algorithms=["HS256"])


def tampered(stack: EmbeddedStack) -> str:
    """A worker's token with another's claims."""
    header, _, signature = forged(stack, role="worker").split(".")
    return ".".join([header, forged(stack, role="operator").split(".")[1], signature])


def unsigned(stack: EmbeddedStack) -> str:
    header, payload, _ = forged(stack).split(".")
    return f"{header}.{payload}."


def test_the_means_of_forging_would_make_a_good_token(stack: EmbeddedStack) -> None:
    for service in SERVICES:
        assert asked(address(stack, service) + A_ROUTE[service], forged(stack)).status_code == 200


@pytest.mark.parametrize("service", EVERYWHERE)
def test_a_wrong_token_is_refused(stack: EmbeddedStack, service: str) -> None:
    hour_ago = int(datetime.now(UTC).timestamp()) - 3600
    wrong = {
        "no token": "x",
        "of another key": signed_by_another_key(stack),
        "of the public key": signed_with_the_public_key(stack),
        "tampered": tampered(stack),
        "unsigned": unsigned(stack),
        "expired": forged(stack, exp=hour_ago),
        "not yet valid": forged(stack, nbf=hour_ago + 7200),
        "without an end": forged(stack, exp=None),
        "of another issuer": forged(stack, iss="urn:somebody:else"),
        "for another service": forged(stack, aud="somebody-else"),
        "of no role": forged(stack, role="head"),
        "of no area": forged(stack, area="99"),
        "without an area": forged(stack, area=None),
        "of nobody": forged(stack, sub=None),
    }
    answers = {what: asked(address(stack, service) + A_ROUTE[service], token) for what, token in wrong.items()}
    assert {what: answer.status_code for what, answer in answers.items() if answer.status_code != 401} == {}
    assert {problem(answer) for answer in answers.values()} == {"bad-token", "expired-token"}


# Permissions


@pytest.mark.parametrize(
    ("service", "method", "path", "may_not"),
    [
        ("plans", "GET", "/cases", ("operator", "young_person")),
        ("plans", "POST", "/young-people", ("operator", "young_person")),
        ("plans", "POST", "/young-people/search", ("operator", "young_person")),
        ("plans", "POST", "/workers", ("worker", "young_person")),
        ("plans", "POST", "/population-changes", ("worker", "young_person")),
        ("plans", "GET", "/me", ("worker", "lead", "operator")),
        ("interarea", "GET", "/handoffs", ("young_person",)),
        ("notifications", "GET", "/inbox", ("operator",)),
        ("notifications", "GET", "/deliveries", ("worker", "lead", "young_person")),
        (OPERATIONS, "GET", "/handoffs", ("worker", "lead", "young_person")),
        *((service, "GET", "/dead-letters", ("worker", "lead", "young_person")) for service in SERVICES),
        *((service, "POST", "/journal/replay", ("worker", "lead", "young_person")) for service in SERVICES),
    ],
)
def test_a_role_without_the_permission_is_refused(
    stack: EmbeddedStack, service: str, method: str, path: str, may_not: tuple[str, ...]
) -> None:
    for role in may_not:
        answer = asked(address(stack, service) + path, stack.token("05", role), method)
        assert (answer.status_code, problem(answer)) == (403, "not-permitted"), role


def test_a_refused_move_changes_nothing(stack: EmbeddedStack, desks: Desks, journey: Journey) -> None:
    path = f"/cases/{journey.case_id}/moves"
    body = {"municipality": "837", "moved_on": str(datetime.now(UTC).date())}
    refused = {
        role: asked(stack.url("plans", "05") + path, stack.token("05", role), "POST", json=body).status_code
        for role in ("operator", "young_person")
    }
    assert refused == {"operator": 403, "young_person": 403}
    assert len(desks["05"].read("plans", f"/cases/{journey.case_id}/residences")) == 1
    assert journey.handoffs() == []


def test_a_young_person_sees_her_own_and_nobody_elses(desks: Desks, journey: Journey) -> None:
    desk = desks["05"]
    own = desk.read("plans", "/me", role="young_person", subject=journey.person_id)
    assert (own["given_name"], len(own["cases"])) == (journey.person.given_name, 1)
    logs = f"/young-people/{journey.person_id}"
    assert desk.listed("plans", f"{logs}/access-log", role="young_person", subject=journey.person_id)

    somebody_else = new_id()
    for log in ("access-log", "disclosures"):
        answer = desk.ask("plans", "GET", f"{logs}/{log}", role="young_person", subject=somebody_else)
        assert answer.status_code in {403, 404}
        assert journey.person.given_name not in answer.text
    assert desk.ask("plans", "GET", "/me", role="young_person", subject=somebody_else).status_code == 404
    assert desk.inbox("young_person", somebody_else) == []


def test_a_worker_cannot_open_a_young_persons_inbox_by_her_id(desks: Desks, journey: Journey) -> None:
    journey.move_to("08")
    journey.until_told("08")
    assert len(desks["05"].inbox("young_person", journey.person_id)) == 1
    for role in ("worker", "lead"):
        assert desks["05"].inbox(role, journey.person_id) == []


def test_only_the_contact_or_a_lead_records_a_first_contact(desks: Desks, journey: Journey) -> None:
    journey.move_to("08")
    handoff = journey.until_told("08")
    case_id: UUID = journey.case_in("08")
    body = {"contacted_at": datetime.now(UTC).isoformat(), "handoff_id": str(handoff.handoff_id)}

    answer = desks["08"].ask(
        "plans", "POST", f"/cases/{case_id}/first-contact", role="worker", subject=new_id(), json=body
    )

    assert (answer.status_code, problem(answer)) == (403, "reason-needed")
    seen = desks["08"].handoff(handoff.handoff_id)
    assert seen is not None
    assert (seen["state"], seen["first_contact_at"]) == ("overlap", None)
