"""Refusing aftercare closes nothing: it is offered again, and she comes back in one step (R4)."""

from datetime import date, timedelta

from contracts.client_plan import DeadlineKind
from contracts.plans import CaseClosed, CasePaused, CaseResumed, DeadlineCancelled, DeadlineMet, DeadlineSet
from services.chassis.auth import Role
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea
from tests.services.plans.handoffs import dossier, received, released_here


async def _offers(area: PlansArea, kind: type[DeadlineSet]) -> list[DeadlineSet]:
    return [each for each in await said(area.service, kind) if each.kind is DeadlineKind.OFFER_AGAIN]


async def test_whoever_refuses_keeps_the_case_the_worker_and_the_right(placing: PlansArea) -> None:
    case_id = await placing.case()
    before = await placing.get(f"/cases/{case_id}")
    paused = await placing.post(f"/cases/{case_id}/pause", {"reason": "not_now"})
    after = await placing.get(f"/cases/{case_id}")
    offered = (placing.today + timedelta(days=90)).isoformat()
    assert (paused["paused_on"], paused["offer_again_on"]) == (placing.today.isoformat(), offered)
    assert (after["open"], after["worker_id"], after["right_ends_on"], after["paused_on"]) == (
        True,
        before["worker_id"],
        before["right_ends_on"],
        placing.today.isoformat(),
    )
    [event] = await said(placing.service, CasePaused)
    [due] = await _offers(placing, DeadlineSet)
    assert event.offer_again_on == due.due_on
    assert await said(placing.service, CaseClosed) == []


async def test_she_comes_back_herself_in_one_step(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    await placing.post(f"/cases/{case_id}/pause", {"reason": "manages_without"})
    for _ in range(2):
        back = await placing.post(f"/cases/{case_id}/return", {}, role=Role.YOUNG_PERSON, subject=person_id)
        assert (back["paused_on"], back["open"]) == (None, True)
    assert len(await said(placing.service, CaseResumed)) == 1
    [cancelled] = await said(placing.service, DeadlineCancelled)
    assert cancelled.kind is DeadlineKind.OFFER_AGAIN
    [pause] = await placing.get(f"/cases/{case_id}/pauses", role=Role.YOUNG_PERSON, subject=person_id)
    assert (pause["reason"], pause["returned"]) == ("manages_without", True)


async def test_a_later_offer_that_is_refused_is_followed_by_the_next(placing: PlansArea) -> None:
    case_id = await placing.case()
    first = date.fromisoformat((await placing.post(f"/cases/{case_id}/pause", {"reason": "not_now"}))["paused_on"])
    placing.pass_days(90)
    again = {"reason": "does_not_say", "offer_again_on": (placing.today + timedelta(days=200)).isoformat()}
    paused = await placing.post(f"/cases/{case_id}/pause", again)
    assert (paused["paused_on"], paused["offer_again_on"]) == (first.isoformat(), again["offer_again_on"])
    [met] = await said(placing.service, DeadlineMet)
    assert met.kind is DeadlineKind.OFFER_AGAIN
    assert len(await _offers(placing, DeadlineSet)) == 2
    pauses = await placing.get(f"/cases/{case_id}/pauses")
    assert [(each["reason"], each["returned"]) for each in pauses] == [("not_now", False), ("does_not_say", None)]


async def test_nothing_but_closed_words_is_written_about_a_refusal(placing: PlansArea) -> None:
    case_id = await placing.case()
    for reason in ("non_cooperative", "did not answer the phone"):
        refused = await placing.ask("POST", f"/cases/{case_id}/pause", {"reason": reason})
        assert refused.status_code == 422
    far = {"reason": "not_now", "offer_again_on": (placing.today + timedelta(days=400)).isoformat()}
    forgotten = await placing.ask("POST", f"/cases/{case_id}/pause", far)
    assert (forgotten.status_code, forgotten.json()["field"]) == (422, "offer_again_on")


async def test_an_area_sets_after_how_many_days_it_offers_again(placing: PlansArea) -> None:
    set_ = await placing.ask("PUT", "/guidance/offer_again", {"days": 30})
    assert (set_.status_code, set_.json()["days"], set_.json()["advised"]) == (200, 30, 90)
    case_id = await placing.case()
    paused = await placing.post(f"/cases/{case_id}/pause", {"reason": "other_support"})
    assert paused["offer_again_on"] == (placing.today + timedelta(days=30)).isoformat()
    counted = {each["rule"]: each["days"] for each in await placing.get("/guidance")}
    assert counted.items() >= {"preparation": 180, "offer_again": 30, "exit_plan": 180}.items()
    for rule, days, status in (("offer_again", 400, 422), ("preparation", 100, 422), ("nothing", 10, 404)):
        assert (await placing.ask("PUT", f"/guidance/{rule}", {"days": days})).status_code == status


async def test_a_refusal_ends_where_she_moves_away(residence: PlansArea) -> None:
    await residence.worker()
    handoff = received(dossier())
    await hear(residence.service, handoff)
    [case] = (await residence.get("/cases"))["items"]
    await residence.post(f"/cases/{case['case_id']}/pause", {"reason": "not_now"})
    await hear(residence.service, released_here(handoff))
    [pause] = await residence.get(f"/cases/{case['case_id']}/pauses")
    assert (pause["ended_at"] is not None, pause["returned"]) == (True, False)
