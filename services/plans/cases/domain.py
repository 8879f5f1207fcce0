"""A case: whose named worker is whose. Pure: ``decide`` says what a command means, ``evolve`` what the case is then."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.dossiers import Dossier
from contracts.plans import (
    CaseClosed,
    CaseEvent,
    CaseOpened,
    CasePaused,
    CaseResumed,
    ClosingReason,
    ContactNamed,
    DossierPrepared,
    FirstContactRecorded,
    HandoverAsked,
    HandoverRecorded,
    ResidenceChanged,
    RightRecomputed,
    WorkerNamed,
)
from contracts.refusals import Refusal, RefusalKind
from contracts.values import AreaCode, CaseRole, Contact

CLOCKS_DIFFER_AT_MOST = timedelta(minutes=5)
"""By how much the clock of whoever records a contact may be wrong."""


@dataclass(frozen=True)
class Case:
    """A case in this area. An open one always has its named worker; a closed one remembers the last."""

    case_id: UUID
    version: int
    person_id: UUID
    role: CaseRole
    placing_area: AreaCode
    right_ends_on: date
    worker_id: UUID
    open: bool
    lead_stands_in: bool = False
    """The named contact is a lead, because nobody had room (R79)."""
    paused_on: date | None = None
    """Since when the young person does not want aftercare; it stays hers, with its worker (R4)."""
    offer_again_on: date | None = None
    """When it is offered again; none unless it is paused."""


@dataclass(frozen=True)
class Open:
    """Open a case, or open it again, with its named worker."""

    case_id: UUID
    person_id: UUID
    role: CaseRole
    placing_area: AreaCode
    right_ends_on: date
    worker_id: UUID


@dataclass(frozen=True)
class NameWorker:
    """Give the case another named worker."""

    worker_id: UUID


@dataclass(frozen=True)
class PrepareDossier:
    """Tell the next residence area what it needs."""

    handoff_id: UUID
    dossier: Dossier


@dataclass(frozen=True)
class NameContact:
    """Tell the placing area whom the young person can turn to here."""

    handoff_id: UUID
    contact: Contact


@dataclass(frozen=True)
class RecordFirstContact:
    """The contact and the young person have met or talked."""

    handoff_id: UUID
    contacted_at: datetime
    came_at: datetime
    """When the handoff came to this area."""
    now: datetime


@dataclass(frozen=True)
class Recompute:
    """Facts or decisions changed: the right ends on this day now, which may be the same as before."""

    right_ends_on: date


@dataclass(frozen=True)
class Pause:
    """The young person does not want aftercare for now (R4)."""

    today: date
    offer_again_on: date


@dataclass(frozen=True)
class Resume:
    """The young person comes back."""


@dataclass(frozen=True)
class Close:
    """The next area has taken over, or the right has ended."""

    reason: ClosingReason = ClosingReason.NEXT_AREA


Command = Open | NameWorker | PrepareDossier | NameContact | RecordFirstContact | Recompute | Pause | Resume | Close


def decide(case: Case | None, command: Command) -> list[CaseEvent]:
    """What a command means for a case; nothing when it is so already. Raises ``Refusal`` when it cannot be."""
    if isinstance(command, Open):
        return _open(case, command)
    if case is None:
        raise no_such_case()
    match command:
        case Close():
            return _close(case, command)
        case NameWorker():
            return _name_worker(_require_open(case), command)
        case PrepareDossier():
            return [
                DossierPrepared(
                    case_id=case.case_id,
                    version=case.version + 1,
                    handoff_id=command.handoff_id,
                    dossier=command.dossier,
                )
            ]
        case NameContact():
            return _name_contact(_require_open(case), command)
        case RecordFirstContact():
            return _first_contact(_require_open(case), command)
        case Recompute():
            return _recompute(_require_open(case), command)
        case Pause():
            return _pause(_require_open(case), command)
        case Resume():
            return _resume(_require_open(case))


def evolve(case: Case | None, event: CaseEvent) -> Case:
    """The case after an event of its own."""
    if isinstance(event, CaseOpened):
        return Case(
            event.case_id,
            event.version,
            event.person_id,
            event.role,
            event.placing_area,
            event.right_ends_on,
            event.worker_id,
            open=True,
        )
    if case is None:
        raise TypeError(f"{event.type} cannot be a case's first event")
    after = replace(case, version=event.version)
    match event:
        case WorkerNamed():
            return replace(after, worker_id=event.worker_id, lead_stands_in=False)
        case CaseClosed():
            return replace(after, open=False, paused_on=None, offer_again_on=None)
        case CasePaused():
            return replace(after, paused_on=event.paused_on, offer_again_on=event.offer_again_on)
        case CaseResumed():
            return replace(after, paused_on=None, offer_again_on=None)
        case RightRecomputed():
            return replace(after, right_ends_on=event.right_ends_on)
        case ContactNamed():
            return replace(after, lead_stands_in=event.contact.lead_stands_in)
        case ResidenceChanged() | DossierPrepared() | FirstContactRecorded() | HandoverAsked() | HandoverRecorded():
            return after
    raise TypeError(f"{event.type} is not a case's event")


def no_such_case() -> Refusal:
    """Nobody's case here has this id."""
    return Refusal("no-such-case", "There is no such case here.", kind=RefusalKind.NOT_FOUND, field="case_id")


def closed_case() -> Refusal:
    """The case has ended here."""
    return Refusal("case-is-closed", "This case is closed.", kind=RefusalKind.CONFLICT)


def computed_elsewhere() -> Refusal:
    """The facts of a case that another area placed come with its dossier."""
    return Refusal(
        "placed-by-another-area",
        "The placing area keeps the facts of this case, computes the right and ends it.",
        kind=RefusalKind.CONFLICT,
    )


def _open(case: Case | None, command: Open) -> list[CaseEvent]:
    if case is not None and case.open:
        return []
    version = 1 if case is None else case.version + 1
    return [CaseOpened(**vars(command), version=version)]


def _close(case: Case, command: Close) -> list[CaseEvent]:
    if not case.open:
        return []
    return [
        CaseClosed(
            case_id=case.case_id,
            version=case.version + 1,
            person_id=case.person_id,
            role=case.role,
            reason=command.reason,
        )
    ]


def _recompute(case: Case, command: Recompute) -> list[CaseEvent]:
    if case.role is not CaseRole.PLACING:
        raise computed_elsewhere()
    return [
        RightRecomputed(
            case_id=case.case_id,
            version=case.version + 1,
            person_id=case.person_id,
            right_ends_on=command.right_ends_on,
            earlier_right_ends_on=case.right_ends_on,
        )
    ]


def _pause(case: Case, command: Pause) -> list[CaseEvent]:
    """A pause, or the next one of the same refusal: she was offered aftercare again, and does not want it yet."""
    if command.offer_again_on <= command.today:
        raise Refusal(
            "offer-again-later",
            "Aftercare is offered again on a day to come.",
            field="offer_again_on",
            expected="a day after today",
        )
    if command.offer_again_on == case.offer_again_on:
        return []
    return [
        CasePaused(
            case_id=case.case_id,
            version=case.version + 1,
            person_id=case.person_id,
            offer_again_on=command.offer_again_on,
            paused_on=command.today if case.paused_on is None else case.paused_on,
        )
    ]


def _resume(case: Case) -> list[CaseEvent]:
    if case.paused_on is None:
        return []
    return [CaseResumed(case_id=case.case_id, version=case.version + 1, person_id=case.person_id)]


def _name_worker(case: Case, command: NameWorker) -> list[CaseEvent]:
    if command.worker_id == case.worker_id:
        return []
    return [
        WorkerNamed(
            case_id=case.case_id,
            version=case.version + 1,
            person_id=case.person_id,
            role=case.role,
            worker_id=command.worker_id,
            earlier_worker_id=case.worker_id,
        )
    ]


def _name_contact(case: Case, command: NameContact) -> list[CaseEvent]:
    if command.contact.worker_id != case.worker_id:
        raise ValueError("the contact is the case's named worker, nobody else")
    return [
        ContactNamed(
            case_id=case.case_id,
            version=case.version + 1,
            handoff_id=command.handoff_id,
            person_id=case.person_id,
            contact=command.contact,
        )
    ]


def _first_contact(case: Case, command: RecordFirstContact) -> list[CaseEvent]:
    if case.role is not CaseRole.RESIDENCE:
        raise Refusal(
            "not-a-residence-case",
            "A first contact is recorded where the young person lives, not in the placing area.",
            kind=RefusalKind.CONFLICT,
        )
    if command.contacted_at < command.came_at - CLOCKS_DIFFER_AT_MOST:
        raise Refusal(
            "contact-before-handoff",
            "A first contact follows the handoff that brought the young person here.",
            field="contacted_at",
            expected="an instant after the handoff came",
        )
    if command.contacted_at > command.now + CLOCKS_DIFFER_AT_MOST:
        raise Refusal(
            "contact-in-the-future",
            "A contact can be recorded once it has happened.",
            field="contacted_at",
            expected="an instant that has passed",
        )
    return [
        FirstContactRecorded(
            case_id=case.case_id,
            version=case.version + 1,
            handoff_id=command.handoff_id,
            person_id=case.person_id,
            worker_id=case.worker_id,
            contacted_at=command.contacted_at,
        )
    ]


def _require_open(case: Case) -> Case:
    if not case.open:
        raise closed_case()
    return case
