"""Somebody is away: whoever stands in is the named worker on those days, for the young person and everybody else."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.plans import AbsenceCancelled, AbsencePlanned, HandoverAsked, WorkerNamed
from services.chassis.auth import Role
from services.plans.absences import commands as absences
from tests.services.conversation import said
from tests.services.plans.area import PlansArea


async def _away(area: PlansArea, worker_id: UUID, by: UUID, starts: int = 0, lasts: int = 2) -> httpx.Response:
    """A worker is away for some days from now, the last one included."""
    first = area.today + timedelta(days=starts)
    days = {"first_day": first.isoformat(), "last_day": (first + timedelta(days=lasts)).isoformat()}
    return await area.ask("POST", f"/workers/{worker_id}/absences", {"substitute_id": str(by), **days})


async def _planned(area: PlansArea, worker_id: UUID, by: UUID, starts: int = 0, lasts: int = 2) -> Any:
    answer = await _away(area, worker_id, by, starts, lasts)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _named_now(area: PlansArea, case_id: UUID) -> UUID:
    return UUID((await area.get(f"/cases/{case_id}"))["named_now"]["worker_id"])


async def _lead(area: PlansArea) -> UUID:
    [lead] = await area.get("/workers?lead=true")
    return UUID(lead["worker_id"])


def _refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:jatkumo:problem:")


async def test_the_substitute_is_the_named_worker_on_the_days_of_absence_and_no_other(placing: PlansArea) -> None:
    worker, substitute = await placing.worker(), await placing.worker(name="Sini Sijainen")
    case_id = await placing.case(worker_id=str(worker))
    await _planned(placing, worker, substitute, starts=1, lasts=1)
    assert await _named_now(placing, case_id) == worker
    for day, named in ((1, substitute), (2, substitute), (3, worker)):
        placing.pass_days(day)
        assert await _named_now(placing, case_id) == named
    assert (await placing.get(f"/cases/{case_id}"))["worker_id"] == str(worker)


async def test_the_young_person_is_told_whom_to_turn_to_and_until_when(placing: PlansArea) -> None:
    worker, substitute = await placing.worker(), await placing.worker(name="Sini Sijainen", phone="+358 40 555 0111")
    person_id = await placing.person()
    await placing.case(person_id, worker_id=str(worker))
    absence = await _planned(placing, worker, substitute)
    [case] = (await placing.get("/me", role=Role.YOUNG_PERSON, subject=person_id))["cases"]
    now = case["named_now"]
    assert (now["contact"]["name"], now["contact"]["phone"]) == ("Sini Sijainen", "+358 40 555 0111")
    assert now["until"] == absence["last_day"]
    assert case["worker"]["worker_id"] == str(worker)


async def test_the_timeline_shows_who_stood_in_between_which_instants(placing: PlansArea) -> None:
    worker, substitute = await placing.worker(), await placing.worker(name="Sini Sijainen")
    case_id = await placing.case(worker_id=str(worker))
    await _planned(placing, worker, substitute, starts=1, lasts=1)
    assert [each["role"] for each in await placing.get(f"/cases/{case_id}/workers")] == ["responsible_worker"]
    placing.pass_days(2)
    _, during = await placing.get(f"/cases/{case_id}/workers")
    assert (during["role"], during["worker_id"], during["until"]) == ("substitute", str(substitute), None)
    placing.pass_days(5)
    named, stood_in = await placing.get(f"/cases/{case_id}/workers")
    assert (named["worker_id"], named["until"]) == (str(worker), None)
    assert named["since"] < stood_in["since"] < stood_in["until"]


async def test_an_absence_is_said_without_a_reason_and_asks_for_no_handover(placing: PlansArea) -> None:
    worker, substitute = await placing.worker(), await placing.worker()
    await placing.case(worker_id=str(worker))
    absence = await _planned(placing, worker, substitute)
    [event] = await said(placing.service, AbsencePlanned)
    assert (str(event.absence_id), event.worker_id, event.substitute_id) == (absence["absence_id"], worker, substitute)
    assert await said(placing.service, HandoverAsked) == []
    assert await said(placing.service, WorkerNamed) == []


async def test_when_the_substitute_is_away_too_their_own_substitute_is_named(placing: PlansArea) -> None:
    worker, first, second = [await placing.worker() for _ in range(3)]
    case_id = await placing.case(worker_id=str(worker))
    await _planned(placing, worker, first, lasts=3)
    await _planned(placing, first, second, starts=1, lasts=1)
    named = []
    for day in range(5):
        placing.pass_days(day)
        named.append(await _named_now(placing, case_id))
    assert named == [first, second, second, first, worker]


async def test_whoever_stands_in_knows_for_whom(placing: PlansArea) -> None:
    worker, first, second = [await placing.worker() for _ in range(3)]
    await _planned(placing, worker, first)
    await _planned(placing, first, second)
    async with placing.service.work() as work:
        assert await absences.stands_in_for(work, second) == {worker, first}
        assert await absences.stands_in_for(work, first) == frozenset()


async def test_the_roster_shows_who_is_away_and_who_stands_in(placing: PlansArea) -> None:
    worker, substitute = await placing.worker(), await placing.worker()
    absence = await _planned(placing, worker, substitute)
    roster = {each["worker_id"]: each["away"] for each in await placing.get("/workers")}
    assert roster[str(worker)] == {
        "absence_id": absence["absence_id"],
        "substitute_id": str(substitute),
        "last_day": absence["last_day"],
    }
    assert roster[str(substitute)] is None


async def test_nobody_who_is_away_today_is_chosen_by_room(placing: PlansArea) -> None:
    everybody = [UUID(each["worker_id"]) for each in await placing.get("/workers")]
    lead = await _lead(placing)
    free = await placing.worker(caseload_aim=100)
    for worker in everybody:
        if worker != lead:
            await _planned(placing, worker, lead)
    await _planned(placing, free, lead)
    chosen = (await placing.get(f"/cases/{await placing.case()}"))["worker_id"]
    assert chosen == str(lead)


@pytest.mark.parametrize("lasts", [0, 2])
async def test_a_worker_is_away_once_on_a_day(placing: PlansArea, lasts: int) -> None:
    worker, substitute = await placing.worker(), await placing.worker()
    await _planned(placing, worker, substitute, lasts=2)
    assert _refused(await _away(placing, worker, substitute, starts=2, lasts=lasts)) == (409, "absences-overlap")
    await _planned(placing, worker, substitute, starts=3)


async def test_two_do_not_stand_in_for_each_other_on_the_same_day(placing: PlansArea) -> None:
    first, second, third = [await placing.worker() for _ in range(3)]
    await _planned(placing, first, second, lasts=2)
    await _planned(placing, second, third, lasts=2)
    assert _refused(await _away(placing, third, first, starts=1, lasts=9)) == (409, "substitutes-in-a-circle")
    await _planned(placing, third, first, starts=3)


async def test_nobody_stands_in_who_is_away_the_whole_time_or_not_here(placing: PlansArea) -> None:
    worker, away, gone, other = [await placing.worker() for _ in range(4)]
    await placing.post(f"/workers/{gone}/departure", {})
    await _planned(placing, away, other, lasts=5)
    assert _refused(await _away(placing, worker, away, lasts=5)) == (409, "substitute-is-away")
    assert _refused(await _away(placing, worker, gone)) == (422, "no-such-worker")
    assert _refused(await _away(placing, worker, uuid4())) == (422, "no-such-worker")
    assert _refused(await _away(placing, worker, worker)) == (422, "own-substitute")
    assert _refused(await _away(placing, gone, worker)) == (404, "no-such-worker")
    assert _refused(await _away(placing, worker, other, starts=-1)) == (422, "absence-in-the-past")


async def test_special_support_needs_a_social_worker_also_in_an_absence(placing: PlansArea) -> None:
    social, other = [await placing.worker(qualification="social_worker") for _ in range(2)]
    counsellor = await placing.worker()
    await placing.case(worker_id=str(social), special_support=True)
    needed = (409, "substitute-qualification-needed")
    assert _refused(await _away(placing, social, counsellor)) == needed
    await _planned(placing, social, other, lasts=4)
    # Also two steps away.
    assert _refused(await _away(placing, other, counsellor, starts=2)) == needed
    await _planned(placing, other, counsellor, starts=5)


async def test_a_worker_whose_substitute_is_not_qualified_gets_no_special_support(placing: PlansArea) -> None:
    social, counsellor = await placing.worker(qualification="social_worker", caseload_aim=100), await placing.worker()
    await _planned(placing, social, counsellor, starts=30)
    body = {"worker_id": str(social)}
    case_id = await placing.case(special_support=True)
    assert (await placing.get(f"/cases/{case_id}"))["worker_id"] != str(social)
    version = (await placing.ask("GET", f"/cases/{case_id}")).headers["etag"]
    answer = await placing.ask("POST", f"/cases/{case_id}/worker", body, headers={"If-Match": version})
    assert _refused(answer) == (422, "substitute-qualification-needed")


async def test_a_substitute_who_leaves_needs_another(placing: PlansArea) -> None:
    worker, leaver, other = [await placing.worker() for _ in range(3)]
    case_id = await placing.case(worker_id=str(worker))
    absence = await _planned(placing, worker, leaver, lasts=4)
    placing.pass_days(1)
    assert _refused(await placing.ask("POST", f"/workers/{leaver}/departure", {})) == (409, "substitute-leaves")
    wrong = {"substitutes": {absence["absence_id"]: str(leaver)}}
    assert (await placing.ask("POST", f"/workers/{leaver}/departure", wrong)).status_code == 422
    assert await _named_now(placing, case_id) == leaver
    await placing.post(f"/workers/{leaver}/departure", {"substitutes": {absence["absence_id"]: str(other)}})
    assert await _named_now(placing, case_id) == other
    stood_in = [each["worker_id"] for each in await placing.get(f"/cases/{case_id}/workers") if each["until"]]
    assert stood_in == [str(leaver)]
    [to_come] = await placing.get(f"/workers/{worker}/absences")
    assert (to_come["substitute_id"], to_come["last_day"]) == (str(other), absence["last_day"])


async def test_one_who_leaves_while_away_is_away_no_more(placing: PlansArea) -> None:
    leaver, substitute = await placing.worker(), await placing.worker()
    absence = await _planned(placing, leaver, substitute)
    await placing.post(f"/workers/{leaver}/departure", {})
    assert await placing.get(f"/workers/{leaver}/absences") == []
    [cancelled] = await said(placing.service, AbsenceCancelled)
    assert str(cancelled.absence_id) == absence["absence_id"]
    # Nobody is away: the substitute can go without naming another.
    await placing.post(f"/workers/{substitute}/departure", {})


async def test_an_absence_is_shortened_and_lengthened_by_its_version(placing: PlansArea) -> None:
    worker, substitute = await placing.worker(), await placing.worker()
    absence = await _planned(placing, worker, substitute, lasts=5)
    where, sooner = f"/absences/{absence['absence_id']}", (placing.today + timedelta(days=1)).isoformat()
    assert (await placing.ask("PATCH", where, {"last_day": sooner})).status_code == 428
    shorter = await placing.ask("PATCH", where, {"last_day": sooner}, headers={"If-Match": '"1"'})
    assert (shorter.status_code, shorter.json()["last_day"], shorter.headers["etag"]) == (200, sooner, '"2"')
    stale = await placing.ask("PATCH", where, {"last_day": sooner}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert (await placing.get(where))["last_day"] == sooner


async def test_another_substitute_in_the_middle_leaves_the_days_that_passed_as_they_were(placing: PlansArea) -> None:
    worker, first, second = [await placing.worker() for _ in range(3)]
    case_id = await placing.case(worker_id=str(worker))
    absence = await _planned(placing, worker, first, lasts=4)
    placing.pass_days(2)
    changed = await placing.ask(
        "PATCH", f"/absences/{absence['absence_id']}", {"substitute_id": str(second)}, headers={"If-Match": '"1"'}
    )
    assert changed.headers["location"] != f"/absences/{absence['absence_id']}"
    assert await _named_now(placing, case_id) == second
    substitutes = [each for each in await placing.get(f"/cases/{case_id}/workers") if each["role"] == "substitute"]
    assert [each["worker_id"] for each in substitutes] == [str(first), str(second)]
    assert substitutes[0]["until"] == substitutes[1]["since"]


async def test_a_cancelled_absence_gives_the_worker_back_at_once(placing: PlansArea) -> None:
    worker, substitute = await placing.worker(), await placing.worker()
    case_id = await placing.case(worker_id=str(worker))
    absence = await _planned(placing, worker, substitute, lasts=4)
    for _ in range(2):
        cancelled = await placing.post(f"/absences/{absence['absence_id']}/cancellation", {})
        assert (cancelled["cancelled"], cancelled["version"]) == (True, 2)
    assert await _named_now(placing, case_id) == worker
    assert len(await said(placing.service, AbsenceCancelled)) == 1
    assert (await placing.ask("POST", f"/absences/{uuid4()}/cancellation", {})).status_code == 404


async def test_whoever_is_back_sooner_was_away_until_yesterday(placing: PlansArea) -> None:
    worker, substitute = await placing.worker(), await placing.worker()
    case_id = await placing.case(worker_id=str(worker))
    absence = await _planned(placing, worker, substitute, lasts=4)
    placing.pass_days(2)
    back = await placing.post(f"/absences/{absence['absence_id']}/cancellation", {})
    assert (back["cancelled"], back["last_day"]) == (False, (placing.today - timedelta(days=1)).isoformat())
    assert await _named_now(placing, case_id) == worker


async def test_a_refused_absence_changes_nothing(placing: PlansArea) -> None:
    worker = await placing.worker()
    await _away(placing, worker, worker)
    assert await placing.get(f"/workers/{worker}/absences") == []
    assert await said(placing.service, AbsencePlanned) == []


async def test_an_absence_is_not_planned_over_another_not_even_over_one_that_has_passed(placing: PlansArea) -> None:
    worker, substitute, other = [await placing.worker() for _ in range(3)]
    known = await _planned(placing, worker, substitute, lasts=1)
    for days in (0, 5):
        placing.pass_days(days)
        again = {
            "absence_id": known["absence_id"],
            "substitute_id": str(substitute),
            "first_day": placing.today.isoformat(),
            "last_day": (placing.today + timedelta(days=9)).isoformat(),
        }
        refused = await placing.ask("POST", f"/workers/{other}/absences", again)
        assert _refused(refused) == (409, "absence-already-planned")
        assert await placing.get(f"/absences/{known['absence_id']}") == known
