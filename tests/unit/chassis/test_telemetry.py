"""What leaves a process in a span, how a trace goes on after a message, and how the traces of a handoff are linked."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    TraceState,
    set_span_in_context,
)

from contracts.values import new_id
from services.chassis import telemetry, vocabulary

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """Keeps what was exported."""
    return InMemorySpanExporter()


@pytest.fixture
def tracer(exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracer]:
    """A tracer that exports as a service does; the chassis' own spans go the same way."""
    provider = TracerProvider(resource=Resource({"service.name": "plans"}))
    provider.add_span_processor(SimpleSpanProcessor(telemetry.VocabularyExporter(exporter)))
    tracer = provider.get_tracer("test")
    monkeypatch.setattr(telemetry, "_tracer", tracer)
    yield tracer
    provider.shutdown()


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    """The one span that was exported."""
    (span,) = exporter.get_finished_spans()
    return span


def context_of(span: ReadableSpan) -> SpanContext:
    """An exported span's context."""
    context: SpanContext | None = span.context  # the SDK leaves it untyped
    assert context is not None
    return context


def test_every_attribute_of_the_vocabulary_leaves(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    tracer.start_span("s", attributes=dict.fromkeys(vocabulary.ALLOWED, "x")).end()

    assert set(only(exporter).attributes or {}) == vocabulary.ALLOWED


def test_no_other_attribute_leaves_by_a_span_an_event_or_a_link(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    personal = {
        "person.name": "Aino",
        "http.target": "/people?name=Aino",
        "db.statement": "Aino",
        "exception.x": "Aino",
    }
    other = SpanContext(trace_id=7, span_id=7, is_remote=True)
    span = tracer.start_span("s", attributes=personal, links=[trace.Link(other, personal)])
    span.add_event("noted", personal)
    span.end()

    exported = only(exporter)

    assert "Aino" not in exported.to_json()
    assert [link.context for link in exported.links] == [other]
    assert [event.name for event in exported.events] == ["noted"]


def test_an_exception_leaves_by_its_type_without_its_text(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    with (
        pytest.raises(ValueError, match="Aino"),
        telemetry.continued("handle", kind=SpanKind.CONSUMER, traceparent=None, attributes={}) as span,
    ):
        error = ValueError("no address for Aino")
        telemetry.failed(span, error)
        raise error

    exported = only(exporter)

    assert "Aino" not in exported.to_json()
    assert "Traceback" not in exported.to_json()
    assert exported.status.status_code is StatusCode.ERROR
    assert dict(exported.attributes or {}) == {"error.type": "ValueError"}
    assert [dict(event.attributes or {}) for event in exported.events] == [{"exception.type": "ValueError"}]


def test_a_status_leaves_without_its_description(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    span = tracer.start_span("s")
    span.set_status(Status(StatusCode.ERROR, "no address for Aino"))
    span.end()

    assert (only(exporter).status.status_code, only(exporter).status.description) == (StatusCode.ERROR, None)


def test_the_filter_leaves_the_shape_of_a_trace_as_it_was(exporter: InMemorySpanExporter, tracer: Tracer) -> None:
    with tracer.start_as_current_span("parent", kind=SpanKind.SERVER) as parent:
        child = tracer.start_span("child", start_time=5)
        child.end(end_time=9)

    exported = next(span for span in exporter.get_finished_spans() if span.name == "child")
    above = next(span for span in exporter.get_finished_spans() if span.name == "parent")

    assert context_of(exported).span_id == child.get_span_context().span_id
    assert exported.parent is not None
    assert exported.parent.span_id == parent.get_span_context().span_id
    assert (exported.start_time, exported.end_time, above.kind) == (5, 9, SpanKind.SERVER)
    assert exported.resource.attributes["service.name"] == "plans"


def test_a_message_goes_on_with_the_trace_that_it_carries(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    attributes = {vocabulary.EVENT_TYPE: "plans.case_opened"}
    with telemetry.continued("handle", kind=SpanKind.CONSUMER, traceparent=TRACEPARENT, attributes=attributes):
        pass

    span = only(exporter)

    assert trace.format_trace_id(context_of(span).trace_id) == "0af7651916cd43dd8448eb211c80319c"
    assert span.parent is not None
    assert trace.format_span_id(span.parent.span_id) == "b7ad6b7169203331"
    assert (span.kind, dict(span.attributes or {})) == (SpanKind.CONSUMER, attributes)


@pytest.mark.parametrize("traceparent", [None, "", "nonsense", "00-" + "0" * 32 + "-b7ad6b7169203331-01"])
def test_a_message_without_a_trace_begins_one_whatever_is_in_progress(
    tracer: Tracer, exporter: InMemorySpanExporter, traceparent: str | None
) -> None:
    with (
        tracer.start_as_current_span("another message") as another,
        telemetry.continued("handle", kind=SpanKind.CONSUMER, traceparent=traceparent, attributes={}) as begun,
    ):
        pass

    assert begun.get_span_context().is_valid
    assert begun.get_span_context().trace_id != another.get_span_context().trace_id
    assert exporter.get_finished_spans()[0].parent is None


def test_what_is_said_carries_the_trace_in_progress(tracer: Tracer) -> None:
    assert telemetry.current_traceparent() is None

    with tracer.start_as_current_span("command") as said:
        traceparent = telemetry.current_traceparent()
    with telemetry.continued("handle", kind=SpanKind.CONSUMER, traceparent=traceparent, attributes={}) as heard:
        pass

    assert heard.get_span_context().trace_id == said.get_span_context().trace_id


def test_a_later_trace_of_a_handoff_names_it_and_links_to_where_it_began(
    tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    handoff = new_id()
    with tracer.start_as_current_span("first contact"):
        telemetry.note_handoff(handoff, began_in=TRACEPARENT)

    span = only(exporter)

    assert dict(span.attributes or {}) == {vocabulary.HANDOFF_ID: str(handoff)}
    assert [trace.format_trace_id(link.context.trace_id) for link in span.links] == ["0af7651916cd43dd8448eb211c80319c"]


@pytest.mark.parametrize("began_in", [None, "nonsense", "own trace"])
def test_a_handoff_is_named_without_a_link_when_there_is_no_other_trace(
    tracer: Tracer, exporter: InMemorySpanExporter, began_in: str | None
) -> None:
    with tracer.start_as_current_span("open handoff"):
        telemetry.note_handoff("h", began_in=telemetry.current_traceparent() if began_in == "own trace" else began_in)

    assert dict(only(exporter).attributes or {}) == {vocabulary.HANDOFF_ID: "h"}
    assert only(exporter).links == ()


def test_noting_something_outside_any_span_does_nothing() -> None:
    telemetry.note_handoff("h", began_in=TRACEPARENT)

    assert telemetry.current_traceparent() is None


def test_the_state_that_a_handoff_reached_is_noted(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    with tracer.start_as_current_span("handle"):
        telemetry.note_state("offered")

    assert dict(only(exporter).attributes or {}) == {vocabulary.STATE: "offered"}


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without telemetry, in which configuring it has no effect on other tests."""
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_SDK_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(trace, "set_tracer_provider", lambda _provider: None)
    return monkeypatch


def test_without_a_collector_nothing_is_exported(configured: pytest.MonkeyPatch) -> None:
    assert telemetry.configure("plans", "05") is None


def test_a_disabled_sdk_exports_nothing(configured: pytest.MonkeyPatch) -> None:
    configured.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    configured.setenv("OTEL_SDK_DISABLED", "TRUE")

    assert telemetry.configure("plans", "05") is None


@pytest.mark.parametrize("variable", ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"])
def test_a_process_says_which_service_of_which_area_it_is_and_nothing_of_its_machine(
    configured: pytest.MonkeyPatch, variable: str
) -> None:
    configured.setenv(variable, "http://127.0.0.1:1")
    configured.setenv("OTEL_RESOURCE_ATTRIBUTES", "host.name=a-machine,person.name=Aino")

    provider = telemetry.configure("plans", "05")

    assert provider is not None
    provider.shutdown()
    told = dict(provider.resource.attributes)
    assert (told["service.name"], told["jatkumo.area"]) == ("plans", "05")
    assert set(told) <= vocabulary.RESOURCE_ALLOWED


def test_the_service_is_named_as_the_standard_variable_says(configured: pytest.MonkeyPatch) -> None:
    configured.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    configured.setenv("OTEL_SERVICE_NAME", "plans-of-tampere")

    provider = telemetry.configure("plans", None)

    assert provider is not None
    provider.shutdown()
    assert dict(provider.resource.attributes) == {"service.name": "plans-of-tampere"}


def test_a_callers_tracestate_does_not_leave(exporter: InMemorySpanExporter, tracer: Tracer) -> None:
    caller = SpanContext(7, 7, True, TraceFlags(1), TraceState([("name", "Aino")]))
    tracer.start_span("s", context=set_span_in_context(NonRecordingSpan(caller))).end()
    span = only(exporter)
    assert not context_of(span).trace_state
    assert span.parent is not None
    assert not span.parent.trace_state
