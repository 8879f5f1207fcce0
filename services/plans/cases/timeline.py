"""Everybody who was named for a young person, as far as this area knows, in the order of time."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel

from contracts.values import AreaCode, CaseRole, Title
from services.chassis.work import Work
from services.plans.cases import commands, store
from services.plans.cases.store import Naming, Stored
from services.plans.contacts import store as contacts
from services.plans.contacts.store import RemoteContact
from services.plans.workers import store as workers


class NamedAs(StrEnum):
    """What somebody was named as."""

    RESPONSIBLE_WORKER = "responsible_worker"
    CONTACT = "contact"


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
    here = [await _named_here(work, stored, naming) for naming in await store.namings_of(work, stored.case.case_id)]
    withheld = await commands.location_withheld(work, stored.case)
    there = [_named_there(remote, withheld=withheld) for remote in await contacts.of_case(work, stored.case.case_id)]
    return sorted([*here, *there], key=lambda each: (each.since, each.role))


async def _named_here(work: Work, stored: Stored, naming: Naming) -> NamedWorker:
    worker = await workers.get(work, naming.worker_id)
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
