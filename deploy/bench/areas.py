"""What three areas cost on one machine, and how soon a young person who moves between them is told."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from uuid import UUID

import psutil
from rich.console import Console

from deploy.demo.story import AREAS, FIRST, PLACING, STAFF, TAMPERE, TURKU
from deploy.embedded.stack import EmbeddedStack
from deploy.world.desks import AreaDesk
from deploy.world.people import young_people

_TOLD = "person.your_contact"
_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.05


class NotTold(Exception):  # noqa: N818 - says what is the case
    """A young person was not told of her contact in time."""


@dataclass(frozen=True)
class AreasCost:
    """Of three areas with the hub, the operations view and the mail sink."""

    up_seconds: float
    """From nothing to every service ready, databases made and migrated."""
    told_median_seconds: float
    """From the request that records the move to the message in the young person's inbox, one move at a time."""
    memory_mb: float
    """Proportional set size of every process, the supervisor's included, after the moves; 10^6 bytes."""


def measure_areas(folder: Path, console: Console, *, moves: int) -> AreasCost:
    """Start three areas, let ``moves`` young people move, and stop. Raises ``NotTold``."""
    began = time.monotonic()
    console.print("three areas start", style="dim")
    with EmbeddedStack(AREAS, folder, fresh=True) as stack:
        up_seconds = time.monotonic() - began
        console.print(f"{moves} young people move", style="dim")
        told = list(_moves(stack, moves))
        return AreasCost(up_seconds, median(told), _memory_mb())


def _moves(stack: EmbeddedStack, moves: int) -> Iterator[float]:
    desks = {area: AreaDesk(stack, area) for area in AREAS}
    try:
        for area, desk in desks.items():
            desk.record_staff(*STAFF[area])
        placing = desks[PLACING]
        cases = [placing.open_case(placing.record_person(person), TURKU) for person in islice(young_people(), moves)]
        for case_id in cases:
            yield _seconds_to_told(placing, case_id)
    finally:
        for desk in desks.values():
            desk.close()


def _seconds_to_told(placing: AreaDesk, case_id: UUID) -> float:
    moved_at = datetime.now(UTC)
    placing.move(case_id, TAMPERE)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for handoff in placing.handoffs(case_id):
            for track in placing.tracks(UUID(handoff["handoff_id"])):
                if track["template"] == _TOLD and track["channel"] == "inbox":
                    return (datetime.fromisoformat(track["said_at"]) - moved_at).total_seconds()
        time.sleep(_LOOK_SECONDS)
    raise NotTold(f"area {FIRST} named no contact, or area {PLACING} told nobody, in {_PATIENCE_SECONDS:.0f} s")


def _memory_mb() -> float:
    """Shared pages count by their share; where the system does not say, only what each process has for itself."""
    supervisor = psutil.Process()
    found = [process.memory_full_info() for process in (supervisor, *supervisor.children(recursive=True))]
    return float(sum(getattr(info, "pss", info.uss) for info in found) / 1e6)
