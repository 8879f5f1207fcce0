"""A server is away for a while in the middle of a handoff; what was said waits, and goes on when it is back."""

import time
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from itertools import cycle

import asyncpg
import pytest

from deploy.embedded.stack import EmbeddedStack
from deploy.world.desks import AreaDesk
from deploy.world.people import YoungPerson
from tests.areas import promises
from tests.areas.journeys import Journey
from tests.areas.outbox_tricks import rows
from tests.areas.slow_motion import BOUNDARIES, BOUNDARIES_OF_FIRST_CONTACT, SlowMotion, crash, until

pytestmark = [pytest.mark.areas, pytest.mark.xdist_group("areas-2")]

OUTAGE_SECONDS = 10.0


@pytest.mark.parametrize(
    ("server", "after"),
    [
        ("nats-05", "interarea.handoff_accepted.v1"),
        ("nats-08", "plans.dossier_prepared.v1"),
        ("hub", "plans.contact_named.v1"),
        ("postgres", "exchange.handoff.offered.v1"),
    ],
)
def test_a_handoff_outlives_ten_seconds_without_a_server(
    stack: EmbeddedStack, desks: Mapping[str, AreaDesk], young_person: YoungPerson, server: str, after: str
) -> None:
    """The server leaves before whoever needs it takes the next step, and they try while it is away."""
    journey = Journey.begin(stack, desks, young_person)
    motion = SlowMotion(stack, "05", "08")
    with closing(motion.walk(BOUNDARIES, lambda: journey.move_to("08"))) as walk:
        next(boundary for boundary in walk if boundary.after == after)
        stack.stop_process(server)
    _wait_out(stack, server)
    stack.start_process(server)
    _until_answering(stack)
    journey.meet(journey.until_told("08"))
    promises.check(journey, mail_may_repeat=server == "postgres")


def test_a_handoff_survives_a_killed_server_between_any_two_steps(
    stack: EmbeddedStack, desks: Mapping[str, AreaDesk], young_person: YoungPerson
) -> None:
    """At each boundary it is the next server's turn; it starts again at once."""
    journey = Journey.begin(stack, desks, young_person)
    motion = SlowMotion(stack, "05", "08")
    turns = cycle(("nats-05", "nats-08", "hub", "postgres"))
    for _boundary in motion.walk(BOUNDARIES, lambda: journey.move_to("08")):
        _kill(stack, next(turns))
    handoff = journey.until_told("08")
    for _boundary in motion.walk(BOUNDARIES_OF_FIRST_CONTACT, lambda: journey.meet(handoff)):
        _kill(stack, next(turns))
    promises.check(journey, mail_may_repeat=True)


def test_a_move_that_is_recorded_while_nats_is_away_is_told_when_it_is_back(
    stack: EmbeddedStack, desks: Mapping[str, AreaDesk], young_person: YoungPerson
) -> None:
    journey = Journey.begin(stack, desks, young_person)
    stack.stop_process("nats-05")
    desks["05"].move(journey.case_id, "837")
    stack.start_process("nats-05")
    journey.meet(journey.until_told("08"))
    promises.check(journey)


def test_she_is_told_in_her_inbox_at_once_while_the_mail_server_is_away(
    stack: EmbeddedStack, desks: Mapping[str, AreaDesk], young_person: YoungPerson
) -> None:
    journey = Journey.begin(stack, desks, young_person)
    stack.stop_process("sink")
    journey.move_to("08")
    journey.until_told("08")
    inbox = desks["05"].inbox("young_person", journey.person_id)
    assert [message["template"] for message in inbox] == ["person.your_contact"]
    stack.start_process("sink")
    journey.meet(journey.until_told("08"))
    promises.check(journey)


def _wait_out(stack: EmbeddedStack, server: str) -> None:
    """The outage itself: this long, the server is not there."""
    ends = time.monotonic() + OUTAGE_SECONDS
    while time.monotonic() < ends:
        assert server not in stack.process_ids
        time.sleep(0.5)


def _kill(stack: EmbeddedStack, server: str) -> None:
    crash(stack, server)
    _until_answering(stack)


def _until_answering(stack: EmbeddedStack) -> None:
    until(lambda: _database_answers(stack), "PostgreSQL answers")
    for area in ("05", "08"):
        until(partial(stack.wiring.nats.ready, area), f"nats-{area} answers")


def _database_answers(stack: EmbeddedStack) -> bool:
    try:
        return bool(rows(stack.database_url("05", "plans"), "SELECT 1"))
    except (OSError, asyncpg.PostgresError):
        return False
