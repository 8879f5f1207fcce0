"""The supervisor and the embedded stack, with real servers and the smallest possible services."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import asyncpg
import psutil
import pytest
from typer.testing import CliRunner

from contracts.subjects import SERVICES
from deploy.cli import application
from deploy.embedded.ports import LOOPBACK, Ports
from deploy.embedded.postgres import Postgres
from deploy.embedded.processes import Server, Service
from deploy.embedded.run_file import Running, read_run_file
from deploy.embedded.stack import EmbeddedStack, Parts, StartFailed
from deploy.embedded.state import AlreadyRunning, State
from deploy.embedded.supervisor import RESTART_DELAYS_SECONDS, Supervisor, UnknownProcess, restart_delay
from deploy.embedded.tokens import subject_id
from deploy.embedded.waiting import http_ready, wait_until

STAND_IN = "tests.services.stand_in"
STAND_INS = Parts(dict.fromkeys(SERVICES, STAND_IN), operations=None, migrates=False)
PROJECT = Path(__file__).resolve().parents[2]

StartService = Callable[..., str]


def until(condition: Callable[[], bool], what: str = "the condition holds") -> None:
    """Return when ``condition`` holds; fail after 30 s."""
    wait_until(condition, what=what, seconds=30)


def asked(url: str) -> dict[str, Any]:
    """What a stand-in says about itself (any JSON)."""
    until(lambda: http_ready(url), f"{url} answers")
    with urlopen(url) as answer:
        return dict(json.load(answer))


def runs(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not fetched yet does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    made = Supervisor(lambda: None)
    yield made
    for name in made.names:
        made[name].stop(grace_seconds=0.1)


@pytest.fixture
def start(supervisor: Supervisor, tmp_path: Path) -> Iterator[StartService]:
    """Has the supervisor run a stand-in; its address."""
    ports = Ports()

    def start(name: str, **environment: str) -> str:
        port = ports.take()
        environment |= {"JATKUMO_HTTP_HOST": LOOPBACK, "JATKUMO_HTTP_PORT": str(port)}
        supervisor.add(Service(name, STAND_IN, environment, tmp_path / f"{name}.log"))
        return f"http://{LOOPBACK}:{port}"

    yield start
    ports.close()


def test_a_killed_service_is_there_again_and_its_neighbour_has_not_noticed(
    supervisor: Supervisor, start: StartService
) -> None:
    url, neighbour = start("one"), start("other")
    first, beside = asked(url)["pid"], asked(neighbour)["pid"]
    os.kill(first, signal.SIGKILL)
    until(lambda: supervisor["one"].pid not in {None, first}, "it has started again")
    assert asked(url)["pid"] == supervisor["one"].pid != first
    assert asked(neighbour)["pid"] == beside


def test_a_service_knows_its_own_environment_only_and_writes_to_its_own_log(
    start: StartService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JATKUMO_SOMETHING", "of the supervisor")
    said = asked(start("one", GREETING="hello"))
    assert said["environment"]["GREETING"] == "hello"
    assert "JATKUMO_SOMETHING" not in said["environment"]
    assert "asked: /" in (tmp_path / "one.log").read_text()


def test_services_of_one_warm_process_draw_different_ids(start: StartService) -> None:
    ids = [asked(start(f"service-{number}"))["id"] for number in range(3)]
    assert len(set(ids)) == 3


def test_what_is_warm_has_one_thread_only() -> None:
    count = "import deploy.embedded.preload, os; print(len(os.listdir('/proc/self/task')))"
    done = subprocess.run([sys.executable, "-c", count], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_a_service_that_always_falls_is_started_again_later_and_later(
    supervisor: Supervisor, start: StartService
) -> None:
    start("one", STAND_IN="fails")
    until(lambda: supervisor["one"].ends >= 3)
    delays = [restart_delay(times) for times in range(1, 20)]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (RESTART_DELAYS_SECONDS[0], RESTART_DELAYS_SECONDS[-1])


def test_a_stopped_service_stays_away_until_it_is_started(supervisor: Supervisor, start: StartService) -> None:
    url = start("one")
    first = asked(url)["pid"]
    supervisor["one"].stop()
    assert not runs(first)
    assert supervisor.process_ids == {}
    assert not http_ready(url)
    supervisor["one"].start()
    assert asked(url)["pid"] != first


def test_a_killed_service_stays_away_when_nobody_wants_it_restarted(
    supervisor: Supervisor, start: StartService
) -> None:
    supervisor.restart_on_death = False
    os.kill(asked(start("one"))["pid"], signal.SIGKILL)
    until(lambda: supervisor["one"].pid is None)
    assert supervisor["one"].ends == 0
    supervisor.restart_on_death = True
    supervisor["one"].start()
    until(lambda: supervisor["one"].pid is not None)


def test_a_service_that_does_not_listen_is_stopped_by_force(supervisor: Supervisor, start: StartService) -> None:
    pid = asked(start("one", STAND_IN="does not listen"))["pid"]
    supervisor["one"].stop(grace_seconds=0.2)
    assert not runs(pid)


def test_a_name_that_nobody_has_is_answered_with_those_that_exist(supervisor: Supervisor, start: StartService) -> None:
    start("one")
    with pytest.raises(UnknownProcess, match="one"):
        supervisor["two"]


def test_a_server_that_cannot_be_started_is_tried_again_and_its_log_says_why(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    log = tmp_path / "missing.log"
    supervisor.add(Server("missing", (str(tmp_path / "no-such-binary"),), log))
    until(lambda: supervisor["missing"].ends >= 2)
    assert "no-such-binary" in log.read_text()


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stack")


@pytest.fixture(scope="module")
def stack(state: Path) -> Iterator[EmbeddedStack]:
    with EmbeddedStack(["05", "08"], state, parts=STAND_INS, environment={"GREETING": "hello"}) as running:
        yield running


def run_file(stack: EmbeddedStack) -> Running:
    """What ``run.json`` says."""
    return read_run_file(stack.state)


def test_a_running_stack_says_where_everything_is(stack: EmbeddedStack) -> None:
    running = run_file(stack)
    assert stat.S_IMODE(stack.state.run_file.stat().st_mode) == 0o600
    assert running.supervisor == os.getpid()
    assert set(running.areas) == {"05", "08"}
    for code, area in running.areas.items():
        assert set(area.tokens) == set(area.subjects) == {"worker", "lead", "operator", "young_person"}
        assert area.subjects["worker"] == subject_id(code, "worker")
        assert set(area.process_ids) == {*SERVICES, "nats"}
        for service, url in area.services.items():
            said = asked(f"{url}/health/ready")
            assert said["pid"] == area.process_ids[service]
            assert said["environment"]["JATKUMO_AREA"] == code
            assert said["environment"]["GREETING"] == "hello"
    assert {"postgres", "hub", "sink"} == set(running.process_ids)


def test_secrets_are_nobody_elses_to_read(stack: EmbeddedStack) -> None:
    public = {"certificate.pem", "authority.pem", "jwks.json", "directory.jws", "authority.jwk.json"}
    private = [file for file in stack.state.secrets.rglob("*") if file.is_file() and file.name not in public]
    private += list(stack.state.nats.glob("*.conf"))
    assert len(private) > 20
    assert {oct(stat.S_IMODE(file.stat().st_mode)) for file in private} == {"0o600"}


def test_the_run_file_follows_a_service_that_was_killed(stack: EmbeddedStack) -> None:
    first = run_file(stack).areas["05"].process_ids["plans"]
    stack.kill("plans-05")
    until(lambda: run_file(stack).areas["05"].process_ids.get("plans", first) != first)
    assert asked(stack.url("plans", "05"))["pid"] == run_file(stack).areas["05"].process_ids["plans"]


def test_a_server_that_was_killed_is_there_again_with_its_data(stack: EmbeddedStack) -> None:
    stack.wiring.postgres.ensure_databases(["kept"])
    for server in ("postgres", "nats-05", "hub"):
        first = stack.process_ids[server]
        stack.kill(server)
        until(lambda: stack.process_ids.get(server, first) != first, f"{server} has started again")  # noqa: B023 - in turn
    until(stack.wiring.postgres.ready)
    until(lambda: stack.wiring.nats.ready("05") and stack.wiring.nats.hub_ready())
    assert stack.provision("05").applied == ()


def test_a_server_can_be_away_for_a_while(stack: EmbeddedStack) -> None:
    stack.stop_process("postgres")
    assert not stack.wiring.postgres.ready()
    assert "postgres" not in run_file(stack).process_ids
    stack.start_process("postgres")
    until(stack.wiring.postgres.ready)


def test_a_database_is_open_to_its_own_service_only(stack: EmbeddedStack) -> None:
    until(stack.wiring.postgres.ready)
    url = stack.database_url("05", "plans").replace("+asyncpg", "")
    connect = "import asyncio, asyncpg, sys; asyncio.run(asyncpg.connect(sys.argv[1]))"
    for address, expected in ((url, 0), (url.replace("/a05_plans?", "/a05_interarea?"), 1)):
        done = subprocess.run([sys.executable, "-c", connect, address], capture_output=True, check=False)
        assert done.returncode == expected, done.stderr


def test_the_clock_of_all_services_can_be_moved(stack: EmbeddedStack) -> None:
    file = Path(asked(stack.url("plans", "05"))["environment"]["JATKUMO_CLOCK_FILE"])
    stack.set_clock_offset(86400)
    assert float(file.read_text()) == 86400


def test_a_second_stack_on_the_same_state_is_refused_and_disturbs_nothing(stack: EmbeddedStack, state: Path) -> None:
    before = stack.process_ids
    with pytest.raises(AlreadyRunning, match="down"):
        EmbeddedStack(["05"], state, parts=STAND_INS).start()
    assert stack.process_ids == before
    assert run_file(stack).supervisor == os.getpid()


def test_a_service_that_does_not_come_up_is_named_with_its_log_and_nothing_stays(tmp_path: Path) -> None:
    stack = EmbeddedStack(["05"], tmp_path, parts=STAND_INS, environment={"STAND_IN": "fails"})
    with pytest.raises(StartFailed, match=r"(?s)05 does not come up.*told to fail"):
        stack.start()
    assert stack.process_ids == {}
    assert not State.at(tmp_path).run_file.exists()


STACK_ALONE = """
import sys, threading
from pathlib import Path
from deploy.embedded.stack import EmbeddedStack
from tests.services.test_supervisor import STAND_INS
from deploy.embedded.commands import stopping_on_signals
from rich.console import Console

if __name__ == "__main__":
    with stopping_on_signals(Console()), EmbeddedStack(["90"], Path(sys.argv[1]), parts=STAND_INS):
        print("started", flush=True)
        threading.Event().wait()
"""


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", State]]:
    """A stack under a supervisor of its own, as ``jatkumo up`` runs it."""
    script = tmp_path / "alone.py"
    script.write_text(STACK_ALONE)
    state = State.at(tmp_path / "state")
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen(
        [sys.executable, str(script), str(state.root)], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    yield process, state
    process.kill()
    process.communicate()
    Postgres(state).clean_up()


def all_of(state: State) -> list[int]:
    """Every process of a stack that runs, the supervisor and its own ones included."""
    running = read_run_file(state)
    family = psutil.Process(running.supervisor).children(recursive=True)
    return [running.supervisor, *running.all_process_ids, *(process.pid for process in family)]


def test_down_leaves_no_process_no_socket_and_no_run_file(alone: tuple["subprocess.Popen[str]", State]) -> None:
    process, state = alone
    pids = all_of(state)
    assert len(pids) > 8
    sockets = Path(psutil.Process(read_run_file(state).process_ids["postgres"]).cmdline()[-1].partition("=")[2])
    assert sockets.is_dir()
    done = CliRunner().invoke(application(["down"]), ["down", "--state", str(state.root)])
    assert done.exit_code == 0, done.output
    assert process.wait(30) == 0
    until(lambda: not any(map(runs, pids)), "every process has ended")
    assert not sockets.exists()
    assert not state.run_file.exists()
    assert CliRunner().invoke(application(["down"]), ["down", "--state", str(state.root)]).exit_code == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_when_the_supervisor_is_killed_everything_ends(alone: tuple["subprocess.Popen[str]", State]) -> None:
    process, state = alone
    pids = all_of(state)
    process.kill()
    until(lambda: not any(map(runs, pids)), "every process has ended")
    assert state.holder() is None


def test_what_a_stack_stored_is_there_after_a_restart_unless_fresh(tmp_path: Path) -> None:
    async def databases(stack: EmbeddedStack) -> set[str]:
        connection = await asyncpg.connect(stack.wiring.postgres.administrator_dsn())
        names = {row[0] for row in await connection.fetch("SELECT datname FROM pg_database")}
        await connection.close()
        return names

    def found_at_start(*, fresh: bool) -> set[str]:
        with EmbeddedStack(["05"], tmp_path, parts=STAND_INS, fresh=fresh) as stack:
            found = asyncio.run(databases(stack))
            stack.wiring.postgres.ensure_databases(["kept"])
            return found

    assert "kept" not in found_at_start(fresh=False)
    assert "kept" in found_at_start(fresh=False)
    assert "kept" not in found_at_start(fresh=True)
