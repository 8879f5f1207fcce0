"""A dead area holds up its own messages and nobody else's."""

import pytest

from services.chassis.relay import PUBLISH_TIMEOUT_SECONDS, Circuits, ReceiverAway, receiver_of


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def circuits(watch: Watch) -> Circuits:
    return Circuits(watch)


def test_the_receiver_is_the_area_that_has_to_acknowledge() -> None:
    assert receiver_of("exchange.to.08.from.05.handoff.offered.v1") == "08"
    assert receiver_of("plans.case_opened.v1") == "plans"


def test_a_receiver_that_did_not_answer_is_left_alone_and_others_are_not(circuits: Circuits) -> None:
    circuits.failed("90")
    with pytest.raises(ReceiverAway):
        circuits.enter("90")
    circuits.enter("08")


def test_one_probe_at_a_time_finds_out_whether_it_is_back(circuits: Circuits, watch: Watch) -> None:
    circuits.failed("90")
    watch.seconds += 11
    circuits.enter("90")
    with pytest.raises(ReceiverAway):
        circuits.enter("90")
    circuits.answered("90")
    circuits.enter("90")
    circuits.enter("90")


def test_a_probe_that_never_came_back_does_not_keep_the_receiver_away(circuits: Circuits, watch: Watch) -> None:
    circuits.failed("90")
    watch.seconds += 11
    circuits.enter("90")
    watch.seconds += PUBLISH_TIMEOUT_SECONDS + 2
    circuits.enter("90")


def test_nobody_waits_longer_than_ten_seconds_for_a_receiver_that_is_back(circuits: Circuits, watch: Watch) -> None:
    for _ in range(30):
        circuits.failed("90")
    watch.seconds += 10.1
    circuits.enter("90")
