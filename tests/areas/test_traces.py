"""One trace from the residence change to the young person's message, through both areas; what spans may say."""

import gzip
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans

from contracts import interarea
from contracts.exchange import ExchangeMessage
from contracts.subjects import SERVICES, all_messages
from deploy.embedded.stack import OPERATIONS, EmbeddedStack
from deploy.world.desks import AreaDesk
from deploy.world.people import YoungPerson
from services.chassis import vocabulary
from tests.areas.journeys import Handoff, Journey
from tests.areas.leaks import leaks, people_of, places_of
from tests.areas.slow_motion import until

pytestmark = [pytest.mark.areas, pytest.mark.xdist_group("areas-2")]

Desks = Mapping[str, AreaDesk]
Trace = dict[str, Any]  # a trace as JSON
Span = dict[str, Any]

MOVE_TO_TOLD = (
    ("05", "plans", "POST /cases/{case_id}/moves"),
    ("05", "plans", "publish plans.residence_changed.v1"),
    ("05", "interarea", "handle plans.residence_changed.v1"),
    ("05", "interarea", "publish interarea.handoff_opened.v1"),
    ("05", "plans", "handle interarea.handoff_opened.v1"),
    ("05", "plans", "publish plans.dossier_prepared.v1"),
    ("05", "interarea", "handle plans.dossier_prepared.v1"),
    ("05", "interarea", "publish exchange.handoff.offered.v1"),
    ("08", "interarea", "handle exchange.handoff.offered.v1"),
    ("08", "interarea", "publish interarea.handoff_received.v1"),
    ("08", "plans", "handle interarea.handoff_received.v1"),
    ("08", "plans", "publish plans.contact_named.v1"),
    ("08", "interarea", "handle plans.contact_named.v1"),
    ("08", "interarea", "publish exchange.handoff.accepted.v1"),
    ("05", "interarea", "handle exchange.handoff.accepted.v1"),
    ("05", "interarea", "publish interarea.handoff_accepted.v1"),
    ("05", "notifications", "handle interarea.handoff_accepted.v1"),
    ("05", "notifications", "publish notifications.person_told.v1"),
    ("05", "interarea", "handle notifications.person_told.v1"),
    ("05", "interarea", "publish exchange.handoff.told.v1"),
    ("08", "interarea", "handle exchange.handoff.told.v1"),
)
"""Each span's parent is the one before it."""

BESIDE = (
    (
        ("08", "plans", "publish plans.contact_named.v1"),
        ("08", "notifications", "handle plans.contact_named.v1"),
    ),
    (
        ("08", "interarea", "handle exchange.handoff.offered.v1"),
        ("08", "interarea", "publish exchange.handoff.received.v1"),
    ),
    (
        ("08", "interarea", "publish exchange.handoff.received.v1"),
        ("05", "interarea", "handle exchange.handoff.received.v1"),
    ),
    (
        ("05", "interarea", "publish interarea.handoff_accepted.v1"),
        ("05", "plans", "handle interarea.handoff_accepted.v1"),
    ),
)
"""What branches off: parent and child."""

FIRST_CONTACT = (
    ("08", "plans", "POST /cases/{case_id}/first-contact"),
    ("08", "plans", "publish plans.first_contact_recorded.v1"),
    ("08", "interarea", "handle plans.first_contact_recorded.v1"),
    ("08", "interarea", "publish exchange.handoff.completed.v1"),
    ("05", "interarea", "handle exchange.handoff.completed.v1"),
    ("05", "interarea", "publish interarea.handoff_completed.v1"),
    ("05", "notifications", "handle interarea.handoff_completed.v1"),
)

_NAMES_ITS_HANDOFF = {
    message.type
    for message in all_messages()
    if issubclass(message, ExchangeMessage) or "handoff_id" in message.model_fields
}


@dataclass(frozen=True)
class Traced:
    """A handoff that two people brought about: one recorded the move, one the first contact."""

    handoff: Handoff
    move: Trace
    first_contact: Trace


@pytest.fixture(scope="module")
def traced(stack: EmbeddedStack, desks: Desks, _people: Iterator[YoungPerson]) -> Traced:
    """The traces of a handoff, as soon as they have arrived."""
    handoff = Journey.begin(stack, desks, next(_people)).move_and_meet("08")
    until(lambda: last_spans_have_arrived(desks["05"], handoff), "both traces have arrived", seconds=30)
    move, first_contact = traces_of(desks["05"], handoff)
    return Traced(handoff, move, first_contact)


def traces_of(desk: AreaDesk, handoff: Handoff) -> list[Trace]:
    """The traces of a handoff, the oldest first; none while nothing has arrived."""
    answer = desk.ask_at(f"{desk.stack.url(OPERATIONS)}/handoffs/{handoff.handoff_id}/traces", role="operator")
    found: list[Trace] = [] if answer.status_code == 404 else answer.raise_for_status().json()["traces"]
    return found


def last_spans_have_arrived(desk: AreaDesk, handoff: Handoff) -> bool:
    wanted = {*MOVE_TO_TOLD, *FIRST_CONTACT, *(place for edge in BESIDE for place in edge)}
    spans = [span for trace in traces_of(desk, handoff) for span in trace["spans"]]
    parents = {span["parent_span_id"] for span in spans} - {None}
    return wanted <= {place_of(span) for span in spans} and parents <= {span["span_id"] for span in spans}


def place_of(span: Span) -> tuple[str, str, str]:
    return (span["area"], span["service"], span["name"])


def edges(trace: Trace) -> set[tuple[tuple[str, str, str], tuple[str, str, str]]]:
    """Parent and child, by area, service and name."""
    by_id = {span["span_id"]: span for span in trace["spans"]}
    return {
        (place_of(by_id[span["parent_span_id"]]), place_of(span)) for span in trace["spans"] if span["parent_span_id"]
    }


def test_one_trace_goes_from_the_move_to_the_young_persons_message_and_on(traced: Traced) -> None:
    chain = list(pairwise(MOVE_TO_TOLD))
    assert [edge for edge in chain if edge not in edges(traced.move)] == []
    assert [edge for edge in BESIDE if edge not in edges(traced.move)] == []


def test_the_trace_has_one_beginning_the_request_that_recorded_the_move(traced: Traced) -> None:
    [root] = [span for span in traced.move["spans"] if span["parent_span_id"] is None]
    assert place_of(root) == MOVE_TO_TOLD[0]
    assert root["kind"] == "server"


def test_every_service_of_both_areas_has_a_part_in_it(traced: Traced) -> None:
    places = {(place["area"], place["service"]) for place in traced.move["services"]}
    assert places == {(area, service) for area in ("05", "08") for service in SERVICES}


def test_nobody_hears_before_it_is_said(traced: Traced) -> None:
    for trace in (traced.move, traced.first_contact):
        by_id = {span["span_id"]: span for span in trace["spans"]}
        children = [span for span in trace["spans"] if span["parent_span_id"]]
        assert [s["name"] for s in children if s["offset_ms"] < by_id[s["parent_span_id"]]["offset_ms"]] == []


def test_the_first_contact_is_a_trace_of_its_own_linked_to_the_handoffs(traced: Traced) -> None:
    chain = list(pairwise(FIRST_CONTACT))
    assert traced.first_contact["trace_id"] != traced.move["trace_id"]
    assert [edge for edge in chain if edge not in edges(traced.first_contact)] == []
    linked = {
        span["area"]: link["trace_id"]
        for span in traced.first_contact["spans"]
        if span["service"] == "interarea"
        for link in span["links"]
    }
    assert linked == {"05": traced.move["trace_id"], "08": traced.move["trace_id"]}


def test_every_span_that_says_or_hears_something_of_a_handoff_names_it(traced: Traced) -> None:
    spans = [span for trace in (traced.move, traced.first_contact) for span in trace["spans"]]
    about = [span for span in spans if span["attributes"].get(vocabulary.EVENT_TYPE) in _NAMES_ITS_HANDOFF]
    about += [span for span in traced.first_contact["spans"] if span["parent_span_id"] is None]
    kinds = Counter(span["kind"] for span in about)
    assert kinds["consumer"] > 10
    assert kinds["producer"] > 10
    assert kinds["server"] == 1
    named = {span["name"]: span["attributes"].get(vocabulary.HANDOFF_ID) for span in about}
    assert set(named.values()) == {str(traced.handoff.handoff_id)}, named


def test_a_span_tells_how_far_the_handoff_came(traced: Traced) -> None:
    spans = [span for trace in (traced.move, traced.first_contact) for span in trace["spans"]]
    states = {span["attributes"][vocabulary.STATE] for span in spans if vocabulary.STATE in span["attributes"]}
    assert states >= {"opened", "offered", "received", "accepted", "overlap", "completed"}
    assert states <= set(interarea.HandoffState)


# What leaves a service, before any collector has looked at it


@dataclass
class Collector:
    """Stands in the place of the operations view and keeps what services export, as they export it."""

    exported: list[ResourceSpans] = field(default_factory=list)

    @property
    def spans(self) -> list[Any]:  # Any: protobuf's spans have no types here
        return [span for resource in self.exported for scope in resource.scope_spans for span in scope.spans]


@contextmanager
def collecting_instead_of_operations(stack: EmbeddedStack) -> Iterator[Collector]:
    """The operations view is away; its port is answered by a collector that filters nothing."""
    collector = Collector()
    stack.stop_process(OPERATIONS)
    server = ThreadingHTTPServer(("127.0.0.1", stack.wiring.operations_port or 0), _handler(collector))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
        stack.start_process(OPERATIONS)


def _handler(collector: Collector) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            collector.exported.extend(ExportTraceServiceRequest.FromString(body).resource_spans)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server calls it so
            """Silent."""

    return Handler


def test_what_a_service_exports_says_only_what_the_vocabulary_names(
    stack: EmbeddedStack, desks: Desks, young_person: YoungPerson
) -> None:
    with collecting_instead_of_operations(stack) as collector:
        Journey.begin(stack, desks, young_person).move_and_meet("08")
        path = f"/young-people/{young_person.hetu}?name={young_person.given_name}"
        desks["05"].ask("plans", "GET", path, headers={"tracestate": f"x={young_person.hetu}"})
        until(lambda: has_all(collector), "every service has exported its spans")

    for resource in collector.exported:
        attributes = {attribute.key: attribute.value.string_value for attribute in resource.resource.attributes}
        assert set(attributes) <= vocabulary.RESOURCE_ALLOWED
        assert attributes[vocabulary.AREA] in stack.areas
    for span in collector.spans:
        parts = (span, *span.events, *span.links)
        assert {attribute.key for part in parts for attribute in part.attributes} <= vocabulary.ALLOWED, span.name
        assert (span.status.message, span.trace_state) == ("", "")
    texts = [str(resource) for resource in collector.exported]
    assert leaks(texts, people_of(stack) | places_of("837")) == []


def has_all(collector: Collector) -> bool:
    names = {span.name for span in list(collector.spans)}
    return {"handle interarea.handoff_completed.v1", "GET /young-people/{person_id}", "deliver email"} <= names
