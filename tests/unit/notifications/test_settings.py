"""The settings of the notifications service: wrong ones are named."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.notifications.settings import NotificationsSettings

GIVEN: dict[str, object] = {
    "area": "05",
    "database_url": "postgresql+asyncpg://localhost/notifications",
    "nats_url": "tls://127.0.0.1:4222",
    "nats_seed_file": Path("seed"),
    "jwks": "keys.json",
    "token_issuer": "issuer",
    "token_audience": "jatkumo",
    "http_port": 8000,
    "smtp_host": "smtp.example",
    "smtp_port": 25,
    "smtp_sender": "no-reply@messages.example",
}


def settings(**changed: object) -> NotificationsSettings:
    return NotificationsSettings.model_validate(GIVEN | changed)


def refused(**changed: object) -> set[object]:
    with pytest.raises(ValidationError) as error:
        settings(**changed)
    return {problem["loc"][0] for problem in error.value.errors()}


def test_the_service_calls_itself_by_its_senders_domain() -> None:
    assert settings().smtp_sender_domain == "messages.example"


@pytest.mark.parametrize(
    "sender", ["", "nobody", "Jatkumo <no-reply@messages.example>", "a@b@c", "no-reply@messages.example\nBcc: x@y"]
)
def test_a_sender_is_one_bare_address(sender: str) -> None:
    assert refused(smtp_sender=sender) == {"smtp_sender"}


def test_a_login_never_travels_in_the_clear() -> None:
    assert refused(smtp_username="u", smtp_password="p") == {"smtp_username", "smtp_password"}
    assert settings(smtp_username="u", smtp_password="p", smtp_starttls=True).smtp_username == "u"


def test_the_password_does_not_show() -> None:
    shown = settings(smtp_username="u", smtp_password="a-secret-word", smtp_starttls=True)
    assert "a-secret-word" not in repr(shown)
