"""What was said leaves: at once and in order, past areas that do not answer, and after every kind of interruption."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from uuid import UUID, uuid4

import pytest
from faststream_outbox.client import OutboxClient
from sqlalchemy import func, select, text

from contracts.envelope import SEALED_CONTENT_TYPE, Envelope
from contracts.exchange import HandoffReleased
from contracts.plans import CaseClosed
from contracts.subjects import EXCHANGE_IN, PLANS, exchange_subject
from contracts.values import CaseRole, new_id
from deploy.provision import provision
from services.chassis import journal, relay, tables
from services.chassis.clock import SystemClock
from services.chassis.connections import Connection
from services.chassis.database import Database
from services.chassis.journal import Queue, SealedMessage
from services.chassis.relay import Relay, Target
from services.chassis.work import Work
from tests.services.nats_network import Network, network

HOME, AWAY, THIRD = "05", "08", "90"
NEVER_SECONDS = 3600.0


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with network(tmp_path_factory.mktemp("network"), (HOME, AWAY, THIRD)) as running:
        yield running


@pytest.fixture
async def provisioned(servers: Network) -> AsyncIterator[Network]:
    """Streams as in new areas."""
    for area in (HOME, AWAY, THIRD):
        await provision(servers.target(area))
    yield servers
    for area, user, stream in (
        (HOME, "provision", PLANS),
        (AWAY, "provision_exchange", EXCHANGE_IN),
        (THIRD, "provision_exchange", EXCHANGE_IN),
    ):
        async with servers.member(area, user) as member:
            await member.client.jetstream().delete_stream(stream.name)


@pytest.fixture
async def database(database_url: Callable[[str], str]) -> AsyncIterator[Database]:
    found = Database(database_url("plans"), pool_size=4, pooled_elsewhere=2)
    yield found
    await found.close()


@asynccontextmanager
async def working(database: Database) -> AsyncIterator[Work]:
    async with database.transaction() as connection:
        yield Work(connection, HOME, "plans", SystemClock().now())


@asynccontextmanager
async def relaying(
    servers: Network, database: Database, queue: Queue = Queue.LOCAL, *, acknowledged: list[UUID] | None = None
) -> AsyncIterator[None]:
    """A relay of one queue, with the NATS user that its service has for it."""
    user = {Queue.LOCAL: "plans", Queue.EXCHANGE: "exchange"}[queue]
    connection = Connection(
        user,
        servers.servers.url(HOME),
        seed_file=servers.seeds.user(HOME, user),
        ca_file=servers.tls.authority,
        service="plans",
    )
    await connection.connect()

    async def note(envelope: Envelope) -> None:
        if acknowledged is not None:
            acknowledged.append(envelope.id)

    running = Relay(database, {queue: Target(connection.jetstream, note)}, workers=4)
    await running.start()
    try:
        yield
    finally:
        await running.stop()
        await connection.stop()


def closed(version: int) -> CaseClosed:
    return CaseClosed(case_id=uuid4(), version=version, person_id=uuid4(), role=CaseRole.RESIDENCE)


async def send(database: Database, to: str, count: int) -> list[UUID]:
    """Say something to another area; sealed bodies are not what is tried here."""
    ids = [new_id() for _ in range(count)]
    async with working(database) as work:
        for message_id in ids:
            message = HandoffReleased(
                handoff_id=uuid4(), version=1, placing_case_id=uuid4(), released_on=date(2026, 1, 2)
            )
            subject = exchange_subject(message.type, sender=HOME, receiver=to)
            await journal.record_sealed(
                work, SealedMessage(message, message_id, subject, b"sealed", SEALED_CONTENT_TYPE)
            )
    return ids


async def waiting(database: Database) -> int:
    async with working(database) as work:
        found = await work.connection.scalar(select(func.count()).select_from(tables.outbox))
        return int(found or 0)


async def waits(database: Database, count: int) -> bool:
    return await waiting(database) == count


async def stored(servers: Network) -> int:
    """How many messages the stream of plans holds."""
    async with servers.member(HOME, "provision") as member:
        info = await member.client.jetstream().stream_info(PLANS.name)
    return int(info.state.messages)


async def until(holds: Callable[[], bool | Awaitable[bool]], *, seconds: float = 30) -> None:
    """Return when a condition holds; fail after ``seconds``."""

    async def now() -> bool:
        found = holds()
        return found if isinstance(found, bool) else await found

    async with asyncio.timeout(seconds):
        while not await now():  # noqa: ASYNC110 - a row in a database sets no asyncio.Event
            await asyncio.sleep(0.02)


async def test_what_is_said_leaves_at_the_commit_and_not_at_the_next_poll(
    provisioned: Network, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_POLL_SECONDS", NEVER_SECONDS)
    acknowledged: list[UUID] = []
    async with relaying(provisioned, database, acknowledged=acknowledged):
        for version in range(1, 4):
            async with working(database) as work:
                await journal.record(work, closed(version))
            await until(lambda: waits(database, 0))
    assert len(acknowledged) == 3
    assert await stored(provisioned) == 3


async def test_what_is_rolled_back_is_never_said(provisioned: Network, database: Database) -> None:
    async with relaying(provisioned, database):
        with pytest.raises(RuntimeError):
            async with working(database) as work:
                await journal.record(work, closed(1))
                raise RuntimeError
        async with working(database) as work:
            await journal.record(work, closed(2))
        await until(lambda: waits(database, 0))
    assert await stored(provisioned) == 1
    async with working(database) as work:
        assert await work.connection.scalar(select(func.count()).select_from(tables.journal)) == 1


async def test_more_than_a_batch_leaves_and_each_once(provisioned: Network, database: Database) -> None:
    acknowledged: list[UUID] = []
    async with relaying(provisioned, database, acknowledged=acknowledged):
        async with working(database) as work:
            await journal.record(work, *(closed(version) for version in range(1, 351)))
        await until(lambda: waits(database, 0))
    assert len(acknowledged) == len(set(acknowledged)) == 350
    assert await stored(provisioned) == 350


async def test_a_row_that_nobody_here_has_committed_leaves_too(provisioned: Network, database: Database) -> None:
    """As after a restart, or when another process has put the journal into the outbox again."""
    async with working(database) as work:
        await journal.record(work, closed(1))
    async with relaying(provisioned, database):
        await until(lambda: waits(database, 0))
        async with working(database) as work:
            await work.connection.execute(
                text(
                    "INSERT INTO outbox (queue, payload, headers)"
                    " SELECT queue, body, headers || jsonb_build_object('jatkumo-subject', subject) FROM journal"
                )
            )
        await until(lambda: waits(database, 0))
    assert await stored(provisioned) == 1, "the stream knows the id"


async def test_rows_of_a_process_that_died_are_taken_up_when_their_lease_ends(
    provisioned: Network, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with working(database) as work:
        await journal.record(work, closed(1), closed(2))
    async with database.engine.connect() as connection:
        claimed = await OutboxClient(database.engine, tables.outbox).fetch(
            connection, [Queue.LOCAL.value], limit=1, lease_ttl_seconds=relay.LEASE_SECONDS
        )
    assert len(claimed) == 1
    acknowledged: list[UUID] = []
    async with relaying(provisioned, database, acknowledged=acknowledged):
        await until(lambda: len(acknowledged) == 1)
        # A row under a lease is its holder's.
        await until(lambda: waits(database, 1))
    monkeypatch.setattr(relay, "LEASE_SECONDS", 0.5)
    async with relaying(provisioned, database, acknowledged=acknowledged):
        await until(lambda: waits(database, 0))
    assert len(set(acknowledged)) == 2


async def test_an_area_that_does_not_answer_does_not_hold_up_another_and_gets_it_all_later(
    provisioned: Network, database: Database
) -> None:
    acknowledged: list[UUID] = []
    provisioned.stop(AWAY)
    try:
        async with relaying(provisioned, database, Queue.EXCHANGE, acknowledged=acknowledged):
            away = await send(database, AWAY, 120)
            for _ in range(6):
                [there] = await send(database, THIRD, 1)
                await until(partial(acknowledged.__contains__, there))
            await until(lambda: waits(database, len(away)))
            provisioned.start(AWAY)
            await until(lambda: waits(database, 0), seconds=60)
    except BaseException:
        provisioned.start(AWAY)
        raise
    assert set(acknowledged) >= set(away)


async def test_the_relay_goes_on_when_its_connections_were_cut(provisioned: Network, database: Database) -> None:
    acknowledged: list[UUID] = []
    async with relaying(provisioned, database, acknowledged=acknowledged):
        async with working(database) as work:
            await journal.record(work, closed(1))
        await until(lambda: len(acknowledged) == 1)
        async with working(database) as work:
            await work.connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        async with working(database) as work:
            await journal.record(work, closed(2))
        await until(lambda: len(acknowledged) == 2)
        await until(lambda: waits(database, 0))
    assert await stored(provisioned) == 2


async def test_a_stop_finishes_what_is_being_published(provisioned: Network, database: Database) -> None:
    async with working(database) as work:
        await journal.record(work, *(closed(version) for version in range(1, 41)))
    acknowledged: list[UUID] = []
    async with relaying(provisioned, database, acknowledged=acknowledged):
        await until(lambda: bool(acknowledged))
    async with working(database) as work:
        leased = await work.connection.scalar(
            select(func.count()).select_from(tables.outbox).where(tables.outbox.c.acquired_token.is_not(None))
        )
    assert leased == 0
    assert len(acknowledged) + await waiting(database) == 40
