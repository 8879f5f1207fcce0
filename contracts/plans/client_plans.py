"""A client plan: published, proposed, commented, delivered, read. Its words travel in dossiers only."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.client_plan import Status
from contracts.envelope import Message
from contracts.values import AreaCode


class PlanEvent(Message):
    """Something that happened to a case's client plan."""

    plan_id: UUID
    version: int = Field(ge=1)
    """The version of the plan's record after the event; not the number of a published version."""
    case_id: UUID
    person_id: UUID
    by_area: AreaCode
    """Whose worker, or where the young person, did it."""

    @property
    def aggregate_id(self) -> UUID:
        return self.plan_id

    @property
    def sequence(self) -> int:
        return self.version


class PlanPublished(PlanEvent):
    """A version was published, and never changes again."""

    type: ClassVar[str] = "plans.plan_published.v1"

    number: int = Field(ge=1)
    next_review_on: date


class RevisionProposed(PlanEvent):
    """An area that is not the plan's home, or the young person, proposes a change; the placing area answers."""

    type: ClassVar[str] = "plans.revision_proposed.v1"

    proposal_id: UUID


class RevisionAnswered(PlanEvent):
    """A proposal was taken into the draft, or not, with a reason."""

    type: ClassVar[str] = "plans.revision_answered.v1"

    proposal_id: UUID
    accepted: bool


class PlanCommented(PlanEvent):
    """The young person, or somebody who has the plan, commented on it."""

    type: ClassVar[str] = "plans.plan_commented.v1"

    comment_id: UUID
    by_young_person: bool


class CommentAnswered(PlanEvent):
    """A comment was answered."""

    type: ClassVar[str] = "plans.comment_answered.v1"

    comment_id: UUID
    accepted: bool


class StatusNoted(PlanEvent):
    """How far a goal or a promise of the published plan has come."""

    type: ClassVar[str] = "plans.status_noted.v1"

    item_id: UUID
    status: Status


class PlanDelivered(PlanEvent):
    """A version was handed to a recipient. Delivered is not read (R53)."""

    type: ClassVar[str] = "plans.plan_delivered.v1"

    number: int = Field(ge=1)
    delivery_id: UUID
    to_young_person: bool


class PlanRead(PlanEvent):
    """A recipient opened a version for the first time."""

    type: ClassVar[str] = "plans.plan_read.v1"

    number: int = Field(ge=1)
    delivery_id: UUID
    by_young_person: bool
