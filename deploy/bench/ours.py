"""Our pipeline: the service's own parts, put together and started as in production, only nobody calls their HTTP API.

    python -m deploy.bench.ours say|hear

``say``: one process with commands and the relay, as *plans* is. ``hear``: another with the subscriber, as
*notifications* is.
"""

import asyncio
import sys
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Uuid, func, insert, select

from contracts.envelope import Envelope, Message
from contracts.plans import PersonRecorded
from contracts.subjects import Account, consumers_of
from contracts.values import Language, new_id
from deploy.bench.player import at_once, play, poll
from deploy.bench.rows import AT_ONCE, OURS
from services.chassis import journal, logs, tables
from services.chassis.connections import Connection
from services.chassis.consuming import Handler
from services.chassis.service import Service
from services.chassis.settings import ServiceSettings, load
from services.chassis.work import Work


def _table(name: str) -> Table:
    return Table(
        name,
        MetaData(),
        Column("id", Uuid, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
    )


_SAID, _HEARD = _table(OURS.said), _table(OURS.heard)
_SAY, _HEAR = insert(_SAID), insert(_HEARD)


class Sayer:
    """Commands: each a row and an event in one transaction."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.service = _service("plans", settings, {})

    async def say(self, count: int) -> None:
        """``count`` commands; returns when JetStream has everything and the outbox is empty."""
        await at_once(count, AT_ONCE, self.command)
        await poll(self._relayed)

    async def command(self) -> None:
        """One command."""
        async with self.service.work() as work:
            event = _event(new_id())
            await work.connection.execute(_SAY, {"id": event.person_id, "version": event.version, "at": work.now})
            await journal.record(work, event)

    async def _relayed(self) -> bool:
        async with self.service.work() as work:
            return not await work.connection.scalar(select(select(tables.outbox.c.id).exists()))


class Hearer:
    """A subscriber: each message a row, in the transaction of its inbox row."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.service = _service("notifications", settings, {PersonRecorded: self._hear})
        self._handled = 0
        self._expected = 0
        self._all_handled = asyncio.Event()

    async def wait(self, count: int) -> None:
        """Return when ``count`` more messages have been handled and committed."""
        self._expected += count
        self._all_handled.clear()
        await self._all_handled.wait()
        await poll(self._committed)

    async def _hear(self, work: Work, event: PersonRecorded, _envelope: Envelope) -> None:
        await work.connection.execute(_HEAR, {"id": event.person_id, "version": event.version, "at": work.now})
        self._handled += 1
        if self._handled >= self._expected:
            self._all_handled.set()

    async def _committed(self) -> bool:
        async with self.service.work() as work:
            heard = await work.connection.scalar(select(func.count()).select_from(_HEARD))
            return heard is not None and heard >= self._expected


def _event(person_id: UUID) -> PersonRecorded:
    return PersonRecorded(
        person_id=person_id,
        version=1,
        given_name="Aino",
        language=Language.FI,
        email="aino@example.invalid",
        phone=None,
        address_protected=False,
    )


async def _ignore(_work: Work, _event: Message, _envelope: Envelope) -> None:
    """Nobody says the other messages here."""


def _service(name: str, settings: ServiceSettings, handlers: Mapping[type[Message], Handler]) -> Service:
    service = Service(name, settings)
    connection = Connection(
        name, settings.nats_url, seed_file=settings.nats_seed_file, ca_file=settings.nats_ca_file, service=name
    )
    every: dict[type[Message], Handler] = {c.message: _ignore for c in consumers_of(name, Account.LOCAL)}
    service.connect(Account.LOCAL, connection, {**every, **handlers})
    return service


async def _play(part: str) -> None:
    settings = load(ServiceSettings)
    logs.configure(settings.log_level, part, settings.area)
    player = Sayer(settings) if part == "say" else Hearer(settings)
    app = player.service.app()
    async with app.router.lifespan_context(app):
        await play(player.say if isinstance(player, Sayer) else player.wait)


if __name__ == "__main__":
    asyncio.run(_play(sys.argv[1]))
