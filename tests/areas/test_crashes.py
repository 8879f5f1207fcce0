"""Any process may be killed between any two steps of a handoff, or in the middle of one; it goes on by itself."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httpx
import pytest

from deploy.embedded.stack import EmbeddedStack
from deploy.world.desks import AreaDesk
from deploy.world.people import YoungPerson
from tests.areas import promises
from tests.areas.commits import Moment, steps_held
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


@pytest.mark.parametrize("moment", Moment, ids=lambda moment: moment.name.lower().replace("_", "-"))
def test_whoever_is_killed_in_the_middle_of_a_step_takes_it_once(
    stack: EmbeddedStack, desks: Mapping[str, AreaDesk], young_person: YoungPerson, moment: Moment
) -> None:
    """Each step's own process dies: before its commit nothing is done, after it nobody knows that all is done."""
    journey = Journey.begin(stack, desks, young_person)
    motion = SlowMotion(stack, "05", "08")
    with ThreadPoolExecutor(1) as worker:
        with steps_held(stack, motion, BOUNDARIES, moment) as steps:
            asked = worker.submit(_times_asked, lambda: journey.move_to("08", key=f"{journey.case_id} moves"))
            for boundary in BOUNDARIES:
                steps.crash_at(boundary)
        assert asked.result() == 2
        handoff = journey.until_told("08")
        with steps_held(stack, motion, BOUNDARIES_OF_FIRST_CONTACT, moment) as steps:
            asked = worker.submit(_times_asked, lambda: journey.meet(handoff))
            for boundary in BOUNDARIES_OF_FIRST_CONTACT:
                steps.crash_at(boundary)
        assert asked.result() == 2
    promises.check(journey, mail_may_repeat=True)


def _times_asked(ask: Callable[[], None]) -> int:
    """Ask until there is an answer, as a person does whose page did not load; how often it took."""
    for times in count(1):
        try:
            ask()
        except httpx.TransportError:
            continue
        return times
    raise AssertionError("never")


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
