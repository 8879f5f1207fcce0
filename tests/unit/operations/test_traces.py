"""How spans make up traces, whatever the order in which they arrive."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.operations.traces.domain import (
    Span,
    SpanId,
    SpanKind,
    SpanLink,
    SpanStatus,
    TraceId,
    instant,
    traces_of,
)


def span(trace: int, number: int, *, started_ns: int, duration_ns: int = 1, links_to: int | None = None) -> Span:
    """A span of service ``s<number>`` in area 05."""
    links = () if links_to is None else (SpanLink(TraceId(links_to.to_bytes(16)), SpanId(bytes(8)), {}),)
    return Span(
        trace_id=TraceId(trace.to_bytes(16)),
        span_id=SpanId(number.to_bytes(8)),
        parent_span_id=None,
        name="step",
        kind=SpanKind.INTERNAL,
        service=f"s{number}",
        area="05",
        started_ns=started_ns,
        duration_ns=duration_ns,
        status=SpanStatus.UNSET,
        attributes={},
        events=(),
        links=links,
        handoff_id=None,
    )


def distinct(spans: list[Span]) -> list[Span]:
    """Ids are unique within a trace, as in storage."""
    return list({(s.trace_id, s.span_id): s for s in spans}.values())


spans_of_some_traces = st.lists(
    st.builds(
        span,
        st.integers(1, 3),
        st.integers(1, 5),
        started_ns=st.integers(1, 20),
        duration_ns=st.integers(0, 20),
    )
).map(distinct)


@given(spans_of_some_traces.flatmap(lambda spans: st.tuples(st.just(spans), st.permutations(spans))))
def test_the_order_of_arrival_does_not_matter(orders: tuple[list[Span], list[Span]]) -> None:
    one, another = orders

    assert traces_of(one) == traces_of(another)


@given(spans_of_some_traces)
def test_every_span_is_in_its_trace_once_by_its_start_and_traces_are_oldest_first(spans: Sequence[Span]) -> None:
    traces = traces_of(spans)

    assert sorted(id(s) for trace in traces for s in trace.spans) == sorted(id(s) for s in spans)
    assert all({s.trace_id for s in trace.spans} == {trace.trace_id} for trace in traces)
    starts = [[s.started_ns for s in trace.spans] for trace in traces]
    assert all(start == sorted(start) for start in starts)
    assert [start[0] for start in starts] == sorted(start[0] for start in starts)


@given(spans_of_some_traces)
def test_a_trace_lasts_from_its_first_start_to_its_last_end(spans: Sequence[Span]) -> None:
    for trace in traces_of(spans):
        assert trace.started_ns == min(s.started_ns for s in trace.spans)
        assert trace.started_ns + trace.duration_ns == max(s.ended_ns for s in trace.spans)


def test_services_are_named_once_in_the_order_in_which_the_trace_reached_them() -> None:
    (trace,) = traces_of([span(1, 2, started_ns=5), span(1, 1, started_ns=9), span(1, 3, started_ns=7)])

    assert trace.services == (("05", "s2"), ("05", "s3"), ("05", "s1"))


def test_a_trace_is_not_linked_with_itself() -> None:
    (trace,) = traces_of([span(1, 1, started_ns=1, links_to=1), span(1, 2, started_ns=2, links_to=9)])

    assert trace.linked == {(9).to_bytes(16)}


def test_an_instant_is_utc_to_the_microsecond() -> None:
    assert instant(1_790_000_000_123_456_789) == datetime(2026, 9, 21, 14, 13, 20, 123456, UTC)
