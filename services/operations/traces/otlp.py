"""Reads OTLP's protobuf and writes its answers.

Only what the vocabulary names is read (C7): services filter before they export; here it is done again, so that a span
of an older release, or of a stranger's, cannot bring anything else into storage.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from google.protobuf.message import DecodeError
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2

from services.chassis import vocabulary
from services.operations.traces.domain import (
    Attributes,
    Scalar,
    Span,
    SpanEvent,
    SpanId,
    SpanKind,
    SpanLink,
    SpanStatus,
    TraceId,
)

CONTENT_TYPE: Final = "application/x-protobuf"

_MAX_TEXT: Final = 200
_MAX_NANOSECONDS: Final = 2**63 - 1
# OTLP numbers both in the order in which the domain lists them.
_KINDS: Final = dict(enumerate(SpanKind))
_STATUSES: Final = dict(enumerate(SpanStatus))


class Malformed(ValueError):  # noqa: N818 - a verdict on a body
    """A body that is not an ExportTraceServiceRequest."""


@dataclass(frozen=True)
class Received:
    """What a request held: the spans that can be stored, and how many cannot."""

    spans: tuple[Span, ...]
    refused: int


def read(body: bytes) -> Received:
    """The spans in an ExportTraceServiceRequest.

    Refused are spans without proper ids or times. Texts are cut at 200 characters. Raises ``Malformed``.
    """
    try:
        request = ExportTraceServiceRequest.FromString(body)
    except DecodeError:
        raise Malformed("the body is not an ExportTraceServiceRequest") from None
    read_spans = [
        _span(span, _resource(group))
        for group in request.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    ]
    spans = tuple(span for span in read_spans if span is not None)
    return Received(spans, refused=len(read_spans) - len(spans))


def success(refused: int) -> bytes:
    """The answer to a request of which ``refused`` spans could not be stored."""
    response = ExportTraceServiceResponse()
    if refused:
        response.partial_success.rejected_spans = refused
        response.partial_success.error_message = "a span needs ids of the right length, not zero, and a time"
    body: bytes = response.SerializeToString()
    return body


def failure(message: str) -> bytes:
    """The body of an answer that refuses a request: OTLP wants a ``google.rpc.Status`` there."""
    body: bytes = Status(message=message).SerializeToString()
    return body


@dataclass(frozen=True)
class _Origin:
    service: str
    area: str | None


def _resource(group: trace_pb2.ResourceSpans) -> _Origin:
    attributes = _allowed(group.resource.attributes, vocabulary.RESOURCE_ALLOWED)
    return _Origin(str(attributes.get("service.name", "unknown")), _area(attributes))


def _area(attributes: Attributes) -> str | None:
    code = attributes.get(vocabulary.AREA)
    return code if isinstance(code, str) and re.fullmatch("[0-9]{2}", code) else None


def _span(span: trace_pb2.Span, origin: _Origin) -> Span | None:
    trace_id, span_id = _trace_id(span.trace_id), _span_id(span.span_id)
    started, ended = span.start_time_unix_nano, span.end_time_unix_nano
    if trace_id is None or span_id is None or not 0 < started <= _MAX_NANOSECONDS or ended > _MAX_NANOSECONDS:
        return None
    attributes = _allowed(span.attributes, vocabulary.ALLOWED)
    return Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_span_id=_span_id(span.parent_span_id),
        name=_text(span.name),
        kind=_KINDS.get(span.kind, SpanKind.UNSPECIFIED),
        service=origin.service,
        area=origin.area or _area(attributes),
        started_ns=started,
        duration_ns=max(ended - started, 0),  # a clock may be set back meanwhile
        status=_STATUSES.get(span.status.code, SpanStatus.UNSET),
        attributes=attributes,
        events=tuple(
            SpanEvent(
                _text(e.name), min(e.time_unix_nano, _MAX_NANOSECONDS), _allowed(e.attributes, vocabulary.ALLOWED)
            )
            for e in span.events
        ),
        links=tuple(link for link in map(_link, span.links) if link is not None),
        handoff_id=_handoff_id(attributes),
    )


def _link(link: trace_pb2.Span.Link) -> SpanLink | None:
    trace_id, span_id = _trace_id(link.trace_id), _span_id(link.span_id)
    if trace_id is None or span_id is None:
        return None
    return SpanLink(trace_id, span_id, _allowed(link.attributes, vocabulary.ALLOWED))


def _trace_id(value: bytes) -> TraceId | None:
    return TraceId(value) if len(value) == 16 and any(value) else None


def _span_id(value: bytes) -> SpanId | None:
    return SpanId(value) if len(value) == 8 and any(value) else None


def _handoff_id(attributes: Attributes) -> UUID | None:
    try:
        return UUID(str(attributes[vocabulary.HANDOFF_ID]))
    except (KeyError, ValueError):
        return None


def _allowed(attributes: Iterable[KeyValue], names: frozenset[str]) -> dict[str, Scalar]:
    kept = {attribute.key: _scalar(attribute.value) for attribute in attributes if attribute.key in names}
    return {name: value for name, value in kept.items() if value is not None}


def _scalar(value: AnyValue) -> Scalar | None:
    """A single value; lists, maps and bytes have no place in the vocabulary, nor numbers that JSON cannot hold."""
    match value.WhichOneof("value"):
        case "string_value":
            return _text(value.string_value)
        case "bool_value":
            return value.bool_value
        case "int_value":
            return value.int_value
        case "double_value" if math.isfinite(value.double_value):
            return value.double_value
        case _:
            return None


def _text(text: str) -> str:
    """PostgreSQL stores no NUL."""
    return text.replace("\0", "")[:_MAX_TEXT]
