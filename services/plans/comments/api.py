"""Comments on a published plan, and their answers, over HTTP (R47)."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.client_plan import Line, NetworkRole, Passage
from services.chassis.auth import Principal
from services.chassis.boundary import CommandRoute, InWork
from services.plans.client_plans.answers import AuthorView
from services.plans.comments import commands
from services.plans.comments.domain import Answer, Comment, SaidBy, Standing
from services.plans.disclosures.domain import Done, Seen
from services.plans.distribution.domain import PlanPart
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["comments"], route_class=CommandRoute)

Number = Annotated[int, Field(ge=1, le=32_767)]
"""Which published version."""


class SaidByGiven(BaseModel):
    """Who said it, when a worker writes it down."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    role: NetworkRole
    name: Line | None = None


class CommentGiven(BaseModel):
    """A comment on a version, or a part of it; ``proposal`` is what should stand there instead."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    text: Passage
    proposal: Passage | None = None
    number: Number | None = Field(default=None, description="The version. Left out: the latest.")
    part: PlanPart | None = None
    item_id: UUID | None = Field(default=None, description="One goal, promise, view or the like in that part.")
    said_by: SaidByGiven | None = Field(default=None, description="Left out: whoever writes it.")
    confidential: bool = Field(default=False, description="A third party's own, said in confidence.")


class AnswerGiven(BaseModel):
    """Whether it goes into the next version, and why or why not."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    accepted: bool
    reason: Passage


class SaidByView(BaseModel):
    """Who said it."""

    role: NetworkRole
    name: str | None


class AnswerView(BaseModel):
    """The answer, and whose area's worker wrote it down."""

    accepted: bool
    reason: str
    author: AuthorView
    at: datetime


class CommentView(BaseModel):
    """A comment with its answer, or the day by which one is promised."""

    comment_id: UUID
    number: int
    part: PlanPart | None
    item_id: UUID | None
    author: AuthorView
    said_by: SaidByView | None
    text: str
    proposal: str | None
    confidential: bool
    said_at: datetime
    reply_by: date
    standing: Standing
    answer: AnswerView | None
    in_version: int | None = Field(description="The version into which it was taken, once that is published.")

    @classmethod
    def of(cls, comment: Comment) -> Self:
        """A comment."""
        given = comment.answer
        return cls(
            comment_id=comment.comment_id,
            **vars(comment.about),
            author=AuthorView.of(comment.author),
            said_by=None if comment.said_by is None else SaidByView(**vars(comment.said_by)),
            text=comment.text,
            proposal=comment.proposal,
            confidential=comment.confidential,
            said_at=comment.said_at,
            reply_by=comment.reply_by,
            standing=comment.standing,
            answer=None
            if given is None
            else AnswerView(
                accepted=given.accepted,
                reason=given.reason,
                author=AuthorView.of(given.author),
                at=given.at,
            ),
            in_version=comment.in_version,
        )


@router.post("/cases/{case_id}/plan/comments", status_code=201)
async def comment_on_plan(
    *,
    response: Response,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.COMMENT_PLAN)],
    case_id: UUID,
    given: CommentGiven,
) -> CommentView:
    """Comment on a published version, or propose in words what should stand there; a reply is promised."""
    stored = await desk.does(case_id, Done.PLAN_COMMENTED)
    said = commands.Said(
        **given.model_dump(exclude={"said_by"}),
        said_by=None if given.said_by is None else SaidBy(given.said_by.role, given.said_by.name),
    )
    comment = await commands.comment(work, stored, said, desk.author)
    response.headers["location"] = f"/cases/{case_id}/plan/comments/{comment.comment_id}"
    return CommentView.of(comment)


@router.get("/cases/{case_id}/plan/comments")
async def see_comments(
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.SEE_COMMENTS)],
    case_id: UUID,
    number: Number | None = None,
    standing: Standing | None = None,
) -> list[CommentView]:
    """What was said about the plan, or about one version, in order, with the answers."""
    await desk.sees(case_id, Seen.COMMENTS)
    found = await commands.listed(work, case_id, desk.author, number=number)
    return [CommentView.of(each) for each in found if standing in {None, each.standing}]


@router.get("/cases/{case_id}/plan/comments/{comment_id}")
async def see_comment(
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.SEE_COMMENTS)],
    case_id: UUID,
    comment_id: UUID,
) -> CommentView:
    """One comment with its answer."""
    await desk.sees(case_id, Seen.COMMENTS)
    return CommentView.of(await commands.get(work, case_id, comment_id, desk.author))


@router.post("/cases/{case_id}/plan/comments/{comment_id}/answer")
async def answer_comment(
    *,
    work: InWork,
    desk: InDesk,
    _principal: Annotated[Principal, allow(Permission.ANSWER_COMMENT)],
    case_id: UUID,
    comment_id: UUID,
    given: AnswerGiven,
) -> CommentView:
    """Answer a comment: accepted into the next version, or not, with the reason. It is answered once."""
    stored = await desk.does(case_id, Done.COMMENT_ANSWERED)
    reply = Answer(given.accepted, given.reason, desk.author, work.now)
    return CommentView.of(await commands.answer(work, stored, comment_id, reply))
