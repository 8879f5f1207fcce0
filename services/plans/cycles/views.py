"""A cycle as it is answered: where it stands, what was agreed, and its checklist in the reader's language."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from contracts.client_plan import Phase
from contracts.values import AreaCode, Language
from services.plans.cycles.checklist import Item, Mark, MarkState, checklist
from services.plans.cycles.domain import Cycle, FollowUp, Rating
from services.plans.cycles.store import StoredCycle
from services.plans.openings.domain import Author, AuthorKind


class AuthorView(BaseModel):
    """Who did it, and of which area."""

    area: AreaCode
    kind: AuthorKind
    author_id: UUID

    @classmethod
    def of(cls, author: Author) -> Self:
        """An author."""
        return cls(area=author.area, kind=author.kind, author_id=author.author_id)


class MarkView(BaseModel):
    """How an item stood from an instant on."""

    state: MarkState
    reason: str | None
    by: AuthorView
    at: datetime

    @classmethod
    def of(cls, mark: Mark) -> Self:
        """A mark."""
        return cls(state=mark.state, reason=mark.reason, by=AuthorView.of(mark.by), at=mark.at)


class ItemView(BaseModel):
    """An item of the checklist. Without ``now`` nobody has marked it; ``earlier`` are older marks, oldest first."""

    key: str
    phase: Phase
    requirements: tuple[str, ...]
    text: str
    now: MarkView | None
    earlier: list[MarkView]

    @classmethod
    def of(cls, item: Item, marks: list[Mark], language: Language) -> Self:
        """An item with its marks."""
        seen = [MarkView.of(mark) for mark in marks if mark.key == item.key]
        return cls(
            key=item.key,
            phase=item.phase,
            requirements=item.requirements,
            text=item.text(language),
            now=seen[-1] if seen else None,
            earlier=seen[:-1],
        )


class FollowUpView(BaseModel):
    """What the follow-up found. Three answers side by side; there is no sum."""

    enough: Rating
    fits: Rating
    goes_forward: Rating
    more_support: bool
    network_contact: bool
    agreed: str | None

    @classmethod
    def of(cls, follow_up: FollowUp | None) -> Self | None:
        """A follow-up, if there was one."""
        return None if follow_up is None else cls(**vars(follow_up))


class CycleSummary(BaseModel):
    """Where a cycle stands, and what was agreed. Without a phase it is over."""

    cycle_id: UUID
    version: int
    number: int
    phase: Phase | None
    began_on: date
    asked_by_young_person_on: date | None
    next_review_on: date | None
    distribution_agreed: bool
    understanding_confirmed: bool
    next_step: str | None
    negotiated_on: date | None
    follow_up_on: date | None
    published_on: date | None
    published_number: int | None
    follow_up: FollowUpView | None
    ended_on: date | None

    @classmethod
    def of(cls, cycle: Cycle) -> Self:
        """A cycle."""
        return cls(**_fields(cycle))


class CycleDetail(CycleSummary):
    """A cycle with its checklist."""

    checklist_version: int
    checklist_source: str
    checklist: list[ItemView]

    @classmethod
    def with_checklist(cls, stored: StoredCycle, marks: list[Mark], language: Language) -> Self:
        """A cycle with the checklist with which it began, in a language."""
        card = checklist(stored.checklist_version)
        return cls(
            **_fields(stored.cycle),
            checklist_version=card.version,
            checklist_source=card.source,
            checklist=[ItemView.of(item, marks, language) for item in card.items],
        )


def _fields(cycle: Cycle) -> dict[str, object]:
    return {
        **{name: value for name, value in vars(cycle).items() if name not in {"agreements", "case_id", "person_id"}},
        **vars(cycle.agreements),
        "follow_up": FollowUpView.of(cycle.follow_up),
    }
