"""Whatever bytes arrive, they are read or refused, and only what the vocabulary names is read."""

import contextlib

import pytest
from google.rpc.status_pb2 import Status
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from services.chassis import vocabulary
from services.operations.traces import otlp
from services.operations.traces.domain import SpanKind, SpanStatus


def body(span: Span, **resource: str) -> bytes:
    """A request with one span; ``resource`` names its origin, dots written as underscores."""
    attributes = [
        KeyValue(key=name.replace("_", "."), value=AnyValue(string_value=value)) for name, value in resource.items()
    ]
    group = ResourceSpans(resource=Resource(attributes=attributes), scope_spans=[ScopeSpans(spans=[span])])
    request: bytes = ExportTraceServiceRequest(resource_spans=[group]).SerializeToString()
    return request


def any_span() -> Span:
    """A span that can be stored."""
    return Span(trace_id=b"t" * 16, span_id=b"s" * 8, name="step", start_time_unix_nano=1, end_time_unix_nano=3)


@given(st.binary(max_size=200) | st.binary(max_size=40).map(lambda tail: body(any_span()) + tail))
def test_any_bytes_are_read_or_are_malformed(received: bytes) -> None:
    with contextlib.suppress(otlp.Malformed):
        assert otlp.read(received).refused >= 0


@given(st.dictionaries(st.text() | st.sampled_from(sorted(vocabulary.ALLOWED)), st.text() | st.integers(-9, 9)))
def test_only_names_of_the_vocabulary_are_read(attributes: dict[str, str | int]) -> None:
    span = any_span()
    for name, value in attributes.items():
        held = AnyValue(string_value=value) if isinstance(value, str) else AnyValue(int_value=value)
        span.attributes.append(KeyValue(key=name, value=held))

    (read,) = otlp.read(body(span)).spans

    assert set(read.attributes) == set(attributes) & vocabulary.ALLOWED
    assert all("\0" not in str(value) and len(str(value)) <= 200 for value in read.attributes.values())


@pytest.mark.parametrize("kind", list(SpanKind))
def test_kinds_have_otlps_numbers(kind: SpanKind) -> None:
    span = any_span()
    span.kind = Span.SpanKind.Value(f"SPAN_KIND_{kind.name}")

    assert otlp.read(body(span)).spans[0].kind is kind


@pytest.mark.parametrize(("number", "status"), [(0, SpanStatus.UNSET), (1, SpanStatus.OK), (2, SpanStatus.ERROR)])
def test_statuses_have_otlps_numbers(number: int, status: SpanStatus) -> None:
    span = any_span()
    span.status.code = number  # type: ignore[assignment]  # the wire has numbers

    assert otlp.read(body(span)).spans[0].status is status


def test_where_a_span_comes_from_is_its_resources_word() -> None:
    span = any_span()
    span.attributes.append(KeyValue(key="jatkumo.area", value=AnyValue(string_value="08")))

    own = otlp.read(body(span, service_name="plans", jatkumo_area="05")).spans[0]
    without = otlp.read(body(span)).spans[0]

    assert (own.service, own.area) == ("plans", "05")
    assert (without.service, without.area) == ("unknown", "08")


@pytest.mark.parametrize("area", ["Pirkanmaa", "5", "٠٥"])
def test_an_area_that_is_no_code_is_none(area: str) -> None:
    assert otlp.read(body(any_span(), jatkumo_area=area)).spans[0].area is None


def test_a_refusal_says_why_in_a_status() -> None:
    assert Status.FromString(otlp.failure("too large")).message == "too large"
