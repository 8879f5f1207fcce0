"""The service as the process that is deployed: migrated, started, fed by another process, stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from services.operations.settings import OperationsSettings
from services.operations.tables import metadata
from tests.services.operations.collector import Collector
from tests.services.tokens import TokenIssuer

ROOT = Path(__file__).parents[3]
A_SERVICE = """
from opentelemetry import trace
from services.chassis import telemetry
provider = telemetry.configure("plans", "05")
with trace.get_tracer("x").start_as_current_span("work", attributes={"http.target": "/people/Aino"}) as span:
    telemetry.note_handoff("0190d3a4-0000-7000-8000-000000000001")
print(trace.format_trace_id(span.get_span_context().trace_id))
provider.shutdown()
"""


@pytest.fixture
def process(settings: OperationsSettings, tokens: TokenIssuer) -> Iterator[tuple[subprocess.Popen[str], Collector]]:
    """``python -m services.operations``, ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    variables = {
        "PYTHONPATH": str(ROOT),
        "JATKUMO_DATABASE_URL": settings.database_url,
        "JATKUMO_JWKS": settings.jwks,
        "JATKUMO_TOKEN_ISSUER": settings.token_issuer,
        "JATKUMO_TOKEN_AUDIENCE": settings.token_audience,
        "JATKUMO_HTTP_PORT": str(port),
        # Its own spans must not go anywhere, whatever the environment of all services says.
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "services.operations"]
    with subprocess.Popen(command, env=os.environ | variables, stderr=subprocess.PIPE, text=True) as running:
        try:
            wait_until_ready(running, f"http://127.0.0.1:{port}/health/ready")
            yield running, Collector(f"http://127.0.0.1:{port}", tokens)
        finally:
            running.kill()


def wait_until_ready(process: subprocess.Popen[str], address: str) -> None:
    """Return once the process answers that it is ready."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the process ended"
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    pytest.fail("the process is not ready after a minute")


def test_what_a_service_exports_by_the_standard_variables_arrives_without_what_may_not_leave(
    process: tuple[subprocess.Popen[str], Collector],
) -> None:
    _, collector = process
    variables = {"PYTHONPATH": str(ROOT), "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}

    service = subprocess.run(
        [sys.executable, "-c", A_SERVICE], env=os.environ | variables, capture_output=True, text=True, check=True
    )

    trace = collector.trace(bytes.fromhex(service.stdout.strip()))
    assert trace["services"] == [{"area": "05", "service": "plans"}]
    (span,) = trace["spans"]
    assert span["attributes"] == {"jatkumo.handoff.id": "0190d3a4-0000-7000-8000-000000000001"}
    assert collector.ask("/handoffs").json()[0]["traces"] == 1, "it traces itself"


def test_a_signal_stops_the_process_gracefully(process: tuple[subprocess.Popen[str], Collector]) -> None:
    running, _ = process

    running.send_signal(signal.SIGTERM)
    _, logged = running.communicate(timeout=30)

    assert "Application shutdown complete." in [json.loads(line)["event"] for line in logged.splitlines()]


async def test_the_migrated_schema_is_the_one_that_the_code_knows(database_url: Callable[[str], str]) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"include_name": lambda name, kind, _parents: kind != "table" or name in metadata.tables}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    engine = create_async_engine(database_url("operations"))
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()

    assert found == []
