"""Gathering what a copy of a published plan says: the version, how far it has come, whom to turn to, what is next."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from contracts.areas import area
from contracts.client_plan import DeadlineKind, PlanContent
from contracts.values import CaseRole, Contact, Language
from services.chassis.auth import Principal, Role
from services.chassis.clock import helsinki_date
from services.chassis.work import Work
from services.plans.absences import commands as absences
from services.plans.cases import commands as cases
from services.plans.cases.store import Stored
from services.plans.client_plans import commands as client_plans
from services.plans.client_plans.domain import PublishedPlan
from services.plans.client_plans.facts import come_so_far
from services.plans.contacts import commands as contacts
from services.plans.cycles import commands as cycles
from services.plans.cycles.commands import CycleView
from services.plans.deadlines import store as deadlines
from services.plans.distribution.commands import Given
from services.plans.distribution.domain import BasisKind, Delivery, PlanPart, RecipientKind
from services.plans.distribution.giving import given_of
from services.plans.documents.blocks import Document
from services.plans.documents.domain import Audience, Copy, NamedWorker, Particulars, content_for
from services.plans.documents.export import ClientPlanExport, ExportedPlan, Planning, mapping
from services.plans.documents.layout import laid_out
from services.plans.networks.actors import CATALOGUE
from services.plans.people import commands as people
from services.plans.people.domain import Person
from services.plans.workers import store as workers

_AUDIENCES = {RecipientKind.YOUNG_PERSON: Audience.YOUNG_PERSON, RecipientKind.CASE_WORKER: Audience.WORKER}


@dataclass(frozen=True)
class Prepared:
    """A document that is ready to be printed."""

    document: Document
    number: int
    made_at: datetime
    """When the version was published; the file says that it was made then, so that equal prints are equal files."""


async def prepare(
    work: Work, stored: Stored, number: int, copy: Copy, *, language: Language | None, asked_by: Principal
) -> Prepared:
    """A version of the plan as a document; in the young person's language unless another is asked for.

    Raises ``Refusal`` 404 when there is no such version.
    """
    plan = await client_plans.require_published(work, stored.case.case_id, number)
    content = await come_so_far(work, plan)
    so_far = replace(plan, content=content)
    return await _laid_out(work, stored, so_far, copy, as_of=work.today, language=language, asked_by=asked_by)


async def prepare_delivered(
    work: Work, stored: Stored, delivered: Given, *, language: Language | None, asked_by: Principal
) -> Prepared:
    """What a recipient was given, as a document. Raises ``Refusal`` 404 when there is no such version."""
    delivery = delivered.delivery
    plan = await client_plans.require_published(work, stored.case.case_id, delivery.number)
    audience = _AUDIENCES.get(delivery.recipient.kind, Audience.RECIPIENT)
    if asked_by.role is Role.YOUNG_PERSON and audience is Audience.WORKER:
        audience = Audience.YOUNG_PERSON
    withheld = delivery.location_withheld or await _withheld_now(work, stored, delivery)
    content = delivered.content
    if withheld and delivery.disclosed:
        # The order may be younger than the delivery.
        content, _ = given_of(content, delivery.parts, location_withheld=True)
    whole = set(delivery.parts) == set(PlanPart) and content == delivered.content and not delivery.withheld
    given = replace(plan, content=content)
    return await _laid_out(
        work, stored, given, Copy(audience, withheld, whole), as_of=None, language=language, asked_by=asked_by
    )


async def _withheld_now(work: Work, stored: Stored, delivery: Delivery) -> bool:
    """What an authority gets by law, it gets whole; the order binds it too (661/2009 37 §)."""
    by_law = delivery.basis is not None and delivery.basis.kind is BasisKind.STATUTORY
    if by_law and delivery.recipient.kind is RecipientKind.AUTHORITY:
        return False
    return await cases.location_withheld(work, stored.case)


async def export(work: Work, stored: Stored, number: int, copy: Copy) -> ClientPlanExport:
    """A version of the plan as data. Raises ``Refusal`` 404 when there is no such version."""
    plan = await client_plans.require_published(work, stored.case.case_id, number)
    cycle = await cycles.current(work, stored.case.case_id)
    return ClientPlanExport(
        as_of=work.now,
        plan=ExportedPlan(
            plan_id=plan.plan_id,
            case_id=stored.case.case_id,
            young_person_id=stored.case.person_id,
            number=plan.number,
            published_on=helsinki_date(plan.published_at),
            author_title=plan.title,
            author_qualification=plan.qualification,
        ),
        planning=Planning() if cycle is None else _planning(cycle),
        content=content_for(await come_so_far(work, plan), copy),
        sosmeta=mapping(),
    )


def _planning(cycle: CycleView) -> Planning:
    return Planning(
        cycle_number=cycle.number,
        phase=cycle.phase,
        next_step=cycle.next_step,
        next_review_on=cycle.next_review_on,
    )


async def copy_for(work: Work, stored: Stored, asked_by: Principal, *, for_young_person: bool = False) -> Copy:
    """Which copy somebody gets: the young person always her own, a worker either."""
    hers = for_young_person or asked_by.role is Role.YOUNG_PERSON
    return Copy(
        Audience.YOUNG_PERSON if hers else Audience.WORKER,
        location_withheld=await cases.location_withheld(work, stored.case),
    )


async def _laid_out(
    work: Work,
    stored: Stored,
    plan: PublishedPlan,
    copy: Copy,
    *,
    as_of: date | None,
    language: Language | None,
    asked_by: Principal,
) -> Prepared:
    person = await people.get(work, stored.case.person_id)
    spoken = person.details.language if language is None else language
    particulars = await _particulars(work, stored, plan, person, language=spoken, asked_by=asked_by)
    content = _with_actors_named(plan.content, spoken)
    document = laid_out(content, replace(particulars, as_of=as_of), copy, spoken)
    return Prepared(document, plan.number, plan.published_at)


async def _particulars(
    work: Work, stored: Stored, plan: PublishedPlan, person: Person, *, language: Language, asked_by: Principal
) -> Particulars:
    cycle = await cycles.current(work, stored.case.case_id)
    due = await deadlines.open_of_case(work, stored.case.case_id)
    return Particulars(
        number=plan.number,
        published_on=helsinki_date(plan.published_at),
        given_name=person.details.given_name,
        family_name=person.details.family_name,
        organiser=area(stored.case.placing_area).name(language),
        author=await _author(work, plan),
        author_title=plan.title,
        workers=await _workers(work, stored, asked_by),
        next_step=None if cycle is None else cycle.next_step,
        follow_up_on=next((each.due_on for each in due if each.kind is DeadlineKind.FOLLOW_UP), None),
        next_review_on=None if cycle is None else cycle.next_review_on,
    )


def _with_actors_named(content: PlanContent, language: Language) -> PlanContent:
    """An actor that stands in the catalogue is called by its name there, not by its key (R72)."""
    promises = (
        promise.model_copy(update={"actor": CATALOGUE[promise.actor].name[language]})
        if promise.actor is not None and promise.actor in CATALOGUE
        else promise
        for promise in content.promises
    )
    return content.model_copy(update={"promises": tuple(promises)})


async def _author(work: Work, plan: PublishedPlan) -> str | None:
    if plan.published_by is None:
        return None
    worker = await workers.load(work, plan.published_by.author_id)
    return None if worker is None else worker.name


async def _workers(work: Work, stored: Stored, asked_by: Principal) -> tuple[NamedWorker, ...]:
    """Her worker in this area today, and the contact where she lives when another area named one."""
    case = stored.case
    here = await absences.contact_now(work, case.worker_id, lead_stands_in=case.lead_stands_in)
    there = await contacts.present(work, stored, asked_by)
    lives_here = case.role is CaseRole.RESIDENCE
    named = (_named(here.contact, where_she_lives=lives_here),)
    return named if there is None else (*named, _named(there.contact, where_she_lives=True))


def _named(contact: Contact, *, where_she_lives: bool) -> NamedWorker:
    return NamedWorker(contact.name, contact.title, where_she_lives, contact.phone, contact.email)
