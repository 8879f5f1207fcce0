"""Handovers over HTTP: how often the named worker changed, how each change went, what the young person thought."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from contracts.client_plan import Line, Passage
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.chassis.work import Work
from services.plans.days import Day
from services.plans.disclosures.domain import Done, Seen
from services.plans.handovers import commands, store
from services.plans.handovers.domain import Handover, Present, PresentAs, Record, counted
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow
from services.plans.workers import commands as workers
from services.plans.workers.domain import Worker

router = APIRouter(tags=["handovers"], route_class=CommandRoute)


class PresentGiven(BaseModel):
    """Somebody who was there."""

    model_config = ConfigDict(extra="forbid")

    role: PresentAs
    name: Line | None = None


class NewRecord(BaseModel):
    """How a handover went: a meeting together, or why there was none."""

    model_config = ConfigDict(extra="forbid")

    accompanied: bool
    held_on: Day | None = Field(default=None, description="The day of the meeting.")
    present: list[PresentGiven] = Field(default_factory=list, max_length=30)
    reason: Passage | None = Field(default=None, description="Why it was not accompanied.")
    thoughts: Passage | None = Field(default=None, description="What the young person thought, in her own words.")


class OwnThoughts(BaseModel):
    """What the young person writes herself."""

    model_config = ConfigDict(extra="forbid")

    thoughts: Passage


class HandoverView(BaseModel):
    """One change of worker. ``thoughts_told`` were written down by a worker, ``thoughts_written`` by herself."""

    handover_id: UUID
    version: int
    from_worker_id: UUID
    from_worker: str
    to_worker_id: UUID
    to_worker: str
    due_on: date
    accompanied: bool | None
    held_on: date | None
    present: list[PresentGiven]
    reason: str | None
    thoughts_told: str | None
    thoughts_written: str | None


class HandoversView(BaseModel):
    """How often the young person's named worker has changed here, and how; ``items`` are those of this case."""

    changes: int
    accompanied: int
    unaccompanied: int
    not_recorded: int
    items: list[HandoverView]


@router.get("/cases/{case_id}/handovers")
async def see_handovers(
    work: InWork, desk: InDesk, _principal: Annotated[Principal, allow(Permission.SEE_HANDOVERS)], case_id: UUID
) -> HandoversView:
    """Every change of worker, in order, with what the young person thought of it."""
    stored = await desk.sees(case_id, Seen.HANDOVERS)
    hers = await store.of_person(work, stored.case.person_id)
    here = [each for each in hers if each.case_id == case_id]
    named = await workers.named(work, {worker for each in here for worker in (each.from_worker_id, each.to_worker_id)})
    return HandoversView(**vars(counted(hers)), items=[_view(each, named) for each in here])


@router.post("/cases/{case_id}/handovers/{handover_id}")
async def record_handover(
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.RECORD_HANDOVER)],
    case_id: UUID,
    handover_id: UUID,
    new: NewRecord,
) -> HandoverView:
    """Record how a handover went, once."""
    stored = await desk.does(case_id, Done.HANDOVER_RECORDED)
    command = Record(
        accompanied=new.accompanied,
        held_on=new.held_on,
        present=tuple(Present(each.role, each.name) for each in new.present),
        reason=new.reason,
        thoughts_told=new.thoughts,
        recorded_by=desk.author,
    )
    return await _answer(work, await commands.record(work, stored.case, handover_id, command))


@router.put("/cases/{case_id}/handovers/{handover_id}/thoughts")
async def write_thoughts(
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.WRITE_HANDOVER_THOUGHTS)],
    case_id: UUID,
    handover_id: UUID,
    own: OwnThoughts,
) -> HandoverView:
    """Write yourself what you thought of a change of worker."""
    await desk.does(case_id, Done.HANDOVER_THOUGHTS_WRITTEN)
    return await _answer(work, await commands.write_thoughts(work, case_id, handover_id, own.thoughts))


async def _answer(work: Work, handover: Handover) -> HandoverView:
    return _view(handover, await workers.named(work, {handover.from_worker_id, handover.to_worker_id}))


def _view(handover: Handover, named: dict[UUID, Worker]) -> HandoverView:
    return HandoverView(
        handover_id=handover.handover_id,
        version=handover.version,
        from_worker_id=handover.from_worker_id,
        from_worker=named[handover.from_worker_id].name,
        to_worker_id=handover.to_worker_id,
        to_worker=named[handover.to_worker_id].name,
        due_on=handover.due_on,
        accompanied=handover.accompanied,
        held_on=handover.held_on,
        present=[PresentGiven(role=each.role, name=each.name) for each in handover.present],
        reason=handover.reason,
        thoughts_told=handover.thoughts_told,
        thoughts_written=handover.thoughts_written,
    )
