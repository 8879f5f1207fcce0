"""An area's own days, read and written."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import insert, select

from services.chassis.work import Work
from services.plans.guidance.domain import TABLE, Guided
from services.plans.guidance.tables import guidance_days as _g


async def days_of(work: Work, rule: Guided) -> int:
    """The days that count here now."""
    query = select(_g.c.days).where(_g.c.rule == rule).order_by(_g.c.setting_id.desc()).limit(1)
    own: int | None = (await work.connection.execute(query)).scalar()
    return TABLE[rule].days if own is None else own


async def own_days(work: Work) -> Mapping[Guided, int]:
    """Everything that this area has set for itself."""
    query = select(_g.c.rule, _g.c.days).order_by(_g.c.setting_id)
    return {Guided(row.rule): row.days for row in await work.connection.execute(query)}


async def set_days(work: Work, rule: Guided, days: int, by: UUID) -> None:
    """From now on these days count here."""
    await work.connection.execute(insert(_g), {"rule": rule, "days": days, "set_at": work.now, "set_by": by})
