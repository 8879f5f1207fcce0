"""What changed between two versions of a plan: every part that came, went or says something else. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from contracts.client_plan import (
    DissentingView,
    Goal,
    Need,
    Offer,
    ParallelPlan,
    PlanContent,
    Promise,
    Section,
    View,
)
from services.plans.client_plans.drafts import PartKind, PartRef, Text, TextKey, Value


class ChangeKind(StrEnum):
    """What happened to a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Difference:
    """A part that came or went, or one field of a part that says something else (then ``field`` names it)."""

    change: ChangeKind
    ref: PartRef
    before: Value | None
    after: Value | None
    field: str | None = None

    @property
    def part(self) -> Value:
        """The part as it is known best: afterwards, or before it went."""
        part = self.after or self.before
        if part is None:
            raise TypeError("a difference is about a part")
        return part


_IDS = frozenset({"need_id", "goal_id", "promise_id", "view_id", "dissenting_id", "offer_id", "parallel_plan_id"})


def differences(before: PlanContent, after: PlanContent) -> list[Difference]:
    """Everything in which two versions differ, in the order in which a plan is read; nothing when they say the same.

    The order of parts in a list is no difference.
    """
    earlier, later = parts_of(before), parts_of(after)
    found: list[Difference] = []
    for kind in PartKind:
        refs = [ref for ref in (*later, *(each for each in earlier if each not in later)) if ref.kind is kind]
        for ref in refs:
            found.extend(_between(ref, earlier.get(ref), later.get(ref)))
    return found


def parts_of(content: PlanContent) -> dict[PartRef, Value]:
    """A content's parts, each under the reference that it has in a draft; a text that says nothing is no part."""
    parts: dict[PartRef, Value] = {}
    for ref, value in _named(content):
        unique = ref
        while unique in parts:
            unique = PartRef(ref.kind, f"{unique.key}+")
        parts[unique] = value
    return parts


def _named(content: PlanContent) -> Iterator[tuple[PartRef, Value]]:
    for key in TextKey:
        declined = key is TextKey.OWN_WORDS and content.own_words_declined
        text = Text(text=getattr(content, key), declined=declined)
        if text != Text():
            yield PartRef(PartKind.TEXTS, key), text
    values: Iterable[Value] = (
        *content.needs,
        *content.goals,
        *content.promises,
        *content.sections,
        *content.views,
        *content.dissenting,
        *content.offers,
        *content.parallel_plans,
    )
    for value in values:
        yield reference_of(value), value


def reference_of(value: Value) -> PartRef:
    """The reference under which a draft has a part. A copy of an older shape has no ids: then what it is names it."""
    match value:
        case Need():
            return PartRef(PartKind.NEEDS, str(value.need_id))
        case Goal():
            return PartRef(PartKind.GOALS, str(value.goal_id))
        case Promise():
            return PartRef(PartKind.PROMISES, str(value.promise_id))
        case Section():
            return PartRef(PartKind.SECTIONS, value.area)
        case View():
            return PartRef(PartKind.VIEWS, str(value.view_id))
        case DissentingView():
            return PartRef(PartKind.DISSENTING, str(value.dissenting_id or (value.role, value.name)))
        case Offer():
            return PartRef(PartKind.OFFERS, str(value.offer_id or (value.kind, value.offered_on)))
        case ParallelPlan():
            return PartRef(PartKind.PARALLEL_PLANS, str(value.parallel_plan_id or (value.kind, value.holder)))
    raise TypeError(f"{type(value).__name__} has no reference of its own")


def _between(ref: PartRef, before: Value | None, after: Value | None) -> Iterator[Difference]:
    if before is None:
        yield Difference(ChangeKind.ADDED, ref, before, after)
    elif after is None:
        yield Difference(ChangeKind.REMOVED, ref, before, after)
    else:
        for name in type(before).model_fields:
            if name not in _IDS and getattr(before, name) != getattr(after, name):
                yield Difference(ChangeKind.CHANGED, ref, before, after, name)
