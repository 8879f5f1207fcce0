"""Documents of the population register's change feed, in its real shape."""

import asyncio
from datetime import timedelta
from typing import Any

from contracts.plans import PersonRecorded, ResidenceChanged, ToAbroad, ToArea
from services.chassis.auth import Role
from tests.services.conversation import said
from tests.services.plans.area import PlansArea, hetu


def document(*changes: dict[str, object]) -> dict[str, object]:
    return {"viimeisinKirjausavain": 100000022, "ajanTasalla": True, "muutokset": list(changes)}


def change(code: str, *groups: dict[str, object], at: str = "2026-11-19T22:00:00.000Z") -> dict[str, object]:
    return {"henkilotunnus": code, "muutospv": at, "tietoryhmat": list(groups)}


def home(municipality: str, since: str = "2026-11-20") -> dict[str, object]:
    return {
        "tietoryhma": "KOTIKUNTA",
        "muutosattribuutti": "LISATTY",
        "kuntakoodi": municipality,
        "kuntaanMuuttopv": {"arvo": since, "tarkkuus": "PAIVA"},
    }


def address(municipality: str, since: str = "2026-11-20") -> dict[str, object]:
    return {
        "tietoryhma": "VAKINAINEN_KOTIMAINEN_OSOITE",
        "muutosattribuutti": "LISATTY",
        "alkupv": {"arvo": since, "tarkkuus": "PAIVA"},
        "katunimi": {"fi": "Esimerkkikatu", "sv": "Exempelgatan"},
        "katunumero": "6a-6b",
        "kuntakoodi": municipality,
        "postinumero": "33100",
        "postitoimipaikka": {"fi": "TAMPERE", "sv": "TAMMERFORS"},
    }


def order(*, active: bool) -> dict[str, object]:
    return {"tietoryhma": "TURVAKIELTO", "muutosattribuutti": "LISATTY", "turvakieltoAktiivinen": active}


async def apply(area: PlansArea, *changes: dict[str, object]) -> Any:
    return await area.post("/population-changes", document(*changes), role=Role.OPERATOR)


async def test_a_change_of_home_municipality_is_a_move(placing: PlansArea) -> None:
    code = hetu()
    case_id = await placing.case(await placing.person(hetu=code))
    answer = await apply(placing, change(code, address("837"), home("837")))
    assert answer["done"] == {"other": {"skipped": 1}, "residence": {"announced": 1}}
    assert (answer["people_known"], answer["people_unknown"], answer["needs_person"]) == (1, 0, [])
    [event] = await said(placing.service, ResidenceChanged)
    assert (event.case_id, event.destination) == (case_id, ToArea(area="08", municipality="837"))
    assert event.moved_on.isoformat() == "2026-11-20"


async def test_the_same_document_again_changes_nothing(placing: PlansArea) -> None:
    code = hetu()
    await placing.case(await placing.person(hetu=code))
    await apply(placing, change(code, order(active=True), home("837")))
    again = await apply(placing, change(code, order(active=True), home("837")))
    assert again["done"] == {"non_disclosure": {"unchanged": 1}, "residence": {"already_known": 1}}
    assert len(await said(placing.service, ResidenceChanged)) == 1
    assert len(await said(placing.service, PersonRecorded)) == 2


async def test_what_a_worker_has_recorded_already_is_the_same_move(placing: PlansArea) -> None:
    code = hetu()
    case_id = await placing.case(await placing.person(hetu=code))
    day = placing.today - timedelta(days=2)
    await placing.move(case_id, "837", day)
    answer = await apply(placing, change(code, home("837", day.isoformat())))
    assert answer["done"] == {"residence": {"already_known": 1}}


async def test_an_order_is_in_force_before_the_address_that_it_covers(placing: PlansArea) -> None:
    code = hetu()
    person_id = await placing.person(hetu=code)
    case_id = await placing.case(person_id)
    answer = await apply(
        placing,
        change(code, home("837"), at="2026-11-19T22:00:00.000Z"),
        change(code, order(active=True), at="2026-11-20T22:00:00.000Z"),
    )
    assert answer["done"] == {"non_disclosure": {"set": 1}, "residence": {"announced": 1}}
    positions = await placing.rows(
        "SELECT type FROM journal WHERE type IN (:recorded, :moved) ORDER BY position DESC LIMIT 2",
        recorded=PersonRecorded.type,
        moved=ResidenceChanged.type,
    )
    assert [row.type for row in positions] == [ResidenceChanged.type, PersonRecorded.type]
    assert [each["withheld"] for each in await placing.get(f"/cases/{case_id}/residences")] == [True, True]


async def test_an_order_that_ends_is_lifted(placing: PlansArea) -> None:
    code = hetu()
    person_id = await placing.person(hetu=code, address_protected=True)
    answer = await apply(placing, change(code, order(active=False)))
    assert answer["done"] == {"non_disclosure": {"lifted": 1}}
    assert (await placing.get(f"/young-people/{person_id}"))["address_protected"] is False


async def test_people_who_are_not_ours_are_counted_and_nothing_is_kept_of_them(placing: PlansArea) -> None:
    answer = await apply(placing, change(hetu(), order(active=True), home("837")), change(hetu(), home("091")))
    assert (answer["people_known"], answer["people_unknown"], answer["done"]) == (0, 2, {})
    assert await placing.rows("SELECT 1 FROM people") == []
    assert await placing.rows("SELECT 1 FROM residences") == []


async def test_the_answer_holds_nothing_personal(placing: PlansArea) -> None:
    code = hetu()
    await placing.case(await placing.person(hetu=code))
    answer = await placing.ask("POST", "/population-changes", document(change(code, address("837"), home("837"))))
    for personal in (code, "837", "Esimerkkikatu", "33100", "TAMPERE", "Venla"):
        assert personal not in answer.text


async def test_a_municipality_that_nobody_knows_holds_that_person_and_nobody_else(placing: PlansArea) -> None:
    wrong, right = hetu(), hetu()
    held = await placing.person(hetu=wrong)
    await placing.case(held)
    await placing.case(await placing.person(hetu=right))
    answer = await apply(placing, change(wrong, home("999"), home("091")), change(right, home("837")))
    assert answer["done"] == {"residence": {"announced": 1, "held": 1}}
    assert answer["needs_person"] == [{"person_id": str(held), "reason": "unknown-municipality", "problems": []}]


async def test_an_unreadable_change_names_its_field_and_no_value(placing: PlansArea) -> None:
    code = hetu()
    await placing.case(await placing.person(hetu=code))
    answer = await apply(placing, change(code, home("8377")))
    [held] = answer["needs_person"]
    assert held["reason"] == "unreadable-change"
    assert any("kuntakoodi" in problem for problem in held["problems"])
    assert "8377" not in str(answer)


async def test_a_known_person_without_a_case_is_not_followed(placing: PlansArea) -> None:
    code = hetu()
    await placing.person(hetu=code)
    answer = await apply(placing, change(code, home("837")))
    assert answer["done"] == {"residence": {"no_open_case": 1}}
    assert await placing.rows("SELECT 1 FROM residences") == []


async def test_a_move_abroad_is_one(placing: PlansArea) -> None:
    code = hetu()
    await placing.case(await placing.person(hetu=code))
    answer = await apply(placing, change(code, home("200")))
    assert answer["done"] == {"residence": {"announced": 1}}
    [event] = await said(placing.service, ResidenceChanged)
    assert event.destination == ToAbroad()


async def test_a_corrected_identity_code_finds_the_same_person_from_then_on(placing: PlansArea) -> None:
    earlier, current = hetu(), hetu()
    person_id = await placing.person(hetu=earlier)
    await placing.case(person_id)
    correction: dict[str, object] = {
        "tietoryhma": "HENKILOTUNNUS_KORJAUS",
        "muutosattribuutti": "LISATTY",
        "voimassaolo": "AKTIIVI",
        "muutettuHenkilotunnus": current,
        "aktiivinenHenkilotunnus": current,
        "edellisetHenkilotunnukset": [earlier],
    }
    answer = await apply(placing, change(current, home("837")), change(earlier, correction))
    assert (answer["people_known"], answer["people_unknown"]) == (2, 0)
    assert answer["done"] == {"identity_code": {"corrected": 1}, "residence": {"announced": 1}}
    [found] = (await placing.post("/young-people/search", {"hetu": current}))["people"]
    assert found["person_id"] == str(person_id)
    assert len(await said(placing.service, ResidenceChanged)) == 1


async def test_a_death_is_for_a_person_to_act_on(placing: PlansArea) -> None:
    code = hetu()
    person_id = await placing.person(hetu=code)
    await placing.case(person_id)
    died = {
        "tietoryhma": "KUOLINPAIVA",
        "muutosattribuutti": "LISATTY",
        "kuollut": True,
        "kuolinpv": {"arvo": "2026-11-18", "tarkkuus": "PAIVA"},
    }
    answer = await apply(placing, change(code, died))
    assert [(each["person_id"], each["reason"]) for each in answer["needs_person"]] == [(str(person_id), "death")]


async def test_two_documents_at_once_about_the_same_people_are_one_move_each(placing: PlansArea) -> None:
    codes = [hetu() for _ in range(3)]
    for code in codes:
        await placing.case(await placing.person(hetu=code))
    forwards = [change(code, home("837")) for code in codes]
    await asyncio.gather(apply(placing, *forwards), apply(placing, *reversed(forwards)))
    assert len(await said(placing.service, ResidenceChanged)) == 3
