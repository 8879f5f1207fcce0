"""3X10D is offered and never asked for; each answer stands by itself."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.refusals import Refusal
from contracts.values import Language
from services.plans.openings.domain import Author, AuthorKind
from services.plans.wellbeing.domain import Command, Decline, Measure, MeasureState, Offer, Take, decide, evolve
from services.plans.wellbeing.meter import METER

_TODAY = date(2026, 3, 2)
_CASE = uuid4()
_HERSELF = Author("05", AuthorKind.YOUNG_PERSON, uuid4())
_WORKER = Author("05", AuthorKind.WORKER, uuid4())
_SCALE = METER.scale


def _take(**answers: int) -> Take:
    return Take(uuid4(), _CASE, _HERSELF, answers, METER.wording)


def _after(measure: Measure | None, command: Command) -> Measure | None:
    for event in decide(measure, command, _SCALE, _TODAY):
        measure = evolve(measure, event)
    return measure


def _refused(measure: Measure | None, command: Command) -> str:
    with pytest.raises(Refusal) as refused:
        decide(measure, command, _SCALE, _TODAY)
    return refused.value.code


def test_the_meter_asks_ten_questions_in_three_languages() -> None:
    assert len(set(_SCALE.questions)) == 10
    assert all(each.text.keys() == set(Language) and all(each.text.values()) for each in METER.questions)
    assert METER.asked.keys() == set(Language)


def test_every_answer_lies_in_one_of_three_bands() -> None:
    bands = [_SCALE.band_of(value) for value in range(11)]
    assert bands == ["0-5"] * 6 + ["6-7"] * 2 + ["8-10"] * 3
    with pytest.raises(LookupError):
        _SCALE.band_of(11)


answers = st.dictionaries(st.sampled_from(_SCALE.questions), st.integers(0, 10), min_size=1)


@given(answers)
def test_any_questions_may_be_left_out_and_the_others_stay_as_answered(given_answers: dict[str, int]) -> None:
    taken = _after(None, _take(**given_answers))
    assert taken is not None
    assert (taken.state, taken.answers, taken.offered_on) == (MeasureState.TAKEN, given_answers, None)


@given(st.dictionaries(st.sampled_from(_SCALE.questions), st.integers().filter(lambda n: not 0 <= n <= 10), min_size=1))
def test_what_is_off_the_scale_is_refused(given_answers: dict[str, int]) -> None:
    assert _refused(None, _take(**given_answers)) == "off-the-scale"


def test_only_what_is_asked_is_answered() -> None:
    assert _refused(None, _take(weight=7)) == "no-such-question"
    assert _refused(None, _take()) == "nothing-answered"


def test_declining_needs_no_reason_and_ends_nothing() -> None:
    offered = _after(None, Offer(uuid4(), _CASE, _WORKER))
    declined = _after(offered, Decline(_HERSELF))
    assert declined is not None
    assert (declined.state, declined.author) == (MeasureState.DECLINED, _HERSELF)
    assert decide(declined, Decline(_HERSELF), _SCALE, _TODAY) == []
    taken = _after(declined, _take(health=7))
    assert taken is not None
    assert taken.state is MeasureState.TAKEN


def test_what_was_answered_is_not_answered_again_or_declined() -> None:
    taken = _after(None, _take(health=7))
    assert _refused(taken, _take(health=2)) == "already-answered"
    assert _refused(taken, Decline(_HERSELF)) == "already-answered"


def test_what_is_offered_is_not_offered_twice() -> None:
    assert _refused(_after(None, Offer(uuid4(), _CASE, _WORKER)), Offer(uuid4(), _CASE, _WORKER)) == "already-offered"
