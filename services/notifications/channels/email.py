"""E-mail over SMTP. It is not confidential: it only says that a message waits, and comes from a neutral address.

The Message-ID belongs to the delivery, so an attempt that is repeated because its outcome was lost carries the same
one, and a receiver can drop the double. Every attempt is the same, byte for byte.
"""

import asyncio
import re
import ssl
from email.message import EmailMessage
from email.policy import SMTP as WIRE_FORMAT

import aiosmtplib

from services.notifications.channels.domain import ChannelName, Delivery, Outcome, Refused, Sent, TryAgain
from services.notifications.recipients.domain import Reach
from services.notifications.settings import NotificationsSettings
from services.notifications.texts.catalogue import Catalogue

_COMMAND_SECONDS = 8.0
_QUIT_SECONDS = 1.0
# The libraries read an address leniently, and would write to another mailbox than the one that was recorded.
_USABLE_ADDRESS = re.compile(r"[^@\s<>\"(),:;\\]+@[^@\s<>\"(),:;\\]+")


class Email:
    """The e-mail channel."""

    name = ChannelName.EMAIL

    def __init__(self, settings: NotificationsSettings, words: Catalogue, *, command_seconds: float = _COMMAND_SECONDS):
        """``command_seconds``: how long the server may take for one answer."""
        self._settings = settings
        self._words = words
        self._command_seconds = command_seconds
        self._tls = ssl.create_default_context(cafile=settings.smtp_ca_file) if settings.smtp_starttls else None

    def reaches(self, reach: Reach) -> bool:
        """Whoever has an e-mail address."""
        return reach.email is not None

    async def carry(self, delivery: Delivery, reach: Reach) -> Outcome:
        """Hand an e-mail to the SMTP server; sent when the server has answered for it."""
        if reach.email is None:
            return Refused("no-address")
        if _USABLE_ADDRESS.fullmatch(reach.email) is None:
            return Refused("address-unusable")
        mail = self._mail(delivery, reach.email)
        client = self._client()
        try:
            await client.connect()
            await client.send_message(mail, sender=self._settings.smtp_sender, recipients=[reach.email])
        except (aiosmtplib.SMTPException, OSError) as error:
            return _outcome_of(error)
        else:
            await _part(client)
            return Sent()
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        password = settings.smtp_password
        return aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            local_hostname=settings.smtp_sender_domain,
            timeout=self._command_seconds,
            start_tls=settings.smtp_starttls,
            tls_context=self._tls,
            username=settings.smtp_username,
            password=None if password is None else password.get_secret_value(),
        )

    def _mail(self, delivery: Delivery, address: str) -> EmailMessage:
        text = self._words.email(delivery.parcel.language)
        mail = EmailMessage(policy=WIRE_FORMAT)
        mail.set_content(text.body + "\n", cte="quoted-printable")
        mail["From"] = self._settings.smtp_sender
        mail["To"] = address
        mail["Subject"] = text.subject
        mail["Date"] = delivery.queued_at
        mail["Message-ID"] = f"<{delivery.delivery_id}@{self._settings.smtp_sender_domain}>"
        mail["Content-Language"] = delivery.parcel.language
        mail["Auto-Submitted"] = "auto-generated"
        return mail


async def _part(client: aiosmtplib.SMTP) -> None:
    """Say goodbye. The server has the message by now, so a missing answer changes nothing."""
    try:
        async with asyncio.timeout(_QUIT_SECONDS):
            await client.quit()
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        return


def _outcome_of(error: Exception) -> Outcome:
    """What an error means. Only a refusal of this mail is final; a server that refuses us altogether is mended."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            return _of_code(error.recipients[0].code)
        case aiosmtplib.SMTPDataError() | aiosmtplib.SMTPSenderRefused():
            return _of_code(error.code)
        case aiosmtplib.SMTPResponseException():
            return TryAgain(f"smtp-{error.code}")
        case aiosmtplib.SMTPNotSupported() if "SMTPUTF8" in error.message:
            return Refused("address-not-supported")
        case aiosmtplib.SMTPTimeoutError():
            return TryAgain("timed-out")
        case aiosmtplib.SMTPConnectError():
            return TryAgain("no-connection")
        case aiosmtplib.SMTPServerDisconnected():
            return TryAgain("disconnected")
        case _:
            return TryAgain("smtp-fault")


def _of_code(code: int) -> Outcome:
    return Refused(f"smtp-{code}") if 500 <= code < 600 else TryAgain(f"smtp-{code}")
