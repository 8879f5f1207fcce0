"""Networks: mapped with the young person, told what she allows, and warned of where a student's has no school."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.client_plan import NetworkMemberCopy, NetworkRole
from contracts.plans import CaseOpened
from contracts.values import new_id
from services.chassis.auth import Role
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea
from tests.services.plans.handoffs import dossier, received

AUNT = {"role": "close_one", "name": "Tuula Esimerkki"}
TUTOR = {"role": "professional", "name": "Jari Malli", "actor": "school"}


async def _add(area: PlansArea, case_id: UUID, member: dict[str, Any]) -> Any:
    return await area.post(f"/cases/{case_id}/network/members", member)


async def _change(area: PlansArea, path: str, body: object, version: int) -> Any:
    return await area.ask("PUT", path, body, headers={"If-Match": f'"{version}"'})


async def test_a_students_network_is_warned_of_until_it_has_a_school(placing: PlansArea) -> None:
    case_id = await placing.case()
    await _add(placing, case_id, AUNT)
    network = f"/cases/{case_id}/network"
    assert (await placing.get(network))["warnings"] == []
    studies = await placing.ask("PUT", f"{network}/studies", {"is_student": True})
    [warning] = studies.json()["warnings"]
    assert warning["code"] == "school-missing"
    assert warning["text"].keys() == {"fi", "sv", "en"}
    await _add(placing, case_id, TUTOR)
    assert (await placing.get(network))["warnings"] == []


async def test_a_school_that_left_the_network_is_missed_again(placing: PlansArea) -> None:
    case_id = await placing.case()
    await placing.ask("PUT", f"/cases/{case_id}/network/studies", {"is_student": True})
    tutor = await _add(placing, case_id, TUTOR)
    await placing.post(f"/cases/{case_id}/network/members/{tutor['member_id']}/parting", {})
    network = await placing.get(f"/cases/{case_id}/network")
    assert [each["code"] for each in network["warnings"]] == ["school-missing"]
    assert network["members"] == []
    kept = await placing.get(f"/cases/{case_id}/network?with_parted=true")
    assert [(each["name"], each["until"] is not None) for each in kept["members"]] == [("Jari Malli", True)]


async def test_somebody_of_no_known_service_is_refused(placing: PlansArea) -> None:
    case_id = await placing.case()
    refused = await placing.ask("POST", f"/cases/{case_id}/network/members", {**TUTOR, "actor": "nobody"})
    assert (refused.status_code, refused.json()["field"]) == (422, "actor")


async def test_permanent_and_volunteer_supporters_are_named(placing: PlansArea) -> None:
    case_id = await placing.case()
    for name, support in (("Tuula Esimerkki", "permanent"), ("Pekka Vapaa", "volunteer")):
        await _add(placing, case_id, {"role": "support_person", "name": name, "support": support})
    members = (await placing.get(f"/cases/{case_id}/network"))["members"]
    assert [(each["name"], each["support"]) for each in members] == [
        ("Tuula Esimerkki", "permanent"),
        ("Pekka Vapaa", "volunteer"),
    ]


async def test_keeping_somebody_informed_is_a_task_that_follows_her_agreement(placing: PlansArea) -> None:
    case_id = await placing.case()
    path = f"/cases/{case_id}/network/members/{(await _add(placing, case_id, AUNT))['member_id']}"
    task = {"owner": {"kind": "responsible_worker"}, "informed_on": placing.today.isoformat()}
    refused = await _change(placing, f"{path}/informing", task, 1)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:jatkumo:problem:informing-not-agreed")
    agreed = await _change(placing, f"{path}/allowed", {"inform_agreed_on": placing.today.isoformat()}, 1)
    assert agreed.headers["etag"] == '"2"'
    assigned = (await _change(placing, f"{path}/informing", task, 2)).json()
    assert (assigned["informed_by"]["kind"], assigned["informed_on"]) == ("responsible_worker", task["informed_on"])
    stale = await _change(placing, f"{path}/allowed", {}, 2)
    assert stale.status_code == 412
    withdrawn = await _change(placing, f"{path}/allowed", {}, assigned["version"])
    assert withdrawn.json()["informed_by"] is None


async def test_she_adds_to_her_own_network_and_her_word_counts_from_today(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    tomorrow = (placing.today + timedelta(days=1)).isoformat()
    added = await placing.post(
        f"/cases/{case_id}/network/members",
        {**AUNT, "allowed": {"invite_agreed_on": tomorrow}},
        role=Role.YOUNG_PERSON,
        subject=person_id,
    )
    assert (added["invite_agreed_on"], added["inform_agreed_on"]) == (placing.today.isoformat(), None)
    assert added["added_by"] == "young_person"
    other = await placing.ask(
        "GET", f"/cases/{await placing.case()}/network", role=Role.YOUNG_PERSON, subject=person_id
    )
    assert other.status_code == 404


async def test_somebody_is_described_anew_and_found_by_their_own_address(placing: PlansArea) -> None:
    case_id = await placing.case()
    answer = await placing.ask("POST", f"/cases/{case_id}/network/members", AUNT)
    path = answer.headers["location"]
    await _change(placing, path, {**AUNT, "role": "parent", "phone": "+358 40 555 0111"}, 1)
    found = await placing.get(path)
    assert (found["role"], found["phone"], found["version"]) == ("parent", "+358 40 555 0111", 2)
    elsewhere = path.replace(str(case_id), str(await placing.case()))
    assert (await placing.ask("GET", elsewhere)).status_code == 404


async def test_what_she_takes_back_in_the_placing_area_is_taken_back_here(residence: PlansArea) -> None:
    await residence.worker()
    aunt = NetworkMemberCopy(
        member_id=new_id(), role=NetworkRole.CLOSE_ONE, name="Täti Irja", invite_agreed_on=residence.today
    )
    first = received(dossier().model_copy(update={"network": (aunt,)}))
    await hear(residence.service, first)
    [case] = await said(residence.service, CaseOpened)
    path = f"/cases/{case.case_id}/network"
    friend = {"role": "close_one", "name": "Aino", "allowed": {"inform_agreed_on": str(residence.today)}}
    await residence.post(f"{path}/members", friend)
    await hear(residence.service, received(dossier(), placing_case_id=first.placing_case_id))
    found = {each["name"]: each for each in (await residence.get(path))["members"]}
    assert found["Täti Irja"]["invite_agreed_on"] is None
    # Whom she named here is hers to allow here.
    assert found["Aino"]["inform_agreed_on"] == str(residence.today)


async def test_the_catalogue_is_read_in_each_language(placing: PlansArea) -> None:
    names = {}
    for language in ("fi", "sv", "en"):
        actors = {each["key"]: each for each in await placing.get(f"/actors?language={language}")}
        names[language] = actors["kela"]["name"]
        assert actors["probation"]["kind"] == "probation"
    assert names == {"fi": "Kela", "sv": "FPA", "en": "Kela, the Social Insurance Institution"}


async def test_whoever_looks_at_or_changes_one_member_is_written_down(placing: PlansArea) -> None:
    person_id, worker = await placing.person(), uuid4()
    case_id = await placing.case(person_id)
    member = f"/cases/{case_id}/network/members/{(await _add(placing, case_id, AUNT))['member_id']}"
    agreed = {"inform_agreed_on": placing.today.isoformat()}
    for version, (path, body) in enumerate(
        [
            (member, {**AUNT, "role": "parent"}),
            (f"{member}/allowed", agreed),
            (f"{member}/informing", {"owner": {"kind": "responsible_worker"}}),
        ],
        start=1,
    ):
        changed = await placing.ask("PUT", path, body, subject=worker, headers={"If-Match": f'"{version}"'})
        assert changed.status_code == 200, changed.text
    await placing.post(f"{member}/parting", {}, subject=worker)
    await placing.get(member, subject=worker)
    log = (await placing.get(f"/young-people/{person_id}/access-log"))["items"]
    rows = [each["done"] or each["seen"] for each in log if each["reader"] == str(worker)]
    assert rows == ["network", *["network_recorded"] * 4]
