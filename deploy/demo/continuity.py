"""Who was the named worker, when, and was there ever nobody? Pure: computed from records, asks nobody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Part(StrEnum):
    """Which part a named worker has."""

    RESPONSIBLE = "responsible worker"
    CONTACT = "contact"


@dataclass(frozen=True)
class Named:
    """A worker who was named from an instant on; ``until`` None: still."""

    area: str
    part: Part
    worker: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Gap:
    """A stretch of time in which nobody was named."""

    part: Part
    since: datetime
    until: datetime

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return (self.until - self.since).total_seconds()


def gaps(named: Sequence[Named], *, opened_at: datetime, now: datetime) -> list[Gap]:
    """Every stretch without a named worker: of the responsible one since ``opened_at`` (C1), and of a contact since
    there first was one (C2)."""
    responsible = [n for n in named if n.part is Part.RESPONSIBLE]
    contacts = [n for n in named if n.part is Part.CONTACT]
    found = _uncovered(responsible, Part.RESPONSIBLE, opened_at, now)
    if contacts:
        found += _uncovered(contacts, Part.CONTACT, min(n.since for n in contacts), now)
    return found


def _uncovered(named: Iterable[Named], part: Part, since: datetime, until: datetime) -> list[Gap]:
    found: list[Gap] = []
    covered_to = since
    for stretch in sorted(named, key=lambda n: n.since):
        if stretch.since > covered_to:
            found.append(Gap(part, covered_to, min(stretch.since, until)))
        covered_to = max(covered_to, stretch.until or until)
    if covered_to < until:
        found.append(Gap(part, covered_to, until))
    return found
