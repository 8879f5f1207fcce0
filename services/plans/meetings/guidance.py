"""What guidance advises of meetings, read from ``guidance.json``: no law, so it warns and never blocks."""

import json
from pathlib import Path

from contracts.values import Frozen


class Guidance(Frozen):
    """What is advised, and where that stands."""

    longest_minutes_without_break: int
    source: str


GUIDANCE = Guidance.model_validate(json.loads(Path(__file__).with_name("guidance.json").read_text(encoding="utf-8")))
"""The guidance in force."""
