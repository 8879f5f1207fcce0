"""An SMTP server that wants encryption and a login: neither a mail nor a password goes out in the clear."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr

from contracts.notifications import RecipientRole
from contracts.values import Language, new_id
from services.notifications.channels.domain import ChannelName, Delivery, DeliveryState, Outcome, Parcel, Sent, TryAgain
from services.notifications.channels.email import Email
from services.notifications.recipients.domain import Reach
from services.notifications.settings import NotificationsSettings
from services.notifications.texts.catalogue import catalogue
from tests.services.notifications.smtp_server import SmtpServer, listening
from tests.unit.notifications.events import AT

PASSWORD = "a-secret-of-the-test"


def checks_login(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
    """``given`` is Any in aiosmtpd: what it is depends on the mechanism."""
    well = isinstance(given, LoginPassword) and given == LoginPassword(b"notifications", PASSWORD.encode())
    return AuthResult(success=well, handled=well)


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[SmtpServer]:
    """A server that takes nothing before TLS and a login."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    async with listening(
        tls_context=context, require_starttls=True, auth_required=True, authenticator=checks_login
    ) as server:
        yield server


def email(settings: NotificationsSettings, **changed: object) -> Email:
    return Email(settings.model_copy(update=changed), catalogue(), command_seconds=5)


async def carried(channel: Email) -> Outcome:
    parcel = Parcel(new_id(), new_id(), new_id(), RecipientRole.YOUNG_PERSON, Language.FI)
    delivery = Delivery(new_id(), ChannelName.EMAIL, parcel, DeliveryState.SENDING, 1, due_at=AT, queued_at=AT)
    return await channel.carry(delivery, Reach(Language.FI, "nuori@posti.example", phone=None))


def login(strict: SmtpServer, tmp_path: Path, password: str = PASSWORD) -> dict[str, object]:
    return {
        "smtp_port": strict.port,
        "smtp_starttls": True,
        "smtp_ca_file": tmp_path / "ca.pem",
        "smtp_username": "notifications",
        "smtp_password": SecretStr(password),
    }


async def test_a_mail_goes_out_encrypted_after_a_login(
    settings: NotificationsSettings, strict: SmtpServer, tmp_path: Path
) -> None:
    assert await carried(email(settings, **login(strict, tmp_path))) == Sent()
    assert len(strict.accepted) == 1


async def test_a_wrong_password_keeps_the_mail_waiting_for_whoever_mends_it(
    settings: NotificationsSettings, strict: SmtpServer, tmp_path: Path
) -> None:
    assert await carried(email(settings, **login(strict, tmp_path, "wrong"))) == TryAgain("smtp-535")
    assert strict.read == []


async def test_a_server_that_nobody_vouches_for_gets_nothing(
    settings: NotificationsSettings, strict: SmtpServer, tmp_path: Path
) -> None:
    stranger = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(stranger))
    outcome = await carried(email(settings, **(login(strict, tmp_path) | {"smtp_ca_file": stranger})))
    assert isinstance(outcome, TryAgain)
    assert strict.read == []


async def test_a_server_without_encryption_gets_nothing_when_it_is_asked_for(
    settings: NotificationsSettings, smtp: SmtpServer
) -> None:
    assert await carried(email(settings, smtp_starttls=True)) == TryAgain("smtp-fault")
    assert smtp.read == []
