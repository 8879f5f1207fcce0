"""Messages come twice, late, in another order, or are lost and said again; moves overlap. Each has one effect."""

from collections.abc import Mapping
from contextlib import closing
from functools import partial

import pytest

from contracts.interarea import HandoffState
from contracts.subjects import SERVICES
from deploy.embedded.stack import EmbeddedStack
from deploy.world.desks import AreaDesk
from deploy.world.people import YoungPerson
from tests.areas import promises
from tests.areas.effects import effects
from tests.areas.journeys import Journey
from tests.areas.outbox_tricks import every_message_twice, messages_overtake_each_other, residence_changes_are_late
from tests.areas.slow_motion import BOUNDARIES, Boundary, SlowMotion, crash, until
from tests.areas.streams import deliver_everything_again, wipe

pytestmark = [pytest.mark.areas, pytest.mark.xdist_group("areas-2")]

Desks = Mapping[str, AreaDesk]


@pytest.fixture
def journey(stack: EmbeddedStack, desks: Desks, young_person: YoungPerson) -> Journey:
    """Somebody whom 05 placed and who lives there."""
    return Journey.begin(stack, desks, young_person)


# Twice


def test_every_message_twice_has_the_effects_of_once(stack: EmbeddedStack, journey: Journey) -> None:
    with every_message_twice(stack):
        journey.move_and_meet("08")
        journey.move_and_meet("90")
        promises.check(journey)


def test_messages_that_overtake_each_other_lead_to_the_same_end(
    stack: EmbeddedStack, desks: Desks, young_person: YoungPerson
) -> None:
    """She moves before anybody has heard of her, and meets her contact before that area has heard that she was told."""
    with messages_overtake_each_other(stack):
        journey = Journey.begin(stack, desks, young_person)
        for area in ("08", "90"):
            journey.move_to(area)
            handoff = journey.handoff_to(area)
            until(partial(journey.sees, area, handoff, HandoffState.ACCEPTED), f"area {area} has named its contact")
            journey.meet(handoff)
            journey.until_state(handoff, HandoffState.COMPLETED)
        promises.check(journey)


def test_what_was_heard_long_ago_is_heard_again_without_effect(stack: EmbeddedStack, journey: Journey) -> None:
    """Every message of every stream is delivered again, in the middle of a handoff and after it."""
    journey.move_to("08")
    handoff = journey.until_told("08")
    promises.come_to_rest(journey)
    before = effects(stack)
    for area in stack.areas:
        deliver_everything_again(stack, area)
    promises.come_to_rest(journey)
    assert effects(stack) == before
    journey.meet(handoff)
    promises.check(journey)


# Streams lost


def test_a_wiped_stream_is_rebuilt_from_the_journal_without_a_second_effect(
    stack: EmbeddedStack, journey: Journey
) -> None:
    journey.move_and_meet("08")
    promises.check(journey)
    before = effects(stack)
    wipe(stack, "05")
    stack.provision("05")
    _rebuild(journey, "05")
    promises.come_to_rest(journey)
    assert effects(stack) == before

    journey.move_and_meet("90")
    promises.check(journey)


@pytest.mark.parametrize(
    ("area", "after"),
    [
        ("05", "plans.dossier_prepared.v1"),
        ("08", "exchange.handoff.offered.v1"),
        ("08", "interarea.handoff_received.v1"),
        ("05", "exchange.handoff.accepted.v1"),
        ("05", "interarea.handoff_accepted.v1"),
    ],
)
def test_a_handoff_whose_messages_are_lost_goes_on_when_the_streams_are_rebuilt(
    stack: EmbeddedStack, journey: Journey, area: str, after: str
) -> None:
    """The area's streams are lost when the next message is in them and nobody has heard it."""
    motion = SlowMotion(stack, "05", "08")
    with closing(motion.walk(BOUNDARIES, lambda: journey.move_to("08"))) as walk:
        boundary = next(reached for reached in walk if reached.after == after)
        wipe(stack, area)
        # What was on its way to it is lost, too.
        crash(stack, motion.process(boundary.held))
    stack.provision(area)
    _rebuild(journey, area)
    journey.meet(journey.until_told("08"))
    promises.check(journey)


def _rebuild(journey: Journey, area: str) -> None:
    """What operators do: the area says again what it said inside, the others what they said to it."""
    for service in SERVICES:
        journey.say_again(area, service, "local")
    for other in journey.stack.areas:
        if other != area:
            journey.say_again(other, "interarea", "exchange")


# Moves that follow each other


def test_the_earlier_residence_is_released_only_when_the_next_has_taken_over(
    stack: EmbeddedStack, desks: Desks, journey: Journey
) -> None:
    first = journey.move_and_meet("08")
    journey.move_to("90")
    second = journey.until_told("90")
    # Overlap: both areas act, and the earlier contact is there until the next one has met her.
    promises.come_to_rest(journey)
    journey.until_state(first, HandoffState.COMPLETED)
    case = desks["08"].read("plans", f"/cases/{journey.case_in('08')}")
    assert case["open"]
    contacts = [each for each in desks["05"].named_workers(journey.case_id) if each["role"] == "contact"]
    assert [each["until"] for each in contacts] == [None, None]

    journey.meet(second)
    promises.check(journey)


@pytest.mark.parametrize("boundary", BOUNDARIES[:-1], ids=lambda boundary: f"after-{boundary.after}")
def test_a_second_move_overtakes_a_handoff_that_has_not_completed(
    stack: EmbeddedStack, journey: Journey, boundary: Boundary
) -> None:
    """She moves on while the first handoff stands at a boundary; whatever of it is late ends nowhere."""
    motion = SlowMotion(stack, "05", "08")
    with closing(motion.walk(BOUNDARIES, lambda: journey.move_to("08"))) as walk:
        next(reached for reached in walk if reached is boundary)
    journey.move_and_meet("90")
    promises.check(journey)


def test_the_later_of_two_moves_counts_also_when_it_is_heard_first(stack: EmbeddedStack, journey: Journey) -> None:
    with residence_changes_are_late(stack, "05"):
        journey.move_to("08")
    journey.move_and_meet("90")
    promises.check(journey)
    assert [handoff.receiving for handoff in journey.handoffs()] == ["90"]


def test_a_second_move_while_the_first_area_is_away(stack: EmbeddedStack, journey: Journey) -> None:
    """Offer and release both wait for the area, and reach it in any order."""
    stack.stop_process("nats-08")
    journey.move_to("08")
    journey.handoff_to("08")
    journey.move_and_meet("90")
    stack.start_process("nats-08")
    promises.check(journey)


def test_a_second_move_after_she_was_told_and_before_she_met_her_contact(journey: Journey) -> None:
    journey.move_to("08")
    first = journey.until_told("08")
    journey.move_to("90")
    second = journey.until_told("90")
    # The first contact was arranged already; that it happens now changes nothing about who comes next.
    journey.meet(first)
    journey.meet(second)
    promises.check(journey)
