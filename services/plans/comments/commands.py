"""Commenting on a published plan, and answering by the day that was promised (R47)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from contracts.client_plan import DeadlineKind
from contracts.plans import CommentAnswered, PlanCommented
from contracts.values import new_id
from services.chassis import journal
from services.chassis.work import Work
from services.plans.cases.store import Stored
from services.plans.client_plans import commands as plans
from services.plans.comments import store
from services.plans.comments.domain import (
    About,
    Answer,
    Comment,
    SaidBy,
    answered,
    no_such_comment,
    say,
    shown_to,
)
from services.plans.deadlines import commands as deadlines
from services.plans.distribution.domain import PlanPart
from services.plans.guidance import store as guidance
from services.plans.guidance.domain import Guided
from services.plans.openings.domain import Author


@dataclass(frozen=True)
class Said:
    """What somebody says about a published version; the latest unless ``number`` says which."""

    text: str
    number: int | None
    part: PlanPart | None
    item_id: UUID | None
    said_by: SaidBy | None
    proposal: str | None
    confidential: bool


async def comment(work: Work, stored: Stored, said: Said, author: Author) -> Comment:
    """Keep a comment, and promise a reply within the days that the area has set.

    Raises ``Refusal`` 404 while no such version is published, and for a part that it does not have.
    """
    case = stored.case
    plan = await plans.require_published(work, case.case_id, said.number)
    reply_days = await guidance.days_of(work, Guided.COMMENT_REPLY)
    new = say(
        Comment(
            comment_id=new_id(),
            case_id=case.case_id,
            about=About(plan.number, said.part, said.item_id),
            author=author,
            text=said.text,
            said_at=work.now,
            reply_by=work.today + timedelta(days=reply_days),
            said_by=said.said_by,
            proposal=said.proposal,
            confidential=said.confidential,
        ),
        plan.content,
    )
    await store.add(work, new)
    await deadlines.set_for(work, case, DeadlineKind.COMMENT_REPLY, new.reply_by, about=new.comment_id)
    record = await plans.advance(work, case.case_id)
    await journal.record(
        work,
        PlanCommented(
            plan_id=record.plan_id,
            version=record.version,
            case_id=case.case_id,
            person_id=case.person_id,
            by_area=author.area,
            comment_id=new.comment_id,
            by_young_person=new.hers,
        ),
    )
    return new


async def answer(work: Work, stored: Stored, comment_id: UUID, given: Answer) -> Comment:
    """Answer a comment; the promised reply is given. An accepted one goes into the next version.

    In a residence case it is the placing area's answer, written down where she lives: the plan's home is there.
    Raises ``Refusal`` 404, or 409 when it was answered otherwise.
    """
    case = stored.case
    before = await get(work, case.case_id, comment_id, given.author)
    after = answered(before, given)
    if after == before:
        return before
    await store.save_answer(work, comment_id, given)
    await deadlines.meet(work, case, DeadlineKind.COMMENT_REPLY, about=comment_id)
    record = await plans.advance(work, case.case_id)
    await journal.record(
        work,
        CommentAnswered(
            plan_id=record.plan_id,
            version=record.version,
            case_id=case.case_id,
            person_id=case.person_id,
            by_area=given.author.area,
            comment_id=comment_id,
            accepted=given.accepted,
        ),
    )
    return after


async def get(work: Work, case_id: UUID, comment_id: UUID, reader: Author) -> Comment:
    """A comment that somebody may read. Raises ``Refusal`` 404."""
    found = await store.load(work, case_id, comment_id)
    if found is None or not shown_to(found, reader):
        raise no_such_comment()
    return found


async def listed(work: Work, case_id: UUID, reader: Author, *, number: int | None) -> list[Comment]:
    """What was said about a plan, or one version, as far as somebody may read it."""
    return [each for each in await store.of_case(work, case_id, number=number) if shown_to(each, reader)]
