"""Answering a form after a meeting, and counting what was answered."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from contracts.values import new_id
from services.chassis.work import Work
from services.plans.feedback import store
from services.plans.feedback.domain import (
    Choice,
    Counted,
    Feedback,
    already_answered,
    counted,
    form_of,
    may_read,
    no_such_feedback,
    require_answerable,
)
from services.plans.feedback.forms import FORMS
from services.plans.meetings import commands as meetings
from services.plans.meetings.domain import MeetingState
from services.plans.openings.domain import Author


async def give(
    work: Work,
    case_id: UUID,
    meeting_id: UUID,
    author: Author,
    *,
    choices: Mapping[str, Choice],
    words: Mapping[str, str],
    shared: bool,
) -> Feedback:
    """Answer one's form after a meeting, once. Raises ``Refusal``."""
    meeting = await meetings.get(work, case_id, meeting_id)
    form = form_of(author)
    given = Feedback(new_id(), case_id, meeting_id, form, FORMS.wording, choices, words, shared, work.today, author)
    require_answerable(given, FORMS.of(form).asked, held=meeting.state is MeetingState.HELD)
    if not await store.add(work, given):
        raise already_answered()
    return given


async def readable(work: Work, case_id: UUID, meeting_id: UUID, reader: Author) -> list[Feedback]:
    """What somebody may read of a meeting's feedback; nothing tells them that there is more. Raises ``Refusal``."""
    await meetings.get(work, case_id, meeting_id)
    return [each for each in await store.of_meeting(work, meeting_id) if may_read(each, reader)]


async def share(work: Work, case_id: UUID, meeting_id: UUID, author: Author, *, shared: bool) -> None:
    """The young person lets her workers read hers, or no longer. Raises ``Refusal``."""
    await meetings.get(work, case_id, meeting_id)
    hers = [each for each in await store.of_meeting(work, meeting_id) if each.author.author_id == author.author_id]
    if not hers:
        raise no_such_feedback()
    await store.share(work, hers[0].feedback_id, shared)


async def counts(work: Work, first: date | None, last: date | None) -> list[Counted]:
    """How the area's questions were answered from one day to another, both included; few answers are not told."""
    found = await store.choices_between(work, first, last)
    return counted(found, await store.people_between(work, first, last), FORMS.shown_from)
