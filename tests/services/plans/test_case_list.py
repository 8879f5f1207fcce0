"""A worker's list of cases: her own first, in pages, and a page costs the same however many cases there are."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.chassis.auth import Role
from tests.services.plans.area import PlansArea
from tests.services.plans.test_cost import _statements


async def _cases(area: PlansArea, worker_id: UUID, number: int) -> list[str]:
    return [str(await area.case(worker_id=str(worker_id), lives_in=None)) for _ in range(number)]


async def _listed(area: PlansArea, query: str = "", subject: UUID | None = None) -> list[str]:
    """The whole list, page by page."""
    found: list[str] = []
    cursor = ""
    while True:
        page = await area.get(f"/cases?limit=2{query}{cursor}", role=Role.WORKER, subject=subject or uuid4())
        assert len(page["items"]) <= 2
        found += [each["case_id"] for each in page["items"]]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


async def test_a_workers_own_cases_come_first_each_part_in_the_order_of_opening(placing: PlansArea) -> None:
    me, other = await placing.worker(), await placing.worker()
    theirs, mine = await _cases(placing, other, 3), await _cases(placing, me, 3)
    later = await _cases(placing, other, 1)
    assert await _listed(placing, subject=me) == [*mine, *theirs, *later]
    assert await _listed(placing, subject=other) == [*theirs, *later, *mine]
    assert await _listed(placing) == [*theirs, *mine, *later]


async def test_whoever_stands_in_finds_those_cases_among_her_own(placing: PlansArea) -> None:
    me, away, other = await placing.worker(), await placing.worker(), await placing.worker()
    others, theirs, mine = [await _cases(placing, each, 1) for each in (other, away, me)]
    today = placing.today.isoformat()
    absence = {"substitute_id": str(me), "first_day": today, "last_day": today}
    await placing.post(f"/workers/{away}/absences", absence)
    assert await _listed(placing, subject=me) == [*theirs, *mine, *others]


async def test_the_list_is_filtered(placing: PlansArea) -> None:
    me, other = await placing.worker(), await placing.worker()
    [first], [second] = await _cases(placing, me, 1), await _cases(placing, other, 1)
    ends_on = (await placing.get(f"/cases/{first}"))["right_ends_on"]
    assert await _listed(placing, f"&worker_id={other}") == [second]
    assert await _listed(placing, "&role=placing") == [first, second]
    assert await _listed(placing, "&role=residence") == []
    assert await _listed(placing, "&paused=true") == []
    assert await _listed(placing, "&paused=false") == [first, second]
    assert await _listed(placing, f"&right_ends_before={ends_on}") == []
    assert await _listed(placing, "&right_ends_before=2100-01-01") == [first, second]
    assert await _listed(placing, "&unit=Nowhere") == []


async def test_the_list_shows_where_something_is_late(placing: PlansArea) -> None:
    me = await placing.worker()
    late, in_time = await _cases(placing, me, 2)
    for case_id, due_on in ((late, placing.today - timedelta(days=1)), (in_time, placing.today)):
        await placing.rows(
            "INSERT INTO deadlines (deadline_id, case_id, kind, about, due_on, state, set_at, version)"
            " VALUES (gen_random_uuid(), :case_id, 'review', gen_random_uuid(), :due_on, 'open', now(), 1) RETURNING 1",
            case_id=UUID(case_id),
            due_on=due_on,
        )
    assert await _listed(placing, f"&worker_id={me}&deadline_late=true") == [late]
    assert in_time in await _listed(placing, f"&worker_id={me}&deadline_late=false")


async def test_a_case_that_opens_or_changes_hands_meanwhile_is_shown_once(placing: PlansArea) -> None:
    me, other = await placing.worker(), await placing.worker()
    mine, theirs = await _cases(placing, me, 2), await _cases(placing, other, 2)
    first = await placing.get("/cases?limit=3", role=Role.WORKER, subject=me)
    opened = await _cases(placing, me, 1)
    rest = await placing.get(f"/cases?limit=3&cursor={first['next']}", role=Role.WORKER, subject=me)
    assert [each["case_id"] for each in first["items"]] == [*mine, theirs[0]]
    assert [each["case_id"] for each in rest["items"]] == [theirs[1]]
    assert (await _listed(placing, subject=me))[:3] == [*mine, *opened]


@pytest.mark.parametrize("query", ["", "&role=placing", "&deadline_late=false"])
async def test_a_page_takes_as_many_statements_whatever_its_length(placing: PlansArea, query: str) -> None:
    me = await placing.worker()
    await _cases(placing, me, 1)
    counts = set()
    for more in (0, 3, 4):
        await _cases(placing, me, more)
        with _statements(placing) as sent:
            await placing.get(f"/cases?limit=200{query}", role=Role.WORKER, subject=me)
        counts.add(len(sent))
    # Whom she stands in for, the list, and one insert for every row of the log.
    assert counts == {3}, sent


@pytest.mark.parametrize("wrong", ["cursor=x", "limit=0", "limit=201", "paused=perhaps", "right_ends_before=soon"])
async def test_a_wrong_page_or_filter_is_refused_by_name(placing: PlansArea, wrong: str) -> None:
    refused = await placing.ask("GET", f"/cases?{wrong}")
    assert (refused.status_code, refused.json()["field"]) == (422, wrong.partition("=")[0])
