"""A service's connection to its area's nats-server: TLS, an nkey, its own inbox; never gives up, never spins."""

import logging
import os
import signal
import ssl
from dataclasses import dataclass
from pathlib import Path

from faststream import AckPolicy
from faststream.nats import NatsBroker
from faststream.nats.security import NatsNKey
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from contracts.subjects import Consumer
from services.chassis import logs

_log = logs.logger(__name__)

_STATUS_HEADER = "Status"
_GIVEN_STATUS_HEADER = "given-status"
_ACKNOWLEDGEABLE = "$JS.ACK."


class NotProvisioned(Exception):  # noqa: N818 - says what is missing
    """A durable consumer that this service listens on does not exist."""

    def __init__(self, consumer: Consumer) -> None:
        super().__init__(f"consumer {consumer.durable} of stream {consumer.stream.name} does not exist")
        self.consumer = consumer


class Connection:
    """One NATS user of this service: a FastStream broker for hearing, JetStream for saying."""

    def __init__(self, user: str, url: str, *, seed_file: Path, ca_file: Path | None, service: str) -> None:
        self.user = user
        self._stopping = False
        self._client: Client | None = None
        self.broker = NatsBroker(
            url,
            name=service,
            security=NatsNKey(seed_file, ssl_context=None if ca_file is None else _trust(ca_file)),
            inbox_prefix=f"_INBOX.{user}",
            # After its own limit nats-py closes for good, and FastStream's pull loop would then spin.
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            ping_interval=10,
            max_outstanding_pings=2,
            error_cb=_note_error,
            closed_cb=self._closed,
            apply_types=False,
            ack_policy=AckPolicy.MANUAL,
            logger=logging.getLogger("faststream"),
            graceful_timeout=15.0,
        )

    async def connect(self) -> None:
        """Connect; retries until the server answers."""
        self._client = await self.broker.connect()
        self._client.msg_class = _Heard

    async def require(self, consumers: tuple[Consumer, ...]) -> None:
        """Check that every durable consumer exists. Raises ``NotProvisioned`` naming the first that does not."""
        for consumer in consumers:
            try:
                await self.jetstream().consumer_info(consumer.stream.name, consumer.durable, timeout=5)
            except (NatsError, TimeoutError):
                raise NotProvisioned(consumer) from None

    async def listen(self) -> None:
        """Begin to consume."""
        await self.broker.start()

    async def stop(self) -> None:
        """Finish the messages in progress and disconnect."""
        self._stopping = True
        await self.broker.stop()

    def connected(self) -> bool:
        """Whether the server is connected now."""
        return self._client is not None and bool(self._client.is_connected)

    def jetstream(self) -> JetStreamContext:
        """JetStream over this connection. Raises ``ConnectionError`` before the first connect."""
        if self._client is None:
            raise ConnectionError("not connected to nats-server yet")
        return self._client.jetstream()

    async def _closed(self) -> None:
        """A closed client never comes back; leaving lets the supervisor start a fresh process."""
        if not self._stopping:
            _log.error("the connection to nats-server is closed for good; leaving")
            os.kill(os.getpid(), signal.SIGTERM)


@dataclass
class _Heard(Msg):
    """A message as it came; a ``Status`` that its sender wrote among the headers has another name.

    nats-py takes that header for a word of the server's own, whoever wrote it: such a message would break every pull
    that brings it, come again for ever, and nobody would see it. Only what a stream delivers can be acknowledged.
    """

    def __post_init__(self) -> None:
        if self.headers and _STATUS_HEADER in self.headers and self.reply.startswith(_ACKNOWLEDGEABLE):
            self.headers[_GIVEN_STATUS_HEADER] = self.headers.pop(_STATUS_HEADER)


def _trust(ca_file: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca_file))


async def _note_error(error: Exception) -> None:
    _log.warning("nats client error", exc_info=error)
