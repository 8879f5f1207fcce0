"""Meetings, read and written."""

from uuid import UUID

from sqlalchemy import func, select

from contracts.client_plan import Phase
from services.chassis.work import Work
from services.plans.meetings.tables import meetings as _m


async def held_in(work: Work, cycle_id: UUID, phase: Phase) -> int:
    """How many meetings of a phase were held in a cycle."""
    wanted = (_m.c.cycle_id == cycle_id) & (_m.c.phase == phase) & (_m.c.state == "held")
    return (await work.connection.execute(select(func.count()).select_from(_m).where(wanted))).scalar_one()
