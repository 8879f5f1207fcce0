"""A running operations service: real PostgreSQL, real HTTP on a free port."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from services.operations.app import application
from services.operations.settings import OperationsSettings
from tests.services.operations.collector import Collector
from tests.services.tokens import TokenIssuer

SMALL_LIMIT = 64 * 1024


@pytest.fixture
def settings(database_url: Callable[[str], str], tokens: TokenIssuer) -> OperationsSettings:
    """The settings of an operations service with a fresh database; a request holds at most 64 KiB."""
    return OperationsSettings(
        database_url=database_url("operations"),
        database_pool_size=4,
        jwks=str(tokens.jwks_file),
        token_issuer=tokens.issuer,
        token_audience=tokens.audience,
        http_port=1,
        traces_max_bytes=SMALL_LIMIT,
    )


@pytest.fixture
def collector(settings: OperationsSettings, tokens: TokenIssuer) -> Iterator[Collector]:
    """The service, reachable."""
    with serving(settings) as url:
        yield Collector(url, tokens)


@contextmanager
def serving(settings: OperationsSettings) -> Iterator[str]:
    """Serve the application in a thread of its own; the address while it runs."""
    server = uvicorn.Server(uvicorn.Config(application(settings), log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            deadline = time.monotonic() + 30
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
