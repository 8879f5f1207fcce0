"""What the young person is told, again and again; each giving is logged (R20, R21, R43). Pure but for the topics."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from contracts.refusals import Refusal
from contracts.values import Frozen, Language
from services.plans.openings.domain import Author


class Topic(Frozen):
    """Something that the young person is told. The key is stable, the words may change."""

    key: str
    text: dict[Language, str]


TOPICS: dict[str, Topic] = {
    topic.key: topic
    for topic in (
        Topic.model_validate(each)
        for each in json.loads(Path(__file__).with_name("information.json").read_text(encoding="utf-8"))
    )
}
"""Key → topic, in the order in which they are shown."""


@dataclass(frozen=True)
class Giving:
    """She was told about a topic, in a language, on a day; perhaps in a meeting."""

    giving_id: UUID
    case_id: UUID
    topic: str
    language: Language
    given_on: date
    meeting_id: UUID | None
    author: Author


def require_possible(giving: Giving, today: date) -> None:
    """Raises ``Refusal`` for a topic that nobody knows, or a day that has not come."""
    if giving.topic not in TOPICS:
        raise Refusal("no-such-topic", "There is no such topic.", field="topic", expected="GET /information-topics")
    if giving.given_on > today:
        raise Refusal(
            "given-in-the-future", "It was told on a day that has come.", field="given_on", expected="today or earlier"
        )
