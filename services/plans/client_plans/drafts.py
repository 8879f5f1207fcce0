"""The draft of a client plan: written together, part by part, each edit kept. Pure.

Every edit has a number, and a part's version is the number of its last edit. So an edit that was made against any
reading of the draft later than that fits; an earlier one meets something that its author has not seen: a dispute,
in which both texts are kept. The content is a fold of the edits and of nothing else.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from contracts.client_plan import (
    DissentingView,
    Goal,
    IdeaOf,
    LifeArea,
    Line,
    Need,
    NetworkRole,
    Offer,
    ParallelPlan,
    Passage,
    PlanContent,
    Promise,
    Section,
    Status,
    View,
)
from contracts.refusals import Refusal, RefusalKind
from contracts.values import Frozen
from services.plans.openings.domain import Author, AuthorKind


class PartKind(StrEnum):
    """What a part of the draft is. Statuses come from what people note, never from an edit."""

    TEXTS = "texts"
    NEEDS = "needs"
    GOALS = "goals"
    PROMISES = "promises"
    SECTIONS = "sections"
    VIEWS = "views"
    DISSENTING = "dissenting"
    OFFERS = "offers"
    PARALLEL_PLANS = "parallel-plans"
    STATUSES = "statuses"


class TextKey(StrEnum):
    """The passages that a plan has once."""

    OWN_WORDS = "own_words"
    STRENGTHS = "strengths"
    DREAMS = "dreams"
    ESTIMATED_TIME = "estimated_time"
    FOLLOWED_BY = "followed_by"


HERS: frozenset[str] = frozenset({TextKey.OWN_WORDS, TextKey.STRENGTHS, TextKey.DREAMS})
"""The passages that the young person writes too."""


class Text(Frozen):
    """One passage, or the young person's wish not to say it here."""

    text: Passage | None = None
    declined: bool = False


class ItemStatus(Frozen):
    """How far a goal or a promise has come."""

    status: Status
    reason: Line | None = None
    granted: bool | None = None


Value = Text | Need | Goal | Promise | Section | View | DissentingView | Offer | ParallelPlan | ItemStatus
ValueT = TypeVar("ValueT", Need, Goal, Promise, Section, View, DissentingView, Offer, ParallelPlan)

SHAPES: Mapping[PartKind, type[Value]] = {
    PartKind.TEXTS: Text,
    PartKind.NEEDS: Need,
    PartKind.GOALS: Goal,
    PartKind.PROMISES: Promise,
    PartKind.SECTIONS: Section,
    PartKind.VIEWS: View,
    PartKind.DISSENTING: DissentingView,
    PartKind.OFFERS: Offer,
    PartKind.PARALLEL_PLANS: ParallelPlan,
    PartKind.STATUSES: ItemStatus,
}


@dataclass(frozen=True)
class PartRef:
    """Which part: its kind, and its id, life area or text's name in it."""

    kind: PartKind
    key: str


@dataclass(frozen=True)
class Part:
    """A part of the draft. ``version`` and ``added``: its last edit, and the one that brought it. No value: gone."""

    version: int
    added: int
    value: Value | None


@dataclass(frozen=True)
class Draft:
    """The draft after ``version`` edits."""

    version: int = 0
    parts: Mapping[PartRef, Part] = field(default_factory=dict)

    def part(self, ref: PartRef) -> Part:
        """A part; one that never was has version 0 and no value."""
        return self.parts.get(ref, Part(0, 0, None))

    def knows(self, kind: PartKind, key: UUID) -> bool:
        """Whether there is such a part, or was: whoever refers to it may not know yet that it is gone."""
        return PartRef(kind, str(key)) in self.parts


class Cause(StrEnum):
    """How a part came to change."""

    EDIT = "edit"
    PROPOSAL = "proposal"
    RESOLUTION = "resolution"
    STATUS = "status"


@dataclass(frozen=True)
class Change:
    """Somebody gives a part another value, or takes it away (no value)."""

    ref: PartRef
    value: Value | None
    against: int | None
    """The draft's version that the author had read; 0 brings a new part; None changes it whatever it says."""
    author: Author
    cause: Cause = Cause.EDIT


@dataclass(frozen=True)
class PartEdited:
    """A part changed."""

    sequence: int
    ref: PartRef
    before: Value | None
    after: Value | None
    cause: Cause
    author: Author


@dataclass(frozen=True)
class PartDisputed:
    """An edit met a part that somebody had changed since its author read it. The part stays as it is."""

    ref: PartRef
    against: int
    refused: Value | None
    found: Value | None
    found_version: int
    author: Author


def decide(draft: Draft, change: Change) -> PartEdited | PartDisputed | None:
    """What a change means for the draft; None when the part says so already.

    Raises ``Refusal`` for what is not the author's to write, and for references to what is not in the plan.
    """
    part = draft.part(change.ref)
    if change.cause in {Cause.EDIT, Cause.RESOLUTION}:
        require_may_write(change.author, change.ref, part.value, change.value)
    if change.against is not None and change.against > draft.version:
        raise _version_to_come()
    if part.value == change.value:
        return None
    if not _fits(part, change.against):
        return PartDisputed(change.ref, change.against or 0, change.value, part.value, part.version, change.author)
    _require_sound(draft, change.value)
    return PartEdited(draft.version + 1, change.ref, part.value, change.value, change.cause, change.author)


def evolve(draft: Draft, edited: PartEdited) -> Draft:
    """The draft after an edit."""
    earlier = draft.part(edited.ref)
    added = edited.sequence if earlier.value is None else earlier.added
    part = Part(edited.sequence, added, edited.after)
    return replace(draft, version=edited.sequence, parts={**draft.parts, edited.ref: part})


def folded(edits: Iterable[PartEdited]) -> Draft:
    """The draft that edits, in their order, have made."""
    draft = Draft()
    for edited in edits:
        draft = evolve(draft, edited)
    return draft


def require_may_write(author: Author, ref: PartRef, *values: Value | None) -> None:
    """The young person writes what is hers, before and after: her words, her view, her own goals (R32, R37).

    Raises ``Refusal`` otherwise. Workers write everything, together with her.
    """
    if author.kind is not AuthorKind.YOUNG_PERSON:
        return
    if ref.kind is PartKind.TEXTS and ref.key in HERS:
        return
    if ref.kind is PartKind.TEXTS or not all(_hers(value) for value in values if value is not None):
        raise Refusal(
            "not-hers-to-write",
            "The young person writes her own words, views and goals; the rest she comments on or proposes to change.",
            kind=RefusalKind.CONFLICT,
            expected="own words, strengths, dreams, her own view, or a goal whose idea is hers",
        )


def is_confidential(value: Value | None) -> bool:
    """Whether a third party said it in confidence: the young person is not shown it."""
    return isinstance(value, View) and value.confidential


def content_of(draft: Draft) -> PlanContent:
    """What the draft says, with the statuses noted so far; a reference to what is no longer in it is left out."""
    needs = tuple(_values(draft, PartKind.NEEDS, Need))
    goals = tuple(_values(draft, PartKind.GOALS, Goal))
    own_words = _text(draft, TextKey.OWN_WORDS)
    return PlanContent(
        own_words=own_words.text,
        own_words_declined=own_words.declined,
        strengths=_text(draft, TextKey.STRENGTHS).text,
        dreams=_text(draft, TextKey.DREAMS).text,
        needs=needs,
        goals=tuple(_goal(draft, goal, {need.need_id for need in needs}) for goal in goals),
        promises=tuple(
            _promise(draft, promise, {goal.goal_id for goal in goals})
            for promise in _values(draft, PartKind.PROMISES, Promise)
        ),
        sections=tuple(sorted(_values(draft, PartKind.SECTIONS, Section), key=lambda each: _LIFE.index(each.area))),
        views=tuple(_values(draft, PartKind.VIEWS, View)),
        dissenting=tuple(_values(draft, PartKind.DISSENTING, DissentingView)),
        offers=tuple(_values(draft, PartKind.OFFERS, Offer)),
        parallel_plans=tuple(_values(draft, PartKind.PARALLEL_PLANS, ParallelPlan)),
        estimated_time=_text(draft, TextKey.ESTIMATED_TIME).text,
        followed_by=_text(draft, TextKey.FOLLOWED_BY).text,
    )


_LIFE = list(LifeArea)


def _values(draft: Draft, kind: PartKind, shape: type[ValueT]) -> list[ValueT]:
    """The parts of a kind, in the order in which they were brought."""
    there = sorted((part for ref, part in draft.parts.items() if ref.kind is kind), key=lambda part: part.added)
    return [part.value for part in there if isinstance(part.value, shape)]


def _text(draft: Draft, key: TextKey) -> Text:
    value = draft.part(PartRef(PartKind.TEXTS, key)).value
    return value if isinstance(value, Text) else Text()


def _status(draft: Draft, item_id: UUID) -> ItemStatus:
    value = draft.part(PartRef(PartKind.STATUSES, str(item_id))).value
    return value if isinstance(value, ItemStatus) else ItemStatus(status=Status.NOT_STARTED)


def _goal(draft: Draft, goal: Goal, needs: Collection[UUID]) -> Goal:
    noted = _status(draft, goal.goal_id)
    return goal.model_copy(
        update={
            "need_ids": tuple(each for each in goal.need_ids if each in needs),
            "status": noted.status,
            "status_reason": noted.reason,
        }
    )


def _promise(draft: Draft, promise: Promise, goals: Collection[UUID]) -> Promise:
    noted = _status(draft, promise.promise_id)
    return promise.model_copy(
        update={
            "goal_ids": tuple(each for each in promise.goal_ids if each in goals),
            "status": noted.status,
            "status_reason": noted.reason,
            "granted": noted.granted,
        }
    )


def _hers(value: Value) -> bool:
    match value:
        case Goal():
            return value.idea_of is IdeaOf.YOUNG_PERSON
        case View() | DissentingView():
            return value.role is NetworkRole.YOUNG_PERSON
    return False


def _fits(part: Part, against: int | None) -> bool:
    if against is None or part.version <= against:
        return True
    # Bringing a part that is not there meets nobody's text, whatever was there before.
    return against == 0 and part.value is None


def _require_sound(draft: Draft, value: Value | None) -> None:
    match value:
        case Goal() if not all(draft.knows(PartKind.NEEDS, each) for each in value.need_ids):
            raise _not_in_the_plan("need_ids", "needs of this draft")
        case Promise() if not all(draft.knows(PartKind.GOALS, each) for each in value.goal_ids):
            raise _not_in_the_plan("goal_ids", "goals of this draft")
        case Goal() if draft.knows(PartKind.PROMISES, value.goal_id):
            raise _id_taken("goal_id")
        case Promise() if draft.knows(PartKind.GOALS, value.promise_id):
            raise _id_taken("promise_id")
        case View() if value.confidential and value.role is NetworkRole.YOUNG_PERSON:
            raise Refusal(
                "own-view-is-open",
                "Only a third party's view can be confidential; the young person's own is hers to see.",
                field="confidential",
                expected="false",
            )


def _not_in_the_plan(field: str, expected: str) -> Refusal:
    return Refusal("not-in-the-plan", "The plan has nothing with this id.", field=field, expected=expected)


def _id_taken(field: str) -> Refusal:
    """A status names a goal or a promise by its id alone."""
    return Refusal("id-taken", "A goal and a promise have no id in common.", field=field, expected="an id of its own")


def _version_to_come() -> Refusal:
    return Refusal(
        "version-to-come",
        "The draft has not been changed so many times.",
        field="If-Match",
        expected="the ETag of the last answer",
    )
