"""Moves as a test asks for them and waits for what follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import httpx

from deploy.embedded.stack import EmbeddedStack
from services.chassis.clock import helsinki_date
from tests.areas import promises
from tests.areas.journeys import Handoff, Journey
from tests.areas.slow_motion import until

Json = Any  # JSON as it was answered; each test looks at the members that it is about


def today() -> date:
    """The civil date in Finland."""
    return helsinki_date(datetime.now(UTC))


def asked(journey: Journey, **move: Json) -> httpx.Response:
    """The answer to a move, refused or not."""
    body = {"moved_on": str(today()), **move}
    return journey.desks["05"].ask("plans", "POST", f"/cases/{journey.case_id}/moves", json=body)


def residences(journey: Journey) -> list[Json]:
    """Where she has lived, lives and will live, as a lead sees it."""
    found: list[Json] = journey.desks["05"].read("plans", f"/cases/{journey.case_id}/residences")
    return found


def everything_heard(journey: Journey) -> None:
    """Whatever her moves were going to open in the area that placed her has been opened."""
    for service in ("plans", "interarea"):
        until(partial(promises._all_said, journey, "05", service), f"{service} has said everything")
        until(partial(promises._all_heard, journey, "05", service), f"{service} has heard everything")


@contextmanager
def moved_on_by(stack: EmbeddedStack, *, days: int) -> Iterator[None]:
    """The services' clock shows a later day."""
    stack.set_clock_offset(timedelta(days=days).total_seconds())
    try:
        yield
    finally:
        stack.set_clock_offset(0)


def finish(journey: Journey, handoff: Handoff, *, days: int = 0) -> None:
    """The contact records the first contact by a clock that is moved on by ``days``, and everything comes to rest."""
    desk = journey.desks[handoff.receiving]
    contacted_at = datetime.now(UTC) + timedelta(days=days)
    body = {"contacted_at": contacted_at.isoformat(), "handoff_id": str(handoff.handoff_id)}
    desk.do("plans", f"/cases/{journey.case_in(handoff.receiving)}/first-contact", body)
    promises.check(journey)
