"""What one hop costs, counted by the servers: these figures do not depend on the machine, and grow only on purpose."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from deploy.bench.counting import HopCounts, count_a_hop
from deploy.bench.rows import OURS
from deploy.embedded.ports import LOOPBACK, Ports
from deploy.embedded.processes import Server
from deploy.embedded.state import write_private
from deploy.provision import provision
from services.chassis.database import Database
from services.chassis.settings import ServiceSettings
from tests.services.nats_network import Network, network

AREA = "05"
SettingsOf = Callable[[str, str], ServiceSettings]


@pytest.fixture
async def counts(settings_of: SettingsOf, tmp_path: Path) -> AsyncIterator[HopCounts]:
    ports = Ports()
    monitor = f"{LOOPBACK}:{ports.take()}"

    def monitored(_area: str, server: Server) -> None:
        file = Path(server.command[server.command.index("-c") + 1])
        write_private(file, json.dumps({**json.loads(file.read_text()), "http": monitor}))

    with network(tmp_path / "network", (AREA,), altered=monitored) as servers:
        await provision(servers.target(AREA))
        saying = await _ready(servers, settings_of("plans", AREA), "plans", OURS.said)
        hearing = await _ready(servers, settings_of("notifications", AREA), "notifications", OURS.heard)
        yield await count_a_hop(saying, hearing, f"http://{monitor}")
    ports.close()


async def _ready(servers: Network, settings: ServiceSettings, user: str, table: str) -> ServiceSettings:
    database = Database(settings.database_url, pool_size=1)
    async with database.transaction() as connection:
        await connection.execute(text(f"CREATE TABLE {table} (id uuid PRIMARY KEY, version int, at timestamptz)"))
    await database.close()
    return settings.model_copy(
        update={
            "nats_url": servers.servers.url(AREA),
            "nats_seed_file": servers.seeds.user(AREA, user),
            "nats_ca_file": servers.tls.authority,
        }
    )


async def test_a_hop_takes_few_statements_and_messages(counts: HopCounts) -> None:
    transaction = {"BEGIN": 1, "INSERT 0 1": 2, "COMMIT": 1}
    # The command's row; journal and outbox in one. Then the relay's claim, and its removal of what was acknowledged.
    assert counts.said == Counter({**transaction, "UPDATE 1": 1, "DELETE 1": 1})
    # The inbox, and the effect.
    assert counts.heard == Counter(transaction)
    assert counts.statements == 10
    # Published and acknowledged, delivered and acknowledged.
    assert counts.messages == 4
