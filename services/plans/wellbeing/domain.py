"""3X10D: offered, never compulsory; each question has its own history, and nothing adds them up. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.refusals import Refusal, RefusalKind
from contracts.values import Frozen
from services.plans.openings.domain import Author


class Band(Frozen):
    """Answers that are read alike; both ends belong to it."""

    key: str
    lowest: int
    highest: int


@dataclass(frozen=True)
class Scale:
    """Which questions there are, and what may be answered."""

    questions: tuple[str, ...]
    lowest: int
    highest: int
    bands: tuple[Band, ...]

    def band_of(self, value: int) -> str:
        """The key of the band in which an answer lies. Raises ``LookupError`` outside the scale."""
        for band in self.bands:
            if band.lowest <= value <= band.highest:
                return band.key
        raise LookupError("every answer on the scale lies in a band")


class MeasureState(StrEnum):
    """What became of an offer."""

    OFFERED = "offered"
    TAKEN = "taken"
    DECLINED = "declined"


@dataclass(frozen=True)
class Measure:
    """One offer and what became of it, or answers that were given unasked."""

    measure_id: UUID
    case_id: UUID
    state: MeasureState
    author: Author
    """Who offered it, then who answered or declined."""
    offered_on: date | None = None
    ended_on: date | None = None
    """When it was answered or declined."""
    wording: str | None = None
    answers: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Offer:
    """Offer the questions."""

    measure_id: UUID
    case_id: UUID
    author: Author


@dataclass(frozen=True)
class Take:
    """Answer them, or some of them."""

    measure_id: UUID
    """Of a new measure, where none was offered."""
    case_id: UUID
    author: Author
    answers: Mapping[str, int]
    wording: str


@dataclass(frozen=True)
class Decline:
    """She does not want to answer. No reason is asked, and the questions may be offered again."""

    author: Author


Command = Offer | Take | Decline


@dataclass(frozen=True)
class Offered:
    """They were offered."""

    measure: Measure


@dataclass(frozen=True)
class Taken:
    """They were answered."""

    command: Take
    on: date


@dataclass(frozen=True)
class Declined:
    """They were declined."""

    author: Author
    on: date


Event = Offered | Taken | Declined


def decide(measure: Measure | None, command: Command, scale: Scale, today: date) -> list[Event]:
    """What a command means; ``measure`` None: none is open. Raises ``Refusal``."""
    match command:
        case Offer():
            if measure is not None:
                raise Refusal(
                    "already-offered", "The questions are offered and not answered yet.", kind=RefusalKind.CONFLICT
                )
            return [Offered(Measure(state=MeasureState.OFFERED, offered_on=today, **vars(command)))]
        case Take():
            if measure is not None:
                _require_not_taken(measure)
            _require_on_scale(command.answers, scale)
            return [Taken(command, today)]
        case Decline():
            if measure is None:
                raise no_such_measure()
            _require_not_taken(measure)
            return [] if measure.state is MeasureState.DECLINED else [Declined(command.author, today)]


def evolve(measure: Measure | None, event: Event) -> Measure:
    """The measure after an event."""
    match event:
        case Offered():
            return event.measure
        case Taken():
            taken = event.command
            before = measure or Measure(taken.measure_id, taken.case_id, MeasureState.TAKEN, taken.author)
            return replace(
                before,
                state=MeasureState.TAKEN,
                author=taken.author,
                ended_on=event.on,
                wording=taken.wording,
                answers=dict(taken.answers),
            )
        case Declined():
            if measure is None:
                raise TypeError("what was not offered is not declined")
            return replace(measure, state=MeasureState.DECLINED, author=event.author, ended_on=event.on)


def no_such_measure() -> Refusal:
    """Nothing like this was offered in this case."""
    return Refusal("no-such-measure", "Nothing like this was offered.", kind=RefusalKind.NOT_FOUND, field="measure_id")


def _require_not_taken(measure: Measure) -> None:
    if measure.state is MeasureState.TAKEN:
        raise Refusal(
            "already-answered",
            "These were answered; new answers are given anew and leave the earlier ones as they are.",
            kind=RefusalKind.CONFLICT,
        )


def _require_on_scale(answers: Mapping[str, int], scale: Scale) -> None:
    if not answers:
        raise Refusal(
            "nothing-answered", "Somebody who answers nothing declines.", field="answers", expected="one answer or more"
        )
    if not answers.keys() <= set(scale.questions):
        raise Refusal(
            "no-such-question", "There is no such question.", field="answers", expected="GET /wellbeing-questions"
        )
    if not all(scale.lowest <= value <= scale.highest for value in answers.values()):
        raise Refusal(
            "off-the-scale",
            "An answer lies on the scale.",
            field="answers",
            expected=f"a whole number from {scale.lowest} to {scale.highest}",
        )
