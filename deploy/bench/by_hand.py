"""The same hop written by hand on asyncpg and nats-py: the same commits, nothing else.

    python -m deploy.bench.by_hand say|hear

Without an outbox: a row is committed, then published, so what was said is lost when the process ends in between.
Without a journal, an envelope, checks, retries, dead letters or traces. Its pools do not reset a connection on return
(asyncpg's default, a round trip more a transaction), because ours do not either.
"""

import asyncio
import json
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from contracts.plans import ResidenceChanged
from contracts.subjects import CONSUMERS, subject_of
from contracts.values import new_id
from deploy.bench.player import at_once, play
from deploy.bench.rows import AT_ONCE, BY_HAND, CONNECTIONS
from services.chassis.settings import ServiceSettings, load

# Another subject than ours, of the same stream.
_SUBJECT = subject_of(ResidenceChanged.type)
_CONSUMER = next(consumer for consumer in CONSUMERS if consumer.message is ResidenceChanged)
_SAY = f"INSERT INTO {BY_HAND.said} (id, version, at) VALUES ($1, $2, $3)"
_NOTE = "INSERT INTO inbox (consumer, event_id, handled_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_HEAR = f"INSERT INTO {BY_HAND.heard} (id, version, at) VALUES ($1, $2, $3)"


class Sayer:
    """A row, its commit, then the publish."""

    def __init__(self, pool: asyncpg.Pool, stream: JetStreamContext) -> None:
        self._pool = pool
        self._stream = stream

    async def say(self, count: int) -> None:
        """``count`` commands; returns when JetStream has everything."""
        await at_once(count, AT_ONCE, self._one)

    async def _one(self) -> None:
        event_id, person_id = new_id(), new_id()
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_SAY, person_id, 1, datetime.now(UTC))
        body = {
            "person_id": str(person_id),
            "version": 1,
            "given_name": "Aino",
            "language": "fi",
            "email": "aino@example.invalid",
            "phone": None,
            "address_protected": False,
        }
        await self._stream.publish(
            _SUBJECT, json.dumps(body).encode(), headers={"Nats-Msg-Id": str(event_id)}, timeout=5
        )


class Hearer:
    """Fetches a batch; each message one transaction with its inbox row; the ack after the commit."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._handled = 0
        self._expected = 0
        self._all_handled = asyncio.Event()

    async def run(self, subscription: JetStreamContext.PullSubscription) -> None:
        """Hear until cancelled."""
        while True:
            with suppress(TimeoutError):
                # nats-py waits so long for a batch to fill: soon over at the end of a round, seldom asked between two.
                messages = await subscription.fetch(AT_ONCE, timeout=0.25)
                await asyncio.gather(*(self._one(message) for message in messages))

    async def wait(self, count: int) -> None:
        """Return when ``count`` more messages have been handled and committed."""
        self._expected += count
        self._all_handled.clear()
        await self._all_handled.wait()

    async def _one(self, message: Msg) -> None:
        now = datetime.now(UTC)
        async with self._pool.acquire() as connection, connection.transaction():
            event_id = UUID((message.headers or {})["Nats-Msg-Id"])
            noted = await connection.execute(_NOTE, _CONSUMER.durable, event_id, now)
            if noted == "INSERT 0 1":
                body = json.loads(message.data)
                await connection.execute(_HEAR, UUID(body["person_id"]), body["version"], now)
        await message.ack()
        self._handled += 1
        if self._handled >= self._expected:
            self._all_handled.set()


@asynccontextmanager
async def _connected(user: str) -> AsyncIterator[tuple[asyncpg.Pool, Client]]:
    settings = load(ServiceSettings)
    client = await nats.connect(
        settings.nats_url,
        tls=ssl.create_default_context(cafile=str(settings.nats_ca_file)),
        nkeys_seed=str(settings.nats_seed_file),
        inbox_prefix=f"_INBOX.{user}",
    )
    dsn = settings.database_url.replace("+asyncpg", "")
    async with asyncpg.create_pool(dsn, min_size=CONNECTIONS, max_size=CONNECTIONS, reset=_as_it_is) as pool:
        yield pool, client
    await client.close()


async def _as_it_is(_connection: object) -> None:
    """Nothing was changed that would have to be reset."""


async def _say() -> None:
    async with _connected("plans") as (pool, client):
        await play(Sayer(pool, client.jetstream()).say)


async def _hear() -> None:
    async with _connected("interarea") as (pool, client):
        hearer = Hearer(pool)
        subscription = await client.jetstream().pull_subscribe_bind(
            consumer=_CONSUMER.durable, stream=_CONSUMER.stream.name, inbox_prefix=b"_INBOX.interarea."
        )
        hearing = asyncio.create_task(hearer.run(subscription))
        await play(hearer.wait)
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run({"say": _say, "hear": _hear}[sys.argv[1]]())
