"""What an answer warns of. A warning never blocks: whoever asked decides; the words are in ``warnings.json``."""

import json
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel

from contracts.values import Language


class Warned(StrEnum):
    """What is warned of; each code is stable."""

    LONG_WITHOUT_BREAK = "long-without-break"
    """A meeting goes on for longer without a break than guidance advises (R41)."""
    SCHOOL_MISSING = "school-missing"
    """A student's network has no school in it (R69)."""
    WITHOUT_YOUNG_PERSON = "without-young-person"
    """A meeting about the young person is held without her; she sees it (R44)."""


class WordedWarning(BaseModel):
    """One warning, in the three languages."""

    code: Warned
    text: dict[Language, str]


_TEXTS: dict[str, dict[Language, str]] = json.loads(Path(__file__).with_name("warnings.json").read_text("utf-8"))


def worded(codes: list[Warned]) -> list[WordedWarning]:
    """The warnings with their words, in the same order."""
    return [WordedWarning(code=code, text=_TEXTS[code]) for code in codes]
