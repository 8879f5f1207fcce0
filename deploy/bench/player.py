"""A process of a contender: told how many hops, it does its part and says when it has."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from deploy.embedded import tether

_READY, _DONE = "ready", "done"
_LEAVE_SECONDS = 30.0


class PlayerFailed(Exception):  # noqa: N818 - says what is the case
    """A contender's process ended before it had done its part; the message ends with the last lines of its log."""


class Player:
    """The other end of such a process; its log is kept in a file."""

    def __init__(self, module: str, argument: str, environment: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, argument],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **environment},
                text=True,
            )

    def wait_until_ready(self) -> None:
        """Wait until it takes orders. Raises ``PlayerFailed``."""
        self._expect(_READY)

    def begin(self, count: int) -> None:
        """Order ``count`` hops' part."""
        print(count, file=self._pipe(self._process.stdin), flush=True)

    def wait_until_done(self) -> None:
        """Wait until it has done that. Raises ``PlayerFailed``."""
        self._expect(_DONE)

    def processor_seconds(self) -> float:
        """The processor time that it has used."""
        import psutil  # noqa: PLC0415 - this module is imported by each player, too

        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def leave(self) -> None:
        """Let it end, however it stands."""
        self._pipe(self._process.stdin).close()
        try:
            self._process.wait(_LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._pipe(self._process.stdout).close()

    def _expect(self, word: str) -> None:
        line = self._pipe(self._process.stdout).readline().strip()
        if line != word:
            raise PlayerFailed(f"expected {word!r}, got {line!r}:\n{self._log.read_text(errors='replace')[-2000:]}")

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


# The process's own end


@dataclass(frozen=True)
class Order:
    """So many hops, to be done now."""

    count: int

    def done(self) -> None:
        """Say that they are."""
        _say(_DONE)


def ready() -> None:
    """Say that orders can come, and live no longer than who gives them."""
    tether.die_with_parent(os.getppid(), signal.SIGKILL)
    _say(_READY)


def orders() -> Iterator[Order]:
    """What is ordered, until the input ends."""
    for line in sys.stdin:
        yield Order(int(line))


async def play(part: Callable[[int], Awaitable[None]]) -> None:
    """Do ``part`` for each order, until the input ends."""
    ready()
    incoming = orders()
    while (order := await asyncio.to_thread(next, incoming, None)) is not None:
        await part(order.count)
        order.done()


def _say(word: str) -> None:
    print(word, flush=True)


async def at_once(count: int, workers: int, one: Callable[[], Awaitable[None]]) -> None:
    """Do ``one`` ``count`` times, ``workers`` at a time."""
    numbers = iter(range(count))

    async def work() -> None:
        for _ in numbers:
            await one()

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())


async def poll(condition: Callable[[], Awaitable[bool]], *, seconds: float = 0.01) -> None:
    """Until a condition holds."""
    while not await condition():  # noqa: ASYNC110 - a row in a database sets no asyncio.Event
        await asyncio.sleep(seconds)
