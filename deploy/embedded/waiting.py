"""Waiting for a condition, with a limit and a reason."""

import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable

_POLL_SECONDS = 0.05


class NotInTime(Exception):  # noqa: N818 - says what is the case
    """What was waited for did not come about."""


def wait_until(condition: Callable[[], bool], *, what: str, seconds: float) -> None:
    """Return as soon as ``condition`` holds. Raises ``NotInTime`` naming ``what`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise NotInTime(f"{what}: not after {seconds:.0f} s")
        pause.wait(_POLL_SECONDS)


def http_ready(url: str) -> bool:
    """Whether ``GET url`` answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address on loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def nats_ready(host: str, port: int) -> bool:
    """Whether a nats-server greets there."""
    try:
        with socket.create_connection((host, port), timeout=2) as connection:
            return connection.recv(5) == b"INFO "
    except OSError:
        return False
