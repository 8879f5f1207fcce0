"""Two areas' plans: Southwest Finland (05), which placed, and Pirkanmaa (08), where the young person comes to live."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.services.plans.area import PlansArea, SettingsOf, plans_in, plans_settings
from tests.services.tokens import TokenIssuer


@pytest.fixture
async def placing(settings_of: SettingsOf, tokens: TokenIssuer, tmp_path: Path) -> AsyncIterator[PlansArea]:
    """Southwest Finland, with a lead and two workers."""
    async with plans_in(plans_settings(settings_of, "05"), tokens, tmp_path / "clock") as area:
        await area.worker(name="Kaarina Lehto", title="lead_social_worker", qualification="social_worker", lead=True)
        await area.worker(name="Onni Kettunen")
        await area.worker(name="Siiri Laine", title="social_worker", qualification="social_worker")
        yield area


@pytest.fixture
async def residence(settings_of: SettingsOf, tokens: TokenIssuer, tmp_path: Path) -> AsyncIterator[PlansArea]:
    """Pirkanmaa, with a lead whose caseload is nobody's aim; each test adds the workers that it needs."""
    async with plans_in(plans_settings(settings_of, "08"), tokens, tmp_path / "clock") as area:
        await area.worker(
            name="Aamu Korhola", title="lead_social_worker", qualification="social_worker", lead=True, caseload_aim=0
        )
        yield area
