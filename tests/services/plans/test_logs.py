"""Who has looked at this young person's data? Answered in one question, and nobody can change the answer."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from contracts.plans import ResidenceChanged
from services.chassis.auth import Role
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea, hetu
from tests.services.plans.handoffs import opened

READS = {
    "/people/{person_id}": "person",
    "/cases/{case_id}": "case",
    "/cases": "case_list",
    "/cases/{case_id}/rights": "rights",
    "/cases/{case_id}/workers": "named_workers",
    "/cases/{case_id}/residences": "residences",
    "/people/{person_id}/disclosures": "disclosures",
    "/people/{person_id}/access-log": "access_log",
}
NOT_ABOUT_A_YOUNG_PERSON = {"/workers"}
HER_OWN = {"/me"}


async def _log(area: PlansArea, person_id: UUID) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = await area.get(f"/people/{person_id}/access-log")
    return entries


@pytest.mark.parametrize(("path", "seen"), READS.items())
async def test_every_reading_leaves_a_row(placing: PlansArea, path: str, seen: str) -> None:
    person_id, reader = await placing.person(), uuid4()
    case_id = await placing.case(person_id)
    await placing.get(path.format(person_id=person_id, case_id=case_id), subject=reader)
    rows = [each for each in await _log(placing, person_id) if each["reader"] == str(reader)]
    assert [(row["seen"], row["reader_role"]) for row in rows] == [(seen, "lead")]


async def test_no_reading_route_is_missing_from_this_table(placing: PlansArea) -> None:
    paths = placing.service.app().openapi()["paths"]
    about_people = {
        path for path, methods in paths.items() if "get" in methods and path.startswith(("/people", "/cases"))
    }
    rest = {path for path, methods in paths.items() if "get" in methods} - about_people
    assert about_people == READS.keys()
    assert {path for path in rest if not path.startswith(("/health", "/metrics", "/dead-letters", "/asyncapi"))} == (
        NOT_ABOUT_A_YOUNG_PERSON | HER_OWN
    )


async def test_finding_and_changing_somebody_is_looking_too(placing: PlansArea) -> None:
    code, reader = hetu(), uuid4()
    person_id = await placing.person(hetu=code)
    await placing.post("/people/search", {"hetu": code}, subject=reader)
    await placing.ask("PATCH", f"/people/{person_id}", {"phone": None}, subject=reader, headers={"If-Match": '"1"'})
    rows = [each["seen"] for each in await _log(placing, person_id) if each["reader"] == str(reader)]
    assert rows == ["person", "person"]


async def test_a_search_that_finds_nobody_leaves_nobody_in_the_log(placing: PlansArea) -> None:
    await placing.post("/people/search", {"hetu": hetu()})
    assert await placing.rows("SELECT 1 FROM access_log") == []


async def test_a_list_leaves_a_row_for_each_case_on_it(placing: PlansArea) -> None:
    people = [await placing.person() for _ in range(2)]
    cases = [await placing.case(person_id) for person_id in people]
    reader = uuid4()
    await placing.get("/cases", subject=reader)
    rows = await placing.rows("SELECT person_id, case_id FROM access_log WHERE reader = :reader", reader=str(reader))
    assert {(row.person_id, row.case_id) for row in rows} == set(zip(people, cases, strict=True))


async def test_the_purpose_is_written_down_when_it_is_given(placing: PlansArea) -> None:
    person_id, reader = await placing.person(), uuid4()
    header = {"X-Access-Purpose": "client_request"}
    await placing.ask("GET", f"/people/{person_id}", subject=reader, headers=header)
    [row] = [each for each in await _log(placing, person_id) if each["reader"] == str(reader)]
    assert row["purpose"] == "client_request"
    unknown = await placing.ask("GET", f"/people/{person_id}", headers={"X-Access-Purpose": "curiosity, her name is V"})
    assert unknown.status_code == 422


async def test_a_young_person_asks_about_herself_and_about_nobody_else(placing: PlansArea) -> None:
    person_id, other = await placing.person(), await placing.person()
    worker = uuid4()
    await placing.get(f"/people/{person_id}", subject=worker)
    mine = await placing.get(f"/people/{person_id}/access-log", role=Role.YOUNG_PERSON, subject=person_id)
    assert str(worker) in [each["reader"] for each in mine]
    assert await placing.get(f"/people/{person_id}/disclosures", role=Role.YOUNG_PERSON, subject=person_id) == []
    for log in ("access-log", "disclosures"):
        refused = await placing.ask("GET", f"/people/{other}/{log}", role=Role.YOUNG_PERSON, subject=person_id)
        assert refused.status_code == 404


async def test_a_refused_reading_leaves_no_row(placing: PlansArea) -> None:
    await placing.ask("GET", f"/cases/{uuid4()}")
    assert await placing.rows("SELECT 1 FROM access_log") == []


@pytest.mark.parametrize("log", ["access_log", "disclosure_log", "namings", "journal"])
@pytest.mark.parametrize(
    "attempt", ["DELETE FROM {log} RETURNING 1", "UPDATE {log} SET {column} = {column} RETURNING 1"]
)
async def test_no_row_of_a_log_is_changed_or_deleted(placing: PlansArea, log: str, attempt: str) -> None:
    case_id = await placing.case()
    await placing.get(f"/cases/{case_id}")
    await placing.move(case_id, "837", placing.today)
    [move] = await said(placing.service, ResidenceChanged)
    await hear(placing.service, opened(move))
    assert await placing.rows(f"SELECT 1 FROM {log}")
    column = {"access_log": "seen", "disclosure_log": "purpose", "namings": "named_at", "journal": "type"}[log]
    with pytest.raises(DBAPIError, match="append-only"):
        await placing.rows(attempt.format(log=log, column=column))
