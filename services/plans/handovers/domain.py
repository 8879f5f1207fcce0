"""How a young person gets from one named worker to the next: accompanied, or not and why (R10, R76). Pure.

A substitute for an absence is no change of worker, and asks for no handover.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.plans import HandoverAsked, HandoverRecorded, WorkerNamed
from contracts.refusals import Refusal, RefusalKind
from services.plans.cases.domain import Case
from services.plans.openings.domain import Author


class PresentAs(StrEnum):
    """As what somebody was there."""

    YOUNG_PERSON = "young_person"
    EARLIER_WORKER = "earlier_worker"
    NEXT_WORKER = "next_worker"
    LEAD = "lead"
    CLOSE_ONE = "close_one"
    SUPPORT_PERSON = "support_person"
    PROFESSIONAL = "professional"
    OTHER = "other"


@dataclass(frozen=True)
class Present:
    """Somebody who was there; ``name`` where the role does not say who."""

    role: PresentAs
    name: str | None


@dataclass(frozen=True)
class Handover:
    """From one named worker of a case to the next. ``accompanied`` None: not recorded yet."""

    handover_id: UUID
    version: int
    case_id: UUID
    person_id: UUID
    from_worker_id: UUID
    to_worker_id: UUID
    due_on: date
    accompanied: bool | None = None
    held_on: date | None = None
    present: tuple[Present, ...] = ()
    reason: str | None = None
    """Why it was not accompanied."""
    thoughts_told: str | None = None
    """What the young person thought, in her own words, as the worker wrote it down."""
    thoughts_written: str | None = None
    """What she wrote herself. Neither replaces the other."""
    recorded_by: Author | None = None


@dataclass(frozen=True)
class Record:
    """How the handover went."""

    accompanied: bool
    held_on: date | None
    present: tuple[Present, ...]
    reason: str | None
    thoughts_told: str | None
    recorded_by: Author


@dataclass(frozen=True)
class Counted:
    """How often the named worker of one young person has changed, and how (R76)."""

    changes: int
    accompanied: int
    unaccompanied: int
    not_recorded: int


def asked(case: Case, named: WorkerNamed, handover_id: UUID, due_on: date) -> tuple[Handover, HandoverAsked]:
    """The handover that a change of worker asks for. ``case`` is as it was before this is said."""
    handover = Handover(
        handover_id, 1, case.case_id, case.person_id, named.earlier_worker_id, named.worker_id, due_on=due_on
    )
    event = HandoverAsked(
        case_id=case.case_id,
        version=case.version + 1,
        handover_id=handover_id,
        person_id=case.person_id,
        from_worker_id=named.earlier_worker_id,
        to_worker_id=named.worker_id,
    )
    return handover, event


def recorded(case: Case, handover: Handover | None, command: Record, today: date) -> tuple[Handover, HandoverRecorded]:
    """The handover as it went. Raises ``Refusal``: recorded before, not yet held, nobody who accompanied, no reason."""
    handover = require_known(handover)
    if handover.accompanied is not None:
        raise Refusal(
            "handover-already-recorded", "How this handover went is recorded already.", kind=RefusalKind.CONFLICT
        )
    _require_held(command, today)
    if command.accompanied:
        _require_accompanied(command)
    elif command.reason is None:
        raise Refusal(
            "why-not-accompanied",
            "A handover that was not accompanied says why.",
            field="reason",
            expected="the reason",
        )
    after = replace(handover, version=handover.version + 1, **vars(command))
    event = HandoverRecorded(
        case_id=case.case_id,
        version=case.version + 1,
        handover_id=handover.handover_id,
        person_id=case.person_id,
        accompanied=command.accompanied,
    )
    return after, event


def written(handover: Handover | None, thoughts: str) -> Handover:
    """What the young person writes herself of it, before it is recorded or after. Her latest words count."""
    handover = require_known(handover)
    if handover.thoughts_written == thoughts:
        return handover
    return replace(handover, version=handover.version + 1, thoughts_written=thoughts)


def counted(handovers: Sequence[Handover]) -> Counted:
    """The changes of worker of one young person."""
    went = [each.accompanied for each in handovers]
    return Counted(len(went), went.count(True), went.count(False), went.count(None))


def require_known(handover: Handover | None) -> Handover:
    """Refuse a handover that is none of this case's."""
    if handover is None:
        raise Refusal(
            "no-such-handover",
            "There is no such handover in this case.",
            kind=RefusalKind.NOT_FOUND,
            field="handover_id",
        )
    return handover


def _require_held(command: Record, today: date) -> None:
    if command.held_on is None:
        if command.accompanied:
            raise Refusal(
                "meeting-day-needed",
                "An accompanied handover is a meeting on a day.",
                field="held_on",
                expected="the day of the meeting",
            )
        return
    if command.held_on > today:
        raise Refusal(
            "meeting-in-the-future",
            "A handover is recorded once it has taken place.",
            field="held_on",
            expected="today or earlier",
        )


def _require_accompanied(command: Record) -> None:
    """The young person, the next worker, and the one before or a lead who brings her there."""
    roles = {each.role for each in command.present}
    together = {PresentAs.YOUNG_PERSON, PresentAs.NEXT_WORKER} <= roles
    if not together or not roles & {PresentAs.EARLIER_WORKER, PresentAs.LEAD}:
        raise Refusal(
            "nobody-accompanied",
            "An accompanied handover brings the young person, the earlier worker and the next one together.",
            field="present",
            expected="young_person, next_worker, and earlier_worker or lead",
        )
