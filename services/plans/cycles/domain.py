"""One cycle of client planning: preparatory meeting, negotiation, follow-up, and then the review (R13). Pure.

Every guard is a ``Refusal`` with its own code. What a guard needs to know of meetings, reviews and the plan comes with
the command, so that the machine can be tried with every answer.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts.client_plan import Phase, PlanCopy
from contracts.refusals import Refusal, RefusalKind
from services.plans.cycles.agreements import Agreements, require_agreed, require_days, require_still_agreed


@dataclass(frozen=True)
class PlanFacts:
    """What the planning cycle must know of a plan; of its words, nothing."""

    goals: int
    concrete_goals: int
    own_words: bool
    """The young person's own words are there, or their wish not to say them here (R32)."""
    undecided: int
    """Goals and services that are still not started: nobody has said how far they have come (R50, R51)."""


class Rating(StrEnum):
    """What the young person says to a follow-up question. Each stands alone; there is no sum (R49)."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True)
class FollowUp:
    """What the follow-up found: three questions, and what was agreed then (R49, R52)."""

    enough: Rating
    """Is the support enough?"""
    fits: Rating
    """Does it fit?"""
    goes_forward: Rating
    """Does it go forward?"""
    more_support: bool
    """More support was agreed."""
    network_contact: bool
    """Contact with the network was agreed."""
    agreed: str | None = None
    """In words, what."""


@dataclass(frozen=True)
class Cycle:
    """One cycle. Without a phase it is over, and the next begins at the review."""

    cycle_id: UUID
    version: int
    case_id: UUID
    person_id: UUID
    number: int
    began_on: date
    phase: Phase | None = Phase.PREPARATORY
    asked_by_young_person_on: date | None = None
    """When the young person asked to negotiate without a preparatory meeting."""
    agreements: Agreements = field(default_factory=Agreements)
    published_on: date | None = None
    """The day of the cycle's first published version."""
    published_number: int | None = None
    follow_up: FollowUp | None = None
    ended_on: date | None = None


@dataclass(frozen=True)
class Begin:
    """Begin the first cycle, or the next at the review."""

    cycle_id: UUID
    case_id: UUID
    person_id: UUID
    today: date
    review_called: bool = False
    """A review was called and is not held yet."""


@dataclass(frozen=True)
class Negotiate:
    """Go on from the preparation to the negotiation."""

    today: date
    preparatory_meetings: int
    """How many were held in this cycle, the young person being there."""
    asked_by_young_person_on: date | None = None


@dataclass(frozen=True)
class Agree:
    """The agreements as they are now, all of them."""

    agreements: Agreements
    today: date


@dataclass(frozen=True)
class Publish:
    """A version of the plan is published; again during the follow-up, when a change was agreed (R47)."""

    facts: PlanFacts
    number: int
    today: date
    negotiated_on: date | None = None
    """The day of the latest negotiation meeting that was recorded."""


@dataclass(frozen=True)
class CloseFollowUp:
    """The follow-up is done, goal by goal and service by service (R50)."""

    facts: PlanFacts
    follow_up: FollowUp
    today: date


@dataclass(frozen=True)
class CallReview:
    """A review is called. It is never refused."""

    review_id: UUID
    by_young_person: bool


Command = Begin | Negotiate | Agree | Publish | CloseFollowUp | CallReview


@dataclass(frozen=True)
class Began:
    """A cycle began."""

    cycle_id: UUID
    case_id: UUID
    person_id: UUID
    number: int
    on: date


@dataclass(frozen=True)
class NegotiationReached:
    """Phase 2 began."""

    asked_by_young_person_on: date | None


@dataclass(frozen=True)
class Agreed:
    """The agreements are these now."""

    agreements: Agreements


@dataclass(frozen=True)
class FollowUpReached:
    """Phase 3 began, with the first published version."""

    number: int
    on: date
    negotiated_on: date


@dataclass(frozen=True)
class PublishedAgain:
    """Another version was published during the follow-up."""

    number: int


@dataclass(frozen=True)
class Ended:
    """The follow-up is done."""

    follow_up: FollowUp
    on: date


@dataclass(frozen=True)
class Called:
    """A review was called."""

    review_id: UUID
    by_young_person: bool


Event = Began | NegotiationReached | Agreed | FollowUpReached | PublishedAgain | Ended | Called

_BEFORE_PUBLISHING: Final = frozenset({Phase.PREPARATORY, Phase.NEGOTIATION})


def decide(cycle: Cycle | None, command: Command) -> list[Event]:
    """What a command means for a case's latest cycle. Raises ``Refusal``."""
    if isinstance(command, Begin):
        return [_begin(cycle, command)]
    if cycle is None:
        raise no_cycle()
    match command:
        case Negotiate():
            return _negotiate(cycle, command)
        case Agree():
            return _agree(cycle, command)
        case Publish():
            return [_publish(cycle, command)]
        case CloseFollowUp():
            return [_close(cycle, command)]
        case CallReview():
            return [Called(command.review_id, command.by_young_person)]


def evolve(cycle: Cycle | None, event: Event) -> Cycle:
    """The case's latest cycle after an event."""
    if isinstance(event, Began):
        return Cycle(event.cycle_id, 1, event.case_id, event.person_id, event.number, event.on)
    if cycle is None:
        raise TypeError(f"{type(event).__name__} cannot be a cycle's first event")
    now = replace(cycle, version=cycle.version + 1)
    match event:
        case NegotiationReached():
            return replace(now, phase=Phase.NEGOTIATION, asked_by_young_person_on=event.asked_by_young_person_on)
        case Agreed():
            return replace(now, agreements=event.agreements)
        case FollowUpReached():
            return replace(
                now,
                phase=Phase.FOLLOW_UP,
                published_on=event.on,
                published_number=event.number,
                agreements=replace(now.agreements, negotiated_on=event.negotiated_on),
            )
        case PublishedAgain():
            return replace(now, published_number=event.number)
        case Ended():
            return replace(now, phase=None, follow_up=event.follow_up, ended_on=event.on)
        case Called():
            return now


def no_cycle() -> Refusal:
    """The case's planning has not begun."""
    return Refusal("no-cycle", "The planning has not begun: begin the first cycle.", kind=RefusalKind.CONFLICT)


def adopted(before: Cycle | None, copy: PlanCopy, new: Begin) -> Cycle:
    """Where the placing area's planning stands, as the residence area keeps it; an older copy changes nothing."""
    if before is not None and copy.cycle_number < before.number:
        return before
    known = before is not None and copy.cycle_number == before.number
    cycle = before if before is not None and known else _first_known(new, copy.cycle_number)
    after = replace(
        cycle,
        phase=copy.phase,
        agreements=replace(cycle.agreements, next_review_on=copy.next_review_on, next_step=copy.next_step),
        ended_on=None if copy.phase is not None else cycle.ended_on or new.today,
    )
    return replace(after, version=cycle.version + 1) if known and after != cycle else after


def _first_known(new: Begin, number: int) -> Cycle:
    return evolve(None, Began(new.cycle_id, new.case_id, new.person_id, number, new.today))


def superseded(cycle: Cycle, today: date) -> Cycle:
    """A residence area's cycle after the placing area has begun another."""
    return replace(cycle, version=cycle.version + 1, phase=None, ended_on=cycle.ended_on or today)


def _begin(cycle: Cycle | None, command: Begin) -> Began:
    number = 1 if cycle is None else cycle.number + 1
    if cycle is not None:
        if cycle.phase is not None:
            raise _not_now("cycle-under-way", "The present cycle is not over: close its follow-up first.")
        review_on = cycle.agreements.next_review_on
        if not command.review_called and (review_on is None or review_on > command.today):
            raise _not_now(
                "review-not-due",
                "The next cycle begins at the review: its day has not come, and nobody has called one.",
                expected="a review that was called, or the day that was agreed",
            )
    return Began(command.cycle_id, command.case_id, command.person_id, number, command.today)


def _negotiate(cycle: Cycle, command: Negotiate) -> list[Event]:
    if cycle.phase is Phase.NEGOTIATION:
        # Split over several meetings, it is one negotiation (R42).
        return []
    if cycle.phase is not Phase.PREPARATORY:
        raise _not_now("phase-passed", "The negotiation of this cycle is over.")
    asked_on = command.asked_by_young_person_on
    if asked_on is not None and asked_on > command.today:
        raise Refusal(
            "not-asked-yet",
            "The young person cannot have asked for it in the future.",
            field="asked_by_young_person_on",
            expected="today or earlier",
        )
    if command.preparatory_meetings == 0 and asked_on is None:
        raise _not_now(
            "no-preparatory-meeting",
            "No preparatory meeting was held with the young person, and she has not asked to do without one.",
            field="asked_by_young_person_on",
            expected="a preparatory meeting that she came to, or the day on which she asked to do without",
        )
    return [NegotiationReached(asked_on)]


def _agree(cycle: Cycle, command: Agree) -> list[Event]:
    earlier, wanted = cycle.agreements, command.agreements
    if wanted == earlier:
        return []
    require_days(earlier, wanted, cycle.published_on, command.today)
    if cycle.phase not in _BEFORE_PUBLISHING:
        require_still_agreed(earlier, wanted)
    if cycle.phase is None and wanted.follow_up_on != earlier.follow_up_on:
        raise _not_now("phase-passed", "The follow-up of this cycle is over.", field="follow_up_on")
    return [Agreed(wanted)]


def _publish(cycle: Cycle, command: Publish) -> Event:
    if cycle.phase is Phase.PREPARATORY:
        raise _not_now("not-negotiated", "A plan is published after its negotiation.")
    if cycle.phase is None:
        raise _not_now("cycle-over", "This cycle is over: call a review to change the plan.")
    _require_content(command.facts)
    require_agreed(cycle.agreements, cycle.published_on, command.today)
    if cycle.phase is Phase.FOLLOW_UP:
        return PublishedAgain(command.number)
    negotiated_on = cycle.agreements.negotiated_on or command.negotiated_on or command.today
    return FollowUpReached(command.number, command.today, min(negotiated_on, command.today))


def _require_content(facts: PlanFacts) -> None:
    if facts.goals == 0:
        raise _not_now("goal-missing", "A plan has at least one goal.", field="goals")
    if facts.concrete_goals < facts.goals:
        raise _not_now(
            "goal-not-concrete",
            "Every goal says by when, and how one sees that it is reached.",
            field="goals",
            expected="by_when and seen_as of each goal",
        )
    if not facts.own_words:
        raise _not_now(
            "own-words-missing",
            "The young person's own words are missing, or their wish not to say them here.",
            field="own_words",
        )


def _close(cycle: Cycle, command: CloseFollowUp) -> Ended:
    if cycle.phase is not Phase.FOLLOW_UP:
        raise _not_now("no-follow-up", "This cycle is not in its follow-up.")
    if command.facts.undecided > 0:
        raise _not_now(
            "status-missing",
            "Some goals or services have no status yet: in progress, realised, or dropped with a reason.",
            expected="a status of every goal and service",
        )
    return Ended(command.follow_up, command.today)


def _not_now(code: str, message: str, *, field: str | None = None, expected: str | None = None) -> Refusal:
    return Refusal(code, message, kind=RefusalKind.CONFLICT, field=field, expected=expected)
