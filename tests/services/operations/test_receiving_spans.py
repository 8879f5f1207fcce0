"""Spans arrive by OTLP/HTTP from the exporter that services use, and nothing arrives that should not."""

import math
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from google.rpc.status_pb2 import Status
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace import Status as SpanStatus
from sqlalchemy import event

from services.chassis.database import Database
from services.operations.settings import OperationsSettings
from services.operations.traces import otlp, store
from tests.services.operations.collector import (
    GZIPPED,
    PROTOBUF,
    Collector,
    body_of,
    names,
    plain_span,
    zipped,
)
from tests.services.operations.conftest import SMALL_LIMIT, serving
from tests.services.tokens import TokenIssuer


def test_an_exported_trace_is_answered_in_order_with_parents_and_times(collector: Collector) -> None:
    with collector.exporting("plans", "05") as tracer:
        with tracer.start_as_current_span("command", kind=SpanKind.SERVER) as root:
            with tracer.start_as_current_span("load"):
                pass
            with tracer.start_as_current_span("record", kind=SpanKind.PRODUCER):
                pass
        trace_id = root.get_span_context().trace_id

    trace = collector.trace(trace_id)

    assert names(trace) == ["command", "load", "record"]
    command, load, record = trace["spans"]
    assert command["parent_span_id"] is None
    assert load["parent_span_id"] == record["parent_span_id"] == command["span_id"]
    assert (command["kind"], load["kind"], record["kind"]) == ("server", "internal", "producer")
    assert {(span["service"], span["area"]) for span in trace["spans"]} == {("plans", "05")}
    assert command["offset_ms"] == 0 <= load["offset_ms"] <= record["offset_ms"] < trace["duration_ms"]
    assert trace["duration_ms"] == command["duration_ms"] > load["duration_ms"] > 0


def test_one_trace_runs_through_services_of_two_areas(collector: Collector) -> None:
    with (
        collector.exporting("interarea", "05") as here,
        collector.exporting("interarea", "08") as there,
        collector.exporting("plans", "08") as plans_there,
        here.start_as_current_span("offer") as root,
        there.start_as_current_span("receive"),
        plans_there.start_as_current_span("open case"),
    ):
        trace_id = root.get_span_context().trace_id

    trace = collector.trace(trace_id)

    offer, receive, open_case = trace["spans"]
    assert (receive["parent_span_id"], open_case["parent_span_id"]) == (offer["span_id"], receive["span_id"])
    assert trace["services"] == [
        {"area": "05", "service": "interarea"},
        {"area": "08", "service": "interarea"},
        {"area": "08", "service": "plans"},
    ]


def test_how_a_span_ended_and_what_it_says_of_the_vocabulary_is_answered(collector: Collector) -> None:
    with collector.exporting("plans", "05") as tracer, tracer.start_as_current_span("handle") as span:
        span.set_attributes({"jatkumo.event.type": "plans.residence_changed", "jatkumo.attempt": 3})
        span.set_status(StatusCode.ERROR)

    (stored,) = collector.trace(span.get_span_context().trace_id)["spans"]

    assert stored["status"] == "error"
    assert stored["attributes"] == {"jatkumo.event.type": "plans.residence_changed", "jatkumo.attempt": 3}


def test_gzip_is_understood(collector: Collector) -> None:
    with collector.exporting("plans", "05", compression=Compression.Gzip) as tracer:
        span = tracer.start_span("compressed")
        span.end()

    assert names(collector.trace(span.get_span_context().trace_id)) == ["compressed"]


def test_spans_that_are_sent_twice_are_stored_once_as_they_came_first(collector: Collector) -> None:
    first, repeated = plain_span(1), plain_span(1)
    repeated.name = "something else"

    assert collector.store(first, first).status_code == 200
    assert collector.store(repeated, plain_span(2)).status_code == 200

    assert names(collector.trace(first.trace_id)) == ["step 1", "step 2"]


def test_the_same_spans_in_opposite_orders_at_once_are_stored_once(collector: Collector) -> None:
    for round_number in range(1, 6):
        spans = [plain_span(number, trace=round_number) for number in range(1, 401)]

        with ThreadPoolExecutor(2) as senders:
            answers = list(senders.map(lambda order: collector.store(*order), (spans, reversed(spans))))

        assert [answer.status_code for answer in answers] == [200, 200]
        assert len(collector.trace(spans[0].trace_id)["spans"]) == 400


def test_nothing_outside_the_vocabulary_is_stored(collector: Collector) -> None:
    with collector.exporting("plans", "05") as tracer:
        elsewhere = tracer.start_span("linked")
        elsewhere.end()
        with tracer.start_as_current_span("handle", attributes={"http.target": "/people?name=Aino"}) as span:
            span.add_link(elsewhere.get_span_context(), {"person.name": "Aino"})
            span.add_event("noted", {"hetu": "010107A999X"})
            span.record_exception(ValueError("no address for Aino"))
            span.set_status(SpanStatus(StatusCode.ERROR, "no address for Aino"))

    answer = collector.ask(f"/traces/{span.get_span_context().trace_id:032x}")

    assert not [secret for secret in ("Aino", "010107A999X", "a-machine", "Traceback") if secret in answer.text]
    (stored,) = answer.json()["spans"]
    assert stored["attributes"] == {}
    assert [event["attributes"] for event in stored["events"]] == [{}, {"exception.type": "ValueError"}]
    assert [link["attributes"] for link in stored["links"]] == [{}]


def test_values_that_cannot_be_stored_do_not_keep_the_span_out(collector: Collector) -> None:
    values = {
        "jatkumo.handoff.id": AnyValue(string_value="not-an-id"),
        "jatkumo.handoff.state": AnyValue(string_value="off\0ered" + "." * 1000),
        "jatkumo.attempt": AnyValue(double_value=math.nan),
        "jatkumo.outcome": AnyValue(array_value=ArrayValue(values=[AnyValue(string_value="a")])),
        "http.status_code": AnyValue(int_value=-(2**63)),
        "http.route": AnyValue(),
    }
    span = plain_span()
    span.name = "na\0me"
    span.kind = 99  # type: ignore[assignment]  # a kind that a later OTLP may add
    span.attributes.extend(KeyValue(key=key, value=value) for key, value in values.items())
    span.events.add(name="long ago", time_unix_nano=2**64 - 1)
    span.links.add(trace_id=b"short")

    assert collector.store(span).status_code == 200

    (stored,) = collector.trace(span.trace_id)["spans"]
    assert (stored["name"], stored["kind"], stored["links"]) == ("name", "unspecified", [])
    assert stored["attributes"] == {
        "jatkumo.handoff.id": "not-an-id",
        "jatkumo.handoff.state": ("offered" + "." * 1000)[:200],
        "http.status_code": -(2**63),
    }


def test_a_span_without_proper_ids_or_time_is_counted_and_the_others_are_stored(collector: Collector) -> None:
    short, zero, timeless, late = plain_span(2), plain_span(3), plain_span(4), plain_span(5)
    short.trace_id = b"short"
    zero.span_id = bytes(8)
    timeless.start_time_unix_nano = 0
    late.end_time_unix_nano = 2**64 - 1

    answer = collector.store(short, plain_span(1), zero, timeless, late)

    assert answer.status_code == 200
    told = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert told.rejected_spans == 4
    assert told.error_message
    assert names(collector.trace(plain_span().trace_id)) == ["step 1"]


def test_a_clock_that_was_set_back_makes_no_negative_duration(collector: Collector) -> None:
    span = plain_span()
    span.end_time_unix_nano = span.start_time_unix_nano - 5

    collector.store(span)

    assert collector.trace(span.trace_id)["spans"][0]["duration_ms"] == 0


@pytest.mark.parametrize("spans", [(), (plain_span(),)])
def test_full_success_is_an_empty_answer_in_protobuf(collector: Collector, spans: tuple[()]) -> None:
    answer = collector.store(*spans)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-protobuf")
    assert ExportTraceServiceResponse.FromString(answer.content) == ExportTraceServiceResponse()


GOOD = body_of(plain_span())


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        pytest.param(b"not protobuf", PROTOBUF, 400, id="text"),
        pytest.param(GOOD[:-3], PROTOBUF, 400, id="cut"),
        pytest.param(GOOD, GZIPPED, 400, id="not gzip"),
        pytest.param(zipped(GOOD)[:-4], GZIPPED, 400, id="gzip cut"),
        pytest.param(zipped(GOOD) + b"more", GZIPPED, 400, id="more than gzip"),
        pytest.param(zipped(b"not protobuf"), GZIPPED, 400, id="text in gzip"),
        pytest.param(GOOD, {"Content-Type": "application/json"}, 415, id="json"),
        pytest.param(GOOD, {}, 415, id="no type"),
        pytest.param(GOOD, {**PROTOBUF, "Content-Encoding": "br"}, 415, id="another encoding"),
        pytest.param(GOOD + bytes(SMALL_LIMIT), PROTOBUF, 413, id="too large"),
        pytest.param(zipped(bytes(1000 * SMALL_LIMIT)), GZIPPED, 413, id="too large when unzipped"),
    ],
)
def test_a_request_that_is_not_otlp_is_refused_as_otlp_says_and_stores_nothing(
    collector: Collector, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = collector.send(body, headers)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/x-protobuf")
    assert Status.FromString(answer.content).message
    assert collector.ask(f"/traces/{plain_span().trace_id.hex()}").status_code == 404


def test_a_gzip_bomb_is_never_unpacked_beyond_the_limit(collector: Collector) -> None:
    bomb = zipped(bytes(1000 * SMALL_LIMIT))
    tracemalloc.start()
    try:
        assert collector.send(bomb, GZIPPED).status_code == 413
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 100 * SMALL_LIMIT


async def test_any_number_of_spans_is_stored_in_one_statement(settings: OperationsSettings) -> None:
    database = Database(settings.database_url, pool_size=1)
    statements: list[str] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    received = otlp.read(body_of(*(plain_span(number) for number in range(1, 201))))

    async with database.transaction() as connection:
        statements.clear()
        assert await store.add(connection, received.spans) == 200
        assert await store.add(connection, received.spans[:50]) == 0
    await database.close()

    assert len(statements) == 2


def test_a_database_that_is_away_is_a_reason_to_try_again(settings: OperationsSettings, tokens: TokenIssuer) -> None:
    away = settings.model_copy(update={"database_url": "postgresql+asyncpg://nobody@127.0.0.1:1/nowhere"})

    with serving(away) as url:
        answer = Collector(url, tokens).store(plain_span())
        ready = httpx.get(f"{url}/health/ready")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert Status.FromString(answer.content).message
    assert ready.status_code == 503
