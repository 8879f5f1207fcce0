"""Aftercare ends with somebody who receives her, or with a lead's reason; and it can go on again (R97, R98)."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.client_plan import DeadlineKind, Owner, OwnerKind, PlanContent, Promise, Status
from contracts.plans import (
    CaseClosed,
    CaseOpened,
    ClosingReason,
    DeadlineMet,
    DeadlineSet,
    DossierPrepared,
    ResidenceChanged,
)
from contracts.values import new_id
from services.chassis.auth import Role
from services.plans.cases import commands as cases
from services.plans.client_plans import store as client_plans
from services.plans.client_plans.domain import PlanRecord, PublishedPlan
from services.plans.deadlines import commands as deadlines
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea
from tests.services.plans.handoffs import dossier, opened, received

TO_THE_END = 40
"""After so many days the right of ``_soon_over`` has ended."""


async def _soon_over(area: PlansArea, *, worker_id: UUID | None = None) -> UUID:
    """A case whose right ends in about thirty days: five years after she was last a client."""
    last = (area.today - timedelta(days=5 * 365 - 30)).isoformat()
    placements = [{"started_on": "2012-01-01", "ended_on": last}]
    worker = None if worker_id is None else str(worker_id)
    return await area.case(placements=placements, last_child_protection_on=last, worker_id=worker)


async def _promise(area: PlansArea, case_id: UUID, *statuses: Status) -> list[UUID]:
    """A published plan with promises."""
    promises = [
        Promise(promise_id=new_id(), what="Tuettu asunto", owner=Owner(kind=OwnerKind.RESPONSIBLE_WORKER), status=each)
        for each in statuses
    ]
    async with area.service.work() as work:
        record = PlanRecord(new_id(), case_id, home=True)
        await client_plans.save(work, record)
        plan = PublishedPlan(record.plan_id, 1, work.now, PlanContent(promises=tuple(promises)), published_by=None)
        await client_plans.add_version(work, plan)
    return [each.promise_id for each in promises]


async def _plan(area: PlansArea, method: str, case_id: UUID, path: str, body: object) -> Any:  # Any: JSON
    """One change of the exit plan, made against its present version."""
    version = (await area.ask("GET", f"/cases/{case_id}/exit-plan")).headers["etag"]
    answer = await area.ask(method, f"/cases/{case_id}/exit-plan{path}", body, headers={"If-Match": version})
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def _end(
    area: PlansArea, case_id: UUID, body: object, role: Role = Role.LEAD, subject: UUID | None = None
) -> Any:
    version = (await area.ask("GET", f"/cases/{case_id}")).headers["etag"]
    answer = await area.ask(
        "POST", f"/cases/{case_id}/end", body, role=role, subject=subject, headers={"If-Match": version}
    )
    return answer.status_code, answer.json()


async def test_an_exit_plan_is_due_before_the_right_ends_and_met_when_it_is_confirmed(placing: PlansArea) -> None:
    case_id = await placing.case()
    [promise, _] = await _promise(placing, case_id, Status.IN_PROGRESS, Status.REALISED)
    [due] = await said(placing.service, DeadlineSet)
    assert (due.kind, due.due_on.isoformat()) == (DeadlineKind.EXIT_PLAN, "2028-11-18")
    taken = {"who": "Turun kaupunki", "what": "Asuminen", "promise_ids": [str(promise)]}
    plan = await _plan(placing, "POST", case_id, "/receivers", taken)
    [receiver] = plan["receivers"]
    assert [(each["promise_id"], each["received"]) for each in plan["open_promises"]] == [(str(promise), False)]
    early = await placing.ask("POST", f"/cases/{case_id}/exit-plan/confirmation", {}, headers={"If-Match": '"1"'})
    assert early.json()["type"] == "urn:jatkumo:problem:receiver-not-accepted"
    yes = {"accepted_on": placing.today.isoformat(), "accepted_by": "Palveluohjaaja Aho"}
    await _plan(placing, "POST", case_id, f"/receivers/{receiver['receiver_id']}/acceptance", yes)
    assert (await _plan(placing, "POST", case_id, "/confirmation", {}))["confirmed"]
    [met] = await said(placing.service, DeadlineMet)
    assert met.kind is DeadlineKind.EXIT_PLAN


async def test_a_change_that_is_taken_back_leaves_a_confirmed_exit_plan_confirmed(placing: PlansArea) -> None:
    case_id = await placing.case()
    plan = await _plan(placing, "POST", case_id, "/receivers", {"who": "Ohjaamo", "what": "Työnhaku"})
    yes = {"accepted_on": placing.today.isoformat(), "accepted_by": "Uravalmentaja"}
    await _plan(placing, "POST", case_id, f"/receivers/{plan['receivers'][0]['receiver_id']}/acceptance", yes)
    await _plan(placing, "POST", case_id, "/confirmation", {})
    version = {"If-Match": (await placing.ask("GET", f"/cases/{case_id}")).headers["etag"]}
    longer = {"decided_on": placing.today.isoformat(), "until": "2035-01-01"}
    decided = await placing.ask("POST", f"/cases/{case_id}/decisions", longer, headers=version)
    assert [each["kind"] for each in await placing.get(f"/cases/{case_id}/deadlines")] == ["exit_plan"]
    path = f"/cases/{case_id}/decisions/{decided.json()['decisions'][0]['decision_id']}"
    version = {"If-Match": decided.headers["etag"]}
    assert (await placing.ask("PATCH", path, {"withdrawn": True}, headers=version)).status_code == 200
    assert (await placing.get(f"/cases/{case_id}/exit-plan"))["confirmed"]
    assert await placing.get(f"/cases/{case_id}/deadlines") == []


async def test_what_was_due_when_a_case_ended_is_due_again_when_it_goes_on(placing: PlansArea) -> None:
    case_id = await _soon_over(placing)
    review_on = placing.today + timedelta(days=300)
    async with placing.service.work() as work:
        case = (await cases.get(work, case_id)).case
        await deadlines.set_for(work, case, DeadlineKind.REVIEW, review_on)
    await placing.post(f"/cases/{case_id}/pause", {"reason": "not_now"})
    before = await placing.get(f"/cases/{case_id}/deadlines")
    placing.pass_days(TO_THE_END)
    _, ended = await _end(placing, case_id, {"reason": "Lopetetaan"})
    assert await placing.get(f"/cases/{case_id}/deadlines") == []
    until = (placing.today + timedelta(days=365)).isoformat()
    longer = {"decision": {"decided_on": placing.today.isoformat(), "until": until}}
    version = {"If-Match": f'"{ended["version"]}"'}
    assert (await placing.ask("POST", f"/cases/{case_id}/reopening", longer, headers=version)).status_code == 200
    due = {each["kind"]: each for each in await placing.get(f"/cases/{case_id}/deadlines")}
    assert set(due) == {"review", "exit_plan"}
    assert due["review"] == next(each for each in before if each["kind"] == "review")


async def test_a_case_ends_with_a_confirmed_exit_plan_and_nothing_is_due_any_more(placing: PlansArea) -> None:
    case_id = await _soon_over(placing)
    await _promise(placing, case_id, Status.REALISED)
    plan = await _plan(placing, "POST", case_id, "/receivers", {"who": "Ohjaamo", "what": "Työnhaku"})
    yes = {"accepted_on": placing.today.isoformat(), "accepted_by": "Uravalmentaja"}
    await _plan(placing, "POST", case_id, f"/receivers/{plan['receivers'][0]['receiver_id']}/acceptance", yes)
    await _plan(placing, "POST", case_id, "/confirmation", {})
    await placing.post(f"/cases/{case_id}/pause", {"reason": "not_now"})
    assert (await _end(placing, case_id, {}))[1]["type"] == "urn:jatkumo:problem:right-lasts"
    placing.pass_days(TO_THE_END)
    status, case = await _end(placing, case_id, {})
    assert (status, case["open"]) == (200, False)
    [closed] = await said(placing.service, CaseClosed)
    assert closed.reason is ClosingReason.RIGHT_ENDED
    assert await placing.get(f"/cases/{case_id}/deadlines") == []
    seen = await placing.get(f"/cases/{case_id}/exit-plan")
    assert [(each["lead_reason"], each["unreceived"]) for each in seen["endings"]] == [(None, [])]


async def test_a_promise_that_nobody_receives_keeps_a_case_open_unless_a_lead_says_why(placing: PlansArea) -> None:
    worker_id = await placing.worker()
    case_id = await _soon_over(placing, worker_id=worker_id)
    [promise] = await _promise(placing, case_id, Status.NOT_STARTED)
    placing.pass_days(TO_THE_END)
    status, refused = await _end(placing, case_id, {}, Role.WORKER, worker_id)
    assert (status, refused["type"]) == (409, "urn:jatkumo:problem:promise-open")
    why = {"reason": "Nuori muutti ulkomaille, palvelu jatkuu siellä."}
    status, refused = await _end(placing, case_id, why, Role.WORKER, worker_id)
    assert (status, refused["type"]) == (403, "urn:jatkumo:problem:lead-needed")
    status, case = await _end(placing, case_id, why)
    assert (status, case["open"]) == (200, False)
    [ending] = (await placing.get(f"/cases/{case_id}/exit-plan"))["endings"]
    assert (ending["lead_reason"], ending["unreceived"]) == (why["reason"], [str(promise)])


async def test_no_case_ends_by_age_without_an_exit_plan(placing: PlansArea) -> None:
    case_id = await _soon_over(placing)
    placing.pass_days(TO_THE_END)
    status, refused = await _end(placing, case_id, {})
    assert (status, refused["type"]) == (409, "urn:jatkumo:problem:exit-plan-needed")
    assert await said(placing.service, CaseClosed) == []


async def test_a_longer_decision_opens_the_case_again_with_a_named_worker(placing: PlansArea) -> None:
    case_id = await _soon_over(placing)
    placing.pass_days(TO_THE_END)
    await _end(placing, case_id, {"reason": "Lopetetaan"})
    version = {"If-Match": (await placing.ask("GET", f"/cases/{case_id}")).headers["etag"]}
    ended = await placing.ask("POST", f"/cases/{case_id}/reopening", {}, headers=version)
    assert (ended.status_code, ended.json()["type"]) == (422, "urn:jatkumo:problem:right-has-ended")
    until = (placing.today + timedelta(days=365)).isoformat()
    longer = {"decision": {"decided_on": placing.today.isoformat(), "until": until}}
    worker = await placing.ask(
        "POST", f"/cases/{case_id}/reopening", longer, role=Role.WORKER, subject=uuid4(), headers=version
    )
    assert worker.status_code == 403
    again = await placing.ask("POST", f"/cases/{case_id}/reopening", longer, headers=version)
    assert (again.status_code, again.json()["open"], again.json()["right_ends_on"]) == (200, True, until)
    assert len(await said(placing.service, CaseOpened)) == 2
    assert [each["why"] for each in (await placing.get(f"/cases/{case_id}/rights"))["history"]][-1] == "case_reopened"
    [due] = await placing.get(f"/cases/{case_id}/deadlines")
    assert due["kind"] == "exit_plan"
    first, second = await placing.get(f"/cases/{case_id}/workers")
    assert (first["until"] is not None, second["until"]) == (True, None)


async def test_an_exit_plan_takes_over_only_what_was_promised(placing: PlansArea) -> None:
    case_id = await placing.case()
    strange = {"who": "Kela", "what": "Asumistuki", "promise_ids": [str(uuid4())]}
    refused = await placing.ask("POST", f"/cases/{case_id}/exit-plan/receivers", strange, headers={"If-Match": '"0"'})
    assert (refused.status_code, refused.json()["field"]) == (422, "promise_ids")
    plan = await _plan(placing, "POST", case_id, "/receivers", strange | {"promise_ids": []})
    receiver = f"/receivers/{plan['receivers'][0]['receiver_id']}"
    assert (await _plan(placing, "PUT", case_id, receiver, {"who": "Kela", "what": "Muu"}))["version"] == 2
    unknown = await placing.ask(
        "PUT",
        f"/cases/{case_id}/exit-plan/receivers/{uuid4()}",
        {"who": "Kela", "what": "Muu"},
        headers={"If-Match": '"2"'},
    )
    assert unknown.status_code == 404
    assert (await _plan(placing, "DELETE", case_id, receiver, None))["receivers"] == []


async def test_the_area_where_she_lives_ends_nothing_that_another_area_organises(residence: PlansArea) -> None:
    await residence.worker()
    await hear(residence.service, received(dossier()))
    [case] = (await residence.get("/cases"))["items"]
    status, refused = await _end(residence, case["case_id"], {"reason": "Ohi"})
    assert (status, refused["type"]) == (409, "urn:jatkumo:problem:placed-by-another-area")


async def test_a_handoff_that_comes_after_the_end_discloses_nothing(placing: PlansArea) -> None:
    case_id = await _soon_over(placing)
    await placing.move(case_id, "837", placing.today)
    [move] = await said(placing.service, ResidenceChanged)
    placing.pass_days(TO_THE_END)
    await _end(placing, case_id, {"reason": "Oikeus on päättynyt"})
    assert await hear(placing.service, opened(move)) == "handled"
    assert await said(placing.service, DossierPrepared) == []


async def test_she_sees_who_receives_her(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    await _plan(placing, "POST", case_id, "/receivers", {"who": "Ohjaamo", "what": "Työnhaku"})
    own = await placing.get(f"/cases/{case_id}/exit-plan", role=Role.YOUNG_PERSON, subject=person_id)
    assert [each["who"] for each in own["receivers"]] == ["Ohjaamo"]


async def test_whoever_plans_the_exit_and_ends_a_case_or_opens_it_again_is_written_down(placing: PlansArea) -> None:
    case_id, actor = await _soon_over(placing), uuid4()
    base = f"/cases/{case_id}/exit-plan"
    service = {"who": "Ohjaamo", "what": "Työnhaku"}

    async def does(method: str, path: str, body: object, version: int) -> Any:  # Any: JSON
        answer = await placing.ask(method, path, body, subject=actor, headers={"If-Match": f'"{version}"'})
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    first = (await does("POST", f"{base}/receivers", service, 0))["receivers"][0]["receiver_id"]
    await does("DELETE", f"{base}/receivers/{first}", None, 1)
    second = (await does("POST", f"{base}/receivers", service, 2))["receivers"][0]["receiver_id"]
    await does("PUT", f"{base}/receivers/{second}", service | {"what": "Opinnot"}, 3)
    yes = {"accepted_on": placing.today.isoformat(), "accepted_by": "Uravalmentaja"}
    await does("POST", f"{base}/receivers/{second}/acceptance", yes, 4)
    await does("POST", f"{base}/confirmation", {}, 5)
    placing.pass_days(TO_THE_END)
    ended = await does("POST", f"/cases/{case_id}/end", {}, 1)
    until = (placing.today + timedelta(days=9)).isoformat()
    longer = {"decision": {"decided_on": placing.today.isoformat(), "until": until}}
    await does("POST", f"/cases/{case_id}/reopening", longer, ended["version"])
    rows = await placing.rows("SELECT done FROM access_log WHERE reader = :reader", reader=str(actor))
    assert [row.done for row in rows] == [*["exit_plan_recorded"] * 6, "case_ended", "case_reopened"]


async def test_a_case_goes_on_by_no_other_door_while_somebody_prepares(placing: PlansArea) -> None:
    case_id = await _soon_over(placing)
    person_id = (await placing.get(f"/cases/{case_id}"))["person_id"]
    placing.pass_days(TO_THE_END)
    _, ended = await _end(placing, case_id, {"reason": "Lopetetaan"})
    placed_again = {
        "person_id": person_id,
        "ground": "taken_into_care",
        "kind": "care",
        "placement_started_on": placing.today.isoformat(),
        "placement_ends_on": (placing.today + timedelta(days=200)).isoformat(),
    }
    await placing.post("/preparations", placed_again)
    longer = {"decision": {"decided_on": placing.today.isoformat(), "until": "2060-01-01"}}
    version = {"If-Match": f'"{ended["version"]}"'}
    refused = await placing.ask("POST", f"/cases/{case_id}/reopening", longer, headers=version)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:jatkumo:problem:preparation-open")
