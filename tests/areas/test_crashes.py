"""Any process may be killed between any two steps of a handoff, or in the middle of one; it goes on by itself."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from deploy.embedded.stack import EmbeddedStack
from deploy.world.desks import AreaDesk
from deploy.world.people import YoungPerson
from tests.areas import promises
from tests.areas.commits import commits_held_back
from tests.areas.journeys import Journey
from tests.areas.slow_motion import BOUNDARIES, BOUNDARIES_OF_FIRST_CONTACT, SlowMotion, crash
from tests.areas.streams import redelivery_after

pytestmark = [pytest.mark.areas, pytest.mark.xdist_group("areas-1")]

PROCESSES = (
    "plans-giving",
    "interarea-giving",
    "notifications-giving",
    "plans-receiving",
    "interarea-receiving",
    "notifications-receiving",
)


@pytest.fixture(scope="module", autouse=True)
def _dead_processes_are_noticed_soon(stack: EmbeddedStack) -> Iterator[None]:
    with redelivery_after(stack, seconds=2):
        yield


@pytest.mark.parametrize("first", range(len(PROCESSES)))
def test_a_handoff_survives_a_killed_process_between_any_two_steps(
    stack: EmbeddedStack, desks: Mapping[str, AreaDesk], young_person: YoungPerson, first: int
) -> None:
    """At each boundary it is the next one's turn, so the cases together kill every process at every boundary."""
    journey = Journey.begin(stack, desks, young_person)
    motion = SlowMotion(stack, "05", "08")
    turns = iter([PROCESSES[(first + turn) % len(PROCESSES)] for turn in range(len(PROCESSES) * 3)])
    for _boundary in motion.walk(BOUNDARIES, lambda: journey.move_to("08")):
        crash(stack, motion.process(next(turns)))
    handoff = journey.until_told("08")
    for _boundary in motion.walk(BOUNDARIES_OF_FIRST_CONTACT, lambda: journey.meet(handoff)):
        crash(stack, motion.process(next(turns)))
    promises.check(journey, mail_may_repeat=True)


def test_whoever_is_killed_between_commit_and_acknowledgement_has_no_second_effect(
    stack: EmbeddedStack, desks: Mapping[str, AreaDesk], young_person: YoungPerson
) -> None:
    """Each step's own process dies when the step is on disk, but neither published nor acknowledged nor answered."""
    journey = Journey.begin(stack, desks, young_person)
    motion = SlowMotion(stack, "05", "08")
    with ThreadPoolExecutor(1) as worker:
        with commits_held_back(stack, motion, BOUNDARIES) as commits:
            asked = worker.submit(lambda: journey.move_to("08", key="move"))
            for boundary in BOUNDARIES:
                commits.crash_after(boundary)
            with pytest.raises(httpx.TransportError):
                asked.result()
        journey.move_to("08", key="move")
        handoff = journey.until_told("08")
        with commits_held_back(stack, motion, BOUNDARIES_OF_FIRST_CONTACT) as commits:
            asked = worker.submit(lambda: journey.meet(handoff, key="meeting"))
            for boundary in BOUNDARIES_OF_FIRST_CONTACT:
                commits.crash_after(boundary)
            with pytest.raises(httpx.TransportError):
                asked.result()
    promises.check(journey, mail_may_repeat=True)


def test_a_handoff_does_not_need_the_operations_view(
    stack: EmbeddedStack, desks: Mapping[str, AreaDesk], young_person: YoungPerson
) -> None:
    journey = Journey.begin(stack, desks, young_person)
    motion = SlowMotion(stack, "05", "08")
    for boundary in motion.walk(BOUNDARIES, lambda: journey.move_to("08")):
        if boundary in BOUNDARIES[:6:3]:
            crash(stack, "operations")
        elif boundary is BOUNDARIES[-2]:
            stack.stop_process("operations")
    journey.meet(journey.until_told("08"))
    promises.check(journey)
