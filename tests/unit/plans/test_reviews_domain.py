"""A review that was called: nothing refuses it, and nothing puts it off further than it would come anyway."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.refusals import Refusal
from services.plans.openings.domain import Author, AuthorKind
from services.plans.reviews.domain import Call, Review, Schedule, called, held, last_day, scheduled

_DAY = date(2026, 3, 2)
_CASE = uuid4()
_HER = Author("05", AuthorKind.YOUNG_PERSON, uuid4())
_WORKER = Author("05", AuthorKind.WORKER, uuid4())


def _called(by: Author = _HER, today: date = _DAY, before: Review | None = None) -> Review:
    return called(before, Call(uuid4(), _CASE, by, today))


def test_a_second_call_is_the_same_one() -> None:
    review = _called()
    assert _called(before=review) == review
    assert _called(_WORKER, before=review) == review


def test_the_young_person_may_join_a_worker_s_call() -> None:
    review = _called(_WORKER)
    assert review.asked_by_young_person_on is None
    joined = _called(before=review, today=_DAY + timedelta(days=3))
    assert (joined.review_id, joined.called_on) == (review.review_id, _DAY)
    assert joined.asked_by_young_person_on == _DAY + timedelta(days=3)


@given(st.none() | st.integers(-400, 365), st.integers(0, 800), st.integers(-800, 800))
def test_it_is_given_a_day_that_is_no_later_than_without_the_call(agreed: int | None, passed: int, wanted: int) -> None:
    today, on = _DAY + timedelta(days=passed), _DAY + timedelta(days=wanted)
    review_on = None if agreed is None else _DAY + timedelta(days=agreed)
    last = last_day(_called(), review_on, soon=today + timedelta(days=14))
    command = Schedule(on, _WORKER, today, last)
    # There is always a day that it can be given: today, and two weeks on.
    if today <= on <= today + timedelta(days=14):
        assert scheduled(_called(), command).scheduled_on == on
    elif not today <= on <= last:
        with pytest.raises(Refusal):
            scheduled(_called(), command)
    else:
        assert scheduled(_called(), command).scheduled_on == on
        assert on <= _DAY + timedelta(days=365)
        assert review_on is None or on <= review_on


def test_what_was_held_is_not_given_another_day() -> None:
    with pytest.raises(Refusal) as refusal:
        scheduled(held(_called(), _DAY), Schedule(_DAY, _WORKER, _DAY, _DAY))
    assert refusal.value.code == "review-held"
