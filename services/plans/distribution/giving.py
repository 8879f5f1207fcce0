"""What of a plan a recipient gets: the agreed parts, and under a non-disclosure order nothing that tells a place.

Computes and touches nothing. Names of places cannot be told from words for certain in Finnish; so parts that are about
places stay away as a whole, what names a municipality or an area stays away, and a worker reads the rest through.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from pydantic import BaseModel

from contracts.areas import areas, municipalities
from contracts.client_plan import PlanContent
from contracts.values import Language
from services.plans.distribution.domain import PlanPart, section_of

TELLS_WHERE = frozenset(
    {
        PlanPart.SECTION_HOUSING,
        PlanPart.SECTION_PRACTICE_LIVING,
        PlanPart.SECTION_STUDIES,
        PlanPart.SECTION_WORK,
        PlanPart.SECTION_PARENTHOOD,
        PlanPart.SECTION_HEALTH,
        PlanPart.SECTION_CLOSE_ONES,
        PlanPart.SECTION_LEISURE,
        PlanPart.PARALLEL_PLANS,
    }
)
"""Parts that are about places: where she lives, studies, works or is cared for, and those who live with her."""

ItemT = TypeVar("ItemT", bound=BaseModel)


@dataclass
class _Giving:
    """What is agreed, and what turned out to tell where she lives."""

    parts: frozenset[PlanPart]
    location_withheld: bool
    withheld: set[PlanPart] = field(default_factory=set)

    def text(self, part: PlanPart, text: str | None) -> str | None:
        """A passage, when its part is given and it names no place."""
        if text is None or part not in self.parts:
            return None
        if self.location_withheld and names_a_place(text):
            self.withheld.add(part)
            return None
        return text

    def items(self, items: Iterable[ItemT], part_of: Callable[[ItemT], PlanPart]) -> tuple[ItemT, ...]:
        """The items whose part is given and that name no place."""
        given = []
        for item in items:
            part = part_of(item)
            if part not in self.parts:
                continue
            if self.location_withheld and any(names_a_place(each) for each in _texts(item)):
                self.withheld.add(part)
            else:
                given.append(item)
        return tuple(given)


def given_of(
    content: PlanContent, parts: Iterable[PlanPart], *, location_withheld: bool
) -> tuple[PlanContent, tuple[PlanPart, ...]]:
    """The content that a recipient gets, and the agreed parts that are withheld from it, in whole or in part.

    What was said in confidence is in no part. ``location_withheld``: nothing that tells where she lives.
    """
    agreed = frozenset(parts)
    kept = agreed - TELLS_WHERE if location_withheld else agreed
    giving = _Giving(kept, location_withheld, set(agreed - kept))
    content = without_actors(content) if location_withheld else content
    given = PlanContent(
        own_words=giving.text(PlanPart.OWN_WORDS, content.own_words),
        own_words_declined=content.own_words_declined and PlanPart.OWN_WORDS in kept,
        strengths=giving.text(PlanPart.STRENGTHS, content.strengths),
        dreams=giving.text(PlanPart.DREAMS, content.dreams),
        needs=giving.items(content.needs, lambda need: section_of(need.area)),
        goals=giving.items(content.goals, lambda _: PlanPart.GOALS),
        promises=giving.items(content.promises, lambda _: PlanPart.PROMISES),
        sections=giving.items(content.sections, lambda section: section_of(section.area)),
        views=giving.items((each for each in content.views if not each.confidential), lambda _: PlanPart.VIEWS),
        dissenting=giving.items(content.dissenting, lambda _: PlanPart.DISSENTING),
        offers=giving.items(content.offers, lambda _: PlanPart.OFFERS),
        parallel_plans=giving.items(content.parallel_plans, lambda _: PlanPart.PARALLEL_PLANS),
        estimated_time=giving.text(PlanPart.FOLLOWED_BY, content.estimated_time),
        followed_by=giving.text(PlanPart.FOLLOWED_BY, content.followed_by),
    )
    return _without_loose_ends(given), tuple(part for part in PlanPart if part in giving.withheld)


def parts_in(content: PlanContent) -> frozenset[PlanPart]:
    """The parts of which a content says something."""
    said = {
        PlanPart.OWN_WORDS: content.own_words,
        PlanPart.STRENGTHS: content.strengths,
        PlanPart.DREAMS: content.dreams,
        PlanPart.GOALS: content.goals,
        PlanPart.PROMISES: content.promises,
        PlanPart.VIEWS: content.views,
        PlanPart.DISSENTING: content.dissenting,
        PlanPart.OFFERS: content.offers,
        PlanPart.PARALLEL_PLANS: content.parallel_plans,
        PlanPart.FOLLOWED_BY: content.followed_by or content.estimated_time,
    }
    areas_said = {need.area for need in content.needs} | {section.area for section in content.sections}
    return frozenset(part for part, words in said.items() if words) | {section_of(area) for area in areas_said}


def without_actors(content: PlanContent) -> PlanContent:
    """The content without the names of providers and of those who keep promises: an office tells where she lives."""
    promises = tuple(
        promise.model_copy(update={"actor": None, "owner": promise.owner.model_copy(update={"name": None})})
        for promise in content.promises
    )
    return content.model_copy(update={"promises": promises})


def names_a_place(text: str) -> bool:
    """Whether a word of a text may be the name of a municipality or an area, in Finnish or Swedish.

    Rather too often than too seldom: it knows how Finnish names change, and no other word from them.
    """
    return any(_is_place(word) for word in _CAPITALISED.findall(text))


_CAPITALISED = re.compile(r"\b[A-ZÅÄÖ]\w*")
_SHORTEST = 4
_GRADES = {"kk": "k", "pp": "p", "tt": "t", "nk": "ng", "nt": "nn", "mp": "mm", "lt": "ll", "rt": "rr"}
_SINGLE_GRADES = {"k": "", "p": "v", "t": "d"}
_ENDINGS = ("", "n", "s", "ta", "tä", "ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä", "lle", "hin")


def _is_place(word: str) -> bool:
    lowered = word.casefold()
    exact, stems = _places()
    return lowered in exact or any(lowered[:length] in stems for length in range(_SHORTEST, len(lowered) + 1))


@cache
def _places() -> tuple[frozenset[str], frozenset[str]]:
    """Whole words, for names too short to have a stem of their own, and beginnings of words for the others."""
    official = [place.name(language) for place in municipalities() for language in (Language.FI, Language.SV)]
    # Of an area the first words: Varsinais-Suomen hyvinvointialue, Egentliga Finlands välfärdsområde.
    official += [re.sub(r" (hyvinvointialue|välfärdsområde)$", "", name) for name in _area_names()]
    words = {part for name in official for part in re.split(r"[ -]", name.casefold()) if part not in _NO_NAMES}
    stems = {stem for word in words for stem in _stems(word) if len(stem) >= _SHORTEST}
    short = {word for word in words if not any(len(stem) >= _SHORTEST for stem in _stems(word))}
    return frozenset(word + ending for word in short for ending in _ENDINGS), frozenset(stems)


_NO_NAMES = frozenset(
    {"ja", "kaupunki", "kaupungin", "keski", "itä", "länsi", "etelä", "pohjois", "kanta"}
) | frozenset({"och", "stad", "östra", "västra", "norra", "södra", "mellersta"})


def _area_names() -> list[str]:
    return [area.name(language) for area in areas() for language in (Language.FI, Language.SV)]


def _stems(name: str) -> set[str]:
    """How the forms of a name begin: Turku and Turun, Lahti and Lahden, Kauniainen and Kauniaisissa."""
    stems = {name.removesuffix("nen") + "s"} if name.endswith("nen") else set()
    body, last = name[:-1], name[-1:]
    if last not in "aeiouyäöå":
        # The areas' Finnish names are genitives: Pirkanmaan, and Pirkanmaalla.
        return {name, name.removesuffix("n"), *stems}
    kept = "" if last in "ei" else last
    stems.add(body + kept)
    for strong, weak in _GRADES.items():
        if body.endswith(strong):
            return {*stems, body.removesuffix(strong) + weak + kept}
    for strong, weak in _SINGLE_GRADES.items():
        if body.endswith(strong):
            stems.add(body.removesuffix(strong) + weak + kept)
    return stems


def _texts(item: BaseModel) -> Iterable[str]:
    for value in item.model_dump().values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from (each for each in value.values() if isinstance(each, str))


def _without_loose_ends(content: PlanContent) -> PlanContent:
    """What is given refers to nothing that is not."""
    needs = {need.need_id for need in content.needs}
    goals = {goal.goal_id for goal in content.goals}
    return content.model_copy(
        update={
            "goals": tuple(
                goal.model_copy(update={"need_ids": tuple(each for each in goal.need_ids if each in needs)})
                for goal in content.goals
            ),
            "promises": tuple(
                promise.model_copy(update={"goal_ids": tuple(each for each in promise.goal_ids if each in goals)})
                for promise in content.promises
            ),
        }
    )
