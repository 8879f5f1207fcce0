"""Feedback over HTTP: answered once, counted for the lead, read by others only as the young person allows."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.client_plan import Passage
from contracts.values import AreaCode, Language
from services.chassis.boundary import CommandRoute, InWork
from services.plans.disclosures.domain import Done, Seen
from services.plans.feedback import commands
from services.plans.feedback.domain import Choice, Counted, Feedback, Form
from services.plans.feedback.forms import FORMS, QuestionKind
from services.plans.openings.desk import InDesk
from services.plans.permissions import Permission, allow

router = APIRouter(tags=["feedback"], route_class=CommandRoute)


class FormQuestionView(BaseModel):
    """One question, in the language asked for."""

    key: str
    kind: QuestionKind
    text: str


class FormView(BaseModel):
    """One form, and what can be chosen."""

    form: Form
    wording: str
    choices: dict[Choice, str]
    questions: list[FormQuestionView]


class FeedbackGiven(BaseModel):
    """Question → answer. Every question may be left out."""

    model_config = ConfigDict(extra="forbid")

    choices: dict[str, Choice] = Field(default_factory=dict)
    words: dict[str, Passage] = Field(default_factory=dict)
    shared: bool = Field(default=False, description="The young person lets her workers read it.")


class Sharing(BaseModel):
    """Whether the young person lets her workers read her feedback."""

    model_config = ConfigDict(extra="forbid")

    shared: bool


class FeedbackView(BaseModel):
    """What somebody answered after a meeting."""

    feedback_id: UUID
    form: Form
    wording: str
    choices: dict[str, Choice]
    words: dict[str, str]
    shared: bool
    given_on: date
    by_area: AreaCode


class CountView(BaseModel):
    """How a question of a form was answered. Nulls: too few answers to tell without telling who gave them."""

    form: Form
    question: str
    n: int | None
    choices: dict[Choice, int] | None


@router.get("/feedback-forms", dependencies=[allow(Permission.SEE_FEEDBACK)])
async def list_forms(language: Language = Language.FI) -> list[FormView]:
    """Both forms, in the language asked for."""
    return [
        FormView(
            form=each.form,
            wording=FORMS.wording,
            choices={choice: text[language] for choice, text in FORMS.choices.items()},
            questions=[
                FormQuestionView(key=question.key, kind=question.kind, text=question.text[language])
                for question in each.questions
            ],
        )
        for each in FORMS.forms
    ]


@router.get("/cases/{case_id}/meetings/{meeting_id}/feedback", dependencies=[allow(Permission.SEE_FEEDBACK)])
async def see_feedback(work: InWork, desk: InDesk, case_id: UUID, meeting_id: UUID) -> list[FeedbackView]:
    """Your own, and what others let you read. The young person's is hers until she shares it."""
    await desk.sees(case_id, Seen.FEEDBACK)
    return [_view(each) for each in await commands.readable(work, case_id, meeting_id, desk.author)]


@router.post(
    "/cases/{case_id}/meetings/{meeting_id}/feedback", status_code=201, dependencies=[allow(Permission.GIVE_FEEDBACK)]
)
async def give_feedback(
    *, work: InWork, desk: InDesk, response: Response, case_id: UUID, meeting_id: UUID, given: FeedbackGiven
) -> FeedbackView:
    """Answer your form after a meeting that was held, once."""
    await desk.does(case_id, Done.FEEDBACK_GIVEN)
    answered = await commands.give(
        work, case_id, meeting_id, desk.author, choices=given.choices, words=given.words, shared=given.shared
    )
    response.headers["location"] = f"/cases/{case_id}/meetings/{meeting_id}/feedback"
    return _view(answered)


@router.put("/cases/{case_id}/meetings/{meeting_id}/feedback/sharing", dependencies=[allow(Permission.SHARE_FEEDBACK)])
async def share_feedback(
    work: InWork, desk: InDesk, case_id: UUID, meeting_id: UUID, given: Sharing
) -> list[FeedbackView]:
    """Let your workers read your feedback, or no longer."""
    await desk.does(case_id, Done.FEEDBACK_GIVEN)
    await commands.share(work, case_id, meeting_id, desk.author, shared=given.shared)
    return [_view(each) for each in await commands.readable(work, case_id, meeting_id, desk.author)]


@router.get("/feedback-counts", dependencies=[allow(Permission.COUNT_FEEDBACK)])
async def count_feedback(
    work: InWork,
    first: Annotated[date | None, Query(description="The first day; left out: from the beginning.")] = None,
    last: Annotated[date | None, Query(description="The last day, which counts; left out: until today.")] = None,
) -> list[CountView]:
    """How the area's forms were answered, question by question; words are not counted and not shown."""
    return [_counted(each) for each in await commands.counts(work, first, last)]


def _view(feedback: Feedback) -> FeedbackView:
    return FeedbackView(
        feedback_id=feedback.feedback_id,
        form=feedback.form,
        wording=feedback.wording,
        choices=dict(feedback.choices),
        words=dict(feedback.words),
        shared=feedback.shared,
        given_on=feedback.given_on,
        by_area=feedback.author.area,
    )


def _counted(each: Counted) -> CountView:
    choices = None if each.choices is None else dict(each.choices)
    return CountView(form=each.form, question=each.question, n=each.n, choices=choices)
