"""A process that is told to stop comes back from serving, so that the last spans leave."""

import signal
import socket
import subprocess
import sys
import time

import pytest
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError

from services.chassis.database import is_outage

_SERVES = """
import sys
from types import SimpleNamespace
from fastapi import FastAPI
from services.chassis.service import serve
serve(FastAPI(), SimpleNamespace(http_host="127.0.0.1", http_port=int(sys.argv[1])))
print("after", flush=True)
"""


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serving_returns_when_it_is_told_to_stop(number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", _SERVES, str(port)], stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not answers(port):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "after\n")


def test_no_free_connection_is_an_outage() -> None:
    assert is_outage(NoConnectionFreeError("limit reached"))


def test_a_value_error_is_none() -> None:
    assert not is_outage(ValueError("wrong"))
