"""Opening a case with its named worker, changing that worker, and the right's end with its explanation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.plans import CaseEvent
from contracts.refusals import Refusal, RefusalKind
from contracts.values import CaseRole, Ground, new_id
from services.chassis import journal
from services.chassis.boundary import require_version
from services.chassis.work import Work
from services.plans.cases import store
from services.plans.cases.dated_rules import Rule
from services.plans.cases.domain import Case, Command, NameWorker, Open, closed_case, decide, evolve, no_such_case
from services.plans.cases.explanation import explained
from services.plans.cases.rights import AreaDecision, Placement, RightFacts, right_ends_on
from services.plans.cases.store import Particulars, Stored
from services.plans.people import commands as people
from services.plans.workers import commands as workers
from services.plans.workers.domain import Need, require_fit


@dataclass(frozen=True)
class OpenPlacing:
    """Open the case of a young person whom this area placed."""

    person_id: UUID
    ground: Ground
    placements: tuple[Placement, ...]
    last_child_protection_on: date
    decisions: tuple[AreaDecision, ...]
    special_support: bool
    worker_id: UUID | None
    """Who becomes the responsible worker; None leaves it to language, qualification and room."""


async def open_placing(work: Work, command: OpenPlacing) -> Case:
    """Open a case in the role *placing*.

    Raises ``Refusal``: unknown person, no right to aftercare or one that has ended, an open case
    already, or nobody who can be named.
    """
    # Her row is locked, so that two who open at once cannot both find none open.
    person = await people.get(work, command.person_id, lock=True)
    if any(each.case.role is CaseRole.PLACING for each in await store.open_of_person(work, person.person_id)):
        raise Refusal("case-already-open", "This person has an open case here.", kind=RefusalKind.CONFLICT)
    case_id = new_id()
    particulars = await _particulars(work, case_id, command)
    need = Need(person.details.language, command.special_support)
    worker_id = await _responsible_worker(work, need, command.worker_id)
    opening = Open(case_id, person.person_id, CaseRole.PLACING, work.area, particulars.right_ends_on, worker_id)
    case, events = apply(None, opening)
    await store.add(work, case, particulars)
    await store.note_namings(work, events)
    await journal.record(work, *events)
    return case


async def _particulars(work: Work, case_id: UUID, command: OpenPlacing) -> Particulars:
    _, hetu = await people.get_identified(work, command.person_id)
    facts = RightFacts(hetu.born_on, command.ground, command.placements, command.last_child_protection_on)
    right = right_ends_on(facts, command.decisions)
    if right.ends_on < work.today:
        raise _right_has_ended(right.rule)
    return Particulars(
        placing_case_id=case_id,
        ground=command.ground,
        placement_ended_on=max(placement.ended_on for placement in command.placements),
        last_child_protection_on=command.last_child_protection_on,
        special_support=command.special_support,
        right_ends_on=right.ends_on,
        right_explained=explained(right).model_dump(mode="json"),
    )


def _right_has_ended(rule: Rule) -> Refusal:
    """``rule`` gave the day; the field is the one on which the rule rests."""
    match rule:
        case Rule.FIVE_YEARS:
            field = "last_child_protection_on"
        case Rule.AREA_DECISION | Rule.EARLIER_DECISION:
            field = "decisions"
        case _:
            # Her date of birth, which her identity code states.
            field = "person_id"
    return Refusal(
        "right-has-ended",
        "The right to aftercare has ended: no case is opened.",
        field=field,
        expected="a right that ends today or later",
    )


async def _responsible_worker(work: Work, need: Need, wanted: UUID | None) -> UUID:
    if wanted is None:
        return (await workers.choose_for(work, need)).worker.worker_id
    roster = {each.worker.worker_id: each for each in await workers.roster(work, lock=True)}
    return require_fit(roster.get(wanted), need, field="worker_id").worker.worker_id


async def name_worker(work: Work, case_id: UUID, expected_version: int, worker_id: UUID) -> Case:
    """Give an open case another named worker. Raises ``Refusal``, or ``Problem`` 412 when it was changed meanwhile."""
    # Whoever names anybody locks the roster before the case: see docs/architecture/cases-and-workers.md.
    roster = {each.worker.worker_id: each for each in await workers.roster(work, lock=True)}
    stored = await require_open(work, case_id)
    require_version(expected_version, stored.case.version)
    person = await people.get(work, stored.case.person_id)
    need = Need(person.details.language, stored.particulars.special_support)
    named = require_fit(roster.get(worker_id), need, field="worker_id").worker
    case, events = apply(stored.case, NameWorker(named.worker_id))
    await save(work, case, events)
    return case


async def get(work: Work, case_id: UUID) -> Stored:
    """A case with what it stands on. Raises ``Refusal`` 404."""
    stored = await store.load(work, case_id)
    if stored is None:
        raise no_such_case()
    return stored


async def require_open(work: Work, case_id: UUID) -> Stored:
    """An open case, locked. Raises ``Refusal`` 404 or 409."""
    stored = await store.load(work, case_id, lock=True)
    if stored is None:
        raise no_such_case()
    if not stored.case.open:
        raise closed_case()
    return stored


def apply(case: Case | None, *commands: Command) -> tuple[Case, list[CaseEvent]]:
    """A case after one command or several, with every event. Raises ``Refusal``."""
    events: list[CaseEvent] = []
    for command in commands:
        for event in decide(case, command):
            case = evolve(case, event)
            events.append(event)
    if case is None:
        raise no_such_case()
    return case, events


async def save(work: Work, case: Case, events: Sequence[CaseEvent]) -> None:
    """Store and say what happened to a case whose row is locked; without events nothing."""
    if not events:
        return
    await store.save(work, case)
    await store.note_namings(work, events)
    await journal.record(work, *events)


async def location_withheld(work: Work, case: Case) -> bool:
    """Whether a non-disclosure order keeps back, from every answer, where the young person lives (661/2009 36 §).

    The municipality itself stays in the database: without it her aftercare could not follow her. What names no place,
    such as the name of her contact, is still told.
    """
    return (await people.get(work, case.person_id)).details.address_protected
