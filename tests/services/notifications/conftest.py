"""The notifications service of area 05 on a real database, with a real SMTP server beside it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from services.chassis.service import Service
from services.chassis.settings import ServiceSettings
from services.notifications.app import build
from services.notifications.settings import NotificationsSettings
from tests.services.notifications.area import Area
from tests.services.notifications.smtp_server import SmtpServer, listening


@pytest.fixture
async def smtp() -> AsyncIterator[SmtpServer]:
    async with listening() as server:
        yield server


@pytest.fixture
def settings(settings_of: Callable[[str, str], ServiceSettings], smtp: SmtpServer) -> NotificationsSettings:
    given = settings_of("notifications", "05").model_dump()
    return NotificationsSettings(
        **given, smtp_host="127.0.0.1", smtp_port=smtp.port, smtp_sender="no-reply@messages.example"
    )


@pytest.fixture
async def service(settings: NotificationsSettings) -> AsyncIterator[Service]:
    service = build(settings)
    yield service
    await service.database.close()


@pytest.fixture
def area(service: Service, tmp_path: Path) -> Area:
    return Area(service, tmp_path / "clock")


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=service.app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
        yield client
