"""Where spans are kept and how they are found again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.operations.tables import spans as table
from services.operations.traces.domain import (
    Span,
    SpanEvent,
    SpanId,
    SpanKind,
    SpanLink,
    SpanStatus,
    TraceId,
    instant,
)

_COLUMNS = tuple(column.name for column in table.c)

# One statement of one shape for any number of spans, each column as an array. No conflict is named, so that the
# table's key may grow with partitions.
_ADD = (
    insert(table)
    .from_select(
        _COLUMNS,
        select(
            func.unnest(*(bindparam(column.name, type_=ARRAY(column.type, dimensions=1)) for column in table.c))
            .table_valued(*_COLUMNS)
            .render_derived()
        ),
    )
    .on_conflict_do_nothing()
)


@dataclass(frozen=True)
class HandoffSummary:
    """What the spans that name a handoff tell of it together."""

    handoff_id: UUID
    first_at: datetime
    last_at: datetime
    traces: int
    areas: tuple[str, ...]


async def add(connection: AsyncConnection, spans: Sequence[Span]) -> int:
    """Keep ``spans``, all in one statement; how many were new. A span that came before stays as it was."""
    # In one order, so that two requests with the same spans wait for each other instead of dying of a deadlock.
    rows = [_row(span) for span in sorted(spans, key=lambda span: (span.trace_id, span.span_id))]
    result = await connection.execute(_ADD, {name: [row[name] for row in rows] for name in _COLUMNS})
    return result.rowcount


async def of_traces(connection: AsyncConnection, trace_ids: Collection[TraceId]) -> list[Span]:
    """Every span of some traces."""
    result = await connection.execute(select(table).where(table.c.trace_id.in_(trace_ids)))
    return [_span(row) for row in result]


async def traces_of_handoff(connection: AsyncConnection, handoff_id: UUID) -> set[TraceId]:
    """The traces with a span that names a handoff."""
    query = select(table.c.trace_id).where(table.c.handoff_id == handoff_id).distinct()
    return set((await connection.execute(query)).scalars())


async def traces_linking_to(connection: AsyncConnection, trace_ids: Collection[TraceId]) -> set[TraceId]:
    """The traces with a span that links to one of some traces."""
    if not trace_ids:
        return set()
    links_to = or_(*(table.c.links.contains([{"trace_id": trace_id.hex()}]) for trace_id in trace_ids))
    # The second condition is what lets PostgreSQL use the index, which has no spans without links.
    query = select(table.c.trace_id).where(links_to, text("links <> '[]'")).distinct()
    return set((await connection.execute(query)).scalars())


async def newest_handoffs(connection: AsyncConnection, limit: int) -> list[HandoffSummary]:
    """The handoffs that began last, newest first: their ids are ordered by time (UUIDv7)."""
    newest = (
        select(table.c.handoff_id)
        .where(table.c.handoff_id.is_not(None))
        .distinct()
        .order_by(table.c.handoff_id.desc())
        .limit(limit)
    )
    query = (
        select(
            table.c.handoff_id,
            func.min(table.c.started_at),
            func.max(table.c.started_at),
            func.count(table.c.trace_id.distinct()),
            func.array_agg(table.c.area.distinct()),
        )
        .where(table.c.handoff_id.in_(newest))
        .group_by(table.c.handoff_id)
        .order_by(table.c.handoff_id.desc())
    )
    return [
        HandoffSummary(handoff_id, first_at, last_at, traces, tuple(sorted(area for area in areas if area)))
        for handoff_id, first_at, last_at, traces, areas in await connection.execute(query)
    ]


# Any, here and below: a row is as its table says, which the type checker cannot see.
def _row(span: Span) -> dict[str, Any]:
    return {
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "parent_span_id": span.parent_span_id,
        "name": span.name,
        "kind": span.kind,
        "service": span.service,
        "area": span.area,
        "started_at": instant(span.started_ns),
        "started_ns": span.started_ns,
        "duration_ns": span.duration_ns,
        "status": span.status,
        "attributes": span.attributes,
        "events": [{"name": e.name, "at_ns": e.at_ns, "attributes": e.attributes} for e in span.events],
        "links": [
            {"trace_id": link.trace_id.hex(), "span_id": link.span_id.hex(), "attributes": link.attributes}
            for link in span.links
        ],
        "handoff_id": span.handoff_id,
    }


def _span(row: Row[Any]) -> Span:
    return Span(
        trace_id=TraceId(row.trace_id),
        span_id=SpanId(row.span_id),
        parent_span_id=None if row.parent_span_id is None else SpanId(row.parent_span_id),
        name=row.name,
        kind=SpanKind(row.kind),
        service=row.service,
        area=row.area,
        started_ns=row.started_ns,
        duration_ns=row.duration_ns,
        status=SpanStatus(row.status),
        attributes=row.attributes,
        events=tuple(SpanEvent(**event) for event in row.events),
        links=tuple(_link(link) for link in row.links),
        handoff_id=row.handoff_id,
    )


def _link(stored: Mapping[str, Any]) -> SpanLink:
    trace_id, span_id = (bytes.fromhex(stored[name]) for name in ("trace_id", "span_id"))
    return SpanLink(TraceId(trace_id), SpanId(span_id), stored["attributes"])
