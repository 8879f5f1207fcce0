"""A hub and areas' nats-servers for tests, with the configuration that areas run."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nats
import nats.errors
from nats.aio.client import Client
from nats.js.api import PubAck
from nats.js.errors import NoStreamResponseError

from contracts.subjects import Account
from deploy.embedded.nats_servers import NatsServers, server_name
from deploy.embedded.ports import Ports
from deploy.embedded.processes import Server
from deploy.embedded.secrets import Seeds, ensure_tls
from deploy.embedded.state import State
from deploy.embedded.supervisor import Supervisor
from deploy.nats.configuration import TlsFiles
from deploy.nats.permissions import EXCHANGE_USER, PROVISION_USERS
from deploy.provision import Target

UNANSWERED = (nats.errors.Error, NoStreamResponseError, TimeoutError)
"""What a publish ends with that nobody has stored: refused, no way there (yet), or the receiver away."""


@dataclass
class Member:
    """A connected NATS user, and what it was refused."""

    client: Client
    refusals: list[str] = field(default_factory=list)

    async def is_refused(self, subject: str, body: bytes = b"") -> bool:
        """Whether the server refuses that this user publishes on ``subject``."""
        before = len(self.refusals)
        await self.client.publish(subject, body)
        await self._answered()
        return len(self.refusals) > before

    async def may_not_hear(self, subject: str) -> bool:
        """Whether the server refuses that this user subscribes to ``subject``."""
        before = len(self.refusals)
        subscription = await self.client.subscribe(subject)
        await self._answered()
        refused = len(self.refusals) > before
        if not refused:
            await subscription.unsubscribe()
        return refused

    async def _answered(self) -> None:
        """Until the server has seen, and refused if it does, all that was sent: it answers in order.

        nats-py may send the first ping ahead of what waits to be sent, so there are two.
        """
        await self.client.flush()
        await self.client.flush()


@dataclass
class Network:
    """What runs, and how to connect to it."""

    servers: NatsServers
    seeds: Seeds
    tls: TlsFiles
    supervisor: Supervisor

    @asynccontextmanager
    async def member(self, area: str, user: str) -> AsyncIterator[Member]:
        """A user of an area's nats-server."""
        async with self.connected(self.servers.url(area), self.seeds.user(area, user), f"_INBOX.{user}") as member:
            yield member

    @asynccontextmanager
    async def observer(self, area: str) -> AsyncIterator[Member]:
        """Who hears all of an area's account at the hub."""
        async with self.connected(self.servers.hub_url, self.seeds.observer(area), "_INBOX.observer") as member:
            yield member

    @asynccontextmanager
    async def connected(self, url: str, seed: Path, inbox: str) -> AsyncIterator[Member]:
        """Whoever holds ``seed``."""
        refusals: list[str] = []

        async def note(error: Exception) -> None:
            refusals.append(str(error))

        client = await nats.connect(
            url,
            tls=ssl.create_default_context(cafile=str(self.tls.authority)),
            nkeys_seed=str(seed),
            inbox_prefix=inbox,
            error_cb=note,
            allow_reconnect=False,
        )
        try:
            yield Member(client, refusals)
        finally:
            await client.close()

    async def stored(self, sender: str, subject: str, *, seconds: float = 20) -> PubAck:
        """Publish as ``sender``'s exchange user, as often as it takes until the receiver has stored it."""
        async with self.member(sender, EXCHANGE_USER) as member, asyncio.timeout(seconds):
            while True:
                try:
                    return await member.client.jetstream().publish(subject, b"sealed", timeout=0.5)
                except UNANSWERED:
                    continue

    def target(self, area: str) -> Target:
        """Where to provision an area."""
        seeds = {account: self.seeds.user(area, user) for account, user in PROVISION_USERS.items()}
        return Target(
            area, self.servers.url(area), {account: seeds[account] for account in Account}, self.tls.authority
        )

    def stop(self, area: str) -> None:
        """Stop an area's nats-server."""
        self.supervisor[server_name(area)].stop()

    def start(self, area: str) -> None:
        """Start it again."""
        self.supervisor[server_name(area)].start()


@contextmanager
def network(
    folder: Path, areas: tuple[str, ...], *, altered: Callable[[str, Server], None] | None = None
) -> Iterator[Network]:
    """A hub with observers, and the nats-servers of ``areas``; ``altered`` may rewrite a configuration file before."""
    state = State.at(folder)
    state.lay_out()
    ports, seeds, tls = Ports(), Seeds(state.secrets), ensure_tls(state.secrets)
    servers = NatsServers(state, areas, ports, seeds, tls, observers=True)
    supervisor = Supervisor(lambda: None)
    try:
        supervisor.add(servers.hub())
        for area in areas:
            server = servers.area(area)
            if altered is not None:
                altered(area, server)
            supervisor.add(server)
        servers.wait()
        yield Network(servers, seeds, tls, supervisor)
    finally:
        supervisor.remove(supervisor.names)
        ports.close()


async def eventually(condition: Callable[[], bool], *, seconds: float = 15) -> None:
    """Return when ``condition`` holds; fail after ``seconds``."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for knows no asyncio.Event
            await asyncio.sleep(0.02)
