"""Opening a preparation, keeping it true, confirming the handover in, cancelling."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.refusals import Refusal, RefusalKind
from contracts.values import CaseRole, new_id
from services.chassis import journal
from services.chassis.boundary import require_version
from services.chassis.problems import Problem
from services.chassis.work import Work
from services.plans.cases import commands as cases
from services.plans.cases import store as case_store
from services.plans.cases.domain import Case
from services.plans.cases.rights import AreaDecision
from services.plans.grounds.domain import Period
from services.plans.guidance import store as guidance
from services.plans.guidance.domain import Guided
from services.plans.openings.domain import Author, AuthorKind
from services.plans.people import commands as people
from services.plans.preparations import store
from services.plans.preparations.domain import (
    Cancel,
    CancelReason,
    Change,
    Confirm,
    Content,
    NameWorker,
    Open,
    Preparation,
    after,
    already_preparing,
    due_said,
    no_such_preparation,
    said,
)
from services.plans.workers.domain import Need


@dataclass(frozen=True)
class Handover:
    """What the aftercare side takes over, as it came about."""

    placement_ended_on: date | None
    """None: as it was prepared."""
    last_child_protection_on: date | None
    """None: the day on which the placement ended."""
    earlier_placements: tuple[Period, ...]
    decisions: tuple[AreaDecision, ...]


async def open_ahead(work: Work, person_id: UUID, content: Content, worker_id: UUID | None) -> Preparation:
    """Prepare for a young person whose placement lasts, with an aftercare worker from the start (R6, R7).

    Raises ``Refusal``: prepared for already, a case that is open, a placement that is over, nobody to name.
    """
    # Her row is locked, so that two who open at once cannot both find none open.
    person = await people.get(work, person_id, lock=True)
    if await store.open_for(work, person_id) is not None:
        raise already_preparing()
    if any(each.case.role is CaseRole.PLACING for each in await case_store.open_of_person(work, person_id)):
        raise Refusal(
            "case-already-open", "This person has an open case here.", kind=RefusalKind.CONFLICT, field="person_id"
        )
    need = Need(person.details.language, content.special_support)
    named = await cases.responsible_worker(work, need, worker_id)
    days = await guidance.days_of(work, Guided.PREPARATION)
    preparation = after(None, Open(new_id(), person_id, named, content, days), work.today)
    await store.add(work, preparation)
    await journal.record(work, *said(None, preparation), *due_said(None, preparation, work.today))
    return preparation


async def get(work: Work, preparation_id: UUID) -> Preparation:
    """A preparation. Raises ``Refusal`` 404."""
    found = await store.load(work, preparation_id)
    if found is None:
        raise no_such_preparation()
    return found


async def change(work: Work, preparation_id: UUID, expected_version: int, content: Content) -> Preparation:
    """Keep a preparation true: another end of the placement, who prepares, since when. Raises ``Refusal``."""
    known = await get(work, preparation_id)
    if content.special_support and not known.content.special_support:
        # R77, as for a case: whoever prepares must be qualified from the same moment on.
        person = await people.get(work, known.person_id)
        await cases.responsible_worker(work, Need(person.details.language, special_support=True), known.worker_id)
    before = await _locked(work, preparation_id, expected_version)
    days = await guidance.days_of(work, Guided.PREPARATION)
    return await _save(work, before, after(before, Change(content, days), work.today))


async def name_worker(work: Work, preparation_id: UUID, expected_version: int, worker_id: UUID) -> Preparation:
    """Another worker prepares. Raises ``Refusal``."""
    known = await get(work, preparation_id)
    person = await people.get(work, known.person_id)
    # Whoever names anybody locks the roster first.
    named = await cases.responsible_worker(
        work, Need(person.details.language, known.content.special_support), worker_id
    )
    before = await _locked(work, preparation_id, expected_version)
    return await _save(work, before, after(before, NameWorker(named), work.today))


async def confirm(
    work: Work, preparation_id: UUID, expected_version: int, handover: Handover, by: Author
) -> tuple[Preparation, Case]:
    """The aftercare side confirms that it takes over: the case opens with the worker who prepared (R9).

    Only that worker or a lead confirms (``Problem`` 403). Raises ``Refusal``, also whatever opening a case refuses.
    """
    known = await get(work, preparation_id)
    if by.kind is not AuthorKind.LEAD and by.author_id != known.worker_id:
        raise Problem(403, "not-the-receiving-worker", "The named aftercare worker or a lead confirms the handover.")
    content = known.content
    # Before the case opens, so that a handover with one side only opens nothing.
    after(known, Confirm(new_id()), work.today)
    ended_on = handover.placement_ended_on or content.placement_ends_on
    last = Period(content.placement_started_on, ended_on, content.alone, content.kind)
    case = await cases.open_placing(
        work,
        cases.OpenPlacing(
            person_id=known.person_id,
            ground=content.ground,
            placements=(*handover.earlier_placements, last),
            last_child_protection_on=handover.last_child_protection_on or ended_on,
            decisions=handover.decisions,
            special_support=content.special_support,
            worker_id=known.worker_id,
            opened_by=by.author_id,
            preparation_id=preparation_id,
        ),
    )
    before = await _locked(work, preparation_id, expected_version)
    confirmed = await _save(work, before, after(before, Confirm(case.case_id), work.today), by.author_id)
    return confirmed, case


async def cancel(
    work: Work, preparation_id: UUID, expected_version: int, reason: CancelReason, by: UUID
) -> Preparation:
    """Nothing is to be prepared any more. Raises ``Refusal``."""
    before = await _locked(work, preparation_id, expected_version)
    return await _save(work, before, after(before, Cancel(reason), work.today), by)


async def _locked(work: Work, preparation_id: UUID, expected_version: int) -> Preparation:
    found = await store.load(work, preparation_id, lock=True)
    if found is None:
        raise no_such_preparation()
    require_version(expected_version, found.version)
    return found


async def _save(work: Work, before: Preparation, now: Preparation, ended_by: UUID | None = None) -> Preparation:
    if now != before:
        await store.save(work, now, ended_by=ended_by)
        await journal.record(work, *said(before, now), *due_said(before, now, work.today))
    return now
