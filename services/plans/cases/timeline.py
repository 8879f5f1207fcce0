"""Everybody who was named for a young person, as far as this area knows, in the order of time."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel

from contracts.values import AreaCode, CaseRole, Title
from services.chassis.clock import HELSINKI, helsinki_date
from services.chassis.work import Work
from services.plans.absences import store as absences
from services.plans.absences.domain import StandIn, stand_ins
from services.plans.cases import commands, store
from services.plans.cases.store import Naming, Stored
from services.plans.contacts import store as contacts
from services.plans.contacts.store import RemoteContact
from services.plans.workers import store as workers
from services.plans.workers.domain import Worker


class NamedAs(StrEnum):
    """What somebody was named as."""

    RESPONSIBLE_WORKER = "responsible_worker"
    CONTACT = "contact"
    SUBSTITUTE = "substitute"
    """The named worker on days on which whoever was named is away."""


class NamedWorker(BaseModel):
    """One worker, named from ``since`` until ``until`` (None while it lasts). ``area`` is withheld under an order."""

    role: NamedAs
    area: AreaCode | None
    worker_id: UUID
    name: str
    title: Title
    since: datetime
    until: datetime | None


async def named_workers(work: Work, stored: Stored) -> list[NamedWorker]:
    """The workers of this area whom the case has named, and the contacts that other areas named for it."""
    namings = await store.namings_of(work, stored.case.case_id)
    known = await workers.named(work, {naming.worker_id for naming in namings})
    here = [_named_here(work, stored, naming, known[naming.worker_id]) for naming in namings]
    substitutes = await _substitutes(work, namings)
    withheld = await commands.location_withheld(work, stored.case)
    there = [_named_there(remote, withheld=withheld) for remote in await contacts.of_case(work, stored.case.case_id)]
    return sorted([*here, *substitutes, *there], key=lambda each: (each.since, each.role))


async def _substitutes(work: Work, namings: list[Naming]) -> list[NamedWorker]:
    """Who stood in for the workers of this area, on which days of their being named; none of the days to come."""
    if not namings:
        return []
    named = {naming.worker_id for naming in namings}
    away = await absences.reaching(work, named, helsinki_date(namings[0].since), work.today)
    standing_in = [
        (naming, each)
        for naming in namings
        for each in stand_ins(away, naming.worker_id, helsinki_date(naming.since), _last_day(naming, work.today))
    ]
    known = await workers.named(work, {each.worker_id for _, each in standing_in}) if standing_in else {}
    return [_stood_in(work, naming, each, known[each.worker_id]) for naming, each in standing_in]


def _last_day(naming: Naming, today: date) -> date:
    return today if naming.until is None else helsinki_date(naming.until)


def _stood_in(work: Work, naming: Naming, each: StandIn, worker: Worker) -> NamedWorker:
    """From the first instant of the first day to the last of the last, as far as the other was named."""
    after = _midnight(each.last_day + timedelta(days=1))
    ended = after <= work.now or naming.until is not None
    return NamedWorker(
        role=NamedAs.SUBSTITUTE,
        area=work.area,
        worker_id=worker.worker_id,
        name=worker.name,
        title=worker.title,
        since=max(_midnight(each.first_day), naming.since),
        until=min(after, naming.until or after) if ended else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HELSINKI)


def _named_here(work: Work, stored: Stored, naming: Naming, worker: Worker) -> NamedWorker:
    return NamedWorker(
        role=NamedAs.RESPONSIBLE_WORKER if stored.case.role is CaseRole.PLACING else NamedAs.CONTACT,
        area=work.area,
        worker_id=worker.worker_id,
        name=worker.name,
        title=worker.title,
        since=naming.since,
        until=naming.until,
    )


def _named_there(remote: RemoteContact, *, withheld: bool) -> NamedWorker:
    return NamedWorker(
        role=NamedAs.CONTACT,
        area=None if withheld else remote.area,
        worker_id=remote.contact.worker_id,
        name=remote.contact.name,
        title=remote.contact.title,
        since=remote.since,
        until=remote.until,
    )
