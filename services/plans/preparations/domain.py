"""One preparation: opened ahead, with a named aftercare worker from the start, and confirmed or cancelled. Pure."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.client_plan import DeadlineKind, NetworkRole
from contracts.plans import (
    DeadlineCancelled,
    DeadlineEvent,
    DeadlineMet,
    DeadlineMoved,
    DeadlineSet,
    HandoverInConfirmed,
    PreparationCancelled,
    PreparationEvent,
    PreparationOpened,
)
from contracts.refusals import Refusal, RefusalKind
from contracts.values import Ground
from services.plans.grounds.domain import PlacementKind

ALWAYS_THERE = frozenset({NetworkRole.YOUNG_PERSON, NetworkRole.RESPONSIBLE_WORKER})
"""Parties of every preparation: the young person, and the aftercare worker who is named for it."""


class PreparationState(StrEnum):
    """What became of a preparation."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class CancelReason(StrEnum):
    """Why nothing is to be prepared any more."""

    PLACEMENT_GOES_ON = "placement_goes_on"
    ANOTHER_AREA = "another_area"
    """Another area placed the child, or takes the aftercare over."""
    RECORDED_IN_ERROR = "recorded_in_error"


@dataclass(frozen=True)
class Party:
    """Somebody who prepares with her: the substitute-care worker, or somebody of her network (R7)."""

    role: NetworkRole
    name: str
    reach: str | None = None
    """How to reach them: an e-mail address or a phone number."""


@dataclass(frozen=True)
class Content:
    """What is known of the placement that ends, and who prepares."""

    ground: Ground
    kind: PlacementKind
    placement_started_on: date
    placement_ends_on: date
    alone: bool
    special_support: bool
    begun_on: date | None
    """When preparing with the young person began; None while it has not."""
    parties: tuple[Party, ...]


@dataclass(frozen=True)
class Preparation:
    """The preparation of one young person's aftercare."""

    preparation_id: UUID
    version: int
    person_id: UUID
    worker_id: UUID
    due_on: date
    """By which day preparing begins at the latest (R6)."""
    content: Content
    state: PreparationState = PreparationState.OPEN
    case_id: UUID | None = None
    cancel_reason: CancelReason | None = None

    def late(self, today: date) -> bool:
        """Preparing began after the day on which it was due, or has not begun and that day has passed."""
        return (self.content.begun_on or today) > self.due_on


@dataclass(frozen=True)
class Open:
    """Prepare for a young person, with a worker named for it. ``days``: how long before the end it is due."""

    preparation_id: UUID
    person_id: UUID
    worker_id: UUID
    content: Content
    days: int


@dataclass(frozen=True)
class Change:
    """What is known became otherwise."""

    content: Content
    days: int


@dataclass(frozen=True)
class NameWorker:
    """Another worker prepares."""

    worker_id: UUID


@dataclass(frozen=True)
class Confirm:
    """The aftercare side takes over: this is the case."""

    case_id: UUID


@dataclass(frozen=True)
class Cancel:
    """Nothing is to be prepared any more."""

    reason: CancelReason


Command = Open | Change | NameWorker | Confirm | Cancel


def after(preparation: Preparation | None, command: Command, today: date) -> Preparation:
    """The preparation after a command; the same when it is so already. Raises ``Refusal``."""
    if isinstance(command, Open):
        return _open(command, today)
    if preparation is None:
        raise no_such_preparation()
    if isinstance(command, Cancel) and preparation.state is PreparationState.CANCELLED:
        return preparation
    _require_open(preparation)
    match command:
        case Change():
            changed = _changed(preparation, command, today)
        case NameWorker():
            changed = replace(preparation, worker_id=command.worker_id)
        case Confirm():
            _require_handed_over(preparation)
            changed = replace(preparation, state=PreparationState.CONFIRMED, case_id=command.case_id)
        case Cancel():
            changed = replace(preparation, state=PreparationState.CANCELLED, cancel_reason=command.reason)
    return preparation if changed == preparation else replace(changed, version=preparation.version + 1)


def said(before: Preparation | None, now: Preparation) -> list[PreparationEvent]:
    """What others hear of a change. Another worker, or another end, is said as an opening: it has the whole."""
    if now == before:
        return []
    if now.state is PreparationState.CONFIRMED and now.case_id is not None:
        return [
            HandoverInConfirmed(
                preparation_id=now.preparation_id,
                version=now.version,
                person_id=now.person_id,
                case_id=now.case_id,
            )
        ]
    if now.state is PreparationState.CANCELLED:
        return [PreparationCancelled(preparation_id=now.preparation_id, version=now.version, person_id=now.person_id)]
    if before is not None and _heard(before) == _heard(now):
        return []
    return [
        PreparationOpened(
            preparation_id=now.preparation_id,
            version=now.version,
            person_id=now.person_id,
            worker_id=now.worker_id,
            placement_ends_on=now.content.placement_ends_on,
            due_on=now.due_on,
        )
    ]


def due_said(before: Preparation | None, now: Preparation, today: date) -> list[DeadlineEvent]:
    """What became of the day by which it begins, said as every other deadline is; id and versions are its own.

    Begun or taken over, it is met; cancelled before that, it is cancelled; not begun after all, it is set again.
    """
    about = {
        "deadline_id": now.preparation_id,
        "version": now.version,
        "case_id": None,
        "person_id": now.person_id,
        "kind": DeadlineKind.PREPARATION,
    }
    earlier_due_on = None if before is None or not _to_begin(before) else before.due_on
    if not _to_begin(now):
        if earlier_due_on is None:
            return []
        if now.state is PreparationState.CANCELLED:
            return [DeadlineCancelled.model_validate(about)]
        return [DeadlineMet.model_validate({**about, "met_on": now.content.begun_on or today})]
    if earlier_due_on is None:
        return [DeadlineSet.model_validate({**about, "due_on": now.due_on})]
    if earlier_due_on == now.due_on:
        return []
    return [DeadlineMoved.model_validate({**about, "due_on": now.due_on, "earlier_due_on": earlier_due_on})]


def no_such_preparation() -> Refusal:
    """Nobody's preparation here has this id."""
    return Refusal(
        "no-such-preparation",
        "There is no such preparation here.",
        kind=RefusalKind.NOT_FOUND,
        field="preparation_id",
    )


def already_preparing() -> Refusal:
    """Somebody prepares for her already."""
    return Refusal(
        "already-preparing",
        "Aftercare prepares for this person already.",
        kind=RefusalKind.CONFLICT,
        field="person_id",
    )


def _open(command: Open, today: date) -> Preparation:
    content = command.content
    _require_possible(content, today)
    if content.placement_ends_on < today:
        raise Refusal(
            "placement-has-ended",
            "Preparing comes before the placement ends: open a case.",
            field="placement_ends_on",
            expected="today or a day to come",
        )
    due_on = content.placement_ends_on - timedelta(days=command.days)
    return Preparation(command.preparation_id, 1, command.person_id, command.worker_id, due_on, content)


def _changed(preparation: Preparation, command: Change, today: date) -> Preparation:
    _require_possible(command.content, today)
    if command.content.placement_ends_on == preparation.content.placement_ends_on:
        return replace(preparation, content=command.content)
    due_on = command.content.placement_ends_on - timedelta(days=command.days)
    return replace(preparation, content=command.content, due_on=due_on)


def _require_possible(content: Content, today: date) -> None:
    if content.placement_ends_on < content.placement_started_on:
        raise Refusal(
            "placement-dates",
            "A placement cannot end before it starts.",
            field="placement_ends_on",
            expected="a day on or after the start",
        )
    if content.begun_on is not None and content.begun_on > today:
        raise Refusal(
            "begun-in-the-future",
            "Preparing has begun once it has.",
            field="begun_on",
            expected="today or a day that has passed",
        )
    if any(party.role in ALWAYS_THERE for party in content.parties):
        raise Refusal(
            "party-always-there",
            "The young person and the named worker are parties of every preparation.",
            field="parties",
            expected="the substitute-care worker, and whoever else prepares",
        )


def _require_open(preparation: Preparation) -> None:
    if preparation.state is not PreparationState.OPEN:
        raise Refusal(
            "preparation-is-over",
            "This preparation was confirmed or cancelled.",
            kind=RefusalKind.CONFLICT,
        )


def _require_handed_over(preparation: Preparation) -> None:
    """Somebody hands her over: a transition has two sides (R7, R9)."""
    if not any(party.role is NetworkRole.SUBSTITUTE_CARE_WORKER for party in preparation.content.parties):
        raise Refusal(
            "nobody-hands-over",
            "A handover has two sides: name the substitute-care worker.",
            kind=RefusalKind.CONFLICT,
            field="parties",
            expected="a party with the role substitute_care_worker",
        )


def _to_begin(preparation: Preparation) -> bool:
    return preparation.state is PreparationState.OPEN and preparation.content.begun_on is None


def _heard(preparation: Preparation) -> tuple[object, ...]:
    return (preparation.worker_id, preparation.content.placement_ends_on, preparation.due_on)
