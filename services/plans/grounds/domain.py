"""What a case stands on, how it may change, and the right that it gives. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.refusals import Refusal, RefusalKind
from contracts.values import Ground
from services.plans.cases.rights import AreaDecision, Placement, RightExplained, RightFacts, right_ends_on


class PlacementKind(StrEnum):
    """On which footing a child was placed outside the home."""

    CARE = "care"
    """Taken into care, or placed urgently."""
    OPEN_CARE = "open_care"
    """A support measure of open care (37 §)."""


class Why(StrEnum):
    """Why a right was computed."""

    CASE_OPENED = "case_opened"
    PLACEMENT_ADDED = "placement_added"
    PLACEMENT_CORRECTED = "placement_corrected"
    DECISION_MADE = "decision_made"
    DECISION_CORRECTED = "decision_corrected"
    FACTS_CORRECTED = "facts_corrected"
    IDENTITY_CORRECTED = "identity_corrected"
    CASE_REOPENED = "case_reopened"


@dataclass(frozen=True)
class Period:
    """One stay outside the home; ``ended_on`` is None while it lasts.

    Raises ``Refusal`` (``placement-dates``) when it ends before it starts.
    """

    started_on: date
    ended_on: date | None
    alone: bool
    """The child was placed alone, without a parent."""
    kind: PlacementKind

    def __post_init__(self) -> None:
        Placement(self.started_on, self.started_on if self.ended_on is None else self.ended_on)


@dataclass(frozen=True)
class Stay:
    """A placement of a case. ``withdrawn``: it was recorded in error, and counts for nothing."""

    placement_id: UUID
    period: Period
    withdrawn: bool = False


@dataclass(frozen=True)
class Decision:
    """A decision of the area on a case. ``withdrawn``: it was recorded in error, and counts for nothing."""

    decision_id: UUID
    made: AreaDecision
    withdrawn: bool = False


@dataclass(frozen=True)
class Facts:
    """What else a case stands on."""

    ground: Ground
    last_child_protection_on: date
    """The last day as a client of child protection following the placement; of no effect while a placement lasts."""
    special_support: bool


@dataclass(frozen=True)
class Grounds:
    """Everything that a case stands on."""

    facts: Facts
    stays: tuple[Stay, ...]
    decisions: tuple[Decision, ...]

    @property
    def periods(self) -> tuple[Period, ...]:
        """The placements that count."""
        return tuple(stay.period for stay in self.stays if not stay.withdrawn)

    @property
    def placed_now(self) -> bool:
        """A placement lasts."""
        return any(period.ended_on is None for period in self.periods)

    @property
    def placement_ended_on(self) -> date:
        """The day on which the last placement that is over ended. Raises ``Refusal`` when none is."""
        ended = [period.ended_on for period in self.periods if period.ended_on is not None]
        if not ended:
            raise Refusal(
                "no-placement-has-ended",
                "Aftercare follows a placement that has ended.",
                field="placements",
                expected="at least one placement with an end",
            )
        return max(ended)


@dataclass(frozen=True)
class RecordPlacement:
    """A placement that was not recorded yet, or what is right about one that was. ``last``: with it, the last day as
    a client of child protection."""

    stay: Stay
    last_child_protection_on: date | None = None


@dataclass(frozen=True)
class RecordDecision:
    """The area has decided, or what is right about a decision."""

    decision: Decision


@dataclass(frozen=True)
class CorrectFacts:
    """The rest of what the case stands on."""

    facts: Facts


Command = RecordPlacement | RecordDecision | CorrectFacts


def changed(grounds: Grounds, command: Command) -> Grounds:
    """What the case stands on after a command; the same when it was so already."""
    match command:
        case RecordPlacement(stay=stay, last_child_protection_on=last):
            facts = grounds.facts if last is None else replace(grounds.facts, last_child_protection_on=last)
            others = tuple(each for each in grounds.stays if each.placement_id != stay.placement_id)
            return replace(grounds, facts=facts, stays=_in_order((*others, stay)))
        case RecordDecision(decision=decision):
            rest = tuple(each for each in grounds.decisions if each.decision_id != decision.decision_id)
            ordered = sorted((*rest, decision), key=lambda each: (each.made.decided_on, each.decision_id))
            return replace(grounds, decisions=tuple(ordered))
        case CorrectFacts(facts=facts):
            return replace(grounds, facts=facts)


def why(before: Grounds, command: Command) -> Why:
    """Why the right is computed after a command."""
    match command:
        case RecordPlacement(stay=stay):
            known = any(each.placement_id == stay.placement_id for each in before.stays)
            return Why.PLACEMENT_CORRECTED if known else Why.PLACEMENT_ADDED
        case RecordDecision(decision=decision):
            known = any(each.decision_id == decision.decision_id for each in before.decisions)
            return Why.DECISION_CORRECTED if known else Why.DECISION_MADE
        case CorrectFacts():
            return Why.FACTS_CORRECTED


def right_of(grounds: Grounds, born_on: date, today: date) -> RightExplained:
    """The end of the right that these facts give.

    Six unbroken months of open care count for the child alone. Whatever lasts, or is planned to, counts to ``today``:
    months to come have not been lived. The five years wait for the end of a placement that lasts. Raises
    ``Refusal``: no ground, or facts that contradict each other.
    """
    last = None if grounds.placed_now else grounds.facts.last_child_protection_on
    RightFacts(born_on, grounds.facts.ground, _placements(grounds.periods, today), last)
    counted = [period for period in grounds.periods if _counts(period, grounds.facts.ground)]
    facts = RightFacts(born_on, grounds.facts.ground, _lived(counted, today), last)
    return right_ends_on(facts, [each.made for each in grounds.decisions if not each.withdrawn])


def require_possible(grounds: Grounds, born_on: date, today: date) -> None:
    """Refuse what cannot have been: a stay before her birth, two that last, one that lasts and has not begun, or a
    decision of a day to come."""
    if any(period.started_on < born_on for period in grounds.periods):
        raise Refusal(
            "placement-before-birth",
            "A placement cannot begin before she was born.",
            field="started_on",
            expected="a day on or after the date of birth",
        )
    lasting = [period for period in grounds.periods if period.ended_on is None]
    if len(lasting) > 1:
        raise Refusal(
            "placed-already",
            "A placement lasts already.",
            kind=RefusalKind.CONFLICT,
            field="ended_on",
            expected="an end of the placement before",
        )
    if any(period.started_on > today for period in lasting):
        raise Refusal("placement-to-come", "A placement that has not begun does not last yet.", field="started_on")
    if any(each.made.decided_on > today for each in grounds.decisions if not each.withdrawn):
        raise Refusal(
            "decided-in-the-future",
            "A decision counts once it is made.",
            field="decided_on",
            expected="today or a day that has passed",
        )


def _counts(period: Period, ground: Ground) -> bool:
    """What was care gives its own ground; for that of open care only open care counts (75 §)."""
    return ground is not Ground.OPEN_CARE_PLACEMENT or period.kind is PlacementKind.OPEN_CARE


def _placements(periods: Sequence[Period], today: date) -> tuple[Placement, ...]:
    return tuple(
        Placement(
            period.started_on,
            max(today, period.started_on) if period.ended_on is None else period.ended_on,
            period.alone,
        )
        for period in periods
    )


def _lived(periods: Sequence[Period], today: date) -> tuple[Placement, ...]:
    begun = [period for period in periods if period.started_on <= today]
    return tuple(replace(placement, ended_on=min(placement.ended_on, today)) for placement in _placements(begun, today))


def _in_order(stays: Sequence[Stay]) -> tuple[Stay, ...]:
    return tuple(sorted(stays, key=lambda stay: (stay.period.started_on, stay.placement_id)))
