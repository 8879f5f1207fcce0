"""The exit plan of a case, and whether the case may end. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.client_plan import Promise, Status
from contracts.refusals import Refusal, RefusalKind

KEPT_OR_DROPPED = frozenset({Status.REALISED, Status.DROPPED})


@dataclass(frozen=True)
class Receiver:
    """A service that takes her on when aftercare ends, and which promises it takes over (R97)."""

    receiver_id: UUID
    who: str
    what: str
    promise_ids: tuple[UUID, ...]
    accepted_on: date | None = None
    accepted_by: str | None = None
    """Who accepted there (R98)."""

    @property
    def accepted(self) -> bool:
        """The receiving side has said yes."""
        return self.accepted_on is not None


@dataclass(frozen=True)
class ExitPlan:
    """The exit plan of a case; version 0 before anything is written."""

    case_id: UUID
    version: int = 0
    receivers: tuple[Receiver, ...] = ()
    confirmed_for: date | None = None
    """For which end of the right it was confirmed. When that becomes another day, the plan is looked at again."""

    def received(self) -> frozenset[UUID]:
        """The promises that somebody who has accepted takes over."""
        return frozenset(each for receiver in self.receivers if receiver.accepted for each in receiver.promise_ids)

    def confirmed(self, right_ends_on: date) -> bool:
        """It is confirmed for this end of the right."""
        return self.confirmed_for == right_ends_on


@dataclass(frozen=True)
class Receive:
    """A service is to take her on."""

    receiver_id: UUID
    who: str
    what: str
    promise_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Redescribe:
    """A service takes over something else than was said; it accepts that anew."""

    receiver_id: UUID
    who: str
    what: str
    promise_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Remove:
    """The service is not to take her on after all."""

    receiver_id: UUID


@dataclass(frozen=True)
class Accept:
    """The receiving side has said yes (R98)."""

    receiver_id: UUID
    accepted_on: date
    accepted_by: str


@dataclass(frozen=True)
class Confirm:
    """The exit plan is whole, for the right that ends on this day. ``open_promises``: what is promised and not kept."""

    right_ends_on: date
    open_promises: frozenset[UUID]


Command = Receive | Redescribe | Remove | Accept | Confirm


def after(plan: ExitPlan, command: Command, today: date) -> ExitPlan:
    """The exit plan after a command; the same when it is so already. Raises ``Refusal``."""
    match command:
        case Receive():
            changed = replace(plan, receivers=(*plan.receivers, Receiver(**vars(command))))
        case Redescribe():
            changed = _redescribed(plan, command)
        case Remove():
            gone = _find(plan, command.receiver_id)
            changed = replace(plan, receivers=tuple(each for each in plan.receivers if each is not gone))
        case Accept():
            changed = _accepted(plan, command, today)
        case Confirm():
            _require_whole(plan, command.open_promises)
            changed = replace(plan, confirmed_for=command.right_ends_on)
    if changed == plan:
        return plan
    # An acceptance only makes it truer; anything else has to be confirmed again.
    kept = changed.confirmed_for if isinstance(command, Accept | Confirm) else None
    return replace(changed, confirmed_for=kept, version=plan.version + 1)


def not_kept(promises: Iterable[Promise]) -> frozenset[UUID]:
    """The promises that are neither realised nor dropped."""
    return frozenset(each.promise_id for each in promises if each.status not in KEPT_OR_DROPPED)


def require_promised(promise_ids: Collection[UUID], promises: Iterable[Promise]) -> None:
    """Refuse to take over what the published plan does not promise."""
    if set(promise_ids) - {each.promise_id for each in promises}:
        raise Refusal(
            "no-such-promise",
            "The published plan has no such promise.",
            field="promise_ids",
            expected="promises of the published plan",
        )


def require_may_end(
    plan: ExitPlan, *, right_ends_on: date, open_promises: frozenset[UUID], lead_reason: str | None, today: date
) -> None:
    """Refuse to end a case while the right lasts, or while somebody would be left with a promise that nobody keeps.

    A lead may end it all the same and says why (R97); nobody ends it while the right lasts.
    """
    if today <= right_ends_on:
        raise Refusal(
            "right-lasts",
            "The right to aftercare lasts: the case cannot end. Refusing aftercare pauses it.",
            kind=RefusalKind.CONFLICT,
            expected="a right that has ended",
        )
    if lead_reason is not None:
        return
    if open_promises - plan.received():
        raise Refusal(
            "promise-open",
            "A promise of the plan is open, and nobody who receives it has accepted.",
            kind=RefusalKind.CONFLICT,
            field="reason",
            expected="a receiving service that accepts, or a lead's reason",
        )
    if not plan.confirmed(right_ends_on):
        raise Refusal(
            "exit-plan-needed",
            "Aftercare ends with an exit plan that is confirmed.",
            kind=RefusalKind.CONFLICT,
            field="reason",
            expected="a confirmed exit plan, or a lead's reason",
        )


def _redescribed(plan: ExitPlan, command: Redescribe) -> ExitPlan:
    known = _find(plan, command.receiver_id)
    if (known.who, known.what, known.promise_ids) == (command.who, command.what, command.promise_ids):
        return plan
    # What was accepted was something else.
    otherwise = Receiver(**vars(command))
    return replace(plan, receivers=tuple(otherwise if each is known else each for each in plan.receivers))


def _accepted(plan: ExitPlan, command: Accept, today: date) -> ExitPlan:
    known = _find(plan, command.receiver_id)
    if command.accepted_on > today:
        raise Refusal(
            "accepted-in-the-future",
            "An acceptance is recorded once it was given.",
            field="accepted_on",
            expected="today or a day that has passed",
        )
    yes = replace(known, accepted_on=command.accepted_on, accepted_by=command.accepted_by)
    return replace(plan, receivers=tuple(yes if each is known else each for each in plan.receivers))


def _require_whole(plan: ExitPlan, open_promises: frozenset[UUID]) -> None:
    if not plan.receivers:
        raise Refusal(
            "no-receiver",
            "An exit plan says who receives her.",
            kind=RefusalKind.CONFLICT,
            expected="at least one receiving service",
        )
    if not all(receiver.accepted for receiver in plan.receivers):
        raise Refusal(
            "receiver-not-accepted",
            "A receiving service has not accepted yet.",
            kind=RefusalKind.CONFLICT,
            expected="receiving services that have accepted",
        )
    if open_promises - plan.received():
        raise Refusal(
            "promise-open",
            "A promise of the plan is open, and nobody who receives it has accepted.",
            kind=RefusalKind.CONFLICT,
            expected="a receiving service for every open promise",
        )


def _find(plan: ExitPlan, receiver_id: UUID) -> Receiver:
    found = next((each for each in plan.receivers if each.receiver_id == receiver_id), None)
    if found is None:
        raise Refusal(
            "no-such-receiver",
            "The exit plan has no such receiving service.",
            kind=RefusalKind.NOT_FOUND,
            field="receiver_id",
        )
    return found
