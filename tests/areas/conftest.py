"""One running stack of three areas for all tests of a worker, whole again after each of them."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice

import pytest

from contracts.values import Language
from deploy.embedded.stack import EmbeddedStack
from deploy.embedded.waiting import http_ready, wait_until
from deploy.world.desks import AreaDesk, Staff
from deploy.world.people import YoungPerson, young_people
from tests.areas.leaks import HubEars, listening_at_the_hub

AREAS = ("05", "08", "90")
_ROOM_FOR_ALL = 500
_PEOPLE_OF_A_WORKER = 1000


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStack]:
    """Areas 05, 08 and 90 with their hub, started once."""
    with EmbeddedStack(AREAS, tmp_path_factory.mktemp("areas"), fresh=True, observers=True) as stack:
        yield stack


@pytest.fixture(scope="session")
def ears(stack: EmbeddedStack) -> Iterator[HubEars]:
    """All that passes the hub from before the first young person is recorded."""
    with listening_at_the_hub(stack) as ears:
        yield ears


@pytest.fixture(scope="session")
def desks(stack: EmbeddedStack, ears: HubEars) -> Iterator[Mapping[str, AreaDesk]]:
    """The desk of each area, its lead and its worker recorded; both serve in every language and have room."""
    desks = {area: AreaDesk(stack, area) for area in AREAS}
    every_language = tuple(Language)
    for desk in desks.values():
        desk.record_staff(
            Staff("Sari Johtaja", every_language, Language.FI, caseload_aim=_ROOM_FOR_ALL),
            Staff("Mikael Testinen", every_language, Language.SV, caseload_aim=_ROOM_FOR_ALL),
        )
    yield desks
    for desk in desks.values():
        desk.close()


@pytest.fixture(scope="session")
def _people() -> Iterator[YoungPerson]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return islice(young_people(), int(worker) * _PEOPLE_OF_A_WORKER, None)


@pytest.fixture
def young_person(_people: Iterator[YoungPerson]) -> YoungPerson:
    """Somebody made up whom no other test knows."""
    return next(_people)


@pytest.fixture(autouse=True)
def _whole_again(stack: EmbeddedStack) -> Iterator[None]:
    """Whatever a test froze or stopped runs again before the next one begins."""
    yield
    for process_id in stack.process_ids.values():
        with suppress(ProcessLookupError):
            os.kill(process_id, signal.SIGCONT)
    for name in stack.supervisor.names:
        stack.start_process(name)
    wait_until(lambda: all_ready(stack), what="every service is ready again", seconds=60)


def all_ready(stack: EmbeddedStack) -> bool:
    """Whether every service of every area says that it is ready."""
    addresses = [stack.url("operations"), stack.url("sink"), *stack.wiring.services.values()]
    return all(http_ready(f"{address}/health/ready") for address in addresses)
