"""Keeps processes running: starts, restarts with growing delay, stops in order."""

import signal
import threading
import time
from collections.abc import Callable, Iterable

from deploy.embedded.processes import Process, Program

RESTART_DELAYS_SECONDS = (0.05, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Before the first, second, … restart in a row; the last for all that follow."""
STEADY_AFTER_SECONDS = 5.0
"""A process that ran so long starts again without the delay of those that fall at once."""
GRACE_SECONDS = 20.0
"""How long a process has to stop by itself; above the services' own 15 s."""


def restart_delay(fallen_in_a_row: int) -> float:
    """Seconds until a program that fell the first, second, … time in a row (1, 2, …) starts again."""
    return RESTART_DELAYS_SECONDS[min(fallen_in_a_row, len(RESTART_DELAYS_SECONDS)) - 1]


class UnknownProcess(LookupError):  # noqa: N818 - says what is the case
    """The stack has no process of that name."""


class Supervised:
    """One program that should run, and the thread that sees to it."""

    def __init__(self, program: Program, changed: Callable[[], None], *, restart_on_death: bool) -> None:
        self.program = program
        self.restart_on_death = restart_on_death
        self.ends = 0
        """How often it has ended without being asked to, since it was last started."""
        self._changed = changed
        self._lock = threading.Lock()
        self._unwanted = threading.Event()
        self._unwanted.set()
        self._running: Process | None = None
        self._thread: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        with self._lock:
            return None if self._running is None else self._running.pid

    def start(self) -> None:
        """Have it run from now on. Nothing happens when it is wanted already."""
        if not self._unwanted.is_set():
            return
        if self._thread is not None:
            self._thread.join()
        self.ends = 0
        self._unwanted.clear()
        self._thread = threading.Thread(target=self._keep, name=f"keep-{self.program.name}", daemon=True)
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Want it no longer and tell it so; returns at once."""
        with self._lock:
            self._unwanted.set()
            if self._running is not None:
                self._running.signal(self.program.stop_signal)

    def stop(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """Stop it, by force after ``grace_seconds``; returns when it has ended."""
        self.ask_to_stop()
        if self._thread is None:
            return
        self._thread.join(grace_seconds)
        if self._thread.is_alive():
            self.signal(signal.SIGKILL)
            self._thread.join()

    def signal(self, number: int) -> None:
        """Send the process a signal; nothing happens when it is not running."""
        with self._lock:
            if self._running is not None:
                self._running.signal(number)

    def _keep(self) -> None:
        fallen_in_a_row = 0
        while True:
            started = time.monotonic()
            self._run_once()
            if self._unwanted.is_set():
                return
            self.ends += 1
            steady = time.monotonic() - started >= STEADY_AFTER_SECONDS
            fallen_in_a_row = 1 if steady else fallen_in_a_row + 1
            if self._unwanted.wait(restart_delay(fallen_in_a_row)):
                return

    def _run_once(self) -> None:
        try:
            running = self.program.start()
        except (OSError, EOFError) as error:
            with self.program.log.open("a") as log:
                log.write(f"could not be started: {error!r}\n")
            self._ended()
            return
        with self._lock:
            self._running = running
            if self._unwanted.is_set():
                running.signal(self.program.stop_signal)
        self._changed()
        running.wait()
        self._ended()

    def _ended(self) -> None:
        with self._lock:
            self._running = None
            if not self.restart_on_death:
                self._unwanted.set()
        self._changed()


class Supervisor:
    """The processes of a stack."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """``changed`` is called, from any thread, whenever a process has started or ended."""
        self._changed = changed
        self._members: dict[str, Supervised] = {}
        self._restart_on_death = True

    def add(self, program: Program) -> None:
        """Start a program and keep it running."""
        if program.name in self._members:
            raise ValueError(f"expected a new name, got {program.name} again")
        member = self._members[program.name] = Supervised(
            program, self._changed, restart_on_death=self._restart_on_death
        )
        member.start()

    def __getitem__(self, name: str) -> Supervised:
        """A process by name. Raises ``UnknownProcess`` naming those that exist."""
        try:
            return self._members[name]
        except KeyError:
            raise UnknownProcess(f"no process {name}; there are {', '.join(self._members)}") from None

    @property
    def process_ids(self) -> dict[str, int]:
        """The process id of everything that runs now, by name."""
        pids = {name: member.pid for name, member in list(self._members.items())}
        return {name: pid for name, pid in pids.items() if pid is not None}

    @property
    def restart_on_death(self) -> bool:
        """Whether processes that end by themselves are started again."""
        return self._restart_on_death

    @restart_on_death.setter
    def restart_on_death(self, wanted: bool) -> None:
        self._restart_on_death = wanted
        for member in self._members.values():
            member.restart_on_death = wanted

    @property
    def names(self) -> tuple[str, ...]:
        """Every process that it looks after."""
        return tuple(self._members)

    def remove(self, names: Iterable[str]) -> None:
        """Stop some processes, all at the same time, and forget them; returns when they have ended."""
        members = [self._members[name] for name in tuple(names)]
        for member in members:
            member.ask_to_stop()
        deadline = time.monotonic() + GRACE_SECONDS
        for member in members:
            member.stop(max(0.0, deadline - time.monotonic()))
            del self._members[member.program.name]
