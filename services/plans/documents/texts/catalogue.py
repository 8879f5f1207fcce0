"""The words around a plan, in each language. A catalogue with a gap does not load."""

import tomllib
from collections.abc import Mapping, Set
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.client_plan import (
    Answer,
    IdeaOf,
    LifeArea,
    NetworkRole,
    OfferKind,
    OwnerKind,
    ParallelKind,
    ProviderKind,
    Status,
)
from contracts.values import Language, Title

_MAY_SAY = {
    "subtitle": {"number", "day"},
    "page": {"number", "total"},
    "for_you": {"given_name"},
    "worker_line": {"name", "title"},
    "phone_line": {"phone"},
    "email_line": {"email"},
    "follow_up_by": {"day"},
    "review_by": {"day"},
    "does_it": {"who"},
    "by_day": {"day"},
    "state_line": {"state"},
    "because": {"state", "reason"},
    "provider_line": {"provider"},
    "estimated_line": {"time"},
    "goals_line": {"goals"},
    "promises_line": {"promises"},
    "needs_line": {"needs"},
    "goal_heading": {"number"},
    "named": {"role", "name"},
    "offered_line": {"day"},
    "held_by": {"holder"},
}


class Phrases(BaseModel):
    """Every phrase of the document; ``_MAY_SAY`` names what may stand in braces."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    subtitle: str
    page: str
    page_for_you: str
    for_you: str
    your_worker: str
    your_contact: str
    worker_line: str
    phone_line: str
    email_line: str
    ask_for_contact_details: str
    next_step: str
    no_next_step: str
    when_we_meet: str
    follow_up_by: str
    review_by: str
    no_review_day: str
    call_a_review: str
    promised_to_you: str
    you_promised: str
    nothing_promised: str
    does_it: str
    by_day: str
    state_line: str
    good_to_know: str
    rights: list[str]
    promises: str
    promises_lead: str
    no_promises: str
    promise: str
    who: str
    when: str
    state: str
    no_day: str
    because: str
    not_granted: str
    provider_line: str
    estimated_line: str
    goals_line: str
    own_words: str
    own_words_declined: str
    strengths: str
    dreams: str
    needs: str
    need: str
    life_area: str
    goals: str
    goal_heading: str
    goal_by_when: str
    seen_as: str
    idea_of: str
    needs_line: str
    promises_line: str
    sections: str
    present: str
    agreed: str
    views: str
    named: str
    confidential_part: str
    confidential: str
    offers: str
    offered_line: str
    no_answer: str
    parallel_plans: str
    held_by: str
    reconciled: str
    not_reconciled: str
    dissenting: str
    followed: str
    estimated_time: str
    about_the_plan: str
    young_person: str
    version: str
    published_on: str
    as_of: str
    author: str
    profession: str
    organiser: str
    next_review_on: str
    workers_copy: str
    parts_only: str
    not_printable: str


class Words(BaseModel):
    """One language's words.

    Raises ``pydantic.ValidationError`` naming what is missing, unknown, or says what it may not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    months: tuple[str, ...] = Field(max_length=12)
    """Empty: a day is written in digits."""
    phrases: Phrases
    titles: Mapping[Title, str]
    life_areas: Mapping[LifeArea, str]
    roles: Mapping[NetworkRole, str]
    providers: Mapping[ProviderKind, str]
    ideas: Mapping[IdeaOf, str]
    statuses: Mapping[Status, str]
    owners: Mapping[OwnerKind, str]
    owners_to_you: Mapping[OwnerKind, str]
    """The same, said to the young person."""
    offers: Mapping[OfferKind, str]
    answers: Mapping[Answer, str]
    parallel_plans: Mapping[ParallelKind, str]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        kinds: list[tuple[type[StrEnum], Set[str]]] = [
            (Title, self.titles.keys()),
            (LifeArea, self.life_areas.keys()),
            (NetworkRole, self.roles.keys()),
            (ProviderKind, self.providers.keys()),
            (IdeaOf, self.ideas.keys()),
            (Status, self.statuses.keys()),
            (OwnerKind, self.owners.keys()),
            (OwnerKind, self.owners_to_you.keys()),
            (OfferKind, self.offers.keys()),
            (Answer, self.answers.keys()),
            (ParallelKind, self.parallel_plans.keys()),
        ]
        missing = [f"{kind.__name__}.{each}" for kind, said in kinds for each in kind if each not in said]
        if missing:
            raise ValueError(f"not translated: {', '.join(missing)}")
        for name, text in self.phrases:
            used = {field for _, field, _, _ in Formatter().parse(str(text)) if field is not None}
            if isinstance(text, str) and used != _MAY_SAY.get(name, set()):
                raise ValueError(f"{name}: says {sorted(used)} and not {sorted(_MAY_SAY.get(name, set()))}")
        return self

    def day(self, day: date) -> str:
        """A civil date as it is written in the language."""
        if not self.months:
            return f"{day.day}.{day.month}.{day.year}"
        return f"{day.day} {self.months[day.month - 1]} {day.year}"


@cache
def words_in(language: Language) -> Words:
    """The words that came with this service. Raises ``pydantic.ValidationError`` when a language has a gap."""
    file = files("services.plans.documents.texts") / f"{language}.toml"
    return Words.model_validate(tomllib.loads(file.read_text("utf-8")))
