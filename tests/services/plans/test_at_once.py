"""Everything at once: nobody waits in a circle, and what must never be untrue stays true."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from contracts.envelope import Message
from contracts.plans import ContactNamed
from contracts.values import new_id
from services.chassis.work import Work
from services.plans import tables
from services.plans.cases import commands as cases
from services.plans.cases import store as case_store
from services.plans.moves.commands import announce_due
from services.plans.people import commands as people
from services.plans.people import store as people_store
from services.plans.people.identity import Hetu
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea, hetu, new_case
from tests.services.plans.handoffs import dossier, received, released_here
from tests.services.plans.test_population_changes import change, document, home, order

Change = Callable[[Work, UUID], Awaitable[None]]
LEFT_BEHIND = "SELECT 1 FROM cases c JOIN workers w USING (worker_id) WHERE c.closed_at IS NULL AND NOT w.active"


async def test_handoffs_contacts_releases_and_departures_at_once(residence: PlansArea) -> None:
    workers = [await residence.worker(caseload_aim=4) for _ in range(4)]
    codes = [hetu() for _ in range(6)]
    handoffs = [received(dossier(code=code)) for code in codes]
    for handoff in handoffs:
        await hear(residence.service, handoff)
    cases = [event.case_id for event in await said(residence.service, ContactNamed)]
    body = {"contacted_at": residence.service.clock.now().isoformat()}
    feed = document(*(change(code, order(active=True), home("211")) for code in codes))
    answers = await asyncio.gather(
        *(residence.ask("POST", f"/cases/{case_id}/first-contact", body, subject=workers[0]) for case_id in cases),
        *(residence.ask("POST", f"/workers/{worker_id}/departure", {}) for worker_id in workers[:2]),
        residence.ask("POST", "/population-changes", feed),
        residence.ask("POST", "/population-changes", feed),
        _heard(residence, *(released_here(handoff) for handoff in handoffs[:3])),
        _heard(residence, *(received(dossier()) for _ in range(3))),
    )
    statuses = {answer.status_code for answer in answers if answer is not None}
    # 409: the case was closed first. A deadlock would be a 503.
    assert statuses <= {200, 201, 409}
    assert await residence.rows(LEFT_BEHIND) == []
    open_cases = await residence.rows("SELECT 1 FROM cases WHERE closed_at IS NULL")
    assert len(open_cases) == 6


async def _heard(area: PlansArea, *messages: Message) -> None:
    outcomes = await asyncio.gather(*(hear(area.service, message) for message in messages))
    assert set(outcomes) == {"handled"}


async def test_moves_changes_of_worker_and_the_day_of_a_move_at_once(placing: PlansArea) -> None:
    cases = [await placing.case() for _ in range(4)]
    leaver, successor = await placing.worker(caseload_aim=0), await placing.worker(caseload_aim=0)
    for case_id in cases:
        await placing.move(case_id, "837", placing.today + timedelta(days=1))
        await _name(placing, case_id, leaver)
    placing.pass_days(1)
    today = placing.today.isoformat()
    answers = await asyncio.gather(
        *(
            placing.ask("POST", f"/cases/{case_id}/moves", {"municipality": municipality, "moved_on": today})
            for case_id in cases
            for municipality in ("091", "837")
        ),
        placing.ask("POST", f"/workers/{leaver}/departure", {"successors": {str(cases[0]): str(successor)}}),
        _announce(placing),
        _announce(placing),
    )
    assert {answer.status_code for answer in answers if answer is not None} <= {200, 201}
    assert await placing.rows(LEFT_BEHIND) == []
    twice = "SELECT 1 FROM journal WHERE type = 'plans.residence_changed.v1' GROUP BY convert_from(body, 'UTF8')::jsonb"
    assert await placing.rows(f"{twice} ->> 'move_id' HAVING count(*) > 1") == []
    gaps = "SELECT 1 FROM journal GROUP BY aggregate_id, sequence HAVING count(*) > 1"
    assert await placing.rows(gaps) == []


async def _locked_person(work: Work, case_id: UUID) -> None:
    await people.get(work, (await cases.get(work, case_id)).case.person_id, lock=True)


async def _arriving_person(work: Work, case_id: UUID) -> None:
    person, code = await people.get_identified(work, (await cases.get(work, case_id)).case.person_id)
    await people.arrive(work, new_id(), code, person.details)


async def _person_with_a_corrected_code(work: Work, case_id: UUID) -> None:
    person_id = (await cases.get(work, case_id)).case.person_id
    assert await people_store.correct_hetu(work, person_id, Hetu.parse(hetu(), allow_temporary=True))


async def _changed_case(work: Work, case_id: UUID) -> None:
    stored = await cases.require_open(work, case_id)
    await case_store.save(work, stored.case)
    await case_store.save_particulars(work, case_id, stored.particulars)


async def _claimed_case(work: Work, case_id: UUID) -> None:
    assert await case_store.claim(work, select(tables.cases.c.case_id), limit=1)


@pytest.mark.parametrize(
    "change", [_locked_person, _arriving_person, _person_with_a_corrected_code, _changed_case, _claimed_case]
)
async def test_a_change_keeps_nobody_from_writing_down_what_they_do(placing: PlansArea, change: Change) -> None:
    """What refers to a person or a case, as every row of a log does, waits for no change of either: no circle."""
    case_id = await placing.case()
    async with placing.service.work() as work:
        await change(work, case_id)
        for table in ("people", "cases"):
            assert await placing.rows(f"SELECT 1 FROM {table} FOR KEY SHARE NOWAIT")


@pytest.mark.parametrize("change", [_locked_person, _arriving_person, _changed_case, _claimed_case])
async def test_two_changes_of_one_person_or_case_take_turns(placing: PlansArea, change: Change) -> None:
    case_id = await placing.case()
    async with placing.service.work() as work:
        await change(work, case_id)
        table = "people" if "person" in change.__name__ else "cases"
        with pytest.raises(DBAPIError, match="could not obtain lock"):
            await placing.rows(f"SELECT 1 FROM {table} FOR NO KEY UPDATE NOWAIT")


async def _announce(area: PlansArea) -> None:
    async with area.service.work() as work:
        await announce_due(work)


async def _name(area: PlansArea, case_id: UUID, worker_id: UUID) -> None:
    version = (await area.ask("GET", f"/cases/{case_id}")).headers["etag"]
    body = {"worker_id": str(worker_id)}
    answer = await area.ask("POST", f"/cases/{case_id}/worker", body, headers={"If-Match": version})
    assert answer.status_code == 200


async def test_absences_departures_returns_and_openings_at_once_leave_nobody_without(
    placing: PlansArea,
) -> None:
    everybody = [await placing.worker(qualification="social_worker") for _ in range(5)]
    cases = [await placing.case(worker_id=str(each), special_support=True) for each in everybody]
    people = [await placing.person() for _ in range(3)]
    counsellor = await placing.worker()
    today = placing.today
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=3)).isoformat()}

    def away(who: UUID, by: UUID) -> Awaitable[httpx.Response]:
        return placing.ask("POST", f"/workers/{who}/absences", {"substitute_id": str(by), **days})

    answers = await asyncio.gather(
        # A circle, each part of which is allowed while the others are not there yet.
        *(away(who, by) for who, by in zip(everybody, [*everybody[1:], everybody[0]], strict=True)),
        away(everybody[0], counsellor),
        *(placing.ask("POST", f"/workers/{who}/departure", {}) for who in everybody[:3]),
        *(placing.ask("POST", f"/workers/{who}/return", {}) for who in everybody[:3]),
        *(
            placing.ask("PATCH", f"/workers/{who}", {"qualification": "other"}, headers={"If-Match": '"1"'})
            for who in everybody[3:]
        ),
        *(placing.ask("POST", "/cases", new_case(person_id, special_support=True)) for person_id in people),
    )
    # A deadlock would be a 503.
    assert {answer.status_code for answer in answers} <= {200, 201, 404, 409, 412, 422}
    assert await placing.rows(LEFT_BEHIND) == []
    qualified = {each["worker_id"]: each["qualification"] for each in await placing.get("/workers")}
    for day in range(5):
        placing.pass_days(day)
        for case_id in cases:
            named = (await placing.get(f"/cases/{case_id}"))["named_now"]["worker_id"]
            assert qualified[named] == "social_worker"
