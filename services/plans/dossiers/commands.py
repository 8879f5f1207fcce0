"""The dossier of a handoff: prepared, written into the disclosure log and said in one transaction, or not at all."""

from dataclasses import dataclass
from datetime import date

from contracts.dossiers import Dossier, PersonDetails
from contracts.interarea import HandoffOpened
from contracts.refusals import Refusal, RefusalKind
from contracts.values import MunicipalityCode, new_id
from services.chassis.work import Work
from services.plans.cases import commands as cases
from services.plans.cases.domain import PrepareDossier
from services.plans.cases.store import Stored
from services.plans.client_plans import commands as client_plans
from services.plans.deadlines import commands as deadlines
from services.plans.disclosures import store as disclosures
from services.plans.disclosures.domain import (
    DOSSIER_CATEGORIES,
    HANDOFF_PURPOSE,
    HANDOFF_SOURCE,
    DataCategory,
    Disclosure,
    LegalBasis,
)
from services.plans.moves import store as residences
from services.plans.moves.commands import whereabouts
from services.plans.networks import commands as networks
from services.plans.people import commands as people
from services.plans.workers import store as workers
from services.plans.workers.domain import contact_of


async def prepare(work: Work, handoff: HandoffOpened) -> None:
    """Prepare what the next residence area needs to know (C8); once for each handoff.

    Nothing is disclosed to an area where she does not live (any more), nor once the right or the case has ended.
    Raises ``Refusal`` for a case that is not here, or a move that is not one of its own.
    """
    stored = await cases.get_locked(work, handoff.case_id)
    if not stored.case.open:
        return
    lives = await _residence(work, stored, handoff)
    if lives is None or stored.case.right_ends_on < work.today:
        return
    dossier = await _dossier(work, stored, lives)
    disclosure = Disclosure(
        disclosure_id=new_id(),
        at=work.now,
        person_id=stored.case.person_id,
        case_id=stored.case.case_id,
        handoff_id=handoff.handoff_id,
        recipient_area=handoff.to_area,
        data_categories=_categories(dossier),
        purpose=HANDOFF_PURPOSE,
        legal_basis=LegalBasis.STATUTORY,
        legal_source=HANDOFF_SOURCE,
    )
    if not await disclosures.note_disclosure(work, disclosure):
        return
    case, events = cases.apply(stored.case, PrepareDossier(handoff.handoff_id, dossier))
    await cases.save(work, case, events)


def _categories(dossier: Dossier) -> tuple[DataCategory, ...]:
    """What this dossier holds: a plan only when there is one."""
    plan = (DataCategory.CLIENT_PLAN,) if dossier.plan is not None else ()
    deadlines = (DataCategory.DEADLINES,) if dossier.deadlines else ()
    network = (DataCategory.NETWORK,) if dossier.network else ()
    return (*DOSSIER_CATEGORIES, *plan, *deadlines, *network)


@dataclass(frozen=True)
class _Lives:
    municipality: MunicipalityCode
    since: date


async def _residence(work: Work, stored: Stored, handoff: HandoffOpened) -> _Lives | None:
    """Where she lives in the area that the handoff leads to; None when she lives there no more."""
    lived = whereabouts(stored, await residences.of_case(work, stored.case.case_id))
    if not any(each.residence_id == handoff.move_id for each in lived.residences):
        raise Refusal("no-such-move", "This handoff's move is not known here.", kind=RefusalKind.NOT_FOUND)
    present = lived.present
    # The area counts, not the move: she may have moved on inside it, or a residence before this one may come to light.
    if present is None or present.place.municipality is None or present.place.area != handoff.to_area:
        return None
    return _Lives(present.place.municipality, present.moved_on)


async def _dossier(work: Work, stored: Stored, lives: _Lives) -> Dossier:
    person, hetu = await people.get_identified(work, stored.case.person_id)
    worker = await workers.get(work, stored.case.worker_id)
    particulars = stored.particulars
    return Dossier(
        person=PersonDetails(hetu=hetu.plain, **vars(person.details)),
        ground=particulars.ground,
        placement_ended_on=particulars.placement_ended_on,
        last_child_protection_on=particulars.last_child_protection_on,
        right_ends_on=particulars.right_ends_on,
        special_support=particulars.special_support,
        municipality=lives.municipality,
        moved_on=lives.since,
        responsible_worker=contact_of(worker),
        plan=await client_plans.copy_for(work, stored.case.case_id),
        deadlines=await deadlines.copies(work, stored.case.case_id),
        network=await networks.copies(work, stored.case.case_id),
    )
