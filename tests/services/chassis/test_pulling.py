"""Pulling from a real nats-server: each message when it comes, many at once but not too many, also after a restart."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from nats.aio.msg import Msg

from contracts.plans import ResidenceChanged
from contracts.subjects import CONSUMERS, PLANS, subject_of
from deploy.provision import provision
from services.chassis.connections import Connection
from services.chassis.pulling import Pull
from tests.services.nats_network import Network, eventually, network

AREA = "05"
AT_ONCE = 4
CONSUMER = next(consumer for consumer in CONSUMERS if consumer.message is ResidenceChanged)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with network(tmp_path_factory.mktemp("network"), (AREA,)) as running:
        yield running


@pytest.fixture
async def provisioned(servers: Network) -> AsyncIterator[Network]:
    """Streams and consumers as in a new area."""
    await provision(servers.target(AREA))
    yield servers
    async with servers.member(AREA, "provision") as member:
        await member.client.jetstream().delete_stream(PLANS.name)


class Ear:
    """Acknowledges what it hears; waits before that with whatever it is told to hold."""

    def __init__(self, *held: bytes) -> None:
        self.begun: list[bytes] = []
        self.done: list[bytes] = []
        self.most_at_once = 0
        self.let_go = asyncio.Event()
        self._held = set(held)

    def has_done(self, count: int) -> bool:
        return len(self.done) == count

    async def hear(self, message: Msg) -> None:
        self.begun.append(message.data)
        self.most_at_once = max(self.most_at_once, len(self.begun) - len(self.done))
        if message.data in self._held:
            await self.let_go.wait()
        await asyncio.sleep(0)
        await message.ack()
        self.done.append(message.data)


@asynccontextmanager
async def pulling(servers: Network, ear: Ear) -> AsyncIterator[Pull]:
    connection = Connection(
        "interarea",
        servers.servers.url(AREA),
        seed_file=servers.seeds.user(AREA, "interarea"),
        ca_file=servers.tls.authority,
        service="interarea",
    )
    pull = Pull(connection.broker.connect, CONSUMER, ear.hear, at_once=AT_ONCE)
    await pull.start()
    try:
        yield pull
    finally:
        ear.let_go.set()
        await pull.stop()
        await connection.stop()


async def say(servers: Network, *bodies: bytes) -> None:
    async with servers.member(AREA, "plans") as member:
        for body in bodies:
            await member.client.jetstream().publish(subject_of(ResidenceChanged.type), body)


async def unacknowledged(servers: Network) -> int:
    async with servers.member(AREA, "interarea") as member:
        info = await member.client.jetstream().consumer_info(PLANS.name, CONSUMER.durable)
        return (info.num_ack_pending or 0) + (info.num_pending or 0)


def bodies(count: int) -> list[bytes]:
    return [str(number).encode() for number in range(count)]


async def test_a_message_is_heard_although_no_other_follows(provisioned: Network) -> None:
    ear = Ear()
    async with pulling(provisioned, ear):
        for number, body in enumerate(bodies(2 * AT_ONCE + 1), start=1):
            await say(provisioned, body)
            await eventually(partial(ear.has_done, number), seconds=3)


async def test_what_waits_is_heard_in_order_and_no_more_at_once_than_there_is_room_for(provisioned: Network) -> None:
    await say(provisioned, *bodies(40))
    ear = Ear()
    async with pulling(provisioned, ear):
        await eventually(lambda: len(ear.done) == 40)
    assert ear.begun == bodies(40)
    assert ear.most_at_once <= AT_ONCE
    assert await unacknowledged(provisioned) == 0


async def test_a_handler_that_waits_does_not_hold_up_the_others(provisioned: Network) -> None:
    ear = Ear(b"0")
    async with pulling(provisioned, ear):
        await say(provisioned, *bodies(40))
        await eventually(lambda: len(ear.done) == 39)
        assert b"0" not in ear.done


async def test_when_all_hands_are_full_nothing_more_is_taken(provisioned: Network) -> None:
    ear = Ear(*bodies(40))
    async with pulling(provisioned, ear):
        await say(provisioned, *bodies(40))
        await eventually(lambda: len(ear.begun) == AT_ONCE)
        ear.let_go.set()
        await eventually(lambda: len(ear.done) == 40)
    assert ear.most_at_once <= AT_ONCE


async def test_a_stop_waits_for_the_message_in_progress(provisioned: Network) -> None:
    ear = Ear(b"0")
    async with pulling(provisioned, ear) as pull:
        await say(provisioned, b"0")
        await eventually(lambda: ear.begun == [b"0"])
        stopping = asyncio.create_task(pull.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        ear.let_go.set()
        await stopping
        assert ear.done == [b"0"]
    assert await unacknowledged(provisioned) == 0


async def test_after_a_restart_of_the_server_messages_come_again(provisioned: Network) -> None:
    ear = Ear()
    async with pulling(provisioned, ear):
        await say(provisioned, b"before")
        await eventually(lambda: ear.done == [b"before"])
        provisioned.stop(AREA)
        provisioned.start(AREA)
        provisioned.servers.wait()
        await say(provisioned, b"after")
        await eventually(lambda: ear.done == [b"before", b"after"])
