"""A comment is about something that the version says, is answered once, and keeps a third party's confidence."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.client_plan import Goal, IdeaOf, LifeArea, Need, NetworkRole, PlanContent, View
from contracts.refusals import Refusal
from services.plans.comments.domain import About, Answer, Comment, SaidBy, Standing, answered, say, shown_to
from services.plans.distribution.domain import PlanPart
from services.plans.openings.domain import Author, AuthorKind

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
WORKER = Author("05", AuthorKind.WORKER, uuid4())
HER = Author("05", AuthorKind.YOUNG_PERSON, uuid4())
GOAL, NEED, OPEN, SECRET = (UUID(int=number) for number in range(1, 5))
CONTENT = PlanContent(
    goals=(Goal(goal_id=GOAL, what="A home", idea_of=IdeaOf.TOGETHER),),
    needs=(Need(need_id=NEED, area=LifeArea.HOUSING, text="A flat"),),
    views=(
        View(view_id=OPEN, role=NetworkRole.PARENT, text="Well"),
        View(view_id=SECRET, role=NetworkRole.PARENT, text="Ill", confidential=True),
    ),
)
WHERE = {GOAL: PlanPart.GOALS, NEED: PlanPart.SECTION_HOUSING, OPEN: PlanPart.VIEWS, SECRET: PlanPart.VIEWS}
authors = st.sampled_from([WORKER, HER])
said_by = st.none() | st.builds(SaidBy, st.sampled_from(NetworkRole))


def comment(author: Author = WORKER, **given: object) -> Comment:
    new = Comment(uuid4(), UUID(int=9), About(1), author, "Hm.", AT, date(2026, 12, 6))
    return replace(new, **given)  # type: ignore[arg-type]  # the fields are the test's to choose


@given(authors, said_by, st.none() | st.sampled_from(PlanPart), st.none() | st.sampled_from([*WHERE, uuid4()]))
def test_a_comment_on_one_thing_is_on_one_that_the_part_has(
    author: Author, by: SaidBy | None, part: PlanPart | None, item_id: UUID | None
) -> None:
    new = comment(author, said_by=by, about=About(1, part, item_id))
    try:
        kept = say(new, CONTENT)
    except Refusal:
        return
    assert item_id is None or WHERE[item_id] is part
    # Whatever touches what was said in confidence is not shown to her, and never comes from her.
    assert item_id != SECRET or not (shown_to(kept, HER) or kept.hers)


@given(authors, said_by, st.booleans())
def test_she_always_sees_what_she_said(author: Author, by: SaidBy | None, confidential: bool) -> None:
    new = comment(author, said_by=by, confidential=confidential)
    try:
        kept = say(new, CONTENT)
    except Refusal:
        return
    assert shown_to(kept, WORKER)
    assert shown_to(kept, HER) or not kept.hers


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["Yes.", "No."])), max_size=5))
def test_the_first_answer_stands(answers: list[tuple[bool, str]]) -> None:
    standing = comment()
    assert standing.standing is Standing.UNANSWERED
    for accepted, reason in answers:
        answer = Answer(accepted, reason, WORKER, AT)
        if standing.answer is not None and (standing.answer.accepted, standing.answer.reason) != (accepted, reason):
            with pytest.raises(Refusal, match="answered"):
                answered(standing, answer)
            continue
        standing = answered(standing, answer)
    if answers:
        assert standing.answer == Answer(*answers[0], WORKER, AT)
        assert standing.standing is (Standing.ACCEPTED if answers[0][0] else Standing.NOT_ACCEPTED)
