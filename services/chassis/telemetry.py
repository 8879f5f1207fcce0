"""Traces: one from a residence change to the message that tells of it, through both areas.

Exported by the standard ``OTEL_*`` variables to any collector. What leaves is filtered by the closed vocabulary, so
no attribute of a library can carry personal data out (C7).
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from services.chassis import vocabulary

TRACEPARENT = "traceparent"
_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("jatkumo")


class VocabularyExporter(SpanExporter):
    """Passes spans on with the attributes of the closed list only; an exception keeps its type, not its text."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_allowed(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def _only_allowed(attributes: Mapping[str, AttributeValue] | None) -> dict[str, AttributeValue]:
    return {name: value for name, value in (attributes or {}).items() if name in vocabulary.ALLOWED}


def _without_state(context: SpanContext) -> SpanContext:
    """A caller's ``tracestate`` is free text, so it ends here."""
    return SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)


def _allowed(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=_without_state(span.context),
        parent=None if span.parent is None else _without_state(span.parent),
        resource=span.resource,
        attributes=_only_allowed(span.attributes),
        events=[Event(e.name, _only_allowed(e.attributes), e.timestamp) for e in span.events],
        links=[Link(_without_state(link.context), _only_allowed(link.attributes)) for link in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def configure(service: str, area: str | None) -> TracerProvider | None:
    """Export this process's spans when ``OTEL_EXPORTER_OTLP_ENDPOINT`` (or its traces variant) names a collector.

    Returns the provider, to be shut down at the end so that the last spans leave; None when telemetry is off.
    """
    wanted = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or not wanted:
        return None
    attributes = {"service.name": os.environ.get("OTEL_SERVICE_NAME", service)}
    if area is not None:
        attributes[vocabulary.AREA] = area
    # Without detectors: a host name or a process's command line has no place in a trace.
    provider = TracerProvider(resource=Resource(attributes))
    provider.add_span_processor(BatchSpanProcessor(VocabularyExporter(OTLPSpanExporter())))
    trace.set_tracer_provider(provider)
    return provider


def current_traceparent() -> str | None:
    """The W3C ``traceparent`` of the span in progress, to travel in an outbox row or a header."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get(TRACEPARENT)


@contextmanager
def continued(
    name: str,
    *,
    kind: SpanKind,
    traceparent: str | None,
    attributes: Mapping[str, AttributeValue],
) -> Iterator[Span]:
    """A span that continues the trace in ``traceparent``; an exception marks it as failed and goes on."""
    parent = _propagator.extract({TRACEPARENT: traceparent}) if traceparent else otel_context.Context()
    with _tracer.start_as_current_span(name, context=parent, kind=kind, attributes=attributes) as span:
        yield span


def note_handoff(handoff_id: object, *, began_in: str | None = None) -> None:
    """Name the handoff on the current span; link it to the trace in which that handoff began, if another."""
    span = trace.get_current_span()
    if not span.is_recording():
        return
    span.set_attribute(vocabulary.HANDOFF_ID, str(handoff_id))
    if began_in is None:
        return
    began = trace.get_current_span(_propagator.extract({TRACEPARENT: began_in})).get_span_context()
    if began.is_valid and began.trace_id != span.get_span_context().trace_id:
        span.add_link(began)


def note_state(state: str) -> None:
    """Name the state that a handoff reached on the current span."""
    trace.get_current_span().set_attribute(vocabulary.STATE, state)


def failed(span: Span, error: BaseException) -> None:
    """Mark a span as failed by the error's type."""
    span.set_status(Status(StatusCode.ERROR))
    span.set_attribute(vocabulary.ERROR_TYPE, type(error).__qualname__)
