"""Operators see a trace, every trace of a handoff with what is linked to it, and the newest handoffs."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from contracts.values import new_id
from services.chassis.auth import Role
from tests.services.operations.collector import Collector, names, plain_span

UNHEARD_OF = UUID(int=7)


def ids(traces: list[dict[str, Any]]) -> list[int]:  # Any: JSON
    """The traces' ids as the small numbers that the tests give them."""
    return [int(trace["trace_id"], 16) for trace in traces]


def test_a_handoff_is_answered_with_every_trace_that_names_it_oldest_first_and_whole(collector: Collector) -> None:
    handoff = new_id()
    collector.store(plain_span(50, trace=2), plain_span(51, trace=2, handoff=handoff), area="08")
    collector.store(plain_span(11, trace=1, handoff=handoff), plain_span(10, trace=1), area="05")
    collector.store(plain_span(30, trace=3, handoff=new_id()), plain_span(31, trace=4))

    answer = collector.handoff(handoff)

    assert ids(answer["traces"]) == [1, 2]
    assert [names(trace) for trace in answer["traces"]] == [["step 10", "step 11"], ["step 50", "step 51"]]
    assert [trace["services"][0]["area"] for trace in answer["traces"]] == ["05", "08"]
    assert answer["linked_traces"] == []


def test_a_handoff_shows_the_traces_that_its_own_link_to_and_those_that_link_to_them(collector: Collector) -> None:
    handoff = new_id()
    collector.store(plain_span(10, trace=1))
    collector.store(plain_span(20, trace=2, handoff=handoff, links_to=1))
    collector.store(plain_span(30, trace=3, handoff=handoff, links_to=2))
    collector.store(plain_span(40, trace=4, links_to=3))
    collector.store(plain_span(50, trace=5, links_to=4), plain_span(60, trace=6))

    answer = collector.handoff(handoff)

    assert ids(answer["traces"]) == [2, 3]
    assert ids(answer["linked_traces"]) == [1, 4]
    assert answer["traces"][1]["spans"][0]["links"] == [
        {"trace_id": f"{2:032x}", "span_id": f"{1:016x}", "attributes": {}}
    ]


def test_a_link_to_a_trace_that_never_arrived_is_shown_and_nothing_else_of_it(collector: Collector) -> None:
    handoff = new_id()
    collector.store(plain_span(handoff=handoff, links_to=99))

    answer = collector.handoff(handoff)

    assert answer["linked_traces"] == []
    assert answer["traces"][0]["spans"][0]["links"][0]["trace_id"] == f"{99:032x}"


def test_one_trace_may_tell_of_two_handoffs(collector: Collector) -> None:
    first, second = new_id(), new_id()
    collector.store(plain_span(1, handoff=first), plain_span(2, handoff=second))

    assert collector.handoff(first)["traces"] == collector.handoff(second)["traces"]


def test_the_newest_handoffs_come_first_with_their_time_traces_and_areas(collector: Collector) -> None:
    older, newer = new_id(), new_id()
    collector.store(plain_span(1, trace=1, handoff=newer), plain_span(5, trace=2, handoff=newer), area="08")
    collector.store(plain_span(9, trace=2, handoff=newer), plain_span(2, trace=3, handoff=older), area="05")

    newest, oldest = collector.ask("/handoffs").json()

    assert newest == {
        "handoff_id": str(newer),
        "first_at": "2026-09-21T14:13:20.001000Z",
        "last_at": "2026-09-21T14:13:20.009000Z",
        "traces": 2,
        "areas": ["05", "08"],
    }
    assert (oldest["handoff_id"], oldest["areas"]) == (str(older), ["05"])
    assert [handoff["handoff_id"] for handoff in collector.ask("/handoffs?limit=1").json()] == [str(newer)]


def test_a_trace_id_is_read_in_upper_and_lower_case(collector: Collector) -> None:
    collector.store(plain_span(trace=0xABC))

    assert collector.ask(f"/traces/{0xABC:032X}").json() == collector.ask(f"/traces/{0xABC:032x}").json()


@pytest.mark.parametrize(
    ("path", "problem"),
    [(f"/traces/{7:032x}", "no-such-trace"), (f"/handoffs/{UNHEARD_OF}/traces", "no-such-handoff")],
)
def test_what_never_arrived_is_not_found(collector: Collector, path: str, problem: str) -> None:
    answer = collector.ask(path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["type"] == f"urn:jatkumo:problem:{problem}"


@pytest.mark.parametrize("path", ["/traces/xyz", f"/traces/{7:031x}", "/handoffs/7/traces", "/handoffs?limit=0"])
def test_a_question_of_the_wrong_form_says_which_field(collector: Collector, path: str) -> None:
    answer = collector.ask(path)

    assert answer.status_code == 422
    assert answer.json()["field"] in {"trace_id", "handoff_id", "limit"}


@pytest.mark.parametrize("path", [f"/traces/{1:032x}", f"/handoffs/{UNHEARD_OF}/traces", "/handoffs"])
def test_only_operators_may_look_and_those_of_every_area(collector: Collector, path: str) -> None:
    refused = [collector.ask(path, role=role).status_code for role in Role if role is not Role.OPERATOR]
    allowed = [collector.ask(path, area=area).status_code for area in ("05", "08", "90")]

    assert refused == [403, 403, 403]
    assert not {401, 403} & set(allowed)
    assert httpx.get(collector.url + path).status_code == 401


def test_the_service_says_how_it_is_and_what_it_answers(collector: Collector) -> None:
    collector.store(plain_span())

    assert httpx.get(f"{collector.url}/health/live").status_code == 200
    assert httpx.get(f"{collector.url}/health/ready").json()["ready"] is True
    assert 'jatkumo_spans_total{outcome="stored"}' in httpx.get(f"{collector.url}/metrics").text
    paths = httpx.get(f"{collector.url}/openapi.json").json()["paths"]
    assert {"/v1/traces", "/traces/{trace_id}", "/handoffs", "/handoffs/{handoff_id}/traces"} <= set(paths)
