"""The ten questions, their bands and their wording, read from ``questions.json``. The wording can be replaced."""

import json
from pathlib import Path

from contracts.values import Frozen, Language
from services.plans.wellbeing.domain import Band, Scale


class Question(Frozen):
    """One question. The key is stable: a history goes on under it whatever the wording."""

    key: str
    text: dict[Language, str]


class Meter(Frozen):
    """The questions as they are asked now; ``wording`` names this wording, and is kept with the answers."""

    wording: str
    lowest: int
    highest: int
    bands: tuple[Band, ...]
    asked: dict[Language, str]
    questions: tuple[Question, ...]

    @property
    def scale(self) -> Scale:
        """What may be answered."""
        return Scale(tuple(each.key for each in self.questions), self.lowest, self.highest, self.bands)


METER = Meter.model_validate(json.loads(Path(__file__).with_name("questions.json").read_text(encoding="utf-8")))
"""The meter in use."""
