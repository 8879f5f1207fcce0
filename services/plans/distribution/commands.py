"""Agreeing to whom a plan goes, delivering it, and noting that it was read. C8: no delivery without its disclosure."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.client_plan import NetworkRole, PlanContent
from contracts.plans import PlanDelivered, PlanRead
from contracts.refusals import Refusal, RefusalKind
from contracts.values import CaseRole, new_id
from services.chassis import journal
from services.chassis.clock import helsinki_date
from services.chassis.work import Work
from services.plans.absences import commands as absences
from services.plans.cases import commands as cases
from services.plans.cases.store import Stored
from services.plans.client_plans import commands as plans
from services.plans.client_plans.domain import PublishedPlan, without_confidential
from services.plans.disclosures import store as disclosures
from services.plans.disclosures.domain import DataCategory, DisclosedTo, Disclosure, LegalBasis
from services.plans.distribution import store
from services.plans.distribution.domain import (
    OWN,
    Basis,
    BasisKind,
    Delivery,
    Entry,
    PlanPart,
    Reading,
    Recipient,
    RecipientKind,
    agree,
    end,
    left_the_network,
    no_such_delivery,
    no_such_entry,
    read,
    require_day,
    require_first,
    require_given,
)
from services.plans.distribution.giving import given_of, parts_in
from services.plans.networks import store as networks
from services.plans.networks.domain import no_such_member
from services.plans.openings.domain import Author, AuthorKind

DELIVERY_PURPOSE = "plan_distribution"


@dataclass(frozen=True)
class Agreed:
    """A line of the distribution list, as the young person agreed to it."""

    recipient: Recipient
    parts: tuple[PlanPart, ...]
    basis: Basis
    agreed_on: date


@dataclass(frozen=True)
class Handed:
    """A version that was given: by an entry of the list, or to one of the case's own, who need none."""

    number: int
    entry_id: UUID | None
    to: RecipientKind | None
    delivered_on: date
    location_checked: bool
    """A worker has read through what is given: nothing in it tells where she lives."""


@dataclass(frozen=True)
class Given:
    """A delivery with the content that was given."""

    delivery: Delivery
    content: PlanContent


async def list_for(work: Work, stored: Stored, agreed: Agreed, author: Author) -> Entry:
    """Put a recipient on the distribution list. Raises ``Refusal``; 409 in a case that is not the plan's home."""
    _require_home(stored)
    entry = agree(
        await store.entries(work, stored.case.case_id),
        Entry(
            entry_id=new_id(),
            case_id=stored.case.case_id,
            recipient=await _known(work, stored, agreed.recipient),
            parts=agreed.parts,
            basis=agreed.basis,
            agreed_on=agreed.agreed_on,
            author=author,
        ),
        work.today,
    )
    await store.add_entry(work, entry)
    return entry


async def end_entry(work: Work, stored: Stored, entry_id: UUID, author: Author) -> Entry:
    """Consent is withdrawn, or giving ends: nothing more is delivered by this entry. Raises ``Refusal``."""
    entry = await _entry(work, stored, entry_id)
    ended = end(entry, author, work.today)
    if ended != entry:
        await store.save_end(work, ended)
    return ended


async def deliver(work: Work, stored: Stored, handed: Handed, author: Author) -> Delivery:
    """Note that a version was given to a recipient, and disclose it when it leaves the case (C8).

    Raises ``Refusal``: nothing agreed or not any more, no such version, given already, or under a non-disclosure
    order not read through for what tells where she lives.
    """
    case_id = stored.case.case_id
    plan = await plans.require_published(work, case_id, handed.number)
    require_day(handed.delivered_on, helsinki_date(plan.published_at), work.today)
    delivery = await _delivery(work, stored, plan, handed, author)
    require_first(await store.deliveries(work, case_id, number=plan.number), delivery)
    if delivery.disclosed:
        delivery = await _disclosed(work, stored, delivery, plan)
    await store.add_delivery(work, delivery)
    record = await plans.advance(work, case_id)
    await journal.record(
        work,
        PlanDelivered(
            plan_id=record.plan_id,
            version=record.version,
            case_id=case_id,
            person_id=stored.case.person_id,
            by_area=author.area,
            number=delivery.number,
            delivery_id=delivery.delivery_id,
            to_young_person=delivery.recipient.kind is RecipientKind.YOUNG_PERSON,
        ),
    )
    return delivery


async def given(work: Work, stored: Stored, delivery_id: UUID, author: Author) -> Given:
    """What was given with a delivery: the parts that its recipient may read. Raises ``Refusal`` 404."""
    delivery = await get(work, stored, delivery_id)
    plan = await plans.require_published(work, stored.case.case_id, delivery.number)
    if delivery.disclosed:
        content, _ = given_of(plan.content, delivery.parts, location_withheld=delivery.location_withheld)
        return Given(delivery, content)
    for_her = RecipientKind.YOUNG_PERSON is delivery.recipient.kind or author.kind is AuthorKind.YOUNG_PERSON
    return Given(delivery, without_confidential(plan.content) if for_her else plan.content)


async def note_read(work: Work, stored: Stored, delivery_id: UUID, reading: Reading) -> Delivery:
    """Note that a delivery was read; the first time counts (R53). Raises ``Refusal``; to her another's is not there."""
    delivery = await get(work, stored, delivery_id)
    hers = delivery.recipient.kind is RecipientKind.YOUNG_PERSON
    if reading.noted_by.kind is AuthorKind.YOUNG_PERSON and not hers:
        raise no_such_delivery()
    after = read(delivery, reading, work.today)
    if after.reading is None or delivery.reading is not None:
        return after
    await store.save_reading(work, delivery_id, after.reading)
    record = await plans.advance(work, stored.case.case_id)
    await journal.record(
        work,
        PlanRead(
            plan_id=record.plan_id,
            version=record.version,
            case_id=stored.case.case_id,
            person_id=stored.case.person_id,
            by_area=reading.noted_by.area,
            number=delivery.number,
            delivery_id=delivery_id,
            by_young_person=hers,
        ),
    )
    return after


async def organisations_withheld(work: Work, stored: Stored, reader: Author) -> bool:
    """Whether the recipients' organisations are kept back from somebody: an office tells where she lives.

    Under a non-disclosure order the case's named worker and whoever stands in, who must reach them, and she herself
    are told.
    """
    worker_id = stored.case.worker_id
    knows = reader.kind is AuthorKind.YOUNG_PERSON or reader.author_id in {
        worker_id,
        await absences.named_now(work, worker_id),
    }
    return not knows and await cases.location_withheld(work, stored.case)


async def get(work: Work, stored: Stored, delivery_id: UUID) -> Delivery:
    """A delivery of a case. Raises ``Refusal`` 404."""
    delivery = await store.delivery(work, stored.case.case_id, delivery_id)
    if delivery is None:
        raise no_such_delivery()
    return delivery


async def _delivery(work: Work, stored: Stored, plan: PublishedPlan, handed: Handed, author: Author) -> Delivery:
    """What is given with one delivery, as agreed, and without what tells where she lives."""
    bare = Delivery(
        delivery_id=new_id(),
        case_id=stored.case.case_id,
        plan_id=plan.plan_id,
        number=plan.number,
        entry_id=None,
        recipient=_own(stored, handed.to),
        parts=tuple(PlanPart),
        withheld=(),
        location_withheld=False,
        basis=None,
        delivered_on=handed.delivered_on,
        author=author,
        noted_at=work.now,
    )
    if handed.entry_id is None or handed.to is not None:
        _require_own(handed)
        return bare
    _require_home(stored)
    entry = await _entry(work, stored, handed.entry_id)
    require_given(entry, handed.delivered_on)
    await _require_in_network(work, stored, entry.recipient)
    # What an authority gets by law, it gets whole; the order binds it too (661/2009 37 §).
    by_law = entry.recipient.kind is RecipientKind.AUTHORITY and entry.basis.kind is BasisKind.STATUTORY
    secret = await cases.location_withheld(work, stored.case) and not by_law
    if secret and not handed.location_checked:
        raise _location_not_checked()
    _, withheld = given_of(plan.content, entry.parts, location_withheld=secret)
    return replace(
        bare,
        entry_id=entry.entry_id,
        recipient=entry.recipient,
        parts=entry.parts,
        withheld=withheld,
        location_withheld=secret,
        basis=entry.basis,
    )


async def _disclosed(work: Work, stored: Stored, delivery: Delivery, plan: PublishedPlan) -> Delivery:
    """The delivery with its row in the disclosure log, written: the agreed parts but those of which nothing is left."""
    if delivery.basis is None:
        raise TypeError("what is disclosed has a basis")
    content, withheld = given_of(plan.content, delivery.parts, location_withheld=delivery.location_withheld)
    kept_back = set(withheld) - parts_in(content)
    disclosure = Disclosure(
        disclosure_id=new_id(),
        at=work.now,
        person_id=stored.case.person_id,
        case_id=stored.case.case_id,
        handoff_id=None,
        recipient_area=None,
        data_categories=tuple(DataCategory(f"plan_{part}") for part in delivery.parts if part not in kept_back),
        purpose=DELIVERY_PURPOSE,
        legal_basis=LegalBasis(delivery.basis.kind),
        legal_source=delivery.basis.written,
        delivery_id=delivery.delivery_id,
        recipient_kind=DisclosedTo(delivery.recipient.kind),
        recipient_role=delivery.recipient.role,
    )
    await disclosures.note_disclosure(work, disclosure)
    return replace(delivery, disclosure_id=disclosure.disclosure_id)


async def _entry(work: Work, stored: Stored, entry_id: UUID) -> Entry:
    entry = await store.entry(work, stored.case.case_id, entry_id)
    if entry is None:
        raise no_such_entry()
    return entry


async def _known(work: Work, stored: Stored, recipient: Recipient) -> Recipient:
    """A member of the network with who they are there now; anybody else as they were named."""
    if recipient.kind is not RecipientKind.NETWORK_MEMBER or recipient.member_id is None:
        return replace(recipient, member_id=None)
    member = await networks.load(work, stored.case.case_id, recipient.member_id)
    if member is None or member.until is not None:
        raise no_such_member()
    who = member.particulars
    return replace(recipient, role=who.role, name=who.name, organisation=who.organisation)


def _own(stored: Stored, to: RecipientKind | None) -> Recipient:
    """The young person, or whoever is named for the case now."""
    if to is not RecipientKind.CASE_WORKER:
        return Recipient(RecipientKind.YOUNG_PERSON, role=NetworkRole.YOUNG_PERSON)
    placing = stored.case.role is CaseRole.PLACING
    role = NetworkRole.RESPONSIBLE_WORKER if placing else NetworkRole.CONTACT_WORKER
    return Recipient(to, member_id=stored.case.worker_id, role=role)


async def _require_in_network(work: Work, stored: Stored, recipient: Recipient) -> None:
    if recipient.member_id is None:
        return
    member = await networks.load(work, stored.case.case_id, recipient.member_id)
    if member is None or member.until is not None:
        raise left_the_network()


def _require_home(stored: Stored) -> None:
    if stored.case.role is not CaseRole.PLACING:
        raise Refusal(
            "distributed-elsewhere",
            "The placing area agrees with the young person to whom the plan goes, and delivers it.",
            kind=RefusalKind.CONFLICT,
        )


def _require_own(handed: Handed) -> None:
    if handed.entry_id is not None or handed.to not in OWN:
        raise Refusal(
            "agreement-needed",
            "Whoever is neither the young person nor the case's worker gets a plan by the distribution list.",
            field="entry_id",
            expected="an entry of the list; or `to` with young_person or case_worker",
        )


def _location_not_checked() -> Refusal:
    return Refusal(
        "location-not-checked",
        "A non-disclosure order is in force: somebody reads through what is given, for what tells where she lives.",
        kind=RefusalKind.CONFLICT,
        field="location_checked",
        expected="true, once it has been read through",
    )
