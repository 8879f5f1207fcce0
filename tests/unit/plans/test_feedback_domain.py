"""Feedback is counted; a single answer of the young person is hers until she shares it."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.refusals import Refusal
from contracts.values import Language
from services.plans.feedback.domain import Choice, Feedback, Form, counted, form_of, may_read, require_answerable
from services.plans.feedback.forms import FORMS, QuestionKind
from services.plans.openings.domain import Author, AuthorKind

_HERSELF = Author("05", AuthorKind.YOUNG_PERSON, uuid4())
_WORKER = Author("05", AuthorKind.WORKER, uuid4())
_LEAD = Author("05", AuthorKind.LEAD, uuid4())


def _given(author: Author, *, shared: bool = False) -> Feedback:
    form = form_of(author)
    question = min(FORMS.of(form).asked.choices)
    return Feedback(uuid4(), uuid4(), uuid4(), form, "1", {question: Choice.YES}, {}, shared, date(2026, 3, 2), author)


def _refused(feedback: Feedback, *, held: bool = True) -> str:
    with pytest.raises(Refusal) as refused:
        require_answerable(feedback, FORMS.of(feedback.form).asked, held=held)
    return refused.value.code


def test_hers_is_read_by_nobody_else_until_she_shares_it() -> None:
    hers = _given(_HERSELF)
    assert may_read(hers, _HERSELF)
    assert not may_read(hers, _WORKER)
    assert not may_read(hers, _LEAD)
    assert may_read(replace(hers, shared=True), _WORKER)
    assert may_read(replace(hers, shared=True), _LEAD)


def test_a_professionals_is_read_by_colleagues_and_not_by_her() -> None:
    theirs = _given(_WORKER)
    assert may_read(theirs, _WORKER)
    assert may_read(theirs, _LEAD)
    assert not may_read(theirs, _HERSELF)


def test_only_what_her_form_asks_is_answered_after_a_meeting_that_was_held() -> None:
    hers = _given(_HERSELF)
    require_answerable(hers, FORMS.of(Form.YOUNG_PERSON).asked, held=True)
    assert _refused(hers, held=False) == "meeting-not-held"
    assert _refused(replace(hers, choices={})) == "nothing-answered"
    assert _refused(replace(hers, choices={"everybody_heard": Choice.YES})) == "no-such-question"
    assert _refused(replace(hers, words={"understood": "yes"})) == "no-such-question"
    assert _refused(_given(_WORKER, shared=True)) == "not-hers-to-share"


rows = st.lists(
    st.tuples(
        st.sampled_from(Form), st.sampled_from(["understood", "feeling"]), st.sampled_from(Choice), st.integers(1, 4)
    )
)


@given(rows, st.integers(1, 9), st.data())
def test_answers_of_few_people_are_never_told_and_of_many_with_their_number(
    found: list[tuple[Form, str, Choice, int]], shown_from: int, data: st.DataObject
) -> None:
    people = {row[:2]: data.draw(st.integers(1, 9), label="people") for row in found}
    for each in counted(found, people, shown_from):
        answered = [row for row in found if row[:2] == (each.form, each.question)]
        often = sum(row[3] for row in answered)
        assert each.n == (often if people[each.form, each.question] >= shown_from else None)
        assert (each.choices is None) == (each.n is None)
        for choice in each.choices or {}:
            assert each.choices is not None
            assert each.choices[choice] == sum(row[3] for row in answered if row[2] is choice)


def test_both_forms_are_asked_in_three_languages() -> None:
    assert {each.form for each in FORMS.forms} == set(Form)
    assert FORMS.choices.keys() == set(Choice)
    texts = [question.text for form in FORMS.forms for question in form.questions]
    assert all(text.keys() == set(Language) and all(text.values()) for text in (*texts, *FORMS.choices.values()))
    assert all(form.keys(QuestionKind.CHOICE) and form.keys(QuestionKind.WORDS) for form in FORMS.forms)
