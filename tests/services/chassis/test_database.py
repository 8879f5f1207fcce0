"""Transactions on a real PostgreSQL: committed or gone, whoever is cancelled, fails, or loses the server."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import database as chassis
from services.chassis.database import Database, is_outage, note_said

CONNECTIONS = 3


@pytest.fixture
async def database(database_url: Callable[[str], str]) -> AsyncIterator[Database]:
    found = Database(database_url("plans"), pool_size=CONNECTIONS)
    async with found.transaction() as connection:
        await connection.execute(text("CREATE TABLE counted (amount int NOT NULL)"))
    yield found
    await found.close()


async def count(connection: AsyncConnection) -> None:
    await connection.execute(text("INSERT INTO counted (amount) VALUES (1)"))


async def counted(database: Database) -> int:
    async with database.transaction() as connection:
        return int(await connection.scalar(text("SELECT count(*) FROM counted")) or 0)


async def all_at_once(database: Database, transactions: int) -> None:
    """As many transactions, every one of them open at the same time if there are so many connections."""

    async def one() -> None:
        async with database.transaction() as connection:
            await count(connection)
            await asyncio.sleep(0)

    await asyncio.gather(*(one() for _ in range(transactions)))


async def test_more_transactions_than_connections_all_have_their_turn(database: Database) -> None:
    await all_at_once(database, 20 * CONNECTIONS)
    assert await counted(database) == 20 * CONNECTIONS
    async with database.transaction() as connection:
        query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        assert await connection.scalar(query) == CONNECTIONS


async def test_what_raises_leaves_nothing_and_its_connection_serves_on(database: Database) -> None:
    for _ in range(2 * CONNECTIONS):
        with pytest.raises(RuntimeError):
            async with database.transaction() as connection:
                await count(connection)
                raise RuntimeError
    assert await counted(database) == 0
    await all_at_once(database, CONNECTIONS)
    assert await counted(database) == CONNECTIONS


async def test_what_is_cancelled_leaves_nothing_and_its_connection_serves_on(database: Database) -> None:
    async def dawdle(begun: asyncio.Event) -> None:
        async with database.transaction() as connection:
            await count(connection)
            begun.set()
            await connection.execute(text("SELECT pg_sleep(60)"))

    for _ in range(2 * CONNECTIONS):
        begun = asyncio.Event()
        task = asyncio.create_task(dawdle(begun))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await all_at_once(database, CONNECTIONS)
    assert await counted(database) == CONNECTIONS


async def test_when_every_connection_was_cut_one_transaction_notices_and_the_next_succeeds(database: Database) -> None:
    await all_at_once(database, CONNECTIONS)
    cutter = Database(database.engine.url.render_as_string(hide_password=False), pool_size=1)
    async with cutter.transaction() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await cutter.close()
    with pytest.raises(Exception) as caught:
        async with database.transaction() as connection:
            await count(connection)
    assert is_outage(caught.value)
    await all_at_once(database, 2 * CONNECTIONS)
    assert await counted(database) == 3 * CONNECTIONS


async def test_without_a_free_connection_a_transaction_gives_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chassis, "_WAIT_SECONDS", 0.05)
    taken, release = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with database.transaction():
            taken.set()
            await release.wait()

    holders = []
    for _ in range(CONNECTIONS):
        taken.clear()
        holders.append(asyncio.create_task(hold()))
        await taken.wait()
    with pytest.raises(TimeoutError) as caught:
        await counted(database)
    assert is_outage(caught.value)
    assert not await database.answers()
    release.set()
    await asyncio.gather(*holders)
    assert await counted(database) == 0


async def test_who_listens_hears_of_what_was_said_after_the_commit_and_only_then(database: Database) -> None:
    heard: list[set[str]] = []
    database.when_said(lambda queues: heard.append(set(queues)))
    async with database.transaction() as connection:
        note_said(connection, "local")
        note_said(connection, "local")
        note_said(connection, "exchange")
        assert heard == []
    assert heard == [{"local", "exchange"}]
    await all_at_once(database, CONNECTIONS)
    assert len(heard) == 1
