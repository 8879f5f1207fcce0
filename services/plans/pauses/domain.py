"""Why a young person does not want aftercare for now. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.refusals import Refusal
from services.plans.guidance.domain import TABLE, Guided
from services.plans.openings.domain import Author


class PauseReason(StrEnum):
    """What she says, never how somebody judges her (R117)."""

    NOT_NOW = "not_now"
    """She does not want aftercare now."""
    MANAGES_WITHOUT = "manages_without"
    """She says that she manages without."""
    OTHER_SUPPORT = "other_support"
    """She has support from elsewhere."""
    WANTS_OTHER_WAYS = "wants_other_ways"
    """She wants support in another way than it was offered."""
    DOES_NOT_SAY = "does_not_say"
    """She would rather not say."""


@dataclass(frozen=True)
class Pause:
    """One refusal: of the first offer, or of a later one. ``ended_at`` is None while nothing has followed it."""

    pause_id: UUID
    case_id: UUID
    reason: PauseReason
    offer_again_on: date
    recorded_at: datetime
    recorded_by: Author
    ended_at: datetime | None = None
    returned: bool | None = None
    """She came back; False: she was offered aftercare again and refused again, or the case ended."""


def offered_again(today: date, wanted: date | None, days: int) -> date:
    """The day on which aftercare is offered again: ``wanted``, or after the area's number of days.

    Raises ``Refusal`` for a day that is so far away that she would be forgotten.
    """
    if wanted is None:
        return today + timedelta(days=days)
    at_most = TABLE[Guided.OFFER_AGAIN].at_most
    if wanted > today + timedelta(days=at_most):
        raise Refusal(
            "offer-again-sooner",
            "Aftercare is offered again before she is forgotten.",
            field="offer_again_on",
            expected=f"a day within {at_most} days",
        )
    return wanted
