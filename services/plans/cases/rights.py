"""Until when a young person has the right to aftercare, and which rule, row and source say so.

Pure: the same facts always give the same answer. The rules themselves are rows of ``dated_rules``.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from contracts.refusals import Refusal
from contracts.values import Ground
from services.plans.cases import dated_rules
from services.plans.cases.dated_rules import Row, Rule, Words


@dataclass(frozen=True)
class Placement:
    """One stay outside the home.

    Raises ``Refusal`` (``placement-dates``) when it ends before it starts.
    """

    started_on: date
    ended_on: date
    alone: bool = True
    """The child was placed alone, without a parent."""

    def __post_init__(self) -> None:
        if self.ended_on < self.started_on:
            raise Refusal(
                "placement-dates",
                "A placement cannot end before it starts.",
                field="placements",
                expected="an end on or after the start",
            )


@dataclass(frozen=True)
class RightFacts:
    """What the right to aftercare depends on.

    Raises ``Refusal`` (``last-child-protection-date``) when the last day as a client of child protection lies before
    the end of a placement: a placed child is a client.
    """

    born_on: date
    ground: Ground
    placements: tuple[Placement, ...]
    last_child_protection_on: date | None
    """The last day as a client of child protection following the placement; not the day the placement ended.

    None while a placement lasts: five years after it have not begun."""

    def __post_init__(self) -> None:
        last = self.last_child_protection_on
        if last is not None and any(last < placement.ended_on for placement in self.placements):
            raise Refusal(
                "last-child-protection-date",
                "The last day as a client of child protection cannot lie before the end of a placement.",
                field="last_child_protection_on",
                expected="a day on or after the end of the last placement",
            )


@dataclass(frozen=True)
class AreaDecision:
    """An area's own dated decision to give aftercare, or support in it, until a day.

    Raises ``Refusal`` (``decision-dates``) when it ends before it was made.
    """

    decided_on: date
    until: date

    def __post_init__(self) -> None:
        if self.until < self.decided_on:
            raise Refusal(
                "decision-dates",
                "A decision cannot end before it was made.",
                field="until",
                expected="a day on or after the decision",
            )


class NoRight(StrEnum):
    """Why there is no right to aftercare."""

    OPEN_CARE_TOO_SHORT = "open_care_too_short"
    """No open-care placement of the child alone lasted six months without a break."""
    NOT_DECIDED = "not_decided"
    """A discretionary ground stands on the area's decision, and there is none."""


@dataclass(frozen=True)
class Step:
    """One date that bears on the end of the right, and the row that gives it."""

    on: date
    row: Row

    @property
    def rule(self) -> Rule:
        return self.row.rule

    @property
    def source(self) -> Words:
        """The row's source, in words."""
        return self.row.source


@dataclass(frozen=True)
class RightExplained:
    """The end of the right, with everything that was weighed."""

    decisive: Step
    steps: tuple[Step, ...]
    """Every date that was weighed, the decisive one among them: first the law's, then the area's decisions."""

    @property
    def ends_on(self) -> date:
        """The last day of the right: the birthday itself, or the last day of a period, still counts."""
        return self.decisive.on

    @property
    def rule(self) -> Rule:
        return self.decisive.rule

    @property
    def row(self) -> Row:
        return self.decisive.row

    @property
    def source(self) -> Words:
        return self.decisive.source


def right_ends_on(facts: RightFacts, decisions: Sequence[AreaDecision] = ()) -> RightExplained:
    """The end of the right: the law's earliest date, or a longer decision of the area.

    The law's date is the earlier of the upper age and the five years (R3, 75 §). An area's decision extends it, never
    shortens it. Whom the law does not cover, has what the area has decided, and no more.

    Raises ``Refusal`` (``no-right-to-aftercare``) when ``why_no_right`` names a reason.
    """
    reason = why_no_right(facts, decisions)
    if reason is not None:
        raise Refusal(
            "no-right-to-aftercare",
            _REFUSALS[reason],
            field="ground",
            expected="a ground that gives the right, or the area's decision",
        )
    decided = tuple(Step(decision.until, _row_of(decision)) for decision in decisions)
    if _missing_ground(facts) is not None:
        return RightExplained(max(decided, key=_day), decided)
    last = facts.last_child_protection_on
    by_law = (*_age_steps(facts.born_on), *(() if last is None else (_five_years_step(last),)))
    return RightExplained(max((min(by_law, key=_day), *decided), key=_day), (*by_law, *decided))


def why_no_right(facts: RightFacts, decisions: Sequence[AreaDecision] = ()) -> NoRight | None:
    """Why the facts give no right to aftercare; none when they give it.

    Care always gives it (R1, 40 § and 75 §). An open-care placement gives it after six unbroken months of the child
    alone (R2, 37 § and 75 §). Having come as an unaccompanied minor is a ground of its own (R75). Whom the law does
    not cover, the area's decision can.
    """
    return None if decisions else _missing_ground(facts)


def after(day: date, *, years: int = 0, months: int = 0) -> date:
    """The day on which a period of full years and months after a day is complete.

    It is the day with the same number, or the last day of its month where the month has no such day (150/1930, 3 §).
    So somebody born on 29 February reaches an age on 28 February of a common year. The act is written for time limits
    of authorities, not for ages, but it is the only written rule, one rule then covers ages and periods alike, and
    the day itself still belongs to the right.
    """
    total = day.year * 12 + day.month - 1 + years * 12 + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


_REFUSALS = {
    NoRight.OPEN_CARE_TOO_SHORT: "No open-care placement of the child alone lasted six months without a break.",
    NoRight.NOT_DECIDED: "A discretionary ground needs the area's decision.",
}


def _missing_ground(facts: RightFacts) -> NoRight | None:
    """Why the law itself gives no right; none when it does."""
    match facts.ground:
        case Ground.TAKEN_INTO_CARE | Ground.UNACCOMPANIED_MINOR:
            return None
        case Ground.OPEN_CARE_PLACEMENT:
            return None if _six_unbroken_months(facts.placements) else NoRight.OPEN_CARE_TOO_SHORT
        case Ground.DISCRETIONARY:
            return NoRight.NOT_DECIDED


def _age_steps(born_on: date) -> tuple[Step, ...]:
    """The upper age that was law when it was reached, or what the lowering of 2024 left of the right."""
    row = next(
        row
        for row in dated_rules.UPPER_AGES
        if row.valid_until is None or after(born_on, years=row.years) <= row.valid_until
    )
    reached = after(born_on, years=row.years)
    transition = dated_rules.UPPER_AGE_TRANSITION
    if row is not transition.lowered or reached >= transition.reached_before:
        return (Step(reached, row),)
    # The transition kept a right; it did not lengthen it beyond the age that had ended it before.
    return (
        Step(after(born_on, years=transition.earlier.years), transition.earlier),
        Step(transition.kept_until, transition),
    )


def _five_years_step(last_child_protection_on: date) -> Step:
    row = dated_rules.FIVE_YEARS
    complete = after(last_child_protection_on, years=row.years)
    # A rule ends no right before the rule itself was law.
    return Step(max(complete, row.valid_from), row)


def _six_unbroken_months(placements: Iterable[Placement]) -> bool:
    return any(
        stay.ended_on >= after(stay.started_on, months=dated_rules.OPEN_CARE_GROUND.months)
        for stay in _unbroken(placement for placement in placements if placement.alone)
    )


def _unbroken(placements: Iterable[Placement]) -> list[Placement]:
    """Stays joined where one follows another at once; a day between them breaks the stay, and nothing sums it up."""
    stays: list[Placement] = []
    for placement in sorted(placements, key=lambda each: each.started_on):
        if stays and placement.started_on <= stays[-1].ended_on + timedelta(days=1):
            joined = Placement(stays[-1].started_on, max(stays[-1].ended_on, placement.ended_on))
            stays[-1] = joined
        else:
            stays.append(placement)
    return stays


def _row_of(decision: AreaDecision) -> Row:
    """Decisions from before the upper age fell are honoured by law, others by the area's own word."""
    earlier = dated_rules.EARLIER_DECISION
    return earlier if decision.decided_on < earlier.valid_from <= decision.until else dated_rules.AREA_DECISION


def _day(step: Step) -> date:
    return step.on
