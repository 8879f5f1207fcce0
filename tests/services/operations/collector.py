"""What tests do with the collector: export to it as a service does, send it bytes, ask it as an operator."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1 import resource_pb2
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Tracer

from services.chassis.auth import Role
from tests.services.tokens import TokenIssuer

PROTOBUF = {"Content-Type": "application/x-protobuf"}
GZIPPED = {**PROTOBUF, "Content-Encoding": "gzip"}
START_NS = 1_790_000_000_000_000_000


class Collector:
    """The operations service from outside."""

    def __init__(self, url: str, tokens: TokenIssuer) -> None:
        self.url = url
        self._tokens = tokens

    @contextmanager
    def exporting(
        self, service: str, area: str | None, *, compression: Compression = Compression.NoCompression
    ) -> Iterator[Tracer]:
        """A tracer as a service has one, without the filter that services put before the exporter.

        Everything has been exported at the end.
        """
        resource = {"service.name": service, "host.name": "a-machine", **({"jatkumo.area": area} if area else {})}
        provider = TracerProvider(resource=Resource(resource))
        exporter = OTLPSpanExporter(endpoint=f"{self.url}/v1/traces", compression=compression)
        provider.add_span_processor(BatchSpanProcessor(exporter))
        try:
            yield provider.get_tracer("test")
        finally:
            provider.shutdown()

    def send(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """Post a body to the collector's port."""
        return httpx.post(f"{self.url}/v1/traces", content=body, headers=headers, timeout=30)

    def store(self, *spans: Span, area: str = "05") -> httpx.Response:
        """Send spans as they are, without an SDK that corrects them."""
        return self.send(body_of(*spans, area=area), PROTOBUF)

    def ask(self, path: str, *, role: Role = Role.OPERATOR, area: str = "05") -> httpx.Response:
        """Ask as somebody with a token."""
        return httpx.get(self.url + path, headers=self._tokens.bearer(role, area=area), timeout=30)

    def trace(self, trace_id: int | bytes) -> dict[str, Any]:  # Any: JSON
        """One trace."""
        identifier = trace_id if isinstance(trace_id, bytes) else trace_id.to_bytes(16)
        answer = self.ask(f"/traces/{identifier.hex()}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def handoff(self, handoff_id: UUID) -> dict[str, Any]:  # Any: JSON
        """The traces of a handoff."""
        answer = self.ask(f"/handoffs/{handoff_id}/traces")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def body_of(*spans: Span, area: str = "05") -> bytes:
    """The request that exports spans of one service."""
    origin = resource_pb2.Resource(attributes=[text("service.name", "interarea"), text("jatkumo.area", area)])
    group = ResourceSpans(resource=origin, scope_spans=[ScopeSpans(spans=spans)])
    body: bytes = ExportTraceServiceRequest(resource_spans=[group]).SerializeToString()
    return body


def text(key: str, value: str) -> KeyValue:
    """An attribute."""
    return KeyValue(key=key, value=AnyValue(string_value=value))


def plain_span(number: int = 1, *, trace: int = 1, handoff: UUID | None = None, links_to: int | None = None) -> Span:
    """A span that begins ``number`` milliseconds after the others' common start; a link goes to a trace's first."""
    span = Span(
        trace_id=trace.to_bytes(16),
        span_id=number.to_bytes(8),
        name=f"step {number}",
        start_time_unix_nano=START_NS + number * 1_000_000,
        end_time_unix_nano=START_NS + number * 1_000_000 + 500_000,
    )
    if handoff is not None:
        span.attributes.append(text("jatkumo.handoff.id", str(handoff)))
    if links_to is not None:
        span.links.add(trace_id=links_to.to_bytes(16), span_id=(1).to_bytes(8))
    return span


def zipped(body: bytes) -> bytes:
    """The body as gzip."""
    return gzip.compress(body)


def names(trace: dict[str, Any]) -> list[str]:  # Any: JSON
    """The names of a trace's spans, in order."""
    return [span["name"] for span in trace["spans"]]
