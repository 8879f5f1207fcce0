"""Where the young person of a case lives over time, and what a change of it means. Pure.

A residence takes effect on its day. The present one is the latest that has taken effect: by the day of the move, and
on one day by the order in which they were recorded. A change that is older than the present one is history only.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.areas import ALAND_CODE
from contracts.plans import Destination, ResidenceChanged, ToAbroad, ToAland, ToArea
from contracts.values import CaseRole, MunicipalityCode


@dataclass(frozen=True)
class Place:
    """Where somebody lives. Abroad has neither municipality nor area."""

    municipality: MunicipalityCode | None
    area: str | None

    @property
    def destination(self) -> Destination:
        """The place as other services are told of it."""
        if self.municipality is None or self.area is None:
            return ToAbroad()
        if self.area == ALAND_CODE:
            return ToAland(municipality=self.municipality)
        return ToArea(area=self.area, municipality=self.municipality)


@dataclass(frozen=True)
class Residence:
    """One place from one day. ``position`` is the order of recording: 1, 2, …"""

    residence_id: UUID
    position: int
    place: Place
    moved_on: date
    effective: bool


@dataclass(frozen=True)
class Whereabouts:
    """Where the young person of one case has lived, lives, and will live."""

    case_id: UUID
    case_version: int
    person_id: UUID
    role: CaseRole
    placing_area: str
    residences: tuple[Residence, ...] = ()

    @property
    def present(self) -> Residence | None:
        """Where she lives now; None as long as nothing was recorded."""
        effective = [residence for residence in self.residences if residence.effective]
        return max(effective, key=_order, default=None)

    @property
    def present_area(self) -> str | None:
        """The area of the present residence. Before anything is recorded: the placing area, which serves her."""
        return self.placing_area if self.present is None else self.present.place.area

    @property
    def next_position(self) -> int:
        """The position of the next residence to be recorded."""
        return 1 + max((residence.position for residence in self.residences), default=0)

    def find(self, place: Place, moved_on: date) -> Residence | None:
        """The same change, when it is already recorded."""
        same = (r for r in self.residences if (r.place.municipality, r.moved_on) == (place.municipality, moved_on))
        return next(same, None)


@dataclass(frozen=True)
class Move:
    """The young person lives, or will live, in ``place`` from ``moved_on``."""

    residence_id: UUID
    place: Place
    moved_on: date


class Outcome(StrEnum):
    """What a change of residence meant."""

    ALREADY_KNOWN = "already_known"
    SCHEDULED = "scheduled"
    """The day is to come; it is announced then."""
    HISTORY = "history"
    """She has moved on since; recorded, nothing follows."""
    ADDRESS_ONLY = "address_only"
    """The same area goes on serving her."""
    NOTED = "noted"
    """Recorded; the placing area's case announces moves, and this is not it."""
    ANNOUNCED = "announced"
    """Another area, Åland or abroad: a handoff begins."""


@dataclass(frozen=True)
class Decision:
    """What a change meant, and what others are told of it."""

    outcome: Outcome
    events: tuple[ResidenceChanged, ...] = ()


def decide(whereabouts: Whereabouts, move: Move, today: date) -> Decision:
    """What a change of residence means. The same change twice is one."""
    known = whereabouts.find(move.place, move.moved_on)
    if known is not None and (known.effective or known.moved_on > today):
        return Decision(Outcome.ALREADY_KNOWN)
    if move.moved_on > today:
        return Decision(Outcome.SCHEDULED)
    present = whereabouts.present
    position = whereabouts.next_position if known is None else known.position
    if present is not None and _order(present) > (move.moved_on, position):
        return Decision(Outcome.HISTORY)
    if move.place.area == whereabouts.present_area:
        return Decision(Outcome.ADDRESS_ONLY)
    if whereabouts.role is not CaseRole.PLACING:
        return Decision(Outcome.NOTED)
    return Decision(Outcome.ANNOUNCED, (_announced(whereabouts, move),))


def evolve(whereabouts: Whereabouts, move: Move, decision: Decision) -> Whereabouts:
    """Where she lives after a change."""
    version = max([whereabouts.case_version, *(event.version for event in decision.events)])
    if decision.outcome is Outcome.ALREADY_KNOWN:
        return whereabouts
    effective = decision.outcome is not Outcome.SCHEDULED
    known = whereabouts.find(move.place, move.moved_on)
    if known is not None:
        came = replace(known, effective=effective)
        rest = tuple(residence for residence in whereabouts.residences if residence is not known)
        return replace(whereabouts, case_version=version, residences=(*rest, came))
    new = Residence(move.residence_id, whereabouts.next_position, move.place, move.moved_on, effective)
    return replace(whereabouts, case_version=version, residences=(*whereabouts.residences, new))


def due(whereabouts: Whereabouts, today: date) -> list[Move]:
    """The scheduled moves whose day has come, the latest first: what it has overtaken is told to nobody."""
    waiting = [each for each in whereabouts.residences if not each.effective and each.moved_on <= today]
    waiting.sort(key=_order, reverse=True)
    return [Move(each.residence_id, each.place, each.moved_on) for each in waiting]


def _announced(whereabouts: Whereabouts, move: Move) -> ResidenceChanged:
    return ResidenceChanged(
        case_id=whereabouts.case_id,
        version=whereabouts.case_version + 1,
        move_id=move.residence_id,
        person_id=whereabouts.person_id,
        destination=move.place.destination,
        moved_on=move.moved_on,
    )


def _order(residence: Residence) -> tuple[date, int]:
    return (residence.moved_on, residence.position)
