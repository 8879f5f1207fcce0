"""What a span is, and how spans make up a trace. Times are UTC; nanoseconds count from the Unix epoch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NewType
from uuid import UUID

TraceId = NewType("TraceId", bytes)
"""16 bytes, never all zero (W3C Trace Context)."""

SpanId = NewType("SpanId", bytes)
"""8 bytes, never all zero; unique within its trace."""

Scalar = str | bool | int | float
Attributes = Mapping[str, Scalar]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SpanKind(StrEnum):
    """What part a span played between services."""

    UNSPECIFIED = "unspecified"
    INTERNAL = "internal"
    SERVER = "server"
    CLIENT = "client"
    PRODUCER = "producer"
    CONSUMER = "consumer"


class SpanStatus(StrEnum):
    """How a span ended."""

    UNSET = "unset"
    OK = "ok"
    ERROR = "error"


@dataclass(frozen=True)
class SpanEvent:
    """Something that happened during a span."""

    name: str
    at_ns: int
    attributes: Attributes


@dataclass(frozen=True)
class SpanLink:
    """A span of this or another trace that a span says it belongs with."""

    trace_id: TraceId
    span_id: SpanId
    attributes: Attributes


@dataclass(frozen=True)
class Span:
    """One step of a trace, in one service of one area."""

    trace_id: TraceId
    span_id: SpanId
    parent_span_id: SpanId | None
    name: str
    kind: SpanKind
    service: str
    area: str | None
    started_ns: int
    duration_ns: int
    status: SpanStatus
    attributes: Attributes
    events: tuple[SpanEvent, ...]
    links: tuple[SpanLink, ...]
    handoff_id: UUID | None

    @property
    def ended_ns(self) -> int:
        """When the span ended."""
        return self.started_ns + self.duration_ns


@dataclass(frozen=True)
class Trace:
    """The spans of one trace that have arrived so far, by their start; more may still come."""

    trace_id: TraceId
    spans: tuple[Span, ...]

    @property
    def started_ns(self) -> int:
        """When its first span began."""
        return self.spans[0].started_ns

    @property
    def duration_ns(self) -> int:
        """From the first span's start to the last one's end."""
        return max(span.ended_ns for span in self.spans) - self.started_ns

    @property
    def services(self) -> tuple[tuple[str | None, str], ...]:
        """Each area's services in the order in which the trace reached them; no area for what serves them all."""
        return tuple(dict.fromkeys((span.area, span.service) for span in self.spans))

    @property
    def linked(self) -> frozenset[TraceId]:
        """The other traces that its spans link to."""
        return frozenset(link.trace_id for span in self.spans for link in span.links) - {self.trace_id}


def instant(nanoseconds: int) -> datetime:
    """The instant of a Unix time in nanoseconds, to the microsecond."""
    return _EPOCH + timedelta(microseconds=nanoseconds // 1000)


def traces_of(spans: Iterable[Span]) -> list[Trace]:
    """The traces that ``spans`` belong to, oldest first."""

    def by_trace(span: Span) -> bytes:
        return span.trace_id

    def by_start(span: Span) -> tuple[int, bytes]:
        return span.started_ns, span.span_id

    traces = [
        Trace(TraceId(trace_id), tuple(sorted(group, key=by_start)))
        for trace_id, group in groupby(sorted(spans, key=by_trace), by_trace)
    ]
    return sorted(traces, key=lambda trace: (trace.started_ns, trace.trace_id))
