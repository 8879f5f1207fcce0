"""A real SMTP server that can misbehave in the ways that real ones do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Mail:
    """A mail that the server has read to its end, and who said to be sending it."""

    greeted_as: str
    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


class SmtpServer:
    """Listens on its own port; what it shall answer can be set at any time."""

    def __init__(self, **options: Any) -> None:
        """``options`` are aiosmtpd's own (TLS, login), whose types vary: hence Any."""
        self._options = options
        self.read: list[Mail] = []
        """Every mail that was read to its end, whatever was answered then."""
        self.has_read = asyncio.Event()
        self.accepted: list[Mail] = []
        """Every mail that the server took on."""
        self.answer_to_sender = "250 OK"
        self.answer_to_recipient = "250 OK"
        self.answer_to_data = "250 OK"
        self.drops_after_data = 0
        """How many more times it drops the connection when it has taken a mail on, before it says so."""
        self.hangs_after_data = False
        self.hangs_at_quit = False
        self.port = 0
        self._server: asyncio.Server | None = None
        self._sessions: list[SMTP] = []

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Drop every connection and refuse new ones."""
        for session in self._sessions:
            _cut(session)
        self._sessions.clear()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        self._server = None

    def _session(self) -> SMTP:
        session = SMTP(self, hostname="smtp.test", loop=asyncio.get_running_loop(), **self._options)
        self._sessions.append(session)
        return session

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answer_to_sender

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_to_recipient.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.original_content
        assert raw is not None
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        mail = Mail(str(session.host_name), str(envelope.mail_from), tuple(envelope.rcpt_tos), message, raw)
        self.read.append(mail)
        self.has_read.set()
        if self.hangs_after_data:
            await asyncio.Event().wait()
        if self.answer_to_data.startswith("2"):
            self.accepted.append(mail)
        if self.drops_after_data:
            self.drops_after_data -= 1
            _cut(server)
        return self.answer_to_data

    async def handle_QUIT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.hangs_at_quit:
            await asyncio.Event().wait()
        return "221 Bye"


def _cut(session: SMTP) -> None:
    """Drop a connection, as a crash would."""
    if isinstance(session.transport, asyncio.WriteTransport):
        session.transport.abort()


@asynccontextmanager
async def listening(**options: Any) -> AsyncIterator[SmtpServer]:
    """A server that listens, and is gone afterwards. ``options`` as ``SmtpServer``'s."""
    server = SmtpServer(**options)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def silent() -> AsyncIterator[int]:
    """The port of a server that takes connections and never says a word."""
    writers: list[asyncio.StreamWriter] = []

    async def keep(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        for writer in writers:
            writer.transport.abort()
        server.close()
        await server.wait_closed()
