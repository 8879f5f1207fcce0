"""Settings: what is wrong is named, and the process does not start."""

import pytest

from services.chassis.settings import ServiceSettings, load

GOOD = {
    "JATKUMO_AREA": "05",
    "JATKUMO_DATABASE_URL": "postgresql+asyncpg://postgres@/x",
    "JATKUMO_NATS_URL": "tls://127.0.0.1:4222",
    "JATKUMO_NATS_SEED_FILE": "seed.nk",
    "JATKUMO_JWKS": "jwks.json",
    "JATKUMO_TOKEN_ISSUER": "https://issuer.test",
    "JATKUMO_TOKEN_AUDIENCE": "jatkumo",
    "JATKUMO_HTTP_PORT": "8080",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.usefixtures("environment")
def test_good_settings_are_read_from_the_environment() -> None:
    assert load(ServiceSettings).area == "05"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("JATKUMO_AREA", "22"),
        ("JATKUMO_DATABASE_URL", "mysql://x"),
        ("JATKUMO_HTTP_PORT", "many"),
        ("JATKUMO_NATS_URL", "http://x"),
        ("JATKUMO_NATS_SEED_FILE", None),
        ("JATKUMO_TOKEN_ISSUER", ""),
    ],
)
def test_a_wrong_or_missing_setting_stops_the_service_and_is_named(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, wrong: str | None
) -> None:
    if wrong is None:
        environment.delenv(name)
    else:
        environment.setenv(name, wrong)
    with pytest.raises(SystemExit) as stopped:
        load(ServiceSettings)
    assert stopped.value.code == 78
    assert name in capsys.readouterr().err
