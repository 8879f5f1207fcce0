"""What is hard in Finnish, Swedish and English: read once from ``data/``. A file with a gap does not load."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from contracts.values import Language
from services.plans.wording.domain import CeilingWords, Finding, FindingCode, Hint, Hints, Lexicon, Term
from services.plans.wording.domain import check as check_with


class _Read(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _SentenceLength(_Read):
    words: int = Field(ge=5)
    source: str = Field(min_length=1)
    explanation: str = Field(min_length=1)


class _WordLength(_Read):
    letters: int = Field(ge=5)
    source: str = Field(min_length=1)
    explanation: str = Field(min_length=1)


class _Sentences(_Read):
    abbreviations: tuple[str, ...]


class _Terms(_Read):
    jargon: tuple[tuple[str, str], ...]
    foreign: tuple[tuple[str, str], ...]


class _Ceilings(_Read):
    limiters: tuple[str, ...]
    ceilings: tuple[str, ...]
    doubtful: tuple[str, ...]
    innocent: tuple[str, ...]
    numbers: tuple[str, ...]
    units: tuple[str, ...]
    counted: tuple[str, ...]
    money: tuple[str, ...]
    services: tuple[str, ...]


class LanguageFile(_Read):
    """One language's file; the sources of its lengths stand beside them."""

    longest_sentence: _SentenceLength
    longest_word: _WordLength
    sentences: _Sentences
    terms: _Terms
    ceilings: _Ceilings


class _HintsFile(_Read):
    fi: Mapping[FindingCode, Mapping[str, str]]
    sv: Mapping[FindingCode, Mapping[str, str]]
    en: Mapping[FindingCode, Mapping[str, str]]


def check(text: str, language: Language, *, hints_in: Language | None = None) -> tuple[Finding, ...]:
    """What in a text of a language is hard to understand or reads like a ceiling, as it stands there.

    The hints are in ``hints_in``, or else in the language of the text. Never refuses; an unclear text may stay.
    """
    return check_with(text, lexicon_of(language), hints_of(hints_in or language))


@cache
def file_of(language: Language) -> LanguageFile:
    """The file of a language as it was read."""
    return LanguageFile.model_validate(tomllib.loads(_text(language.value)))


@cache
def lexicon_of(language: Language) -> Lexicon:
    """What is hard in a language."""
    read = file_of(language)
    terms = [
        Term(pattern, plainer, code)
        for code, listed in ((FindingCode.JARGON, read.terms.jargon), (FindingCode.FOREIGN_WORD, read.terms.foreign))
        for pattern, plainer in listed
    ]
    return Lexicon(
        longest_sentence=read.longest_sentence.words,
        longest_word=read.longest_word.letters,
        abbreviations=read.sentences.abbreviations,
        terms=terms,
        ceilings=CeilingWords(**read.ceilings.model_dump()),
    )


@cache
def hints_of(language: Language) -> Hints:
    """The hints in a language, one for every code. Raises ``ValueError`` when one is missing."""
    read = _HintsFile.model_validate(tomllib.loads(_text("hints")))
    words = {Language.FI: read.fi, Language.SV: read.sv, Language.EN: read.en}[language]
    if missing := set(FindingCode) - words.keys():
        raise ValueError(f"{language}: no hint for {', '.join(sorted(missing))}")
    return {code: Hint(**hint) for code, hint in words.items()}


def _text(name: str) -> str:
    return (files(__package__) / "data" / f"{name}.toml").read_text(encoding="utf-8")
