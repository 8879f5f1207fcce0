"""``jatkumo up`` and ``jatkumo down``."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import psutil
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from contracts.areas import ALAND_CODE, area, areas
from deploy.embedded.migrations import MigrationFailed
from deploy.embedded.postgres import Postgres
from deploy.embedded.run_file import NothingRuns, Running, read_run_file
from deploy.embedded.stack import EmbeddedStack, StartFailed
from deploy.embedded.state import DEFAULT_STATE, AlreadyRunning, NotOurs, State
from deploy.embedded.supervisor import GRACE_SECONDS
from deploy.embedded.waiting import NotInTime, wait_until

DEFAULT_AREAS = "05,08,90"

_StateFolder = Annotated[Path, typer.Option("--state", help="Where data, keys and logs are kept.")]


def up(
    areas: Annotated[str, typer.Option("--areas", help="Area codes, as 05,08,90.")] = DEFAULT_AREAS,
    state: _StateFolder = DEFAULT_STATE,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what an earlier run left.")] = False,
) -> None:
    """Start areas on this machine, and stay until Ctrl-C."""
    console = Console()
    codes = area_codes(areas)
    with stopping_on_signals(console), running_stack(codes, state, console, fresh=fresh) as stack:
        console.print(table_of(stack.running()))
        console.print(f"Addresses, tokens and process ids: {stack.state.run_file}. Ctrl-C stops everything.")
        threading.Event().wait()


def down(state: _StateFolder = DEFAULT_STATE) -> None:
    """Stop what `up` started; exit status 1 when nothing runs."""
    console = Console()
    folder = State.at(state)
    left = _processes(folder)
    supervisor = folder.holder()
    if supervisor is None and not left:
        folder.run_file.unlink(missing_ok=True)
        console.print(f"Nothing runs with the state in {folder.root}.")
        raise typer.Exit(1)
    if supervisor is not None:
        os.kill(supervisor, signal.SIGTERM)
        wait_until(lambda: folder.holder() is None, what="the supervisor has stopped", seconds=4 * GRACE_SECONDS)
    # Nothing, unless the supervisor was killed and the machine has no way to tell its children.
    for process in psutil.wait_procs(left, timeout=GRACE_SECONDS)[1]:
        process.kill()
    Postgres(folder).clean_up()
    folder.run_file.unlink(missing_ok=True)
    console.print("Stopped.")


def area_codes(text: str) -> tuple[str, ...]:
    """The area codes in ``05,08,90``. Raises ``typer.BadParameter`` saying what is wrong."""
    codes = tuple(code.strip() for code in text.split(",") if code.strip())
    known = {known.code for known in areas()}
    for code in codes:
        if code == ALAND_CODE:
            raise typer.BadParameter(f"{code} is Åland, which organises no aftercare under the law: no area to start")
        if code not in known:
            raise typer.BadParameter(f"{code} is no area; expected codes of {', '.join(sorted(known))}")
    if not codes:
        raise typer.BadParameter("expected at least one area code, as 05,08,90")
    if len(set(codes)) != len(codes):
        raise typer.BadParameter("expected each area once")
    return codes


@contextmanager
def running_stack(
    codes: tuple[str, ...], state: Path, console: Console, *, fresh: bool = False
) -> Iterator[EmbeddedStack]:
    """A stack that runs as long as the block, with its start shown. Ends the command with 1 when it does not start."""
    started = time.monotonic()
    with console.status("Starting") as status:
        stack = EmbeddedStack(codes, state, fresh=fresh, say=lambda step: status.update(f"Starting: {step}"))
        try:
            stack.start()
        except (AlreadyRunning, NotOurs, StartFailed, MigrationFailed, NotInTime) as error:
            _give_up(console, error)
    console.print(f"Started in {time.monotonic() - started:.1f} s.")
    try:
        yield stack
    finally:
        stack.stop()


def table_of(running: Running) -> Table:
    """Where everything is."""
    table = Table("area", "service", Column("address", no_wrap=True), "process")
    for code, found in running.areas.items():
        name = f"{code} {area(code).slug}"
        for service, url in found.services.items():
            table.add_row(name, service, url, str(found.process_ids.get(service, "")))
            name = ""
    pids = running.process_ids
    if running.operations is not None:
        table.add_row("all", "operations", running.operations, str(pids.get("operations", "")))
    table.add_row("all", "mail sink", f"{running.sink}/messages", str(pids.get("sink", "")))
    return table


class _ToldToStop(BaseException):
    """A stop signal; passes through what handles errors, as Ctrl-C does."""


@contextmanager
def stopping_on_signals(console: Console) -> Iterator[None]:
    """Leave the block at the first SIGINT, SIGTERM or SIGHUP, in whatever it is doing; what stops it is not disturbed.

    The command ends with status 0: that is how a stack is stopped.
    """
    told = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal told
        if not told:
            told = True
            console.print("Stopping …")
            raise _ToldToStop

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    except _ToldToStop:
        console.print("Stopped.")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _processes(folder: State) -> list[psutil.Process]:
    """The processes that ``run.json`` names, as far as they are still those."""
    try:
        running = read_run_file(folder)
    except NothingRuns:
        return []
    of_areas = {
        f"{role}-{code}": pid for code, found in running.areas.items() for role, pid in found.process_ids.items()
    }
    named = {**running.process_ids, **of_areas}
    return [process for name, pid in named.items() if (process := _process(name, pid)) is not None]


def _process(name: str, pid: int) -> psutil.Process | None:
    """The process, unless its number belongs to another by now."""
    binary = {"postgres": "postgres", "hub": "nats-server", "nats": "nats-server"}.get(name.partition("-")[0], name)
    try:
        process = psutil.Process(pid)
        return process if process.name() == binary[:15] else None
    except psutil.NoSuchProcess:
        return None


def _give_up(console: Console, error: Exception) -> NoReturn:
    console.print(f"[red]not started:[/red] {escape(str(error))}", highlight=False)
    raise typer.Exit(1) from None
