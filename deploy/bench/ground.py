"""The servers that every contender stands on: PostgreSQL and an area's nats-server, as the embedded stack runs them."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import psutil

from deploy.bench.rows import BY_HAND, OURS, WORKFLOWS
from deploy.embedded import postgres as embedded_postgres
from deploy.embedded.nats_servers import NatsServers, server_name
from deploy.embedded.ports import LOOPBACK, Ports
from deploy.embedded.postgres import Postgres
from deploy.embedded.processes import Server
from deploy.embedded.secrets import Seeds, ensure_tls
from deploy.embedded.state import State, write_private
from deploy.embedded.supervisor import Supervisor
from deploy.embedded.waiting import wait_until
from deploy.nats.permissions import PROVISION_USERS
from deploy.provision import Target, provision
from services.chassis.migrations import upgrade
from services.chassis.settings import ServiceSettings

AREA = "05"
SAYING, HEARING, WORKFLOWS_OWN = "plans", "notifications", "workflows"
"""The databases: of who says, of who hears, and of the workflows."""
_CHASSIS_ALONE = "bench"
"""No service has this name, so its databases get the chassis' tables and nothing else."""
_READY_SECONDS = 30.0


@dataclass(frozen=True)
class Ground:
    """Where the servers are, and what they have cost."""

    folder: Path
    postgres: Postgres
    nats_url: str
    monitor: str
    """The address of nats-server's monitoring."""
    authority: Path
    seeds: Seeds
    supervisor: Supervisor

    def settings(self, user: str, database: str) -> ServiceSettings:
        """The settings of a process that is a NATS user and uses a database."""
        return ServiceSettings(
            area=AREA,
            database_url=self.postgres.url(database),
            nats_url=self.nats_url,
            nats_seed_file=self.seeds.user(AREA, user),
            nats_ca_file=self.authority,
            jwks=str(self.folder / "nobody-asks.json"),
            token_issuer="nobody",  # noqa: S106 - no secret: nobody calls
            token_audience="nobody",  # noqa: S106
            http_port=1,
        )

    def environment(self, user: str, database: str) -> Mapping[str, str]:
        """The same as environment variables. No telemetry is exported."""
        given = self.settings(user, database).model_dump(mode="json", exclude_none=True)
        return {"OTEL_SDK_DISABLED": "true", **{f"JATKUMO_{name}".upper(): str(value) for name, value in given.items()}}

    def processor_seconds(self) -> dict[str, float]:
        """The processor time that each server has used, its child processes included."""
        return {
            name: _with_children(pid)
            for name, pid in self.supervisor.process_ids.items()
            if name in {embedded_postgres.NAME, server_name(AREA)}
        }


@contextmanager
def ground() -> Iterator[Ground]:
    """Servers with nothing in them but tables, streams and consumers; they and their data are gone afterwards."""
    with TemporaryDirectory(prefix="jatkumo-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        # PostgreSQL runs as another user when we are root, and must get in.
        folder.chmod(0o755)
        state = State.at(folder)
        state.lay_out()
        tls, seeds, ports = ensure_tls(state.secrets), Seeds(state.secrets), Ports()
        stack.callback(ports.close)
        postgres, nats = Postgres(state), NatsServers(state, (AREA,), ports, seeds, tls)
        stack.callback(postgres.clean_up)
        supervisor = Supervisor(lambda: None)
        stack.callback(lambda: supervisor.remove(supervisor.names))
        area, monitor = nats.area(AREA), f"{LOOPBACK}:{ports.take()}"
        _let_monitor(area, monitor)
        for server in (postgres.prepare(), nats.hub(), area):
            supervisor.add(server)
        wait_until(postgres.ready, what="PostgreSQL is ready", seconds=_READY_SECONDS)
        nats.wait(_READY_SECONDS)
        found = Ground(folder, postgres, nats.url(AREA), f"http://{monitor}", tls.authority, seeds, supervisor)
        _prepare(found)
        yield found


def _let_monitor(server: Server, address: str) -> None:
    """Have nats-server answer questions about its connections, which no area's does."""
    file = Path(server.command[server.command.index("-c") + 1])
    write_private(file, json.dumps({**json.loads(file.read_text()), "http": address}))


def _prepare(found: Ground) -> None:
    found.postgres.ensure_databases((SAYING, HEARING, WORKFLOWS_OWN))
    for database, tables in (
        (SAYING, (OURS.said, BY_HAND.said)),
        (HEARING, (OURS.heard, BY_HAND.heard)),
        (WORKFLOWS_OWN, (WORKFLOWS.said, WORKFLOWS.heard)),
    ):
        url = found.postgres.url(database)
        upgrade(_CHASSIS_ALONE, url)
        asyncio.run(_create(url, tables))
    seeds = {account: found.seeds.user(AREA, user) for account, user in PROVISION_USERS.items()}
    asyncio.run(provision(Target(AREA, found.nats_url, seeds, found.authority)))


async def _create(url: str, tables: Sequence[str]) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        for table in tables:
            await connection.execute(
                f"CREATE TABLE {table} (id uuid PRIMARY KEY, version int NOT NULL, at timestamptz NOT NULL)"
            )
    finally:
        await connection.close()


def _with_children(pid: int) -> float:
    process = psutil.Process(pid)
    spent = [process.cpu_times(), *(child.cpu_times() for child in process.children(recursive=True))]
    return float(sum(times.user + times.system for times in spent))
