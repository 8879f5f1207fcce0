"""A young person comes to live here: her case is opened, a contact named, the first contact noted; and she may go on.

Handoffs of one young person can overlap and be heard in any order. What counts: a handoff opens its case once, and the
case is closed when every handoff that came to it has been released.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.dossiers import Dossier
from contracts.interarea import HandoffReceived, HandoffReleased
from contracts.plans import CaseEvent
from contracts.refusals import Refusal, RefusalKind
from contracts.values import CaseRole, Contact, new_id
from services.chassis import journal
from services.chassis.consuming import NotYet
from services.chassis.problems import Problem
from services.chassis.work import Work
from services.plans.absences import commands as absences
from services.plans.arrivals import store
from services.plans.cases import commands as cases
from services.plans.cases import store as case_store
from services.plans.cases.domain import Case, Close, Command, NameContact, NameWorker, Open, RecordFirstContact
from services.plans.cases.store import Particulars, Stored
from services.plans.client_plans import commands as client_plans
from services.plans.cycles import commands as cycles
from services.plans.deadlines import commands as deadlines
from services.plans.handovers import commands as handovers
from services.plans.moves import commands as moves
from services.plans.moves import store as residences
from services.plans.moves.domain import Move, Place
from services.plans.networks import commands as networks
from services.plans.openings.domain import Author, AuthorKind
from services.plans.pauses import store as pauses
from services.plans.people import commands as people
from services.plans.people.domain import Person, details_of
from services.plans.people.identity import Hetu
from services.plans.workers import commands as workers
from services.plans.workers import store as worker_store
from services.plans.workers.domain import Choice, Need, OnRoster, choose, contact_of


@dataclass(frozen=True)
class FirstContact:
    """The first contact of a handoff, as it is recorded."""

    person_id: UUID
    handoff_id: UUID
    contacted_at: datetime
    recorded_by: UUID
    repeated: bool
    """It was recorded before; nothing changed."""


async def receive(work: Work, handoff: HandoffReceived, *, allow_temporary_hetu: bool) -> None:
    """Open the case of a young person whom another area placed, and name her contact here.

    The same handoff again changes nothing. Raises ``NotYet`` while this area has nobody to name.
    """
    if not await store.claim(work, handoff.handoff_id):
        return
    hetu = Hetu.parse(handoff.dossier.person.hetu, allow_temporary=allow_temporary_hetu)
    person = await _person(work, handoff, hetu)
    need = Need(person.details.language, handoff.dossier.special_support)
    roster = await workers.roster(work, lock=True)
    served, events = await _serve(work, handoff, person.person_id, need, roster)
    await store.attach(work, handoff.handoff_id, served.case.case_id)
    await _settle(work, served, handoff.dossier)
    await journal.record(work, *events)
    case = await handovers.ask_for(work, served.case, events)
    await _take_over_plan(work, case, handoff.dossier)


async def _person(work: Work, handoff: HandoffReceived, hetu: Hetu) -> Person:
    """Whose case it is here, if the case is known: her code may be another one now. Else whoever has the code."""
    details = details_of(handoff.dossier.person)
    known_id = await case_store.person_of_arrived(work, handoff.from_area, handoff.placing_case_id)
    if known_id is not None:
        return await people.return_to(work, known_id, hetu, details)
    return await people.arrive(work, new_id(), hetu, details)


async def _serve(
    work: Work, handoff: HandoffReceived, person_id: UUID, need: Need, roster: Sequence[OnRoster]
) -> tuple[Stored, list[CaseEvent]]:
    """The case here, opened or opened again; one that is open keeps its worker, as long as they are qualified."""
    dossier = handoff.dossier
    particulars = _particulars(handoff.placing_case_id, dossier)
    known = await case_store.load_arrived(work, handoff.from_area, handoff.placing_case_id)
    if known is not None and known.case.person_id != person_id:
        # Another handoff of this case has opened it since its person was looked up: it decides who she is.
        raise NotYet
    kept = _kept_contact(known, need, roster)
    naming = (
        [NameContact(handoff.handoff_id, kept)]
        if kept
        else _named_anew(handoff, person_id, known, choose(roster, need))
    )
    case, events = cases.apply(None if known is None else known.case, *naming)
    if known is None:
        await case_store.add(work, case, particulars)
    else:
        await case_store.save(work, case)
        await case_store.save_particulars(work, case.case_id, particulars)
    await case_store.note_namings(work, events)
    return Stored(case, particulars, work.now, None), events


def _kept_contact(known: Stored | None, need: Need, roster: Sequence[OnRoster]) -> Contact | None:
    """The worker of a case that is open, while they, and whoever stands in, are qualified for what it needs now."""
    if known is None or not known.case.open:
        return None
    present = next(each for each in roster if each.worker.worker_id == known.case.worker_id)
    if not need.covered_by(present):
        return None
    return contact_of(present.worker, lead_stands_in=known.case.lead_stands_in)


def _named_anew(
    handoff: HandoffReceived, person_id: UUID, known: Stored | None, choice: Choice | None
) -> list[Command]:
    """What makes the chosen worker the contact. Raises ``NotYet`` when nobody can be named."""
    if choice is None:
        raise NotYet
    worker_id = choice.worker.worker_id
    naming = NameContact(handoff.handoff_id, contact_of(choice.worker, lead_stands_in=choice.lead_stands_in))
    if known is not None and known.case.open:
        return [NameWorker(worker_id), naming]
    case_id = new_id() if known is None else known.case.case_id
    right_ends_on = handoff.dossier.right_ends_on
    return [Open(case_id, person_id, CaseRole.RESIDENCE, handoff.from_area, right_ends_on, worker_id), naming]


def _particulars(placing_case_id: UUID, dossier: Dossier) -> Particulars:
    """What the case stands on, as the placing area says; it computed the right's end, and explains it."""
    return Particulars(
        placing_case_id=placing_case_id,
        ground=dossier.ground,
        placement_ended_on=dossier.placement_ended_on,
        last_child_protection_on=dossier.last_child_protection_on,
        special_support=dossier.special_support,
        right_ends_on=dossier.right_ends_on,
        right_explained={},
    )


async def _take_over_plan(work: Work, case: Case, dossier: Dossier) -> None:
    """The plan stays the placing area's; here it is read, followed and proposed to, and due on the same days (C4)."""
    if dossier.plan is not None:
        await client_plans.adopt(work, case, dossier.plan)
        await cycles.adopt(work, case, dossier.plan)
    await deadlines.adopt(work, case, dossier.deadlines)
    told_by = Author(case.placing_area, AuthorKind.WORKER, dossier.responsible_worker.worker_id)
    await networks.adopt(work, case, dossier.network, told_by)


async def _settle(work: Work, served: Stored, dossier: Dossier) -> None:
    """Record where she lives. The placing area has found that it is here, whatever edition of the map this area has."""
    before = moves.whereabouts(served, await residences.of_case(work, served.case.case_id))
    move = Move(new_id(), Place(dossier.municipality, work.area), dossier.moved_on)
    await moves.apply(work, served, before, move)


async def record_first_contact(
    work: Work, case_id: UUID, handoff_id: UUID | None, contacted_at: datetime, *, by: UUID, as_lead: bool
) -> FirstContact:
    """Record that the contact and the young person have met or talked; once for each handoff.

    ``handoff_id`` None means the latest. Raises ``Problem`` 403 for anybody but the contact, whoever stands in for
    them, or a lead; ``Refusal`` for an instant before the handoff or ahead, and for a lead who is not recorded among
    the workers.
    """
    # The handoff before the case, as its release does: two at once take turns instead of waiting for each other.
    arrival = await store.of_case(work, case_id, handoff_id)
    stored = await cases.require_open(work, case_id)
    if not as_lead and by not in {stored.case.worker_id, await absences.named_now(work, stored.case.worker_id)}:
        raise Problem(403, "not-the-contact", "Only the named contact or a lead records the first contact.")
    if arrival is not None and arrival.first_contact_at is not None and arrival.first_contact_by is not None:
        return FirstContact(
            stored.case.person_id, arrival.handoff_id, arrival.first_contact_at, arrival.first_contact_by, repeated=True
        )
    if arrival is None:
        raise Refusal("no-such-handoff", "No such handoff came to this case.", field="handoff_id")
    await _require_recorded(work, stored.case, by)
    recording = RecordFirstContact(arrival.handoff_id, contacted_at, arrival.received_at, work.now)
    case, events = cases.apply(stored.case, recording)
    await store.note_first_contact(work, arrival.handoff_id, contacted_at, by)
    await cases.save(work, case, events)
    return FirstContact(case.person_id, arrival.handoff_id, contacted_at, by, repeated=False)


async def _require_recorded(work: Work, case: Case, by: UUID) -> None:
    """A lead's token may name somebody whom this area has not recorded among its workers."""
    if by != case.worker_id and await worker_store.load(work, by) is None:
        raise Refusal(
            "not-a-recorded-worker",
            "Whoever records a first contact is recorded among the workers of this area first.",
            kind=RefusalKind.CONFLICT,
        )


async def release(work: Work, handoff: HandoffReleased) -> None:
    """The next area has taken over: close the case, unless a newer handoff has brought her back meanwhile."""
    case_id = await store.release(work, handoff.handoff_id)
    if case_id is None:
        return
    stored = await case_store.load(work, case_id, lock=True)
    if stored is None or await store.still_served(work, case_id):
        return
    case, events = cases.apply(stored.case, Close())
    await cases.save(work, case, events)
    if stored.case.paused_on is not None:
        await pauses.end(work, case_id, returned=False)
    await deadlines.cancel_all(work, case)
