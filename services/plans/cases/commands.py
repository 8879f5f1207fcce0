"""Opening a case with its named worker, changing that worker, and the right's end with its explanation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.plans import CaseEvent
from contracts.refusals import Refusal, RefusalKind
from contracts.values import CaseRole, Ground, new_id
from services.chassis import journal
from services.chassis.auth import Principal
from services.chassis.boundary import require_version
from services.chassis.problems import Problem
from services.chassis.work import Work
from services.plans.cases import store
from services.plans.cases.dated_rules import Rule
from services.plans.cases.domain import Case, Command, NameWorker, Open, closed_case, decide, evolve, no_such_case
from services.plans.cases.explanation import explained
from services.plans.cases.rights import AreaDecision, RightExplained
from services.plans.cases.store import Particulars, Stored
from services.plans.exits import due as exit_plan
from services.plans.grounds import domain as grounds
from services.plans.grounds import store as ground_store
from services.plans.handovers import commands as handovers
from services.plans.people import commands as people
from services.plans.permissions import MATRIX, Permission
from services.plans.preparations import store as preparations
from services.plans.workers import commands as workers
from services.plans.workers.domain import Need, require_fit


@dataclass(frozen=True)
class OpenPlacing:
    """Open the case of a young person whom this area placed."""

    person_id: UUID
    ground: Ground
    placements: tuple[grounds.Period, ...]
    last_child_protection_on: date
    decisions: tuple[AreaDecision, ...]
    special_support: bool
    worker_id: UUID | None
    """Who becomes the responsible worker; None leaves it to language, qualification and room."""
    opened_by: UUID
    """Whose word it is what the case stands on."""
    preparation_id: UUID | None = None
    """The preparation whose handover in this is; None when nobody prepared."""


async def open_placing(work: Work, command: OpenPlacing) -> Case:
    """Open a case in the role *placing*.

    Raises ``Refusal``: unknown person, no right to aftercare or one that has ended, an open case
    already, a preparation whose handover in is passed by (R9), or nobody who can be named.
    """
    # Her row is locked, so that two who open at once cannot both find none open.
    person = await people.get(work, command.person_id, lock=True)
    if any(each.case.role is CaseRole.PLACING for each in await store.open_of_person(work, person.person_id)):
        raise Refusal("case-already-open", "This person has an open case here.", kind=RefusalKind.CONFLICT)
    await require_handover_in(work, person.person_id, command.preparation_id)
    stands_on, right = await _right(work, command)
    case_id = new_id()
    particulars = particulars_of(case_id, stands_on, right)
    need = Need(person.details.language, command.special_support)
    worker_id = await responsible_worker(work, need, command.worker_id)
    opening = Open(case_id, person.person_id, CaseRole.PLACING, work.area, right.ends_on, worker_id)
    case, events = apply(None, opening)
    await store.add(work, case, particulars)
    await store.note_namings(work, events)
    await ground_store.add_stays(work, case_id, [(stay, 1) for stay in stands_on.stays], command.opened_by)
    await ground_store.add_decisions(work, case_id, [(each, 1) for each in stands_on.decisions], command.opened_by)
    await note_right(work, case, particulars, grounds.Why.CASE_OPENED, command.opened_by)
    await journal.record(work, *events)
    await exit_plan.follow(work, case)
    return case


async def _right(work: Work, command: OpenPlacing) -> tuple[grounds.Grounds, RightExplained]:
    """What the case will stand on, and the right that it gives, which has not ended."""
    _, hetu = await people.get_identified(work, command.person_id)
    stands_on = grounds.Grounds(
        grounds.Facts(command.ground, command.last_child_protection_on, command.special_support),
        tuple(grounds.Stay(new_id(), period) for period in command.placements),
        tuple(grounds.Decision(new_id(), made) for made in command.decisions),
    )
    grounds.require_possible(stands_on, hetu.born_on, work.today)
    right = grounds.right_of(stands_on, hetu.born_on, work.today)
    if right.ends_on < work.today:
        raise right_has_ended(right.rule)
    return stands_on, right


def particulars_of(placing_case_id: UUID, stands_on: grounds.Grounds, right: RightExplained) -> Particulars:
    """What a case stands on, as it is kept with the case and told to other areas."""
    return Particulars(
        placing_case_id=placing_case_id,
        ground=stands_on.facts.ground,
        placement_ended_on=stands_on.placement_ended_on,
        last_child_protection_on=stands_on.facts.last_child_protection_on,
        special_support=stands_on.facts.special_support,
        right_ends_on=right.ends_on,
        right_explained=explained(right).model_dump(mode="json"),
    )


async def note_right(work: Work, case: Case, particulars: Particulars, why: grounds.Why, by: UUID | None) -> None:
    """Write down why a right was computed, of what, and what came of it."""
    facts = grounds.Facts(particulars.ground, particulars.last_child_protection_on, particulars.special_support)
    computed = ground_store.Computed(
        case.version, work.now, why, by, facts, particulars.right_ends_on, particulars.right_explained
    )
    await ground_store.note(work, case.case_id, computed)


def right_has_ended(rule: Rule) -> Refusal:
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


async def require_handover_in(work: Work, person_id: UUID, preparation_id: UUID | None = None) -> None:
    """Whom somebody prepares for comes in by confirming that, so that both sides know it (R9); her row is locked.

    Raises ``Refusal`` (``preparation-open``) when another preparation than this is open.
    """
    if await preparations.open_for(work, person_id) not in {None, preparation_id}:
        raise Refusal(
            "preparation-open",
            "Aftercare prepares for this person: confirm that preparation, or cancel it.",
            kind=RefusalKind.CONFLICT,
            field="person_id",
            expected="POST /preparations/{preparation_id}/confirmation",
        )


def require_may_decide(principal: Principal, *, field: str) -> None:
    """Only whoever may decide on aftercare brings a decision along. Raises ``Problem`` 403 (``lead-needed``)."""
    if principal.role not in MATRIX[Permission.DECIDE]:
        raise Problem(403, "lead-needed", "Only a lead decides to give aftercare for longer.", field=field)


async def responsible_worker(work: Work, need: Need, wanted: UUID | None) -> UUID:
    """Who is named: ``wanted``, or whoever has room. The roster stays locked. Raises ``Refusal``."""
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
    return await handovers.ask_for(work, case, events)


async def get(work: Work, case_id: UUID) -> Stored:
    """A case with what it stands on. Raises ``Refusal`` 404."""
    stored = await store.load(work, case_id)
    if stored is None:
        raise no_such_case()
    return stored


async def get_locked(work: Work, case_id: UUID) -> Stored:
    """A case, locked, open or not. Raises ``Refusal`` 404."""
    stored = await store.load(work, case_id, lock=True)
    if stored is None:
        raise no_such_case()
    return stored


async def require_open(work: Work, case_id: UUID) -> Stored:
    """An open case, locked. Raises ``Refusal`` 404 or 409."""
    stored = await get_locked(work, case_id)
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
