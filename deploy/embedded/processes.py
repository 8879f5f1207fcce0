"""The two kinds of process that a stack runs: a server's own binary, and a Python service forked from a warm one."""

import importlib
import multiprocessing
import multiprocessing.forkserver
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Protocol

from deploy.embedded import tether

_FORKSERVER = multiprocessing.get_context("forkserver")
# Process.start() looks at every other child's state, as joining one does; two at once would lose an exit status.
_forking = threading.Lock()
_ORPHAN_GRACE_SECONDS = 20.0


class Process(Protocol):
    """A process that was started."""

    @property
    def pid(self) -> int:
        """Its process id."""

    def wait(self) -> int:
        """Block until it has ended; its exit status, negative for a signal. To be called by one thread only."""

    def signal(self, number: int) -> None:
        """Send it a signal; nothing happens when it has ended."""


class Program(Protocol):
    """Something that a stack runs."""

    @property
    def name(self) -> str:
        """Unique in the stack: ``postgres``, ``hub``, ``nats-05``, ``plans-05``, …"""

    @property
    def log(self) -> Path:
        """Where its output goes; appended."""

    @property
    def stop_signal(self) -> int:
        """The signal that asks it to stop gracefully."""

    def start(self) -> Process:
        """Start it. The thread that calls must live as long as the process."""


@dataclass(frozen=True)
class Account:
    """A user of the machine."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Server:
    """A binary with its arguments; it dies with the supervisor."""

    name: str
    command: tuple[str, ...]
    log: Path
    stop_signal: int = signal.SIGTERM
    run_as: Account | None = None
    directory: Path = Path("/")
    """The folder that it is started in; entered before it becomes ``run_as``, so that user need not reach it."""

    def start(self) -> Process:
        account = "-" if self.run_as is None else f"{self.run_as.uid}:{self.run_as.gid}"
        launcher = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), account, str(int(self.stop_signal))]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*launcher, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.directory,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                # Ctrl-C is for the supervisor, which stops everything in order.
                start_new_session=True,
            )
        return _Executed(process)


@dataclass(frozen=True)
class Service:
    """A Python module with ``main()``, forked from a process that has imported the heavy parts already.

    So starting it again after a crash costs milliseconds, and what is imported is in memory once.
    """

    name: str
    module: str
    environment: Mapping[str, str]
    log: Path
    stop_signal: int = signal.SIGTERM

    def start(self) -> Process:
        process = _FORKSERVER.Process(
            target=_serve, args=(self.name, self.module, dict(self.environment), str(self.log)), name=self.name
        )
        with _forking:
            process.start()
        return _Forked(process)


def warm_up() -> None:
    """Begin to import what the services need; returns at once. Services that start meanwhile wait for it."""
    _FORKSERVER.set_forkserver_preload(["deploy.embedded.preload"])
    with _forking:
        multiprocessing.forkserver.ensure_running()


def run_forked(function: Callable[..., None], *arguments: str, log: Path) -> int:
    """Run a function in a warm process of its own, its output to ``log``, and wait for it; the exit status."""
    process = _FORKSERVER.Process(target=_call, args=(function, arguments, str(log)))
    with _forking:
        process.start()
    return _Forked(process).wait()


class _Executed:
    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self.pid = process.pid

    def wait(self) -> int:
        return self._process.wait()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)


class _Forked:
    def __init__(self, process: ForkServerProcess) -> None:
        assert process.pid is not None
        self._process = process
        self.pid = process.pid

    def wait(self) -> int:
        wait([self._process.sentinel])
        with _forking:
            self._process.join()
        return self._process.exitcode or 0

    def signal(self, number: int) -> None:
        with _forking:
            if self._process.exitcode is None:
                os.kill(self.pid, number)


def _call(function: Callable[..., None], arguments: tuple[str, ...], log: str) -> None:
    tether.die_with_parent(os.getppid(), signal.SIGKILL)
    _write_to(log)
    function(*arguments)


def _serve(name: str, module: str, environment: dict[str, str], log: str) -> None:
    """The life of a forked service."""
    os.setsid()
    tether.die_with_parent(os.getppid(), signal.SIGKILL)
    _write_to(log)
    os.environ.clear()
    os.environ.update(environment)
    _name_process(name)
    threading.Thread(target=_leave_with_supervisor, name="supervisor-watch", daemon=True).start()
    importlib.import_module(module).main()


def _write_to(log: str) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


def _name_process(name: str) -> None:
    if sys.platform == "linux":
        Path("/proc/self/comm").write_text(name[:15])


def _leave_with_supervisor() -> None:
    supervisor = multiprocessing.parent_process()
    assert supervisor is not None
    supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_ORPHAN_GRACE_SECONDS)
    os._exit(1)
