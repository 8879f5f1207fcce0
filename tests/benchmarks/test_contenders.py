"""Whoever is compared in the benchmark does all its hops. How fast is told by ``jatkumo bench hop``, never asserted."""

import asyncio

import asyncpg
from rich.console import Console

from deploy.bench.ground import HEARING, SAYING, WORKFLOWS_OWN, Ground, ground
from deploy.bench.hop import CONTENDERS, race
from deploy.bench.rows import BY_HAND, OURS, WORKFLOWS

HOPS = 100


async def _rows(servers: Ground, database: str, table: str) -> int:
    connection = await asyncpg.connect(servers.postgres.url(database).replace("+asyncpg", ""))
    try:
        return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))
    finally:
        await connection.close()


def test_each_contender_says_and_hears_every_hop_of_its_rounds() -> None:
    with ground() as servers:
        found = race(servers, Console(quiet=True), rounds=1, hops=HOPS)
        assert set(found) == {contender.name for contender in CONTENDERS}
        assert all(len(rounds.per_second) == 1 for rounds in found.values())
        for tables, saying, hearing, hops in (
            (OURS, SAYING, HEARING, HOPS),
            (BY_HAND, SAYING, HEARING, HOPS),
            (WORKFLOWS, WORKFLOWS_OWN, WORKFLOWS_OWN, HOPS // 5),
        ):
            # A round that counts, and one before it that does not.
            assert asyncio.run(_rows(servers, saying, tables.said)) == 2 * hops
            assert asyncio.run(_rows(servers, hearing, tables.heard)) == 2 * hops
