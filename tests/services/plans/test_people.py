"""Young people: recorded, found, changed; and what nobody gets to see."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from contracts.plans import PersonRecorded
from services.chassis.auth import Role
from services.plans.settings import PlansSettings
from tests.services.conversation import said
from tests.services.plans.area import PlansArea, SettingsOf, hetu, new_person, plans_in
from tests.services.tokens import TokenIssuer


async def test_a_recorded_person_is_answered_and_said(placing: PlansArea) -> None:
    new = new_person(language="sv")
    answer = await placing.ask("POST", "/young-people", new, role=Role.WORKER)
    assert answer.status_code == 201
    person_id = UUID(answer.json()["person_id"])
    assert answer.headers["location"] == f"/young-people/{person_id}"
    [event] = await said(placing.service, PersonRecorded)
    assert (event.person_id, event.given_name, event.language) == (person_id, "Venla", "sv")
    seen = await placing.get(f"/young-people/{person_id}")
    assert seen | new == seen


async def test_an_account_that_exists_already_keeps_its_id(placing: PlansArea) -> None:
    person_id = uuid4()
    assert await placing.person(person_id=str(person_id)) == person_id


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("170506A9000", "hetu-checksum"),
        ("320506A900X", "hetu-date"),
        ("170506A001A", "hetu-individual-number"),
        ("hello", "hetu-form"),
    ],
)
async def test_a_wrong_identity_code_is_refused_by_name_and_not_repeated(
    placing: PlansArea, wrong: str, code: str
) -> None:
    answer = await placing.ask("POST", "/young-people", new_person(hetu=wrong))
    assert answer.status_code == 422
    assert (answer.json()["type"], answer.json()["field"]) == (f"urn:jatkumo:problem:{code}", "hetu")
    assert wrong not in answer.text
    assert await placing.rows("SELECT 1 FROM people") == []


async def test_temporary_codes_are_refused_unless_the_settings_say_otherwise(
    settings_of: SettingsOf, tokens: TokenIssuer, tmp_path: Path
) -> None:
    unsaid = PlansSettings(**settings_of("plans", "05").model_dump())
    async with plans_in(unsaid, tokens, tmp_path / "clock") as area:
        answer = await area.ask("POST", "/young-people", new_person())
        assert answer.json()["type"] == "urn:jatkumo:problem:hetu-individual-number"


async def test_one_identity_code_is_one_person(placing: PlansArea) -> None:
    code = hetu()
    await placing.person(hetu=code)
    answer = await placing.ask("POST", "/young-people", new_person(hetu=code.lower()))
    assert (answer.status_code, answer.json()["field"]) == (409, "hetu")
    assert len(await said(placing.service, PersonRecorded)) == 1


async def test_a_person_is_found_by_identity_code_in_the_body(placing: PlansArea) -> None:
    code = hetu()
    person_id = await placing.person(hetu=code)
    found = await placing.post("/young-people/search", {"hetu": code})
    assert [each["person_id"] for each in found["people"]] == [str(person_id)]
    assert await placing.post("/young-people/search", {"hetu": hetu()}) == {"people": []}


async def test_a_change_names_the_version_that_it_changes(placing: PlansArea) -> None:
    person_id = await placing.person()
    path = f"/young-people/{person_id}"
    version = (await placing.ask("GET", path)).headers["etag"]
    unnamed = await placing.ask("PATCH", path, {"phone": "+358 40 555 0177"})
    changed = await placing.ask("PATCH", path, {"phone": "+358 40 555 0177"}, headers={"If-Match": version})
    stale = await placing.ask("PATCH", path, {"phone": "+358 40 555 0166"}, headers={"If-Match": version})
    assert (unnamed.status_code, changed.status_code, stale.status_code) == (428, 200, 412)
    assert changed.headers["etag"] == '"2"'
    assert (await placing.get(path))["phone"] == "+358 40 555 0177"
    assert [event.version for event in await said(placing.service, PersonRecorded)] == [1, 2]


async def test_contact_details_can_be_cleared_and_names_cannot(placing: PlansArea) -> None:
    path = f"/young-people/{await placing.person()}"
    cleared = await placing.ask("PATCH", path, {"email": None}, headers={"If-Match": '"1"'})
    refused = await placing.ask("PATCH", path, {"given_name": None}, headers={"If-Match": '"2"'})
    assert (cleared.json()["email"], cleared.json()["phone"]) == (None, "+358 40 555 0199")
    assert (refused.status_code, refused.json()["field"]) == (422, "given_name")


async def test_the_same_details_again_are_no_change(placing: PlansArea) -> None:
    path = f"/young-people/{await placing.person()}"
    answer = await placing.ask("PATCH", path, {"given_name": "Venla"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert len(await said(placing.service, PersonRecorded)) == 1


async def test_a_repeated_command_has_one_effect_and_one_answer(placing: PlansArea) -> None:
    new, worker = new_person(), uuid4()
    key = {"Idempotency-Key": "record-venla"}
    first = await placing.ask("POST", "/young-people", new, subject=worker, headers=key)
    again = await placing.ask("POST", "/young-people", new, subject=worker, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["etag"] == first.headers["etag"]
    assert len(await said(placing.service, PersonRecorded)) == 1


async def test_the_identity_code_and_the_family_name_are_said_to_nobody(placing: PlansArea) -> None:
    code = hetu()
    await placing.person(hetu=code, family_name="Salattu")
    rows = await placing.rows("SELECT headers::text AS headers, body FROM journal")
    assert rows
    for row in rows:
        assert code not in row.headers
        assert code.encode() not in row.body
        assert b"Salattu" not in row.body


async def test_an_unknown_person_is_not_found(placing: PlansArea) -> None:
    answer = await placing.ask("GET", f"/young-people/{uuid4()}")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:jatkumo:problem:no-such-person")


async def test_a_character_that_cannot_be_stored_is_refused(placing: PlansArea) -> None:
    answer = await placing.ask("POST", "/young-people", new_person(given_name="Ven\0la"))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:jatkumo:problem:invalid-request")
    listed = await placing.ask("GET", "/cases?unit=%00")
    assert (listed.status_code, listed.json()["type"]) == (422, "urn:jatkumo:problem:invalid-request")


@pytest.mark.parametrize("version", ["\u00b2", "-1", "9" * 5000, "soon"])
async def test_a_version_that_is_no_number_is_refused(placing: PlansArea, version: str) -> None:
    person_id = await placing.person()
    bearer = {name.encode(): value.encode() for name, value in placing.bearer(Role.LEAD).items()}
    headers = {**bearer, b"If-Match": version.encode("latin-1")}
    answer = await placing.client.patch(f"/young-people/{person_id}", json={}, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "If-Match")
