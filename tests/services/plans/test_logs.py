"""Who has looked at this young person's data? Answered in one question, and nobody can change the answer."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from contracts.plans import ContactNamed, ResidenceChanged
from services.chassis.auth import Role
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea, hetu, new_case, new_person
from tests.services.plans.handoffs import dossier, opened, received
from tests.services.plans.test_population_changes import change, document, order

READS = {
    "/young-people/{person_id}": "person",
    "/cases/{case_id}": "case",
    "/cases": "case_list",
    "/cases/{case_id}/rights": "rights",
    "/cases/{case_id}/facts": "facts",
    "/cases/{case_id}/pauses": "pauses",
    "/cases/{case_id}/exit-plan": "exit_plan",
    "/cases/{case_id}/workers": "named_workers",
    "/cases/{case_id}/residences": "residences",
    "/cases/{case_id}/deadlines": "deadlines",
    "/cases/{case_id}/handovers": "handovers",
    "/cases/{case_id}/cycles": "cycles",
    "/cases/{case_id}/reviews": "reviews",
    "/young-people/{person_id}/disclosures": "disclosures",
    "/young-people/{person_id}/access-log": "access_log",
    "/cases/{case_id}/network": "network",
    "/cases/{case_id}/plan": "plan",
    "/cases/{case_id}/plan/promises": "plan_promises",
    "/cases/{case_id}/plan/versions": "plan_versions",
    "/cases/{case_id}/plan/draft": "plan_draft",
    "/cases/{case_id}/plan/edits": "plan_edits",
    "/cases/{case_id}/plan/conflicts": "plan_conflicts",
    "/cases/{case_id}/plan/proposals": "plan_proposals",
    "/cases/{case_id}/plan/comments": "comments",
    "/cases/{case_id}/plan/distribution": "distribution",
    "/cases/{case_id}/plan/deliveries": "deliveries",
    "/cases/{case_id}/meetings": "meetings",
    "/cases/{case_id}/information-given": "information_given",
    "/cases/{case_id}/wellbeing": "wellbeing",
}
READS_WITH_A_TEST_OF_THEIR_OWN: set[str] = {
    "/cases/{case_id}/plan/comments/{comment_id}",
    "/cases/{case_id}/plan/deliveries/{delivery_id}",
    "/preparations",
    "/preparations/{preparation_id}",
    "/cases/{case_id}/network/members/{member_id}",
    "/cases/{case_id}/plan/versions/{number}",
    "/cases/{case_id}/plan/versions/{number}/pdf",
    "/cases/{case_id}/plan/versions/{number}/export",
    "/cases/{case_id}/plan/deliveries/{delivery_id}/pdf",
    "/cases/{case_id}/plan/versions/{before}/changes/{after}",
    "/cases/{case_id}/plan/conflicts/{conflict_id}",
    "/cases/{case_id}/cycles/current",
    "/cases/{case_id}/cycles/{number}",
    "/cases/{case_id}/meetings/{meeting_id}",
    "/cases/{case_id}/meetings/{meeting_id}/feedback",
}
NOT_ABOUT_A_YOUNG_PERSON = {
    "/guidance",
    "/workers",
    "/workers/{worker_id}",
    "/workers/{worker_id}/absences",
    "/absences/{absence_id}",
    "/caseload-aims",
    "/actors",
    "/information-topics",
    "/wellbeing-questions",
    "/feedback-forms",
    "/feedback-counts",
}
HER_OWN = {"/me"}
LISTS_OF_WHAT_WAS_DONE_TO_MANY = {"/openings"}


async def _log(area: PlansArea, person_id: UUID) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = (await area.get(f"/young-people/{person_id}/access-log?limit=200"))["items"]
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
        path
        for path, methods in paths.items()
        if "get" in methods and path.startswith(("/young-people", "/cases", "/preparations"))
    }
    rest = {path for path, methods in paths.items() if "get" in methods} - about_people
    assert about_people == READS.keys() | READS_WITH_A_TEST_OF_THEIR_OWN
    assert {path for path in rest if not path.startswith(("/health", "/metrics", "/dead-letters", "/asyncapi"))} == (
        NOT_ABOUT_A_YOUNG_PERSON | HER_OWN | LISTS_OF_WHAT_WAS_DONE_TO_MANY
    )


async def test_finding_and_changing_somebody_is_looking_too(placing: PlansArea) -> None:
    code, reader = hetu(), uuid4()
    person_id = await placing.person(hetu=code)
    await placing.post("/young-people/search", {"hetu": code}, subject=reader)
    await placing.ask(
        "PATCH", f"/young-people/{person_id}", {"phone": None}, subject=reader, headers={"If-Match": '"1"'}
    )
    rows = [each["seen"] for each in await _log(placing, person_id) if each["reader"] == str(reader)]
    assert rows == ["person", None, "person"]


async def test_a_search_that_finds_nobody_leaves_nobody_in_the_log(placing: PlansArea) -> None:
    await placing.post("/young-people/search", {"hetu": hetu()})
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
    await placing.ask("GET", f"/young-people/{person_id}", subject=reader, headers=header)
    [row] = [each for each in await _log(placing, person_id) if each["reader"] == str(reader)]
    assert row["purpose"] == "client_request"
    unknown = await placing.ask(
        "GET", f"/young-people/{person_id}", headers={"X-Access-Purpose": "curiosity, her name is V"}
    )
    assert unknown.status_code == 422


async def test_a_young_person_asks_about_herself_and_about_nobody_else(placing: PlansArea) -> None:
    person_id, other = await placing.person(), await placing.person()
    worker = uuid4()
    await placing.get(f"/young-people/{person_id}", subject=worker)
    mine = await placing.get(f"/young-people/{person_id}/access-log", role=Role.YOUNG_PERSON, subject=person_id)
    assert str(worker) in [each["reader"] for each in mine["items"]]
    disclosed = await placing.get(f"/young-people/{person_id}/disclosures", role=Role.YOUNG_PERSON, subject=person_id)
    assert disclosed == {"items": [], "next": None}
    for log in ("access-log", "disclosures"):
        refused = await placing.ask("GET", f"/young-people/{other}/{log}", role=Role.YOUNG_PERSON, subject=person_id)
        assert refused.status_code == 404


COMMANDS: dict[tuple[str, str], tuple[str, dict[str, object]]] = {
    ("PATCH", "/young-people/{person_id}"): ("person_changed", {"phone": None}),
    ("POST", "/cases/{case_id}/worker"): ("worker_named", {"worker_id": "{worker_id}"}),
    ("PATCH", "/cases/{case_id}/facts"): ("facts_recorded", {"last_child_protection_on": "2024-05-18"}),
    ("POST", "/cases/{case_id}/placements"): (
        "facts_recorded",
        {"started_on": "2012-01-01", "ended_on": "2012-06-01", "kind": "open_care"},
    ),
    ("POST", "/cases/{case_id}/decisions"): (
        "decision_recorded",
        {"decided_on": "2026-01-01", "until": "2031-01-01"},
    ),
    ("POST", "/cases/{case_id}/pause"): ("case_paused", {"reason": "not_now"}),
    ("POST", "/cases/{case_id}/return"): ("case_resumed", {}),
    ("POST", "/cases/{case_id}/moves"): ("move_recorded", {"municipality": "837", "moved_on": "2026-01-01"}),
    ("POST", "/cases/{case_id}/residence"): ("residence_recorded", {"municipality": "853", "since": "2025-06-01"}),
    ("POST", "/workers/{responsible_id}/departure"): ("worker_named", {}),
    ("POST", "/cases/{case_id}/cycles"): ("cycle_begun", {}),
    ("POST", "/cases/{case_id}/cycles/current/negotiation"): (
        "phase_reached",
        {"asked_by_young_person": {"on": "2026-01-01"}},
    ),
    ("POST", "/cases/{case_id}/reviews"): ("review_called", {}),
    ("PUT", "/cases/{case_id}/network/studies"): ("network_recorded", {"is_student": True}),
    ("POST", "/cases/{case_id}/network/members"): ("network_recorded", {"role": "peer", "name": "Aino Malli"}),
    ("POST", "/cases/{case_id}/meetings"): (
        "meeting_recorded",
        {"kind": "preparatory", "starts_at": "2026-12-01T12:00:00Z", "mode": "remote"},
    ),
    ("POST", "/cases/{case_id}/information-given"): ("information_given", {"topic": "rights", "language": "fi"}),
    ("POST", "/cases/{case_id}/wellbeing"): ("wellbeing_recorded", {}),
    ("POST", "/cases/{case_id}/wellbeing/answers"): ("wellbeing_recorded", {"answers": {"health": 7}}),
}
WITH_A_TEST_OF_THEIR_OWN = {
    ("POST", "/preparations"),
    ("PATCH", "/preparations/{preparation_id}"),
    ("POST", "/preparations/{preparation_id}/worker"),
    ("POST", "/preparations/{preparation_id}/confirmation"),
    ("POST", "/preparations/{preparation_id}/cancellation"),
    ("PATCH", "/cases/{case_id}/placements/{placement_id}"),
    ("PATCH", "/cases/{case_id}/decisions/{decision_id}"),
    ("POST", "/cases/{case_id}/exit-plan/receivers"),
    ("PUT", "/cases/{case_id}/exit-plan/receivers/{receiver_id}"),
    ("DELETE", "/cases/{case_id}/exit-plan/receivers/{receiver_id}"),
    ("POST", "/cases/{case_id}/exit-plan/receivers/{receiver_id}/acceptance"),
    ("POST", "/cases/{case_id}/exit-plan/confirmation"),
    ("POST", "/cases/{case_id}/end"),
    ("POST", "/cases/{case_id}/reopening"),
    ("POST", "/cases/{case_id}/openings"),
    ("PATCH", "/cases/{case_id}/cycles/current"),
    ("POST", "/cases/{case_id}/cycles/current/follow-up"),
    ("PUT", "/cases/{case_id}/cycles/current/items/{key}"),
    ("POST", "/cases/{case_id}/reviews/{review_id}/schedule"),
    ("POST", "/young-people"),
    ("POST", "/cases"),
    ("POST", "/population-changes"),
    ("POST", "/cases/{case_id}/first-contact"),
    ("POST", "/cases/{case_id}/handovers/{handover_id}"),
    ("PUT", "/cases/{case_id}/handovers/{handover_id}/thoughts"),
    ("POST", "/cases/{case_id}/plan/versions"),
    ("POST", "/cases/{case_id}/plan/items/{item_id}/status"),
    ("PATCH", "/cases/{case_id}/plan/draft"),
    ("PUT", "/cases/{case_id}/plan/draft/needs/{need_id}"),
    ("PUT", "/cases/{case_id}/plan/draft/goals/{goal_id}"),
    ("PUT", "/cases/{case_id}/plan/draft/promises/{promise_id}"),
    ("PUT", "/cases/{case_id}/plan/draft/sections/{area}"),
    ("PUT", "/cases/{case_id}/plan/draft/views/{view_id}"),
    ("PUT", "/cases/{case_id}/plan/draft/dissenting/{dissenting_id}"),
    ("PUT", "/cases/{case_id}/plan/draft/offers/{offer_id}"),
    ("PUT", "/cases/{case_id}/plan/draft/parallel-plans/{parallel_plan_id}"),
    ("DELETE", "/cases/{case_id}/plan/draft/{part}/{key}"),
    ("POST", "/cases/{case_id}/plan/conflicts/{conflict_id}/resolution"),
    ("POST", "/cases/{case_id}/plan/comments"),
    ("POST", "/cases/{case_id}/plan/comments/{comment_id}/answer"),
    ("POST", "/cases/{case_id}/plan/distribution"),
    ("POST", "/cases/{case_id}/plan/distribution/{entry_id}/ending"),
    ("POST", "/cases/{case_id}/plan/versions/{number}/deliveries"),
    ("POST", "/cases/{case_id}/plan/deliveries/{delivery_id}/read"),
    ("POST", "/cases/{case_id}/plan/proposals"),
    ("POST", "/cases/{case_id}/plan/proposals/{proposal_id}/answer"),
    ("PUT", "/cases/{case_id}/network/members/{member_id}"),
    ("PUT", "/cases/{case_id}/network/members/{member_id}/allowed"),
    ("PUT", "/cases/{case_id}/network/members/{member_id}/informing"),
    ("POST", "/cases/{case_id}/network/members/{member_id}/parting"),
    ("PUT", "/cases/{case_id}/meetings/{meeting_id}"),
    ("POST", "/cases/{case_id}/meetings/{meeting_id}/cancellation"),
    ("POST", "/cases/{case_id}/meetings/{meeting_id}/record"),
    ("PUT", "/cases/{case_id}/meetings/{meeting_id}/own-words"),
    ("POST", "/cases/{case_id}/wellbeing/{measure_id}/answers"),
    ("POST", "/cases/{case_id}/wellbeing/{measure_id}/refusal"),
    ("POST", "/cases/{case_id}/meetings/{meeting_id}/feedback"),
    ("PUT", "/cases/{case_id}/meetings/{meeting_id}/feedback/sharing"),
}
NOT_OF_A_YOUNG_PERSON = {
    ("POST", "/workers"),
    ("PATCH", "/workers/{worker_id}"),
    ("POST", "/workers/{worker_id}/return"),
    ("POST", "/workers/{worker_id}/absences"),
    ("POST", "/young-people/search"),
}


def test_no_command_is_missing_from_this_table(placing: PlansArea) -> None:
    paths = placing.service.app().openapi()["paths"]
    commands = {
        (method.upper(), path) for path, methods in paths.items() for method in methods if method not in {"get", "head"}
    }
    about_people = ("/young-people", "/cases", "/workers", "/population", "/preparations")
    ours = {each for each in commands if each[1].startswith(about_people)}
    tried = {(method, path.replace("responsible_id", "worker_id")) for method, path in COMMANDS}
    assert ours == tried | WITH_A_TEST_OF_THEIR_OWN | NOT_OF_A_YOUNG_PERSON


@pytest.mark.parametrize(("method", "path"), COMMANDS)
async def test_every_command_says_who_did_what_to_whom(placing: PlansArea, method: str, path: str) -> None:
    done, given = COMMANDS[method, path]
    responsible, successor = await placing.worker(), await placing.worker()
    person_id, actor = await placing.person(), uuid4()
    case_id = await placing.case(person_id, worker_id=str(responsible), lives_in=None)
    body = {name: str(successor) if value == "{worker_id}" else value for name, value in given.items()}
    where = path.format(person_id=person_id, case_id=case_id, responsible_id=responsible)
    answer = await placing.ask(method, where, body, subject=actor, headers={"If-Match": '"1"'})
    assert answer.status_code in {200, 201}, answer.text
    about = None if "person_id" in path else str(case_id)
    assert await _done(placing, person_id, actor) == [(done, about, "lead", "aftercare")]


async def test_whoever_records_a_person_and_opens_her_case_is_written_down(placing: PlansArea) -> None:
    actor = uuid4()
    person_id = UUID((await placing.post("/young-people", new_person(), subject=actor))["person_id"])
    body = new_case(person_id) | {"residence": {"municipality": "853", "since": "2025-06-01"}}
    case_id = (await placing.post("/cases", body, subject=actor))["case_id"]
    assert [(done, case) for done, case, *_ in await _done(placing, person_id, actor)] == [
        ("residence_recorded", case_id),
        ("case_opened", case_id),
        ("person_recorded", None),
    ]


async def test_whoever_brings_a_register_document_is_written_down_for_everybody_in_it(placing: PlansArea) -> None:
    code, actor = hetu(), uuid4()
    person_id, other = await placing.person(hetu=code), await placing.person()
    told = document(change(code, order(active=True)), change(hetu(), order(active=True)))
    await placing.post("/population-changes", told, role=Role.OPERATOR, subject=actor)
    assert await _done(placing, person_id, actor) == [("population_change_applied", None, "operator", "aftercare")]
    assert await _done(placing, other, actor) == []


async def test_whoever_records_a_first_contact_is_written_down_once(residence: PlansArea) -> None:
    worker_id = await residence.worker()
    await hear(residence.service, received(dossier()))
    [named] = await said(residence.service, ContactNamed)
    body = {"contacted_at": residence.service.clock.now().isoformat()}
    for _ in range(2):
        await residence.post(f"/cases/{named.case_id}/first-contact", body, subject=worker_id)
    case_id = str(named.case_id)
    assert await _done(residence, named.person_id, worker_id) == [
        ("first_contact_recorded", case_id, "lead", "aftercare")
    ]


async def test_a_refused_command_leaves_no_row(placing: PlansArea) -> None:
    case_id = await placing.case()
    before = await placing.rows("SELECT count(*) FROM access_log")
    wrong = await placing.ask("POST", f"/cases/{case_id}/moves", {"municipality": "999", "moved_on": "2026-01-01"})
    assert wrong.status_code == 422
    assert await placing.rows("SELECT count(*) FROM access_log") == before


async def test_without_a_purpose_the_usual_one_is_written_down(placing: PlansArea) -> None:
    person_id, lead = await placing.person(), uuid4()
    await placing.get(f"/young-people/{person_id}", subject=lead)
    await placing.get(f"/young-people/{person_id}/disclosures", subject=lead)
    await placing.get("/me", role=Role.YOUNG_PERSON, subject=person_id)
    purposes = {each["seen"]: each["purpose"] for each in await _log(placing, person_id) if each["seen"]}
    assert (purposes["person"], purposes["disclosures"]) == ("aftercare", "supervision")
    assert purposes["own_view"] == "client_request"


async def _done(area: PlansArea, person_id: UUID, actor: UUID) -> list[tuple[object, ...]]:
    rows = [each for each in await _log(area, person_id) if each["done"] and each["reader"] == str(actor)]
    return [(row["done"], row["case_id"], row["reader_role"], row["purpose"]) for row in rows]


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
