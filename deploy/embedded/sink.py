"""A mail server that delivers to nobody: keeps what the services send, for people and tests to read.

SMTP on one port, a small JSON API on another: ``GET /messages``, ``DELETE /messages``, ``GET /health/ready``.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_LARGEST_MESSAGE_BYTES = 1024**2


class SinkSettings(BaseSettings):
    """Where the sink listens (``JATKUMO_SINK_…``)."""

    model_config = SettingsConfigDict(env_prefix="JATKUMO_SINK_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    smtp_port: int = Field(ge=1, le=65535)
    http_port: int = Field(ge=1, le=65535)
    keeps: int = Field(default=10_000, ge=1)
    """How many messages are kept; the oldest go first."""


class Received(BaseModel):
    """One message as it came."""

    received_at: datetime
    sender: str
    recipients: list[str]
    subject: str
    headers: dict[str, str]
    text: str


class Mailbox:
    """The messages, oldest first; SMTP's handler and the API share it."""

    def __init__(self, keeps: int) -> None:
        self.messages: deque[Received] = deque(maxlen=keeps)

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take a message."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        self.messages.append(_received(envelope, message_from_bytes(content, policy=policy.default)))
        return "250 kept"


def _received(envelope: Envelope, message: EmailMessage) -> Received:
    body = message.get_body(preferencelist=("plain", "html"))
    return Received(
        received_at=datetime.now(UTC),
        sender=envelope.mail_from or "",
        recipients=envelope.rcpt_tos,
        subject=str(message.get("Subject", "")),
        headers={name: str(value) for name, value in message.items()},
        text="" if body is None else str(body.get_content()),
    )


def application(settings: SinkSettings) -> FastAPI:
    """The sink: its API, with the SMTP server living as long."""
    mailbox = Mailbox(settings.keeps)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(mailbox, data_size_limit=_LARGEST_MESSAGE_BYTES, hostname="sink", enable_SMTPUTF8=True),
            host=settings.host,
            port=settings.smtp_port,
        )
        yield
        server.close()

    app = FastAPI(title="Jatkumo mail sink", lifespan=lifespan, docs_url=None, redoc_url=None)

    @app.get("/messages")
    async def messages() -> list[Received]:
        """Every message that is kept, oldest first."""
        return list(mailbox.messages)

    @app.delete("/messages", status_code=204)
    async def forget() -> None:
        """Forget them all."""
        mailbox.messages.clear()

    @app.get("/health/ready")
    async def ready() -> dict[str, bool]:
        """The sink takes messages."""
        return {"ready": True}

    return app


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    settings = SinkSettings()
    uvicorn.run(
        application(settings), host=settings.host, port=settings.http_port, access_log=False, log_level="warning"
    )


if __name__ == "__main__":
    main()
