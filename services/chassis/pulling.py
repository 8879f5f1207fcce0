"""Pulling: a durable consumer's messages come as soon as they are there, many at once, many for one request.

nats-py's ``fetch`` of several messages holds them back until all have come or its time is up; of one, it costs a
round trip a message, which is most of what hearing costs. So the requests are our own: each asks for as many as
there is room to handle, and the next follows when half of that room is free again.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from contracts.subjects import Consumer
from services.chassis import logs

_log = logs.logger(__name__)

_EXPIRES_SECONDS = 30.0
"""How long the server keeps a request that nothing comes for."""
_TICK_SECONDS = 1.0
"""How soon a request that was lost, or that the server could not take, is made again."""
_DRAIN_SECONDS = 2.0
_GRACE_SECONDS = 15.0
"""How long a stop waits for the messages in progress."""
_OVER = frozenset({"404", "408"})
"""Statuses of a request that has come to its end: no messages, or its time is up."""


class Pull:
    """Brings the messages of one durable consumer to ``handle``, at most about ``at_once`` at the same time."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[Client]],
        consumer: Consumer,
        handle: Callable[[Msg], Awaitable[None]],
        *,
        at_once: int,
    ) -> None:
        """``connect`` gives the connected client; ``handle`` acknowledges, and never raises."""
        self._connect = connect
        self._durable = consumer.durable
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{consumer.stream.name}.{consumer.durable}"
        self._handle = handle
        self._at_once = at_once
        self._handling: set[asyncio.Task[None]] = set()
        self._client: Client | None = None
        self._subscription: Subscription | None = None
        self._ticking: asyncio.Task[None] | None = None
        self._stopping = False
        self._inbox = ""
        # Of the request that stands: its number, where it is answered, how many messages it may still bring, when it
        # was made, and over which connection, counted by reconnects.
        self._requests = 0
        self._reply = ""
        self._awaited = 0
        self._asked_at = 0.0
        self._asked_over = 0

    async def start(self) -> None:
        """Begin to pull."""
        self._client = await self._connect()
        self._inbox = self._client.new_inbox()
        self._subscription = await self._client.subscribe(f"{self._inbox}.*", cb=self._arrived)
        self._ticking = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        """Ask for nothing more, handle what has been sent already, and wait for it."""
        if self._ticking is None or self._subscription is None:
            return
        self._stopping = True
        self._ticking.cancel()
        with suppress(NatsError, OSError):
            # What the server has sent and nobody handles would come again only after the ack wait.
            drained = self._subscription.drain()  # type: ignore[no-untyped-call]  # nats-py leaves it open
            await asyncio.wait_for(drained, _DRAIN_SECONDS)
        if self._handling:
            await asyncio.wait(self._handling, timeout=_GRACE_SECONDS)

    async def _arrived(self, message: Msg) -> None:
        status = JetStreamContext.is_status_msg(message)
        if status is None:
            self._awaited = max(0, self._awaited - 1)
            self._handling.add(asyncio.create_task(self._one(message)))
        elif message.subject == self._reply:
            self._awaited = 0
            if status not in _OVER:
                # Asked again at once, the server would refuse again: the next tick asks.
                _log.warning("pull refused", consumer=self._durable, status=status)
                return
        await self._ask()

    async def _one(self, message: Msg) -> None:
        try:
            await self._handle(message)
        finally:
            self._handling -= {asyncio.current_task()}
        await self._ask()

    async def _tick(self) -> None:
        while True:
            expired = time.monotonic() - self._asked_at > _EXPIRES_SECONDS + _TICK_SECONDS
            if expired or self._reconnects() != self._asked_over:
                self._awaited = 0
            await self._ask()
            await asyncio.sleep(_TICK_SECONDS)

    async def _ask(self) -> None:
        """Request as many as there is room for, unless a request stands, or hardly any could be handled."""
        room = self._at_once - len(self._handling)
        if self._stopping or self._awaited > 0 or room * 2 < self._at_once:
            return
        self._requests += 1
        self._reply = f"{self._inbox}.{self._requests}"
        self._awaited, self._asked_at, self._asked_over = room, time.monotonic(), self._reconnects()
        request = {"batch": room, "expires": int(_EXPIRES_SECONDS * 1e9)}
        try:
            assert self._client is not None
            await self._client.publish(self._next, json.dumps(request).encode(), reply=self._reply)
        except (NatsError, OSError) as error:
            self._awaited = 0
            _log.warning("pull not sent; it will be tried again", consumer=self._durable, exc_info=error)

    def _reconnects(self) -> int:
        assert self._client is not None
        return int(self._client.stats["reconnects"])
