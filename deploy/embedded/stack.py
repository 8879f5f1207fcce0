"""A whole stack: several areas and the hub on one machine, started, watched and stopped as one."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from contracts.subjects import SERVICES
from deploy.embedded import nats_servers, postgres
from deploy.embedded.environment import database
from deploy.embedded.migrations import Migration, migrate
from deploy.embedded.nats_servers import server_name
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.processes import Service, warm_up
from deploy.embedded.run_file import Running, RunningArea, write_run_file
from deploy.embedded.state import State
from deploy.embedded.supervisor import Supervisor
from deploy.embedded.tokens import ROLES, subject_id
from deploy.embedded.waiting import http_ready, wait_until
from deploy.embedded.wiring import Wiring, address, process_name, wire
from deploy.nats.permissions import PROVISION_USERS, USERS
from deploy.provision import Outcome, Target, provision

OPERATIONS = "operations"
SINK = "sink"
_READY_SECONDS = 60.0
_GIVES_UP_AFTER_ENDS = 3


class StartFailed(Exception):  # noqa: N818 - says what happened
    """A process of the stack does not come up; the message ends with the last lines of its log."""


class Stopped(Exception):  # noqa: N818 - says what is the case
    """The stack does not run (any more)."""


@dataclass(frozen=True)
class Parts:
    """What a stack runs beside its servers; tests put small modules in."""

    modules: Mapping[str, str]
    """Per service of an area, the module whose ``main()`` it is."""
    operations: str | None
    """The module of the operations view; None: none, and no telemetry."""
    migrates: bool = True
    """Whether the databases are brought to their newest schema."""


ALL_PARTS = Parts(
    modules={service: f"services.{service}.__main__" for service in SERVICES},
    operations="services.operations.__main__",
)


class EmbeddedStack:
    """A stack with its state in one folder. ``with EmbeddedStack(…) as stack:`` starts and stops it.

    Process names: ``postgres``, ``hub``, ``nats-05``, ``plans-05``, …, ``operations``, ``sink``.
    """

    def __init__(
        self,
        areas: Sequence[str],
        state_dir: Path,
        *,
        fresh: bool = False,
        observers: bool = False,
        environment: Mapping[str, str] | None = None,
        parts: Parts = ALL_PARTS,
        say: Callable[[str], None] = lambda _step: None,
    ) -> None:
        """``fresh``: forget what an earlier run left. ``observers``: see ``observer_seed``.

        ``environment`` is added to every service's. ``say`` is told what is being done, from any thread.
        """
        self.areas = tuple(areas)
        self.state = State.at(state_dir)
        self.supervisor = Supervisor(self._write_run_file)
        self._fresh = fresh
        self._observers = observers
        self._extra = environment or {}
        self._parts = parts
        self._say = say
        self._lock: IO[str] | None = None
        self._wiring: Wiring | None = None
        self._stopping = threading.Event()
        self._writing = threading.Lock()

    # Its life

    def start(self) -> None:
        """Start everything; returns when every service is ready.

        Raises ``AlreadyRunning``, ``StartFailed``, ``MigrationFailed`` or ``NotInTime``; nothing is left running then.
        """
        self._stopping.clear()
        self._lock = self.state.lock()
        try:
            warm_up()
            wiring = self._prepare()
            self._start_servers(wiring)
            self._start_services(wiring)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything, services first; nothing stays but the state folder."""
        self._stopping.set()
        if self._lock is None:
            return
        servers = {postgres.NAME, nats_servers.HUB, *map(server_name, self.areas)}
        # PostgreSQL goes last, nats-server before it: each outlives those that need it.
        self.supervisor.remove(name for name in self.supervisor.names if name not in servers)
        self.supervisor.remove(name for name in self.supervisor.names if name != postgres.NAME)
        self.supervisor.remove(self.supervisor.names)
        with self._writing:
            if self._wiring is not None:
                self._wiring.postgres.clean_up()
                self._wiring.ports.close()
            self._wiring = None
            self.state.run_file.unlink(missing_ok=True)
        self._lock.close()
        self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self.stop()

    # What runs, and where

    @property
    def wiring(self) -> Wiring:
        """Ports, keys and addresses of this run. Raises ``Stopped``."""
        if self._wiring is None:
            raise Stopped(f"the stack with the state in {self.state.root} does not run")
        return self._wiring

    @property
    def process_ids(self) -> dict[str, int]:
        """The process id of everything that runs now, by process name."""
        return self.supervisor.process_ids

    def url(self, service: str, area: str | None = None) -> str:
        """The address of a service of an area, of ``operations`` or of the ``sink``."""
        if service == SINK:
            return address(self.wiring.sink_port)
        if service == OPERATIONS and self.wiring.operations_port is not None:
            return address(self.wiring.operations_port)
        return self.wiring.services[process_name(service, area or "")]

    def token(self, area: str, role: str, subject: str | None = None) -> str:
        """A bearer token for ``subject``; absent, the one whom the stack's own token for that role names."""
        return self.wiring.issuer.issue(area, role, subject)

    def seed(self, area: str, user: str) -> Path:
        """The nkey seed file of a NATS user of an area, as ``plans`` or ``exchange``."""
        return self.wiring.seeds.user(area, user)

    def observer_seed(self, area: str) -> Path:
        """The seed file of a user at the hub who hears all that passes through an area's account there.

        Only a stack made with ``observers=True`` knows that user.
        """
        return self.wiring.seeds.observer(area)

    def database_url(self, area: str, service: str) -> str:
        """The address of a service's database (SQLAlchemy with asyncpg)."""
        return self.wiring.postgres.url(database(area, service))

    def running(self) -> Running:
        """What ``run.json`` says."""
        wiring, pids = self.wiring, self.supervisor.process_ids
        names = {area: self._process_names(area) for area in self.areas}
        of_areas = {name for by_role in names.values() for name in by_role.values()}
        return Running(
            supervisor=os.getpid(),
            areas={area: self._running_area(area, wiring, names[area], pids) for area in self.areas},
            operations=None if wiring.operations_port is None else address(wiring.operations_port),
            sink=address(wiring.sink_port),
            sink_smtp=f"{LOOPBACK}:{wiring.smtp_port}",
            hub_url=wiring.nats.hub_url,
            ca_file=wiring.tls.authority,
            logs=self.state.logs,
            process_ids={name: pid for name, pid in pids.items() if name not in of_areas},
        )

    # What one can do to it

    def kill(self, name: str) -> None:
        """Kill a process (SIGKILL), as a crash would. It is started again while ``restart_on_death``."""
        self.supervisor[name].signal(signal.SIGKILL)

    def stop_process(self, name: str) -> None:
        """Stop a process gracefully; it stays away until ``start_process``."""
        self.supervisor[name].stop()

    def start_process(self, name: str) -> None:
        """Start a process that was stopped; returns at once."""
        self.supervisor[name].start()

    def set_clock_offset(self, seconds: float) -> None:
        """Move the clock of every service by so many seconds from the machine's."""
        self.state.clock.write_text(str(seconds))

    def provision(self, area: str) -> Outcome:
        """Create what streams and consumers an area lacks, as ``jatkumo provision`` does."""
        return asyncio.run(provision(self._target(area)))

    # How it starts

    def _prepare(self) -> Wiring:
        if self._fresh:
            self.state.wipe()
        self.state.lay_out()
        self.set_clock_offset(0)
        wiring = wire(
            self.state,
            self.areas,
            tuple(self._parts.modules),
            operations=self._parts.operations is not None,
            observers=self._observers,
            extra=self._extra,
        )
        self._wiring = wiring
        return wiring

    def _start_servers(self, wiring: Wiring) -> None:
        with ThreadPoolExecutor(thread_name_prefix="start") as pool:
            work = [pool.submit(self._start_postgres, wiring), pool.submit(self._start_nats, wiring)]
            try:
                for done in as_completed(work):
                    done.result()
            except BaseException:
                # The other one would go on waiting, and the pool for it.
                self._stopping.set()
                raise

    def _start_postgres(self, wiring: Wiring) -> None:
        self._say("PostgreSQL")
        self.supervisor.add(wiring.postgres.prepare())
        self._wait_for(postgres.NAME, wiring.postgres.ready)
        services = {database(area, service): service for area in self.areas for service in self._parts.modules}
        if self._parts.operations is not None:
            services[OPERATIONS] = OPERATIONS
        self._say("databases")
        wiring.postgres.ensure_databases(services)
        if self._parts.migrates:
            migrate(
                Migration(service, name, wiring.postgres.url(name), self.state.log(f"migrate-{name}"))
                for name, service in services.items()
            )

    def _start_nats(self, wiring: Wiring) -> None:
        self._say("nats-servers")
        self.supervisor.add(wiring.nats.hub())
        self._wait_for(nats_servers.HUB, wiring.nats.hub_ready)
        for area in self.areas:
            self.supervisor.add(wiring.nats.area(area))
        for area in self.areas:
            self._wait_for(server_name(area), partial(wiring.nats.ready, area))
        self._say("streams and consumers")
        asyncio.run(self._provision_all())

    async def _provision_all(self) -> None:
        outcomes = await asyncio.gather(*(provision(self._target(area)) for area in self.areas))
        for outcome in outcomes:
            if outcome.refused:
                raise StartFailed(
                    f"area {outcome.area}: streams differ from the contracts in a way that could lose messages;"
                    " `jatkumo up --fresh` starts anew"
                )

    def _start_services(self, wiring: Wiring) -> None:
        self._say("services")
        environments = wiring.environments
        if self._parts.operations is not None and wiring.operations_port is not None:
            self._add(OPERATIONS, self._parts.operations, environments.operations(wiring.operations_port))
        self._add(SINK, "deploy.embedded.sink", environments.sink(wiring.sink_port))
        for (area, service), port in wiring.service_ports.items():
            environment = environments.service(area, service, port)
            self._add(process_name(service, area), self._parts.modules[service], environment)
        for name, url in {**self._shared(wiring), **wiring.services}.items():
            self._wait_for(name, partial(http_ready, f"{url}/health/ready"))
        self._write_run_file()

    def _shared(self, wiring: Wiring) -> dict[str, str]:
        shared = {SINK: address(wiring.sink_port)}
        return shared if wiring.operations_port is None else {**shared, OPERATIONS: address(wiring.operations_port)}

    def _add(self, name: str, module: str, environment: Mapping[str, str]) -> None:
        self.supervisor.add(Service(name, module, environment, self.state.log(name)))

    def _wait_for(self, name: str, ready: Callable[[], bool]) -> None:
        def looks_ready() -> bool:
            if self._stopping.is_set():
                raise Stopped("the stack was stopped while it started")
            if self.supervisor[name].ends >= _GIVES_UP_AFTER_ENDS:
                raise StartFailed(f"{name} does not come up:\n{self._end_of_log(name)}")
            return ready()

        wait_until(looks_ready, what=f"{name} is ready (its log: {self.state.log(name)})", seconds=_READY_SECONDS)

    def _end_of_log(self, name: str) -> str:
        log = self.state.log(name)
        return log.read_text(errors="replace")[-2000:] if log.exists() else "it wrote no log"

    # What it says about itself

    def _process_names(self, area: str) -> dict[str, str]:
        services = {service: process_name(service, area) for service in self._parts.modules}
        return {**services, "nats": server_name(area)}

    def _running_area(
        self, area: str, wiring: Wiring, names: Mapping[str, str], pids: Mapping[str, int]
    ) -> RunningArea:
        return RunningArea(
            services={service: wiring.services[process_name(service, area)] for service in self._parts.modules},
            tokens={role: wiring.issuer.issue(area, role) for role in ROLES},
            subjects={role: subject_id(area, role) for role in ROLES},
            nats_url=wiring.nats.url(area),
            nats_seeds={user: wiring.seeds.user(area, user) for users in USERS.values() for user in users},
            process_ids={role: pids[name] for role, name in names.items() if name in pids},
        )

    def _target(self, area: str) -> Target:
        seeds = {account: self.seed(area, user) for account, user in PROVISION_USERS.items()}
        return Target(area, self.wiring.nats.url(area), seeds, self.wiring.tls.authority)

    def _write_run_file(self) -> None:
        with self._writing:
            if self._wiring is not None and self._lock is not None:
                write_run_file(self.state, self.running())
