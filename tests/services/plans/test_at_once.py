"""Everything at once: nobody waits in a circle, and what must never be untrue stays true."""

import asyncio
from datetime import timedelta
from uuid import UUID

from contracts.envelope import Message
from contracts.plans import ContactNamed
from services.plans.moves.commands import announce_due
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea, hetu
from tests.services.plans.handoffs import dossier, received, released_here
from tests.services.plans.test_population_changes import change, document, home, order

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


async def _announce(area: PlansArea) -> None:
    async with area.service.work() as work:
        await announce_due(work)


async def _name(area: PlansArea, case_id: UUID, worker_id: UUID) -> None:
    version = (await area.ask("GET", f"/cases/{case_id}")).headers["etag"]
    body = {"worker_id": str(worker_id)}
    answer = await area.ask("POST", f"/cases/{case_id}/worker", body, headers={"If-Match": version})
    assert answer.status_code == 200
