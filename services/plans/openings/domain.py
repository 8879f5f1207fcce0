"""Who may open whose case, and who does something in one. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.plans import CaseOpenedFromOutside, OutsideReason
from contracts.refusals import Refusal, RefusalKind
from contracts.values import AreaCode


class AuthorKind(StrEnum):
    """What somebody who does something in a case is."""

    WORKER = "worker"
    LEAD = "lead"
    YOUNG_PERSON = "young_person"


@dataclass(frozen=True)
class Author:
    """Who does something in a case, and of which area. ``author_id`` is a worker's id or the young person's."""

    area: AreaCode
    kind: AuthorKind
    author_id: UUID


@dataclass(frozen=True)
class Opening:
    """A worker opened a case that is not theirs; it stays open to them until ``ends_at``."""

    opening_id: UUID
    case_id: UUID
    person_id: UUID
    worker_id: UUID
    reason: OutsideReason
    told: str
    opened_at: datetime
    ends_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: UUID | None = None

    @property
    def event(self) -> CaseOpenedFromOutside:
        """What the lead is told; not the worker's words."""
        return CaseOpenedFromOutside(
            opening_id=self.opening_id,
            case_id=self.case_id,
            worker_id=self.worker_id,
            reason=self.reason,
            ends_at=self.ends_at,
        )


@dataclass(frozen=True)
class OpenFromOutside:
    """A worker opens a case that is not theirs."""

    opening_id: UUID
    case_id: UUID
    worker_id: UUID
    reason: OutsideReason
    told: str


def own_case() -> Refusal:
    """One of the case's own workers needs no reason."""
    return Refusal("own-case", "This case is open to you without a reason.", kind=RefusalKind.CONFLICT, field="case_id")


def begin(command: OpenFromOutside, person_id: UUID, now: datetime, lasts: timedelta) -> Opening:
    """The opening, from now. A second one while the first lasts is another: each has its reason."""
    return Opening(person_id=person_id, **vars(command), opened_at=now, ends_at=now + lasts)


def acknowledged(opening: Opening, by: UUID, now: datetime) -> Opening:
    """The opening after a lead has looked at it. The first who did stays. Raises ``Refusal`` for the worker's own."""
    if opening.worker_id == by:
        raise Refusal(
            "own-opening", "Nobody looks at their own opening.", kind=RefusalKind.CONFLICT, field="opening_id"
        )
    if opening.acknowledged_at is not None:
        return opening
    return replace(opening, acknowledged_at=now, acknowledged_by=by)
