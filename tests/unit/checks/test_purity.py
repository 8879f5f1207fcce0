import pytest

from checks.purity import PURE_FILES, check
from tests.unit.checks.conftest import Ask

DOMAIN = "services/plans/cases/domain.py"


@pytest.mark.parametrize(
    "impure",
    [
        "import asyncio",
        "import logging",
        "import os.path",
        "import random",
        "from pathlib import Path",
        "from sqlalchemy import select",
        "import httpx",
        "from services.chassis.clock import Clock",
        "from services.chassis.clock import Clock, helsinki_date",
        "from services.plans.cases.store import load",
        "from services.plans.cases import store",
        "from services.interarea.handoffs import domain",
        "async def decide(): ...",
        "text = open('rules.csv')",
    ],
)
def test_a_domain_that_could_touch_the_world_is_caught(lines_against: Ask, impure: str) -> None:
    assert lines_against(check, impure, path=DOMAIN) == [1]


def test_a_domain_of_contracts_values_and_its_neighbours_rules_passes(lines_against: Ask) -> None:
    source = """
    import re
    from collections.abc import Sequence
    from dataclasses import dataclass
    from datetime import date, timedelta
    from uuid import UUID

    from pydantic import BaseModel

    from contracts import plans
    from contracts.values import AreaCode
    from services.chassis.clock import helsinki_date
    from services.plans.cases import domain, rights
    from services.plans.workers.domain import Worker
    """
    assert lines_against(check, source, path="services/plans/moves/domain.py") == []


@pytest.mark.parametrize("name", sorted(PURE_FILES))
def test_every_file_of_the_list_is_held_to_it(lines_against: Ask, name: str) -> None:
    assert lines_against(check, "import socket", path=f"services/plans/cases/{name}") == [1]


def test_other_files_do_io(lines_against: Ask) -> None:
    assert lines_against(check, "import socket", path="services/plans/cases/store.py") == []
