"""Differences between two versions, and who keeps a promise, in words; the words are data in three languages."""

import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from uuid import UUID

from babel.dates import format_date

from contracts.client_plan import (
    DissentingView,
    Goal,
    Need,
    Offer,
    Owner,
    ParallelPlan,
    PlanContent,
    Promise,
    Section,
    View,
)
from contracts.values import Language
from services.plans.client_plans.differences import Difference, differences
from services.plans.client_plans.drafts import Text, Value

_SHOWN_OF_A_NAME = 80
_LOCALES = {Language.FI: "fi_FI", Language.SV: "sv_FI", Language.EN: "en_GB"}

Words = Mapping[str, Mapping[str, str]]


@cache
def words(language: Language) -> Words:
    """The words of a language, by table and key."""
    path = Path(__file__).parent / "sentences" / f"{language}.toml"
    found: Words = tomllib.loads(path.read_text(encoding="utf-8"))
    return found


class Teller:
    """Tells what differs between two contents, in one language."""

    def __init__(self, before: PlanContent, after: PlanContent, language: Language) -> None:
        self._before = before
        self._after = after
        self._language = language
        self._words = words(language)

    def told(self) -> list[tuple[Difference, str]]:
        """Each difference with its sentence."""
        return [(each, self.sentence(each)) for each in differences(self._before, self._after)]

    def sentence(self, difference: Difference) -> str:
        """One difference as a sentence."""
        if isinstance(difference.part, Text):
            return self._of_text(difference)
        part = self._words["parts"][difference.ref.kind]
        name = self._quoted(_shortened(self._name(difference.part)))
        if difference.field is None:
            return self._say(difference.change, part=part, name=name)
        before = getattr(difference.before, difference.field)
        after = getattr(difference.after, difference.field)
        template = "set" if _empty(before) else "cleared" if _empty(after) else "changed"
        return self._say(
            template,
            part=part,
            name=name,
            field=self._words["fields"][difference.field],
            before=self.value(before),
            after=self.value(after),
        )

    def value(self, value: object) -> str:
        """A field's value in words."""
        match value:
            case None | ():
                return self._words["words"]["nothing"]
            case bool():
                return self._words["words"]["yes" if value else "no"]
            case date():
                return format_date(value, "long", locale=_LOCALES[self._language])
            case StrEnum():
                return self._words[type(value).__name__][value]
            case Owner():
                return owner_in_words(value, self._language)
            case tuple():
                return ", ".join(self.value(each) for each in value)
            case UUID():
                return self._quoted(self._referred_to(value))
        return self._quoted(str(value))

    def _of_text(self, difference: Difference) -> str:
        before = difference.before if isinstance(difference.before, Text) else Text()
        after = difference.after if isinstance(difference.after, Text) else Text()
        if difference.field == "declined" or before.text == after.text:
            template = "declined" if after.declined else "no_longer_declined"
        elif before.text is None or after.text is None:
            template = "text_added" if before.text is None else "text_removed"
        else:
            template = "text_changed"
        return self._say(
            template,
            part=self._words["texts"][difference.ref.key],
            before=self.value(before.text),
            after=self.value(after.text),
        )

    def _name(self, value: Value) -> str:
        """What a part is called: its own words where it has them, else what it is about."""
        match value:
            case Need():
                return value.text
            case Goal() | Promise():
                return value.what
            case Section():
                return self.value(value.area)
            case View() | DissentingView():
                return " ".join([self.value(value.role), value.name or ""]).strip()
            case Offer():
                return f"{self.value(value.kind)}, {self.value(value.offered_on)}"
            case ParallelPlan():
                return f"{self.value(value.kind)}, {value.holder}"
        return ""

    def _referred_to(self, part_id: UUID) -> str:
        """What a need or a goal is called that another part refers to."""
        for content in (self._after, self._before):
            for need in content.needs:
                if need.need_id == part_id:
                    return _shortened(need.text)
            for goal in content.goals:
                if goal.goal_id == part_id:
                    return _shortened(goal.what)
        return str(part_id)

    def _quoted(self, text: str) -> str:
        return self._words["words"]["quote"].replace("{text}", text)

    def _say(self, template: str, **values: str) -> str:
        return self._words["sentences"][template].format_map(values)


def owner_in_words(owner: Owner, language: Language) -> str:
    """Who keeps a promise: their name where there is one, else what they are to the young person."""
    kind = words(language)["OwnerKind"][owner.kind]
    return kind if owner.name is None else f"{owner.name} ({kind})"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_OF_A_NAME else line[: _SHOWN_OF_A_NAME - 1] + "…"


def _empty(value: object) -> bool:
    return value is None or value == ()
