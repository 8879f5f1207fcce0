"""The days that guidance proposes, and that an area sets for itself from a day on."""

from typing import Final
from uuid import UUID

from contracts.refusals import Refusal
from services.chassis.work import Work
from services.plans.cycles import store
from services.plans.cycles.dated_rules import FOLLOW_UP, REVIEW_CALL, DaysRow
from services.plans.cycles.store import OwnDays

ROWS: Final = {row.id: row for row in (FOLLOW_UP, REVIEW_CALL)}


async def in_force(work: Work, row: DaysRow) -> int:
    """The days that count today: the area's own, or else the usual ones of the guidance."""
    own = await own_in_force(work, row)
    return row.usual if own is None else own.days


async def own_in_force(work: Work, row: DaysRow) -> OwnDays | None:
    """The area's own days today, if it set any."""
    return await store.own_days(work, row.id, work.today)


async def set_own(work: Work, own: OwnDays, by: UUID) -> None:
    """Set the area's own days from a day on. Raises ``Refusal``: outside the guidance they need the area's decision."""
    row = ROWS.get(own.rule)
    if row is None:
        raise Refusal("no-such-rule", "There is no such rule.", field="rule", expected=" or ".join(ROWS))
    if not row.at_least <= own.days <= row.at_most and own.decision is None:
        raise Refusal(
            "outside-guidance",
            "Outside the guidance, the area's own decision is named.",
            field="decision",
            expected=f"{row.at_least} to {row.at_most} days, or which decision sets others",
        )
    if own.valid_from < work.today:
        raise Refusal("rule-in-the-past", "A rule counts from today on.", field="valid_from", expected="today or later")
    await store.set_own_days(work, own, by)
