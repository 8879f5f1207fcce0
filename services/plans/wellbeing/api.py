"""3X10D over HTTP. The young person can fill it in herself; no answer of these routes adds anything up."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import AreaCode, Language
from services.chassis.boundary import CommandRoute, InWork
from services.plans.disclosures.domain import Done, Seen
from services.plans.openings.desk import InDesk
from services.plans.openings.domain import AuthorKind
from services.plans.permissions import Permission, allow
from services.plans.wellbeing import commands, store
from services.plans.wellbeing.domain import Measure, MeasureState
from services.plans.wellbeing.meter import METER

router = APIRouter(tags=["wellbeing"], route_class=CommandRoute)


class QuestionView(BaseModel):
    """One question, in the language asked for."""

    key: str
    text: str


class MeterView(BaseModel):
    """The ten questions as they are asked now; none of them must be answered."""

    wording: str
    asked: str
    lowest: int
    highest: int
    bands: list[str]
    questions: list[QuestionView]


class Answers(BaseModel):
    """Question → answer, for as many questions as she likes."""

    model_config = ConfigDict(extra="forbid")

    answers: dict[str, Annotated[int, Field(strict=True)]] = Field(
        description="Keys of `GET /wellbeing-questions`; whole numbers from 0 to 10. A question may be left out."
    )


class MeasureView(BaseModel):
    """One offer and what became of it, or answers that she gave unasked."""

    measure_id: UUID
    state: MeasureState
    offered_on: date | None
    """Null: nobody had offered it."""
    ended_on: date | None
    """When it was answered or declined."""
    wording: str | None
    by: AuthorKind
    """Who offered it, then who answered or declined: she herself, or a worker together with her."""
    by_area: AreaCode


class AnsweredView(BaseModel):
    """What she answered on a day, and the band in which it lies."""

    measure_id: UUID
    on: date
    value: int
    band: str


class HistoryView(BaseModel):
    """What she answered to one question over time."""

    question: str
    answers: list[AnsweredView]


class WellbeingView(BaseModel):
    """Everything that was offered, and each question's own history. Questions are never added up."""

    measures: list[MeasureView]
    history: list[HistoryView]


@router.get("/wellbeing-questions", dependencies=[allow(Permission.SEE_WELLBEING)])
async def list_questions(language: Language = Language.FI) -> MeterView:
    """The ten questions, in the language asked for."""
    return MeterView(
        wording=METER.wording,
        asked=METER.asked[language],
        lowest=METER.lowest,
        highest=METER.highest,
        bands=[band.key for band in METER.bands],
        questions=[QuestionView(key=each.key, text=each.text[language]) for each in METER.questions],
    )


@router.get("/cases/{case_id}/wellbeing", dependencies=[allow(Permission.SEE_WELLBEING)])
async def see_wellbeing(work: InWork, desk: InDesk, case_id: UUID) -> WellbeingView:
    """What was offered, and what she answered to each question over time."""
    await desk.sees(case_id, Seen.WELLBEING)
    found = await store.of_case(work, case_id)
    return WellbeingView(measures=[_view(each) for each in found], history=_history(found))


@router.post("/cases/{case_id}/wellbeing", status_code=201, dependencies=[allow(Permission.OFFER_WELLBEING)])
async def offer(work: InWork, desk: InDesk, response: Response, case_id: UUID) -> MeasureView:
    """Offer the questions; answering is never compulsory."""
    await desk.does(case_id, Done.WELLBEING_RECORDED)
    response.headers["location"] = f"/cases/{case_id}/wellbeing"
    return _view(await commands.offer(work, case_id, desk.author))


@router.post("/cases/{case_id}/wellbeing/answers", status_code=201, dependencies=[allow(Permission.ANSWER_WELLBEING)])
async def answer(work: InWork, desk: InDesk, response: Response, case_id: UUID, given: Answers) -> MeasureView:
    """Answer what is offered now, or unasked."""
    await desk.does(case_id, Done.WELLBEING_RECORDED)
    response.headers["location"] = f"/cases/{case_id}/wellbeing"
    return _view(await commands.take(work, case_id, None, given.answers, desk.author))


@router.post("/cases/{case_id}/wellbeing/{measure_id}/answers", dependencies=[allow(Permission.ANSWER_WELLBEING)])
async def answer_offered(work: InWork, desk: InDesk, case_id: UUID, measure_id: UUID, given: Answers) -> MeasureView:
    """Answer what was offered, also after it was declined."""
    await desk.does(case_id, Done.WELLBEING_RECORDED)
    return _view(await commands.take(work, case_id, measure_id, given.answers, desk.author))


@router.post("/cases/{case_id}/wellbeing/{measure_id}/refusal", dependencies=[allow(Permission.ANSWER_WELLBEING)])
async def decline(work: InWork, desk: InDesk, case_id: UUID, measure_id: UUID) -> MeasureView:
    """Not to answer. No reason is asked, and nothing follows from it."""
    await desk.does(case_id, Done.WELLBEING_RECORDED)
    return _view(await commands.decline(work, case_id, measure_id, desk.author))


def _view(measure: Measure) -> MeasureView:
    return MeasureView(
        measure_id=measure.measure_id,
        state=measure.state,
        offered_on=measure.offered_on,
        ended_on=measure.ended_on,
        wording=measure.wording,
        by=measure.author.kind,
        by_area=measure.author.area,
    )


def _history(measures: Sequence[Measure]) -> list[HistoryView]:
    taken = sorted(
        ((each, each.ended_on, each.answers) for each in measures if each.ended_on and each.answers),
        key=lambda found: (found[1], found[0].measure_id),
    )
    return [
        HistoryView(
            question=question,
            answers=[
                AnsweredView(
                    measure_id=measure.measure_id,
                    on=on,
                    value=answers[question],
                    band=METER.scale.band_of(answers[question]),
                )
                for measure, on, answers in taken
                if question in answers
            ],
        )
        for question in METER.scale.questions
    ]
