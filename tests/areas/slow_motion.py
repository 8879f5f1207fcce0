"""A handoff step by step: whoever takes the next step is frozen (SIGSTOP) before the one before may take theirs.

So a test can do harm between any two steps, and know between which.
"""

import os
import signal
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from deploy.embedded.stack import EmbeddedStack
from tests.areas.outbox_tricks import rows
from tests.areas.streams import times_stored

PATIENCE_SECONDS = 90.0
"""Longer than a lease, a redelivery and a few retries together."""


def until(holds: Callable[[], bool], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for a condition by looking at it again and again."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(0.03)


@dataclass(frozen=True)
class Boundary:
    """The moment after one step and before the next: who has spoken, of what, and who is held back."""

    after: str
    """The message type whose step has just been taken."""
    by: str
    """The service that said it; ``giving`` or ``receiving`` side behind the dash."""
    held: str
    """Who would take the next step."""


BOUNDARIES = (
    Boundary("plans.residence_changed.v1", "plans-giving", "interarea-giving"),
    Boundary("interarea.handoff_opened.v1", "interarea-giving", "plans-giving"),
    Boundary("plans.dossier_prepared.v1", "plans-giving", "interarea-giving"),
    Boundary("exchange.handoff.offered.v1", "interarea-giving", "interarea-receiving"),
    Boundary("interarea.handoff_received.v1", "interarea-receiving", "plans-receiving"),
    Boundary("plans.contact_named.v1", "plans-receiving", "interarea-receiving"),
    Boundary("exchange.handoff.accepted.v1", "interarea-receiving", "interarea-giving"),
    Boundary("interarea.handoff_accepted.v1", "interarea-giving", "notifications-giving"),
    Boundary("notifications.person_told.v1", "notifications-giving", "interarea-giving"),
    Boundary("exchange.handoff.told.v1", "interarea-giving", "interarea-receiving"),
)
"""Every boundary that needs no human, in order."""

BOUNDARIES_OF_FIRST_CONTACT = (
    Boundary("plans.first_contact_recorded.v1", "plans-receiving", "interarea-receiving"),
    Boundary("exchange.handoff.completed.v1", "interarea-receiving", "interarea-giving"),
    Boundary("interarea.handoff_completed.v1", "interarea-giving", "notifications-giving"),
)
"""The boundaries after the contact recorded that they met."""


class SlowMotion:
    """Walks one handoff from boundary to boundary, while no other is on its way."""

    def __init__(self, stack: EmbeddedStack, giving: str, receiving: str) -> None:
        self._stack = stack
        self._sides = {"giving": giving, "receiving": receiving}
        self._frozen: set[str] = set()
        self._said_before: dict[Boundary, int] = {}
        self._published_before: dict[Boundary, int] = {}

    def process(self, role: str) -> str:
        """The process of a service on a side: ``plans-giving`` → ``plans-05``."""
        service, side = role.split("-")
        return f"{service}-{self._sides[side]}"

    def database(self, role: str) -> str:
        """The address of the database of a service on a side."""
        service, side = role.split("-")
        return self._stack.database_url(self._sides[side], service)

    def begin(self, boundaries: Sequence[Boundary]) -> None:
        """Remember what has been said so far: the handoff that comes will say each of it once more."""
        self._said_before = {boundary: self._times_said(boundary) for boundary in boundaries}
        inside = (boundary for boundary in boundaries if not boundary.after.startswith("exchange."))
        self._published_before = {boundary: self._times_published(boundary) for boundary in inside}

    def walk(self, boundaries: tuple[Boundary, ...], begin: Callable[[], None]) -> Generator[Boundary, None, None]:
        """Begin, and stop at each boundary; the caller does its harm there. At the end nobody is held."""
        self.begin(boundaries)
        with self._all_thawed_afterwards():
            self._freeze(boundaries[0].held)
            begin()
            for boundary, following in zip(boundaries, (*boundaries[1:], None), strict=True):
                self.until_said(boundary)
                yield boundary
                if following is not None:
                    self._until_published_by(following.held, boundary)
                    self._freeze(following.held)
                self._thaw(boundary.held)

    def until_said(self, boundary: Boundary) -> None:
        """Wait until the step before the boundary is committed."""
        until(
            lambda: self._times_said(boundary) > self._said_before[boundary],
            f"{boundary.after} by {boundary.by}",
        )

    @contextmanager
    def _all_thawed_afterwards(self) -> Iterator[None]:
        """Nobody stays frozen, whatever happens."""
        try:
            yield
        finally:
            for role in list(self._frozen):
                self._thaw(role)

    def _times_said(self, boundary: Boundary) -> int:
        found = rows(self.database(boundary.by), "SELECT count(*) FROM journal WHERE type = $1", boundary.after)
        return int(found[0][0])

    def _until_published_by(self, role: str, boundary: Boundary) -> None:
        """Wait until what was said has left whoever said it: frozen, they could not say it any more."""
        if boundary.by == role:
            until(
                lambda: self._times_published(boundary) > self._published_before[boundary],
                f"{boundary.after} is published",
            )

    def _times_published(self, boundary: Boundary) -> int:
        return times_stored(self._stack, self._sides[boundary.by.split("-")[1]], boundary.after)

    def _freeze(self, role: str) -> None:
        self._signal(role, signal.SIGSTOP)
        self._frozen.add(role)

    def _thaw(self, role: str) -> None:
        self._signal(role, signal.SIGCONT)
        self._frozen.discard(role)

    def _signal(self, role: str, number: signal.Signals) -> None:
        # A process that was killed a moment ago is not there; the one that follows it was never frozen.
        with suppress(ProcessLookupError, KeyError):
            os.kill(self._stack.process_ids[self.process(role)], number)


def crash(stack: EmbeddedStack, name: str) -> None:
    """Kill a process as a crash would (SIGKILL); returns when the supervisor has started it again."""
    until(lambda: name in stack.process_ids, f"{name} runs")
    before = stack.process_ids[name]
    stack.kill(name)
    until(lambda: stack.process_ids.get(name, before) != before, f"{name} runs again")


def handoff_state(stack: EmbeddedStack, area: str, handoff_id: UUID) -> str | None:
    """Where an area sees a handoff, straight from its database."""
    found = rows(stack.database_url(area, "interarea"), "SELECT state FROM handoffs WHERE handoff_id = $1", handoff_id)
    return str(found[0]["state"]) if found else None
