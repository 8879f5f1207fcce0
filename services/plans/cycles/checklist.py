"""The workers' card as a checklist: what each phase asks for, in three languages, and how each item stands.

Each version of the card is a file of its own and never changes: a cycle keeps the one with which it began. A mark is a
record and moves nothing: the guards are in ``domain.py``.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import Field

from contracts.client_plan import Phase
from contracts.refusals import Refusal, RefusalKind
from contracts.values import Frozen, Language
from services.plans.openings.domain import Author

LATEST = 1
"""The version with which new cycles begin."""


class Item(Frozen):
    """One thing that a phase asks for. ``key`` is stable over versions and languages."""

    key: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    phase: Phase
    requirements: tuple[str, ...]
    fi: str
    sv: str
    en: str

    def text(self, language: Language) -> str:
        """The item in a language."""
        return {Language.FI: self.fi, Language.SV: self.sv, Language.EN: self.en}[language]


class Checklist(Frozen):
    """One version of the card."""

    version: int
    source: str
    items: tuple[Item, ...]


class MarkState(StrEnum):
    """How an item stands. Not marked yet is none of these."""

    DONE = "done"
    NOT_DONE = "not_done"
    """With a reason."""
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Mark:
    """Somebody said how an item stands. The latest counts; the earlier ones are kept."""

    key: str
    state: MarkState
    reason: str | None
    by: Author
    at: datetime


@cache
def checklist(version: int) -> Checklist:
    """A version of the checklist."""
    path = Path(__file__).with_name(f"checklist_{version}.json")
    return Checklist.model_validate_json(path.read_text(encoding="utf-8"))


def require_markable(version: int, key: str, state: MarkState, reason: str | None) -> None:
    """Raise ``Refusal`` for an item that is not on the checklist, or for *not done* without a reason."""
    if all(item.key != key for item in checklist(version).items):
        raise Refusal("no-such-item", "This is not on the checklist.", kind=RefusalKind.NOT_FOUND, field="key")
    if state is MarkState.NOT_DONE and reason is None:
        raise Refusal("reason-missing", "Why was it not done?", field="reason", expected="a reason in words")
