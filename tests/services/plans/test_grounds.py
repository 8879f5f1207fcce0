"""What a case stands on changes: the right is computed anew, and what was known before stays in its history."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from contracts.plans import DeadlineMoved, DeadlineSet, RightRecomputed
from services.chassis.auth import Role
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea, hetu
from tests.services.plans.handoffs import dossier, received
from tests.services.plans.test_population_changes import apply, change


async def _open_care_case(area: PlansArea) -> UUID:
    """A case that stands on two stays, which follow each other at once."""
    stays = [
        {"started_on": "2023-01-01", "ended_on": "2023-05-31"},
        {"started_on": "2023-06-01", "ended_on": "2023-07-01"},
    ]
    return await area.case(ground="open_care_placement", placements=stays)


async def _ask(
    area: PlansArea, method: str, case_id: UUID, path: str, body: object, role: Role = Role.LEAD
) -> Any:  # Any: JSON
    """One change of what a case stands on, made against the present version (Any: JSON)."""
    version = (await area.ask("GET", f"/cases/{case_id}/facts")).headers["etag"]
    answer = await area.ask(method, f"/cases/{case_id}{path}", body, role=role, headers={"If-Match": version})
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def test_a_case_keeps_every_placement_as_a_period(placing: PlansArea) -> None:
    case_id = await _open_care_case(placing)
    facts = await placing.get(f"/cases/{case_id}/facts")
    assert [(each["started_on"], each["ended_on"], each["kind"]) for each in facts["placements"]] == [
        ("2023-01-01", "2023-05-31", "open_care"),
        ("2023-06-01", "2023-07-01", "open_care"),
    ]
    assert facts["right_ends_on"] == (await placing.get(f"/cases/{case_id}"))["right_ends_on"]


async def test_a_correction_moves_the_end_of_the_right_and_the_old_word_stays(placing: PlansArea) -> None:
    case_id = await placing.case(await placing.person(hetu=hetu(date(2008, 5, 17))))
    before = await placing.get(f"/cases/{case_id}/rights")
    await _ask(placing, "PATCH", case_id, "/facts", {"last_child_protection_on": "2024-05-20"})
    after = await placing.get(f"/cases/{case_id}/rights")
    assert (before["right_ends_on"], after["right_ends_on"]) == ("2029-05-17", "2029-05-20")
    assert [(each["why"], each["last_child_protection_on"]) for each in after["history"]] == [
        ("case_opened", "2024-05-17"),
        ("facts_corrected", "2024-05-20"),
    ]
    assert after["history"][1]["explanation"]["decisive"]["source"]["fi"]


async def test_a_decision_counts_once_it_is_made(placing: PlansArea) -> None:
    case_id = await placing.case()
    before = (await placing.get(f"/cases/{case_id}"))["right_ends_on"]
    tomorrow = (placing.today + timedelta(days=1)).isoformat()
    refused = await placing.ask(
        "POST",
        f"/cases/{case_id}/decisions",
        {"decided_on": tomorrow, "until": "2060-01-01"},
        headers={"If-Match": (await placing.ask("GET", f"/cases/{case_id}")).headers["etag"]},
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "decided_on")
    assert (await placing.get(f"/cases/{case_id}"))["right_ends_on"] == before


async def test_a_longer_decision_of_the_area_lengthens_the_right_and_moves_the_exit_plan(placing: PlansArea) -> None:
    case_id = await placing.case()
    until = {"decided_on": "2026-11-01", "until": "2031-05-17"}
    facts = await _ask(placing, "POST", case_id, "/decisions", until)
    assert facts["right_ends_on"] == "2031-05-17"
    [event] = await said(placing.service, RightRecomputed)
    assert (str(event.earlier_right_ends_on), str(event.right_ends_on)) == ("2029-05-17", "2031-05-17")
    [due] = await said(placing.service, DeadlineSet)
    [moved] = await said(placing.service, DeadlineMoved)
    assert (str(due.due_on), str(moved.due_on)) == ("2028-11-18", "2030-11-18")
    rights = await placing.get(f"/cases/{case_id}/rights")
    assert (rights["explanation"]["decisive"]["rule"], rights["history"][-1]["why"]) == (
        "area_decision",
        "decision_made",
    )


async def test_a_decision_that_was_recorded_in_error_counts_for_nothing_and_stays_readable(placing: PlansArea) -> None:
    case_id = await placing.case()
    await _ask(placing, "POST", case_id, "/decisions", {"decided_on": "2026-11-01", "until": "2031-05-17"})
    [decision] = (await placing.get(f"/cases/{case_id}/facts"))["decisions"]
    await _ask(placing, "PATCH", case_id, f"/decisions/{decision['decision_id']}", {"withdrawn": True})
    facts = await placing.get(f"/cases/{case_id}/facts")
    assert facts["right_ends_on"] == "2029-05-17"
    assert [(each["revision"], each["withdrawn"], each["counts"]) for each in facts["decisions"]] == [
        (1, False, False),
        (2, True, True),
    ]


async def test_what_takes_her_ground_away_is_refused(placing: PlansArea) -> None:
    case_id = await _open_care_case(placing)
    [_, second] = (await placing.get(f"/cases/{case_id}/facts"))["placements"]
    path = f"/cases/{case_id}/placements/{second['placement_id']}"
    # A day between the two: broken stays do not add up.
    refused = await placing.ask("PATCH", path, {"started_on": "2023-06-02"}, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:jatkumo:problem:no-right-to-aftercare")
    assert len((await placing.get(f"/cases/{case_id}/facts"))["placements"]) == 2
    assert await said(placing.service, RightRecomputed) == []


async def test_while_she_is_placed_again_no_five_years_run(placing: PlansArea) -> None:
    born = hetu()
    case_id = await placing.case(await placing.person(hetu=born), last_child_protection_on="2024-05-17")
    begun = {"started_on": "2026-11-01", "kind": "care"}
    facts = await _ask(placing, "POST", case_id, "/placements", begun)
    assert facts["placed_now"]
    rules = {each["rule"] for each in (await placing.get(f"/cases/{case_id}/rights"))["explanation"]["weighed"]}
    assert rules == {"upper_age"}
    lasting = facts["placements"][-1]["placement_id"]
    version = {"If-Match": (await placing.ask("GET", f"/cases/{case_id}/facts")).headers["etag"]}
    ended = {"ended_on": "2026-11-20"}
    refused = await placing.ask("PATCH", f"/cases/{case_id}/placements/{lasting}", ended, headers=version)
    assert refused.json()["field"] == "last_child_protection_on"
    both = ended | {"last_child_protection_on": "2026-11-20"}
    facts = await _ask(placing, "PATCH", case_id, f"/placements/{lasting}", both)
    assert not facts["placed_now"]
    weighed = (await placing.get(f"/cases/{case_id}/rights"))["explanation"]["weighed"]
    assert "2031-11-20" in {each["on"] for each in weighed}


async def test_a_change_against_an_older_version_is_refused(placing: PlansArea) -> None:
    case_id = await placing.case()
    body = {"last_child_protection_on": "2024-06-01"}
    answers = [
        await placing.ask("PATCH", f"/cases/{case_id}/facts", body | {"special_support": each}, headers=version)
        for each, version in ((False, {"If-Match": '"1"'}), (False, {"If-Match": '"1"'}))
    ]
    assert [answer.status_code for answer in answers] == [200, 412]
    assert answers[0].headers["etag"] == '"2"'
    missing = await placing.ask("PATCH", f"/cases/{case_id}/facts", body)
    assert missing.status_code == 428


async def test_the_same_facts_again_change_nothing(placing: PlansArea) -> None:
    case_id = await placing.case()
    await _ask(placing, "PATCH", case_id, "/facts", {"last_child_protection_on": "2024-05-17"})
    assert await said(placing.service, RightRecomputed) == []
    assert len((await placing.get(f"/cases/{case_id}/rights"))["history"]) == 1


async def test_special_support_needs_a_social_worker_first(placing: PlansArea) -> None:
    counsellor = await placing.worker()
    social_worker = await placing.worker(title="social_worker", qualification="social_worker")
    case_id = await placing.case(worker_id=str(counsellor))
    refused = await placing.ask(
        "PATCH", f"/cases/{case_id}/facts", {"special_support": True}, headers={"If-Match": '"1"'}
    )
    assert (refused.status_code, refused.json()["field"]) == (409, "special_support")
    named = {"worker_id": str(social_worker)}
    await placing.ask("POST", f"/cases/{case_id}/worker", named, headers={"If-Match": '"1"'})
    await _ask(placing, "PATCH", case_id, "/facts", {"special_support": True})
    assert (await placing.get(f"/cases/{case_id}"))["special_support"]


async def test_a_corrected_identity_code_moves_the_end_of_the_right(placing: PlansArea) -> None:
    code, right = hetu(date(2006, 5, 17)), hetu(date(2004, 3, 1))
    case_id = await placing.case(await placing.person(hetu=code), last_child_protection_on="2026-05-17")
    correction: dict[str, object] = {
        "tietoryhma": "HENKILOTUNNUS_KORJAUS",
        "muutosattribuutti": "LISATTY",
        "voimassaolo": "AKTIIVI",
        "muutettuHenkilotunnus": right,
        "aktiivinenHenkilotunnus": right,
        "edellisetHenkilotunnukset": [code],
    }
    await apply(placing, change(code, correction))
    history = (await placing.get(f"/cases/{case_id}/rights"))["history"]
    assert [(each["why"], each["by"] is None) for each in history] == [
        ("case_opened", False),
        ("identity_corrected", True),
    ]


async def test_a_case_that_another_area_placed_is_explained_and_changed_there(residence: PlansArea) -> None:
    await residence.worker()
    await hear(residence.service, received(dossier()))
    [case] = (await residence.get("/cases"))["items"]
    rights = await residence.get(f"/cases/{case['case_id']}/rights")
    assert rights["computed_by"] == "05"
    assert "Varsinais-Suomen" in rights["computed_by_says"]["fi"]
    assert "Egentliga Finlands" in rights["computed_by_says"]["sv"]
    for method, path, body in (
        ("PATCH", "/facts", {"special_support": True}),
        ("POST", "/placements", {"started_on": "2020-01-01", "ended_on": "2020-02-01", "kind": "care"}),
        ("POST", "/decisions", {"decided_on": "2026-01-01", "until": "2031-01-01"}),
    ):
        version = {"If-Match": f'"{case["version"]}"'}
        refused = await residence.ask(method, f"/cases/{case['case_id']}{path}", body, headers=version)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:jatkumo:problem:placed-by-another-area")


async def test_she_reads_herself_why_her_right_ends(placing: PlansArea) -> None:
    person_id = await placing.person()
    case_id = await placing.case(person_id)
    path = f"/cases/{case_id}/rights"
    own = await placing.get(path, role=Role.YOUNG_PERSON, subject=person_id)
    assert own["explanation"]["decisive"]["says"]["sv"]
    other = await placing.ask("GET", path, role=Role.YOUNG_PERSON, subject=uuid4())
    assert other.status_code == 404


async def test_a_worker_takes_no_decision_for_the_area(placing: PlansArea) -> None:
    worker_id = await placing.worker()
    case_id = await placing.case(worker_id=str(worker_id))
    body = {"decided_on": "2026-11-01", "until": "2031-05-17"}
    refused = await placing.ask(
        "POST",
        f"/cases/{case_id}/decisions",
        body,
        role=Role.WORKER,
        subject=worker_id,
        headers={"If-Match": '"1"'},
    )
    assert refused.status_code == 403


@pytest.mark.parametrize("log", ["placements", "decisions", "right_history"])
async def test_the_history_is_changed_by_nobody(placing: PlansArea, log: str) -> None:
    await placing.case(decisions=[{"decided_on": "2026-01-01", "until": "2030-01-01"}])
    with pytest.raises(DBAPIError, match="append-only"):
        await placing.rows(f"DELETE FROM {log} RETURNING 1")


async def test_whoever_corrects_a_placement_or_a_decision_is_written_down(placing: PlansArea) -> None:
    case_id, actor = await placing.case(decisions=[{"decided_on": "2026-01-01", "until": "2030-01-01"}]), uuid4()
    facts = await placing.get(f"/cases/{case_id}/facts")
    placement, decision = facts["placements"][0]["placement_id"], facts["decisions"][0]["decision_id"]
    for version, (path, body) in enumerate(
        [(f"placements/{placement}", {"alone": False}), (f"decisions/{decision}", {"until": "2030-02-01"})], start=1
    ):
        changed = await placing.ask(
            "PATCH", f"/cases/{case_id}/{path}", body, subject=actor, headers={"If-Match": f'"{version}"'}
        )
        assert changed.status_code == 200, changed.text
    rows = await placing.rows("SELECT done FROM access_log WHERE reader = :reader", reader=str(actor))
    assert [row.done for row in rows] == ["facts_recorded", "decision_recorded"]
    last = [each for each in (await placing.get(f"/cases/{case_id}/facts"))["decisions"] if each["counts"]]
    assert [(each["until"], each["recorded_by"]) for each in last] == [("2030-02-01", str(actor))]
