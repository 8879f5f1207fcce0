"""Puts the words of a message together, in the recipient's language. A catalogue with a gap does not load."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.values import Language, Title
from services.notifications.messages.domain import SAYS, SAYS_UNDER_NON_DISCLOSURE, Details, Template


@dataclass(frozen=True)
class Text:
    """What somebody reads."""

    subject: str
    body: str


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str = Field(min_length=1, max_length=120)
    body: tuple[str, ...] = Field(min_length=1)
    non_disclosure: tuple[str, ...] | None = None

    def require(self, key: str, *, may_say: frozenset[str]) -> None:
        """Raise ``ValueError`` when these words say what they may not, or lack a variant that they need."""
        tells_place = not may_say <= SAYS_UNDER_NON_DISCLOSURE
        if tells_place != (self.non_disclosure is not None):
            raise ValueError(f"{key}: non_disclosure is {'missing' if tells_place else 'not used'}")
        said = {
            "subject": (_used([self.subject]), frozenset[str]()),
            "body": (_used(self.body), may_say),
            "non_disclosure": (_used(self.non_disclosure or ()), may_say & SAYS_UNDER_NON_DISCLOSURE),
        }
        for part, (used, allowed) in said.items():
            if not used <= allowed:
                raise ValueError(f"{key}: {part} may not say {', '.join(sorted(used - allowed))}")


class LanguageFile(BaseModel):
    """One language's words: every title, every template, nothing else.

    Raises ``pydantic.ValidationError`` naming what is missing, unknown, or says what it may not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    titles: Mapping[Title, str]
    email: _Words
    messages: Mapping[Template, _Words]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [*(set(Title) - set(self.titles)), *(set(Template) - set(self.messages))]
        if missing:
            raise ValueError(f"not translated: {', '.join(sorted(missing))}")
        self.email.require("email", may_say=frozenset())
        for template, words in self.messages.items():
            words.require(template, may_say=SAYS[template])
        return self


class Catalogue:
    """The words of every message in every language."""

    def __init__(self, languages: Mapping[Language, LanguageFile]) -> None:
        self._languages = languages

    def render(self, template: Template, language: Language, details: Details, *, non_disclosure: bool) -> Text:
        """The text of a message. ``non_disclosure``: nothing in it may tell where the young person lives."""
        spoken = self._languages[language]
        words = spoken.messages[template]
        if non_disclosure:
            return _text(spoken, words.subject, words.non_disclosure or words.body, details.under_non_disclosure())
        return _text(spoken, words.subject, words.body, details)

    def email(self, language: Language) -> Text:
        """The e-mail that says that a message is waiting, whatever it says."""
        spoken = self._languages[language]
        return _text(spoken, spoken.email.subject, spoken.email.body, Details())


@cache
def catalogue() -> Catalogue:
    """The words that came with this service. Raises ``pydantic.ValidationError`` when a language has a gap."""
    folder = files("services.notifications.texts")
    return Catalogue(
        {
            language: LanguageFile.model_validate(tomllib.loads((folder / f"{language}.toml").read_text("utf-8")))
            for language in Language
        }
    )


def _used(lines: Iterable[str]) -> frozenset[str]:
    """The names in braces; a conversion or an attribute counts as its own, unknown name."""
    return frozenset(
        name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
        for line in lines
        for _, name, form, conversion in Formatter().parse(line)
        if name is not None
    )


def _text(spoken: LanguageFile, subject: str, lines: tuple[str, ...], details: Details) -> Text:
    values = {name: str(value) for name, value in asdict(details).items() if value is not None}
    if details.contact_title is not None:
        values["contact_title"] = spoken.titles[details.contact_title]
    known = [line.format_map(values) for line in lines if _used([line]) <= values.keys()]
    return Text(subject, "\n".join(known))
