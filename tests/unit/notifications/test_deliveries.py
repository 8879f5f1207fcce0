"""What becomes of a delivery after an attempt."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.notifications import RecipientRole
from contracts.values import Language, new_id
from services.notifications.channels import domain
from services.notifications.channels.domain import (
    ChannelName,
    Delivery,
    DeliveryState,
    Parcel,
    Refused,
    Sent,
    TryAgain,
    retry_delay,
    settle,
)
from tests.unit.notifications.events import AT

ATTEMPTS = st.integers(min_value=1, max_value=100_000)
DRAWS = st.floats(min_value=0, max_value=1, exclude_max=True)


def being_sent(attempts: int = 1) -> Delivery:
    parcel = Parcel(new_id(), new_id(), new_id(), RecipientRole.YOUNG_PERSON, Language.FI)
    return Delivery(
        new_id(), ChannelName.EMAIL, parcel, DeliveryState.SENDING, attempts, due_at=AT + domain.LEASE, queued_at=AT
    )


def test_what_the_channel_took_is_sent() -> None:
    settled = settle(being_sent(), Sent(), now=AT, draw=0)
    assert (settled.state, settled.settled_at, settled.reason) == (DeliveryState.SENT, AT, None)


def test_what_will_never_work_has_failed_with_its_reason() -> None:
    settled = settle(being_sent(), Refused("smtp-550"), now=AT, draw=0)
    assert (settled.state, settled.settled_at, settled.reason) == (DeliveryState.FAILED, AT, "smtp-550")


@given(ATTEMPTS, DRAWS)
def test_what_may_work_later_waits_and_tells_why(attempt: int, draw: float) -> None:
    settled = settle(being_sent(attempt), TryAgain("no-connection"), now=AT, draw=draw)
    assert (settled.state, settled.settled_at, settled.reason) == (DeliveryState.QUEUED, None, "no-connection")
    assert settled.due_at > AT


def test_after_five_days_of_trying_a_delivery_fails() -> None:
    almost = AT + timedelta(days=5, seconds=-1)
    assert settle(being_sent(9), TryAgain("timed-out"), now=almost, draw=0).state is DeliveryState.QUEUED
    given_up = settle(being_sent(9), TryAgain("timed-out"), now=almost + timedelta(seconds=1), draw=0)
    assert (given_up.state, given_up.reason) == (DeliveryState.FAILED, "timed-out")


@given(ATTEMPTS, DRAWS)
def test_delays_lie_between_half_a_second_and_five_minutes(attempt: int, draw: float) -> None:
    assert timedelta(seconds=0.5) <= retry_delay(attempt, draw) <= timedelta(minutes=5)


@given(ATTEMPTS, DRAWS)
def test_delays_never_shrink_from_one_attempt_to_the_next(attempt: int, draw: float) -> None:
    assert retry_delay(attempt, draw) <= retry_delay(attempt + 1, draw)


def test_deliveries_that_failed_together_are_spread() -> None:
    assert len({retry_delay(5, draw / 10) for draw in range(10)}) == 10


def test_a_claim_outlives_the_longest_attempt() -> None:
    assert timedelta(seconds=2 * domain.ATTEMPT_SECONDS) < domain.LEASE
