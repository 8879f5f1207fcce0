"""The streams of an area, looked at and harmed with the rights of whoever provisions it."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import nats
from nats.js import JetStreamContext

from contracts.subjects import CONSUMERS, STREAMS, Account, Consumer, subject_of
from deploy.embedded.stack import EmbeddedStack
from deploy.nats.permissions import PROVISION_USERS

_Answer = TypeVar("_Answer")


def times_stored(stack: EmbeddedStack, area: str, event_type: str) -> int:
    """How many messages of a type that is said inside an area its streams hold."""
    stream = next(stream for stream in STREAMS if event_type.startswith(f"{stream.name.lower()}."))

    async def count(jetstream: JetStreamContext) -> int:
        info = await jetstream.stream_info(stream.name, subjects_filter=subject_of(event_type))
        return sum((info.state.subjects or {}).values())

    return _as_provisioner(stack, area, stream.account, count)


def wipe(stack: EmbeddedStack, area: str) -> None:
    """Delete every stream of an area with all that is in it, as if its disk were lost."""

    for account in Account:
        names = [stream.name for stream in STREAMS if stream.account is account]

        async def delete(jetstream: JetStreamContext, names: list[str] = names) -> None:
            for name in names:
                await jetstream.delete_stream(name)

        _as_provisioner(stack, area, account, delete)


def deliver_everything_again(stack: EmbeddedStack, area: str) -> None:
    """Make every durable consumer of an area anew: all that its streams hold is delivered again."""

    async def renew(jetstream: JetStreamContext, consumer: Consumer) -> None:
        found = await jetstream.consumer_info(consumer.stream.name, consumer.durable)
        await jetstream.delete_consumer(consumer.stream.name, consumer.durable)
        await jetstream.add_consumer(consumer.stream.name, found.config)

    _for_each_consumer(stack, area, renew)


@contextmanager
def redelivery_after(stack: EmbeddedStack, seconds: float) -> Iterator[None]:
    """While this holds, what a dead process has not acknowledged comes again so soon, in every area.

    The contracts' own time is longer, for a reason that no test has: a batch that takes long. Waiting for it at each
    of many crashes would prove nothing more.
    """
    _set_ack_wait(stack, lambda _consumer: seconds)
    try:
        yield
    finally:
        _set_ack_wait(stack, lambda consumer: consumer.ack_wait.total_seconds())


def _set_ack_wait(stack: EmbeddedStack, wanted: Callable[[Consumer], float]) -> None:
    async def change(jetstream: JetStreamContext, consumer: Consumer) -> None:
        found = await jetstream.consumer_info(consumer.stream.name, consumer.durable)
        # Creating a consumer that exists updates it.
        await jetstream.add_consumer(consumer.stream.name, replace(found.config, ack_wait=wanted(consumer)))

    for area in stack.areas:
        _for_each_consumer(stack, area, change)


def _for_each_consumer(
    stack: EmbeddedStack, area: str, change: Callable[[JetStreamContext, Consumer], Awaitable[None]]
) -> None:
    for account in Account:
        consumers = [consumer for consumer in CONSUMERS if consumer.stream.account is account]

        async def change_all(jetstream: JetStreamContext, consumers: list[Consumer] = consumers) -> None:
            for consumer in consumers:
                await change(jetstream, consumer)

        _as_provisioner(stack, area, account, change_all)


def _as_provisioner(
    stack: EmbeddedStack, area: str, account: Account, work: Callable[[JetStreamContext], Awaitable[_Answer]]
) -> _Answer:
    running, user = stack.running(), PROVISION_USERS[account]

    async def run() -> _Answer:
        client = await nats.connect(
            running.areas[area].nats_url,
            tls=ssl.create_default_context(cafile=str(running.ca_file)),
            nkeys_seed=str(running.areas[area].nats_seeds[user]),
            inbox_prefix=f"_INBOX.{user}",
        )
        try:
            return await work(client.jetstream())
        finally:
            await client.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(run())).result()
