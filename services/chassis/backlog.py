"""What waits and what is stuck, as figures: an operator sees that something is late before anybody misses it (C5)."""

from prometheus_client import Gauge
from sqlalchemy import func, select

from services.chassis import tables
from services.chassis.clock import Clock
from services.chassis.database import Database, is_outage

_OUTBOX = Gauge("jatkumo_outbox_waiting", "Messages that were said and are not yet acknowledged.", ["queue"])
_OLDEST = Gauge("jatkumo_outbox_oldest_seconds", "Age of the oldest of them.", ["queue"])
_DEAD = Gauge("jatkumo_dead_letters", "Dead letters that nobody has sent again.")


async def measure(database: Database, clock: Clock) -> None:
    """Look at the outbox and the dead letters now; the figures of before stay when the database is away."""
    o, d = tables.outbox, tables.dead_letters
    try:
        async with database.transaction() as connection:
            waiting = (
                await connection.execute(select(o.c.queue, func.count(), func.min(o.c.created_at)).group_by(o.c.queue))
            ).all()
            dead = await connection.scalar(select(func.count()).select_from(d).where(d.c.replayed_at.is_(None)))
    except Exception as error:
        if is_outage(error):
            return
        raise
    _OUTBOX.clear()
    _OLDEST.clear()
    for queue, count, oldest in waiting:
        _OUTBOX.labels(queue).set(count)
        _OLDEST.labels(queue).set(max(0.0, (clock.now() - oldest).total_seconds()))
    _DEAD.set(dead or 0)
