"""Feedback, read, written and counted."""

from datetime import date
from uuid import UUID

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Work
from services.plans.feedback.domain import Choice, Feedback, Form
from services.plans.feedback.tables import feedback as _f
from services.plans.openings.domain import Author, AuthorKind


async def add(work: Work, given: Feedback) -> bool:
    """Store feedback; False, with no effect, when this person has answered after this meeting."""
    row = {
        **{name: value for name, value in vars(given).items() if name != "author"},
        "choices": dict(given.choices),
        "words": dict(given.words),
        "by_area": given.author.area,
        "by_kind": given.author.kind,
        "by_id": given.author.author_id,
    }
    result = await work.connection.execute(insert(_f).on_conflict_do_nothing(constraint="feedback_given_once"), row)
    return result.rowcount == 1


async def of_meeting(work: Work, meeting_id: UUID) -> list[Feedback]:
    """Everything that was answered after a meeting."""
    query = select(_f).where(_f.c.meeting_id == meeting_id).order_by(_f.c.feedback_id)
    return [_feedback(row) for row in await work.connection.execute(query)]


async def share(work: Work, feedback_id: UUID, shared: bool) -> None:
    """Store whether the young person lets her workers read hers."""
    await work.connection.execute(update(_f).where(_f.c.feedback_id == feedback_id).values(shared=shared))


async def choices_between(work: Work, first: date | None, last: date | None) -> list[tuple[Form, str, Choice, int]]:
    """Form, question, choice, how often, of the area; both days count. Words are not read."""
    answered = _choices(first, last).subquery()
    by_choice = (answered.c.form, answered.c.question, answered.c.choice)
    rows = await work.connection.execute(select(*by_choice, func.count().label("often")).group_by(*by_choice))
    return [(Form(row.form), row.question, Choice(row.choice), row.often) for row in rows]


async def people_between(work: Work, first: date | None, last: date | None) -> dict[tuple[Form, str], int]:
    """Form and question → how many people answered it, each once however often they did; both days count."""
    answered = _choices(first, last).subquery()
    question = (answered.c.form, answered.c.question)
    people = func.count(answered.c.by_id.distinct()).label("people")
    rows = await work.connection.execute(select(*question, people).group_by(*question))
    return {(Form(row.form), row.question): row.people for row in rows}


def _choices(first: date | None, last: date | None) -> Select[str, UUID, str, str]:
    """One row for each question that somebody answered by a choice."""
    each = func.jsonb_each_text(_f.c.choices).table_valued("key", "value").render_derived()
    query = (
        select(_f.c.form, _f.c.by_id, each.c.key.label("question"), each.c.value.label("choice"))
        .select_from(_f)
        .join(each, each.c.key.is_not(None))
    )
    if first is not None:
        query = query.where(_f.c.given_on >= first)
    if last is not None:
        query = query.where(_f.c.given_on <= last)
    return query


def _feedback(row: Row[tuple[object, ...]]) -> Feedback:
    return Feedback(
        feedback_id=row.feedback_id,
        case_id=row.case_id,
        meeting_id=row.meeting_id,
        form=Form(row.form),
        wording=row.wording,
        choices={question: Choice(value) for question, value in row.choices.items()},
        words=row.words,
        shared=row.shared,
        given_on=row.given_on,
        author=Author(row.by_area, AuthorKind(row.by_kind), row.by_id),
    )
