"""What a request says about one part of a plan, and the part that it makes."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from contracts.client_plan import (
    Answer,
    DissentingView,
    Goal,
    IdeaOf,
    LifeArea,
    Need,
    NetworkRole,
    Offer,
    OfferKind,
    Owner,
    OwnerKind,
    ParallelKind,
    ParallelPlan,
    Promise,
    ProviderKind,
    Section,
    View,
)
from contracts.refusals import Refusal
from services.plans.client_plans.drafts import PartKind, PartRef, Text, TextKey, Value
from services.plans.days import Day

# PostgreSQL keeps no NUL, which nobody types either.
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
"""A few words."""
Passage = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000, pattern=r"^[^\x00]*$")]
"""Some paragraphs."""


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TextGiven(_Given):
    """A passage that a plan has once; null: it says nothing."""

    text: Passage | None = None

    def value(self, key: str) -> Value | None:
        """The text of this name; None when it says nothing."""
        TextKey(key)
        return None if self.text is None else Text(text=self.text)


class OwnWordsGiven(TextGiven):
    """The young person's own words, or her wish not to say them here."""

    declined: bool = False

    def value(self, key: str) -> Value | None:
        """Her words, or that she declined. Raises ``Refusal`` for words that are declined and said."""
        if not self.declined:
            return super().value(key)
        if self.text is not None:
            raise _said_and_declined("declined")
        return Text(declined=True)


class EstimatedTimeGiven(TextGiven):
    """How long reaching the goals is expected to take: a few words."""

    text: Line | None = None


class TextsGiven(_Given):
    """The passages that a plan has once: those that are left out stay as they are; null takes one out."""

    own_words: Passage | None = None
    own_words_declined: bool = False
    strengths: Passage | None = None
    dreams: Passage | None = None
    estimated_time: Line | None = None
    followed_by: Passage | None = None

    def values(self) -> dict[PartRef, Value | None]:
        """What each text that is given should say. Raises ``Refusal`` for words that are declined and said."""
        if self.own_words is not None and self.own_words_declined:
            raise _said_and_declined("own_words_declined")
        texts = {
            PartRef(PartKind.TEXTS, key): TextGiven(text=getattr(self, key)).value(key)
            for key in TextKey
            if key in self.model_fields_set
        }
        if self.own_words_declined:
            texts[PartRef(PartKind.TEXTS, TextKey.OWN_WORDS)] = Text(declined=True)
        return texts


class NeedGiven(_Given):
    """Something that the young person needs support in."""

    area: LifeArea
    text: Passage

    def value(self, key: str) -> Value:
        """The need of this id."""
        return Need(need_id=UUID(key), area=self.area, text=self.text)


class GoalGiven(_Given):
    """What is aimed at, by when, how one sees it, and whose idea it was. Its status is noted, not written."""

    what: Line
    by_when: Day | None = None
    seen_as: Line | None = None
    idea_of: IdeaOf
    need_ids: tuple[UUID, ...] = Field(default=(), max_length=50)

    def value(self, key: str) -> Value:
        """The goal of this id."""
        return Goal(goal_id=UUID(key), **vars(self))


class OwnerGiven(_Given):
    """Who keeps a promise; ``name`` when it is somebody of the network or of a provider."""

    kind: OwnerKind
    name: Line | None = None


class PromiseGiven(_Given):
    """A service, support or other means that is promised. Its status is noted, not written."""

    what: Line
    owner: OwnerGiven
    service: bool = False
    provider: ProviderKind | None = None
    actor: Line | None = None
    goal_ids: tuple[UUID, ...] = Field(default=(), max_length=50)
    by_when: Day | None = None
    estimated_time: Line | None = None

    def value(self, key: str) -> Value:
        """The promise of this id."""
        given = vars(self) | {"owner": Owner(kind=self.owner.kind, name=self.owner.name)}
        return Promise(promise_id=UUID(key), **given)


class SectionGiven(_Given):
    """How one life area is now, and what was agreed."""

    present: Passage | None = None
    agreed: Passage | None = None

    def value(self, key: str) -> Value:
        """The section of this life area."""
        return Section(area=LifeArea(key), present=self.present, agreed=self.agreed)


class ViewGiven(_Given):
    """How one participant sees the situation now; confidential: not shown to the young person."""

    role: NetworkRole
    name: Line | None = None
    text: Passage
    confidential: bool = False

    def value(self, key: str) -> Value:
        """The view of this id."""
        return View(view_id=UUID(key), **vars(self))


class DissentingGiven(_Given):
    """Somebody sees something otherwise than the plan."""

    role: NetworkRole
    name: Line | None = None
    text: Passage

    def value(self, key: str) -> Value:
        """The dissenting view of this id."""
        return DissentingView(dissenting_id=UUID(key), **vars(self))


class OfferGiven(_Given):
    """Something was offered, and what the young person said."""

    kind: OfferKind
    offered_on: Day
    answer: Answer | None = None

    def value(self, key: str) -> Value:
        """The offer of this id."""
        return Offer(offer_id=UUID(key), **vars(self))


class ParallelPlanGiven(_Given):
    """Another plan about the young person, and whether the two fit together."""

    kind: ParallelKind
    holder: Line
    reconciled: bool = False
    note: Passage | None = None

    def value(self, key: str) -> Value:
        """The parallel plan of this id."""
        return ParallelPlan(parallel_plan_id=UUID(key), **vars(self))


PartGiven = (
    TextGiven
    | OwnWordsGiven
    | EstimatedTimeGiven
    | NeedGiven
    | GoalGiven
    | PromiseGiven
    | SectionGiven
    | ViewGiven
    | DissentingGiven
    | OfferGiven
    | ParallelPlanGiven
)

_TEXTS: Mapping[str, type[TextGiven]] = {
    TextKey.OWN_WORDS: OwnWordsGiven,
    TextKey.STRENGTHS: TextGiven,
    TextKey.DREAMS: TextGiven,
    TextKey.ESTIMATED_TIME: EstimatedTimeGiven,
    TextKey.FOLLOWED_BY: TextGiven,
}
_GIVEN: Mapping[PartKind, type[PartGiven]] = {
    PartKind.NEEDS: NeedGiven,
    PartKind.GOALS: GoalGiven,
    PartKind.PROMISES: PromiseGiven,
    PartKind.SECTIONS: SectionGiven,
    PartKind.VIEWS: ViewGiven,
    PartKind.DISSENTING: DissentingGiven,
    PartKind.OFFERS: OfferGiven,
    PartKind.PARALLEL_PLANS: ParallelPlanGiven,
}


def reference(kind: PartKind, key: str, *, field: str) -> PartRef:
    """A part's reference as a request names it. Raises ``Refusal`` for a key that no part of the kind can have."""
    try:
        match kind:
            case PartKind.TEXTS:
                return PartRef(kind, TextKey(key))
            case PartKind.SECTIONS:
                return PartRef(kind, LifeArea(key))
        return PartRef(kind, str(UUID(key)))
    except ValueError:
        raise Refusal(
            "unknown-part", "No part of a plan has this key.", field=field, expected="an id, or a life area or text"
        ) from None


def value_of(ref: PartRef, given: Mapping[str, object], *, field: str) -> Value | None:
    """The part that a request describes. Raises ``Refusal`` when it does not have the shape of its kind."""
    shape = _TEXTS[ref.key] if ref.kind is PartKind.TEXTS else _GIVEN.get(ref.kind)
    try:
        if shape is not None:
            return shape.model_validate(given).value(ref.key)
        named, expected = field, "a part that is written, not a status"
    except ValidationError as error:
        first = error.errors()[0]
        named, expected = ".".join([field, *map(str, first["loc"])]), first["msg"]
    raise Refusal("part-misshapen", "The part does not have the form of its kind.", field=named, expected=expected)


def _said_and_declined(field: str) -> Refusal:
    return Refusal(
        "said-and-declined",
        "The young person's own words are either said or declined.",
        field=field,
        expected="false beside own words",
    )
