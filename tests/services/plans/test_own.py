"""What the young person sees of her own aftercare, at one address."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.chassis.auth import Role
from tests.services.plans.area import PlansArea
from tests.services.plans.planning import drafted, negotiated
from tests.services.tokens import TokenIssuer


async def _mine(area: PlansArea, person_id: UUID) -> Any:
    [case] = (await area.get("/me", role=Role.YOUNG_PERSON, subject=person_id))["cases"]
    return case


async def test_before_anything_is_planned_she_sees_her_worker_and_how_long(placing: PlansArea) -> None:
    person_id, worker_id = await placing.person(), await placing.worker(name="Onni Kettunen")
    case_id = await placing.case(person_id, worker_id=str(worker_id))
    mine = await _mine(placing, person_id)
    assert (mine["case_id"], mine["worker"]["name"]) == (str(case_id), "Onni Kettunen")
    assert (mine["named_now"]["contact"]["worker_id"], mine["named_now"]["until"]) == (str(worker_id), None)
    assert (mine["plan"], mine["next_meeting"], mine["contact"]) == (None, None, None)
    assert mine["right_ends_on"] > placing.today.isoformat()


async def test_she_sees_where_her_planning_stands_and_what_was_promised(placing: PlansArea) -> None:
    planning, *_ = await drafted(placing)
    await planning.publish()
    mine = await _mine(placing, planning.person_id)
    assert mine["plan"] == {"number": 1, "promises": {"not_started": 1}}
    assert mine["planning"]["phase"] == "follow_up"
    assert mine["planning"]["next_step"]
    assert mine["planning"]["next_review_on"] > placing.today.isoformat()


async def test_she_sees_the_next_meeting_and_none_that_is_over(placing: PlansArea) -> None:
    planning = await negotiated(placing)
    now = placing.service.clock.now()
    path = f"/cases/{planning.case_id}/meetings"
    for days in (9, 2, -1):
        starts_at = (now + timedelta(days=days)).isoformat()
        await placing.post(path, {"kind": "other", "starts_at": starts_at, "mode": "remote"})
    mine = await _mine(placing, planning.person_id)
    assert (mine["next_meeting"]["kind"], mine["next_meeting"]["mode"]) == ("other", "remote")
    assert mine["next_meeting"]["starts_at"].startswith((now + timedelta(days=2)).date().isoformat())


async def test_her_id_is_the_same_however_a_token_writes_it(placing: PlansArea, tokens: TokenIssuer) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    bearer = tokens.bearer(Role.YOUNG_PERSON, area=placing.code, subject=str(person_id).upper())
    hers = await placing.client.get(f"/cases/{case_id}/deadlines", headers=bearer)
    assert hers.status_code == 200
    log = await placing.get(f"/young-people/{person_id}/access-log")
    assert str(person_id) in {each["reader"] for each in log["items"]}
