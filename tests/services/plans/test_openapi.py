"""Every route as its OpenAPI describes it, asked by everybody: no fault, no other shape, nothing of anybody else's.

Requests are made from the document itself. The seed is fixed: the same requests every time, so what fails fails again.
"""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.chassis.auth import Role
from tests.services.plans.area import PlansArea, SettingsOf, plans_in, plans_settings
from tests.services.plans.planning import drafted
from tests.services.tokens import TokenIssuer

ASKED_OF_EACH_ROUTE = 3
Result = TypeVar("Result")
Operation = APIOperation[Any, Any, Any, Any]


class _Loop:
    """An event loop of its own, because the requests are drawn where none runs."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(60)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@dataclass(frozen=True)
class World:
    """An area with two young people, each with a worker and a plan of her own; and what is known of the first."""

    area: PlansArea
    loop: _Loop
    first: UUID
    first_worker: UUID
    second: UUID
    outside: UUID
    ids: dict[str, list[str]]
    """Ids of the first one's things, by what a path calls them."""


_FIRST = {"given_name": "Ensimma", "family_name": "Esimerkki", "email": "ensimma@nuori.example"}
_SECOND = {"given_name": "Toisarvo", "family_name": "Salattu", "email": "toisarvo@nuori.example"}
_OF_FIRST = (*_FIRST.values(), "I want a home of my own.")
_OF_SECOND = tuple(_SECOND.values())


@pytest.fixture
def world(settings_of: SettingsOf, tokens: TokenIssuer, tmp_path: Path) -> Iterator[World]:
    """The area, on a loop of its own."""
    loop, stack = _Loop(), AsyncExitStack()
    made = loop.run(_made(stack, settings_of, tokens, tmp_path))
    yield World(loop=loop, **made)
    loop.run(stack.aclose())
    loop.end()


async def _made(stack: AsyncExitStack, settings_of: SettingsOf, tokens: TokenIssuer, folder: Path) -> dict[str, Any]:
    area = await stack.enter_async_context(plans_in(plans_settings(settings_of, "05"), tokens, folder / "clock"))
    await area.worker(name="Kaarina Lehto", title="lead_social_worker", qualification="social_worker", lead=True)
    outside = await area.worker(name="Ilta Virta", caseload_aim=0)
    planning, goal_id, promise_id = await drafted(area)
    await area.ask("PATCH", f"/young-people/{planning.person_id}", {**_FIRST}, headers={"If-Match": '"1"'})
    await planning.publish()
    worker_id, second = await area.worker(), await area.person(**_SECOND)
    await area.case(second, worker_id=str(worker_id))
    ids: dict[str, set[str]] = defaultdict(set)
    for name, value in (
        ("person_id", planning.person_id),
        ("case_id", planning.case_id),
        ("worker_id", planning.worker_id),
        ("goal_id", goal_id),
        ("promise_id", promise_id),
        ("number", 1),
    ):
        ids[name].add(str(value))
    for path, methods in area.service.app().openapi()["paths"].items():
        if "get" in methods and path.startswith("/cases/{case_id}/") and path.count("{") == 1:
            answer = await area.ask("GET", path.format(case_id=planning.case_id))
            if answer.headers.get("content-type") == "application/json":
                _note_ids(answer.json(), ids)
    return {
        "area": area,
        "first": planning.person_id,
        "first_worker": planning.worker_id,
        "second": second,
        "outside": outside,
        "ids": {name: sorted(found)[:3] for name, found in ids.items()},
    }


def _note_ids(found: object, ids: dict[str, set[str]]) -> None:
    if isinstance(found, list):
        for each in found:
            _note_ids(each, ids)
    elif isinstance(found, dict):
        for name, value in found.items():
            if name.endswith("_id") and isinstance(value, str):
                ids[name].add(value)
            _note_ids(value, ids)


@dataclass(frozen=True)
class Caller:
    """Somebody who asks, and what no answer may tell them."""

    role: Role
    whose: str | None
    """The member of ``World`` with their id."""
    may_not_see: tuple[str, ...]
    may_not_ask: frozenset[str] = frozenset()
    """Ways by which they would rightly come to see it."""


_REASON = frozenset({"/cases/{case_id}/openings"})
CALLERS = {
    "her worker": Caller(Role.WORKER, "first_worker", _OF_SECOND, _REASON),
    "another worker": Caller(Role.WORKER, "outside", (*_OF_FIRST, *_OF_SECOND), _REASON),
    "a lead": Caller(Role.LEAD, None, ()),
    "an operator": Caller(Role.OPERATOR, None, (*_OF_FIRST, *_OF_SECOND)),
    "the young person": Caller(Role.YOUNG_PERSON, "first", _OF_SECOND),
    "another young person": Caller(Role.YOUNG_PERSON, "second", _OF_FIRST),
}


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.timeout(600)
def test_every_route_answers_everybody_as_it_says(world: World, name: str) -> None:
    caller = CALLERS[name]
    subject = uuid4() if caller.whose is None else getattr(world, caller.whose)
    bearer = world.area.bearer(caller.role, subject)
    failures: list[str] = []
    for operation in _operations(world):
        if operation.path not in caller.may_not_ask:
            try:
                _ask(world, operation, bearer, caller.may_not_see)
            # Every route is asked, and all that fail are told at the end.
            except (Exception, BaseExceptionGroup) as failure:
                failures.append(f"{operation.method.upper()} {operation.path}: {_told(failure)}")
    assert failures == [], "\n\n".join(failures)


def test_a_token_of_another_area_opens_no_route(world: World) -> None:
    for role in Role:
        bearer = _bearer_of_another_area(world, role)
        for operation in _operations(world):
            case = operation.Case(path_parameters={name: _known(world, name) for name in _path_names(operation)})
            if not operation.path.startswith(("/health", "/metrics", "/openapi.json", "/asyncapi")):
                answer = _answer(world, case, bearer)
                assert (answer.status_code, answer.json()["type"]) == (403, "urn:jatkumo:problem:stranger"), case


def _told(failure: BaseException) -> str:
    """A failure in words, with every one that it is made of."""
    if isinstance(failure, BaseExceptionGroup):
        return "\n".join([str(failure), *(_told(each) for each in failure.exceptions)])
    return f"{type(failure).__name__}: {failure}"


def _ask(world: World, operation: Operation, bearer: dict[str, str], may_not_see: tuple[str, ...]) -> None:
    @settings(
        derandomize=True,
        max_examples=ASKED_OF_EACH_ROUTE,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        for name in case.path_parameters or {}:
            known = world.ids.get(name, [])
            case.path_parameters[name] = data.draw(st.sampled_from([*known * 3, case.path_parameters[name]]))
        if isinstance(case.body, dict):
            for name in case.body.keys() & world.ids.keys():
                case.body[name] = data.draw(st.sampled_from([*world.ids[name], case.body[name]]))
        version = f'"{data.draw(st.integers(0, 3))}"'
        answer = _answer(world, case, {**bearer, "If-Match": version})
        case.validate_response(
            answer,
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
        )
        assert answer.status_code != 201 or "location" in answer.headers, "what was made can be found"
        told = [each for each in may_not_see if each in answer.text]
        assert told == [], f"tells {told}"

    ask()


def _answer(world: World, case: Case[Any], headers: dict[str, str]) -> httpx.Response:
    sent = case.as_transport_kwargs(base_url="http://plans.test")
    given_headers = {name: value for name, value in sent["headers"].items() if name.lower() not in _OUR_OWN}
    request = {name: sent[name] for name in ("params", "json", "data") if sent.get(name) is not None}
    return world.loop.run(
        world.area.client.request(sent["method"], sent["url"], headers={**given_headers, **headers}, **request)
    )


_OUR_OWN = frozenset({"if-match", "authorization", "idempotency-key"})
"""Headers that no drawn value may stand in for: a key that comes twice would answer for a command that was not made."""


def _operations(world: World) -> list[Operation]:
    schema = schemathesis.openapi.from_dict(world.area.service.app().openapi())
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    # Without a broker it rightly says that it is not ready.
    return [each for each in found if each.path != "/health/ready"]


def _path_names(operation: Operation) -> list[str]:
    return [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]


def _known(world: World, name: str) -> str:
    return next(iter(world.ids.get(name, [])), str(uuid4()))


def _bearer_of_another_area(world: World, role: Role) -> dict[str, str]:
    return world.area._tokens.bearer(role, area="08")
