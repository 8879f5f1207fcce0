"""What is due is due once, is said, and survives a move unchanged (C4)."""

from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from contracts.client_plan import DeadlineCopy, DeadlineKind
from contracts.plans import (
    CaseOpened,
    DeadlineCancelled,
    DeadlineEvent,
    DeadlineMet,
    DeadlineMoved,
    DeadlineSet,
    DossierPrepared,
    ResidenceChanged,
)
from contracts.values import new_id
from services.chassis.auth import Role
from services.plans.cases import commands as cases
from services.plans.deadlines import commands as deadlines
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea
from tests.services.plans.handoffs import dossier, opened, received, released_here

DeadlineEventT = TypeVar("DeadlineEventT", bound=DeadlineEvent)


async def _due(area: PlansArea, case_id: UUID) -> list[tuple[str, str]]:
    """What is due, but for the exit plan, which is due in every case whose right ends."""
    shown = await area.get(f"/cases/{case_id}/deadlines")
    return [(each["kind"], each["due_on"]) for each in shown if each["kind"] != "exit_plan"]


async def _follow_up(area: PlansArea, case_id: UUID) -> dict[str, object]:
    shown = await area.get(f"/cases/{case_id}/deadlines")
    [found] = [each for each in shown if each["kind"] == "follow_up"]
    return dict(found)


async def _said_of_follow_up(area: PlansArea, kind: type[DeadlineEventT]) -> list[DeadlineEventT]:
    return [each for each in await said(area.service, kind) if each.kind is DeadlineKind.FOLLOW_UP]


async def test_what_is_due_moves_and_ends_and_every_step_is_said(placing: PlansArea) -> None:
    case_id = await placing.case()
    day = placing.today + timedelta(days=30)
    for due_on in (day, day, day + timedelta(days=5)):
        async with placing.service.work() as work:
            case = (await cases.require_open(work, case_id)).case
            await deadlines.set_for(work, case, DeadlineKind.FOLLOW_UP, due_on)
    shown = await _follow_up(placing, case_id)
    assert (shown["kind"], shown["due_on"], shown["late"]) == ("follow_up", str(day + timedelta(days=5)), False)
    placing.pass_days(36)
    shown = await _follow_up(placing, case_id)
    assert shown["late"]
    for _ in range(2):
        async with placing.service.work() as work:
            await deadlines.meet(work, case, DeadlineKind.FOLLOW_UP)
    assert await _due(placing, case_id) == []
    assert len(await _said_of_follow_up(placing, DeadlineSet)) == 1
    [moved] = await _said_of_follow_up(placing, DeadlineMoved)
    assert (moved.earlier_due_on, moved.due_on) == (day, day + timedelta(days=5))
    [met] = await _said_of_follow_up(placing, DeadlineMet)
    assert (met.deadline_id, met.version) == (moved.deadline_id, 3)


async def test_the_young_person_sees_what_is_due_for_her_and_for_nobody_else(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    hers = await placing.get(f"/cases/{case_id}/deadlines", role=Role.YOUNG_PERSON, subject=person_id)
    assert [each["kind"] for each in hers] == ["exit_plan"]
    other = await placing.person()
    answer = await placing.ask("GET", f"/cases/{case_id}/deadlines", role=Role.YOUNG_PERSON, subject=other)
    assert answer.status_code == 404


async def test_the_plans_deadlines_go_into_the_dossier_and_the_log_says_so(placing: PlansArea) -> None:
    case_id = await placing.case()
    day, goal_id = placing.today + timedelta(days=200), new_id()
    async with placing.service.work() as work:
        case = (await cases.require_open(work, case_id)).case
        await deadlines.set_for(work, case, DeadlineKind.REVIEW, day)
        await deadlines.set_for(work, case, DeadlineKind.GOAL, day, about=goal_id)
        await deadlines.set_for(work, case, DeadlineKind.HANDOVER, day)
    await placing.move(case_id, "837", placing.today)
    [move] = await said(placing.service, ResidenceChanged)
    await hear(placing.service, opened(move))
    [prepared] = await said(placing.service, DossierPrepared)
    copied = {
        (each.kind, each.about, each.due_on)
        for each in prepared.dossier.deadlines
        if each.kind is not DeadlineKind.EXIT_PLAN
    }
    # Whom the placing area hands over to is nothing that another area must remind of.
    assert copied == {(DeadlineKind.REVIEW, None, day), (DeadlineKind.GOAL, goal_id, day)}
    [disclosure] = (await placing.get(f"/young-people/{move.person_id}/disclosures"))["items"]
    assert "deadlines" in disclosure["data_categories"]
    assert "client_plan" not in disclosure["data_categories"]


async def test_the_next_area_takes_them_over_with_their_ids_and_days(residence: PlansArea) -> None:
    await residence.worker()
    day = residence.today + timedelta(days=100)
    review = DeadlineCopy(deadline_id=new_id(), kind=DeadlineKind.REVIEW, due_on=day)
    goal = DeadlineCopy(deadline_id=new_id(), kind=DeadlineKind.GOAL, due_on=day, about=new_id())
    coming = dossier().model_copy(update={"deadlines": (review, goal)})
    handoff = received(coming)
    await hear(residence.service, handoff)
    [case] = await said(residence.service, CaseOpened)
    assert await _due(residence, case.case_id) == [("review", str(day)), ("goal", str(day))]
    assert {each.deadline_id for each in await said(residence.service, DeadlineSet)} == {
        review.deadline_id,
        goal.deadline_id,
    }
    await hear(residence.service, released_here(handoff))
    assert len(await said(residence.service, DeadlineCancelled)) == 2

    # She comes back, and the review was moved meanwhile.
    later = review.model_copy(update={"due_on": day + timedelta(days=9)})
    again = received(coming.model_copy(update={"deadlines": (later, goal)}), placing_case_id=handoff.placing_case_id)
    await hear(residence.service, again)
    assert await _due(residence, case.case_id) == [("goal", str(day)), ("review", str(day + timedelta(days=9)))]
    assert {each.version for each in await said(residence.service, DeadlineSet)} == {1, 3}
