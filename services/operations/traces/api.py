"""What an operator can ask: one trace, every trace of a handoff, the newest handoffs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict

from contracts.refusals import Refusal, RefusalKind
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.operations.permissions import Permission, allow
from services.operations.traces import store
from services.operations.traces.domain import (
    Scalar,
    Span,
    SpanEvent,
    SpanKind,
    SpanLink,
    SpanStatus,
    Trace,
    TraceId,
    instant,
    traces_of,
)

router = APIRouter(tags=["traces"], route_class=CommandRoute)
Operator = Annotated[Principal, allow(Permission.SEE_TRACES)]
HexTraceId = Annotated[str, Path(pattern="^[0-9a-fA-F]{32}$", description="32 hexadecimal digits")]


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class EventView(_View):
    """Something that happened during a span."""

    name: str
    offset_ms: float
    """Milliseconds after the trace's start."""
    attributes: dict[str, Scalar]


class LinkView(_View):
    """A span that another one says it belongs with."""

    trace_id: str
    span_id: str
    attributes: dict[str, Scalar]


class SpanView(_View):
    """One step of a trace."""

    span_id: str
    parent_span_id: str | None
    name: str
    kind: SpanKind
    service: str
    area: str | None
    offset_ms: float
    """Milliseconds after the trace's start."""
    duration_ms: float
    status: SpanStatus
    attributes: dict[str, Scalar]
    events: list[EventView]
    links: list[LinkView]


class PlaceView(_View):
    """A service that a trace reached, and the area whose it is."""

    area: str | None
    service: str


class TraceView(_View):
    """The spans of one trace that have arrived so far, by their start."""

    trace_id: str
    started_at: datetime
    duration_ms: float
    services: list[PlaceView]
    """In the order in which the trace reached them."""
    spans: list[SpanView]


class HandoffTraces(_View):
    """Everything that the traces know of a handoff."""

    handoff_id: UUID
    traces: list[TraceView]
    """The traces with a span that names the handoff, oldest first."""
    linked_traces: list[TraceView]
    """Other traces that those link to, or that link to those, oldest first."""


class HandoffView(_View):
    """What the spans that name a handoff tell of it together."""

    handoff_id: UUID
    first_at: datetime
    last_at: datetime
    traces: int
    areas: list[str]


@router.get("/traces/{trace_id}")
async def show_trace(work: InWork, _operator: Operator, trace_id: HexTraceId) -> TraceView:
    """One trace: its spans ordered by their start, each with its parent."""
    found = traces_of(await store.of_traces(work.connection, [TraceId(bytes.fromhex(trace_id))]))
    if not found:
        raise Refusal("no-such-trace", "No span of this trace has arrived.", kind=RefusalKind.NOT_FOUND)
    return _trace(found[0])


@router.get("/handoffs/{handoff_id}/traces")
async def show_traces_of_handoff(work: InWork, _operator: Operator, handoff_id: UUID) -> HandoffTraces:
    """Every trace of a handoff, and the traces that are linked with those."""
    ids = await store.traces_of_handoff(work.connection, handoff_id)
    if not ids:
        raise Refusal("no-such-handoff", "No span of this handoff has arrived.", kind=RefusalKind.NOT_FOUND)
    own = traces_of(await store.of_traces(work.connection, ids))
    linked = {trace_id for trace in own for trace_id in trace.linked}
    linked |= await store.traces_linking_to(work.connection, ids)
    others = traces_of(await store.of_traces(work.connection, linked - ids))
    return HandoffTraces(handoff_id=handoff_id, traces=_traces(own), linked_traces=_traces(others))


@router.get("/handoffs")
async def list_handoffs(
    work: InWork, _operator: Operator, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[HandoffView]:
    """The handoffs that began last, newest first."""
    return [
        HandoffView(
            handoff_id=h.handoff_id, first_at=h.first_at, last_at=h.last_at, traces=h.traces, areas=list(h.areas)
        )
        for h in await store.newest_handoffs(work.connection, limit)
    ]


def _traces(traces: Iterable[Trace]) -> list[TraceView]:
    return [_trace(trace) for trace in traces]


def _trace(trace: Trace) -> TraceView:
    return TraceView(
        trace_id=trace.trace_id.hex(),
        started_at=instant(trace.started_ns),
        duration_ms=_milliseconds(trace.duration_ns),
        services=[PlaceView(area=area, service=service) for area, service in trace.services],
        spans=[_span(span, trace.started_ns) for span in trace.spans],
    )


def _span(span: Span, trace_started_ns: int) -> SpanView:
    return SpanView(
        span_id=span.span_id.hex(),
        parent_span_id=None if span.parent_span_id is None else span.parent_span_id.hex(),
        name=span.name,
        kind=span.kind,
        service=span.service,
        area=span.area,
        offset_ms=_milliseconds(span.started_ns - trace_started_ns),
        duration_ms=_milliseconds(span.duration_ns),
        status=span.status,
        attributes=dict(span.attributes),
        events=[_event(event, trace_started_ns) for event in span.events],
        links=[_link(link) for link in span.links],
    )


def _event(event: SpanEvent, trace_started_ns: int) -> EventView:
    offset_ms = _milliseconds(event.at_ns - trace_started_ns)
    return EventView(name=event.name, offset_ms=offset_ms, attributes=dict(event.attributes))


def _link(link: SpanLink) -> LinkView:
    return LinkView(trace_id=link.trace_id.hex(), span_id=link.span_id.hex(), attributes=dict(link.attributes))


def _milliseconds(nanoseconds: int) -> float:
    return round(nanoseconds / 1e6, 6)
