"""The feedback forms as they are asked now, read from ``forms.json``. The wording can be replaced."""

import json
from enum import StrEnum
from pathlib import Path

from contracts.values import Frozen, Language
from services.plans.feedback.domain import Asked, Choice, Form


class QuestionKind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    WORDS = "words"


class Question(Frozen):
    """One question of a form. The key is stable, the words may change."""

    key: str
    kind: QuestionKind
    text: dict[Language, str]


class FormAsked(Frozen):
    """One form."""

    form: Form
    questions: tuple[Question, ...]

    def keys(self, kind: QuestionKind) -> frozenset[str]:
        """The questions that are answered in this way."""
        return frozenset(each.key for each in self.questions if each.kind is kind)

    @property
    def asked(self) -> Asked:
        """Which answers fit."""
        return Asked(self.keys(QuestionKind.CHOICE), self.keys(QuestionKind.WORDS))


class Forms(Frozen):
    """Both forms. ``shown_from``: how many answers a question needs before its counts are told."""

    wording: str
    shown_from: int
    source: str
    choices: dict[Choice, dict[Language, str]]
    forms: tuple[FormAsked, ...]

    def of(self, form: Form) -> FormAsked:
        """One of the forms."""
        return next(each for each in self.forms if each.form is form)


FORMS = Forms.model_validate(json.loads(Path(__file__).with_name("forms.json").read_text(encoding="utf-8")))
"""The forms in use."""
