"""What this service needs beside the settings that every service has: where it hands over e-mail."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints, ValidationInfo, field_validator

from services.chassis.settings import ServiceSettings

SenderAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s<>\"]+@[A-Za-z0-9.-]+$")]


class NotificationsSettings(ServiceSettings):
    """The settings of the notifications service."""

    smtp_host: str = Field(min_length=1)
    smtp_port: int = Field(ge=1, le=65535)
    smtp_sender: SenderAddress
    """The address that e-mail comes from. A neutral one: its domain must not tell the area (661/2009 36 §)."""
    smtp_starttls: bool = False
    """True: nothing is sent before the connection is encrypted. False: the SMTP server is on the same machine."""
    smtp_ca_file: Path | None = None
    """Who vouches for the SMTP server, when the system's authorities do not."""
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None

    @field_validator("smtp_username", "smtp_password")
    @classmethod
    def _never_in_the_clear(cls, given: object, info: ValidationInfo) -> object:
        if given is not None and not info.data.get("smtp_starttls"):
            raise ValueError("a login needs JATKUMO_SMTP_STARTTLS=true")
        return given

    @property
    def smtp_sender_domain(self) -> str:
        """The sender's domain: what this service calls itself to SMTP servers, instead of its machine's name."""
        return self.smtp_sender.rpartition("@")[2]
