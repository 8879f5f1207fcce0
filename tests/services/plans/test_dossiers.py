"""What the placing area tells the next one, what it writes down about it, and whom it is told of in return."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from contracts.plans import DossierPrepared, ResidenceChanged
from contracts.values import new_id
from services.chassis.auth import Role
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea, hetu
from tests.services.plans.handoffs import accepted, contact, let_go, opened


async def _moved(area: PlansArea, **person: object) -> ResidenceChanged:
    case_id = await area.case(await area.person(**person))
    await area.move(case_id, "837", area.today)
    [*_, event] = await said(area.service, ResidenceChanged)
    return event


async def test_the_dossier_holds_what_the_next_area_needs_and_the_log_says_so(placing: PlansArea) -> None:
    code = hetu()
    move = await _moved(placing, hetu=code)
    handoff = opened(move)
    assert await hear(placing.service, handoff) == "handled"
    [prepared] = await said(placing.service, DossierPrepared)
    case = await placing.get(f"/cases/{move.case_id}")
    assert (prepared.handoff_id, prepared.case_id) == (handoff.handoff_id, move.case_id)
    told = prepared.dossier
    assert (told.person.hetu, told.person.given_name) == (code, "Venla")
    assert (told.municipality, told.moved_on) == ("837", move.moved_on)
    assert told.right_ends_on.isoformat() == case["right_ends_on"]
    assert str(told.responsible_worker.worker_id) == case["worker_id"]
    [disclosure] = (await placing.get(f"/young-people/{move.person_id}/disclosures"))["items"]
    assert (disclosure["handoff_id"], disclosure["recipient_area"]) == (str(handoff.handoff_id), "08")
    assert (disclosure["legal_basis"], disclosure["legal_source"]) == ("statutory", "417/2007 16 b §, 75 §")
    assert {"identity", "contact_details", "residence"} <= set(disclosure["data_categories"])


async def test_a_handoff_is_disclosed_once(placing: PlansArea) -> None:
    handoff = opened(await _moved(placing))
    await asyncio.gather(*(hear(placing.service, handoff) for _ in range(3)))
    assert len(await said(placing.service, DossierPrepared)) == 1
    assert len(await placing.rows("SELECT 1 FROM disclosure_log")) == 1


async def _disclosed_to(area: PlansArea) -> list[str]:
    return [row.recipient_area for row in await area.rows("SELECT recipient_area FROM disclosure_log ORDER BY at")]


async def test_an_area_that_she_has_left_again_is_told_nothing_more(placing: PlansArea) -> None:
    first = await _moved(placing)
    await placing.move(first.case_id, "091", placing.today)
    [_, second] = await said(placing.service, ResidenceChanged)
    # The later one may be heard first.
    assert await hear(placing.service, opened(second)) == "handled"
    assert await hear(placing.service, opened(first)) == "handled"
    assert [each.dossier.municipality for each in await said(placing.service, DossierPrepared)] == ["091"]
    assert await _disclosed_to(placing) == ["90"]


async def test_nothing_is_disclosed_of_somebody_who_has_come_home(placing: PlansArea) -> None:
    move = await _moved(placing)
    await placing.move(move.case_id, "853", placing.today)
    assert await hear(placing.service, opened(move)) == "handled"
    assert (await said(placing.service, DossierPrepared), await _disclosed_to(placing)) == ([], [])


async def test_a_move_inside_the_next_area_does_not_keep_her_dossier_back(placing: PlansArea) -> None:
    move = await _moved(placing)
    await placing.move(move.case_id, "536", placing.today)
    await hear(placing.service, opened(move))
    [prepared] = await said(placing.service, DossierPrepared)
    assert (prepared.dossier.municipality, await _disclosed_to(placing)) == ("536", ["08"])


async def test_a_residence_recorded_late_does_not_keep_the_dossier_from_where_she_lives_now(placing: PlansArea) -> None:
    case_id = await placing.case()
    for municipality, days_ago in (("837", 10), ("536", 0), ("091", 5)):
        await placing.move(case_id, municipality, placing.today - timedelta(days=days_ago))
    [move] = await said(placing.service, ResidenceChanged)
    await hear(placing.service, opened(move))
    [prepared] = await said(placing.service, DossierPrepared)
    assert (prepared.dossier.municipality, await _disclosed_to(placing)) == ("536", ["08"])


async def test_nothing_is_disclosed_once_the_right_has_ended(placing: PlansArea) -> None:
    move = await _moved(placing)
    [case] = await placing.rows("SELECT right_ends_on FROM cases")
    left = (case.right_ends_on - placing.today).days
    placing.pass_days(left + 1)
    assert await hear(placing.service, opened(move)) == "handled"
    assert (await said(placing.service, DossierPrepared), await _disclosed_to(placing)) == ([], [])
    # The last day of the right still belongs to it.
    placing.pass_days(left)
    await hear(placing.service, opened(move))
    assert await _disclosed_to(placing) == ["08"]


async def test_a_handoff_of_a_move_that_is_not_the_cases_own_discloses_nothing(placing: PlansArea) -> None:
    handoff = opened(await _moved(placing)).model_copy(update={"move_id": new_id()})
    assert await hear(placing.service, handoff, attempt=12) == "dead"
    assert await placing.rows("SELECT 1 FROM disclosure_log") == []
    assert await said(placing.service, DossierPrepared) == []


async def test_the_worker_and_the_young_person_know_the_contact_where_she_lives(placing: PlansArea) -> None:
    move = await _moved(placing)
    handoff, there = opened(move), contact("Aino Mäkelä")
    await hear(placing.service, handoff)
    assert await hear(placing.service, accepted(move, handoff.handoff_id, there)) == "handled"
    case = await placing.get(f"/cases/{move.case_id}")
    assert (case["contact"]["contact"]["name"], case["contact"]["area"]) == ("Aino Mäkelä", "08")
    mine = await placing.get("/me", role=Role.YOUNG_PERSON, subject=move.person_id)
    assert mine["cases"][0]["contact"]["name"] == "Aino Mäkelä"
    named = await placing.get(f"/cases/{move.case_id}/workers")
    assert [(each["role"], each["area"]) for each in named] == [("responsible_worker", "05"), ("contact", "08")]
    assert named[0]["until"] is None


async def test_the_same_acceptance_again_does_not_move_its_time(placing: PlansArea) -> None:
    move = await _moved(placing)
    handoff_id, there = new_id(), contact()
    await hear(placing.service, accepted(move, handoff_id, there))
    before = await placing.get(f"/cases/{move.case_id}/workers")
    placing.pass_days(1)
    await hear(placing.service, accepted(move, handoff_id, there))
    assert await placing.get(f"/cases/{move.case_id}/workers") == before


async def test_the_earlier_contact_stays_until_that_area_is_released(placing: PlansArea) -> None:
    move = await _moved(placing)
    first, second = new_id(), new_id()
    await hear(placing.service, accepted(move, first, contact("Ensimmäinen")))
    await hear(placing.service, accepted(move, second, contact("Toinen")))
    assert [each["until"] for each in await placing.get(f"/cases/{move.case_id}/workers")] == [None, None, None]
    assert (await placing.get(f"/cases/{move.case_id}"))["contact"]["contact"]["name"] == "Toinen"
    await hear(placing.service, let_go(move.case_id, first))
    ended = {each["name"]: each["until"] for each in await placing.get(f"/cases/{move.case_id}/workers")}
    assert ended["Ensimmäinen"] is not None
    assert ended["Toinen"] is None


async def test_an_acceptance_that_comes_late_does_not_replace_the_newer_contact(placing: PlansArea) -> None:
    move = await _moved(placing)
    first, second = new_id(), new_id()
    await hear(placing.service, accepted(move, second, contact("Toinen")))
    await hear(placing.service, accepted(move, first, contact("Ensimmäinen")))
    assert (await placing.get(f"/cases/{move.case_id}"))["contact"]["contact"]["name"] == "Toinen"


async def test_a_release_that_overtakes_its_acceptance_leaves_no_present_contact(placing: PlansArea) -> None:
    move = await _moved(placing)
    handoff_id = new_id()
    await hear(placing.service, let_go(move.case_id, handoff_id))
    await hear(placing.service, accepted(move, handoff_id, contact()))
    assert (await placing.get(f"/cases/{move.case_id}"))["contact"] is None
    [_, there] = await placing.get(f"/cases/{move.case_id}/workers")
    assert there["since"] == there["until"]


async def test_under_an_order_the_contact_is_named_and_nothing_tells_where_they_are(placing: PlansArea) -> None:
    move = await _moved(placing, address_protected=True)
    handoff = opened(move)
    await hear(placing.service, handoff)
    await hear(placing.service, accepted(move, handoff.handoff_id, contact("Aino Mäkelä")))
    case = await placing.get(f"/cases/{move.case_id}")
    named = case["contact"]["contact"]
    assert (named["name"], named["title"], case["contact"]["area"]) == ("Aino Mäkelä", "social_worker", None)
    assert (named["email"], named["phone"]) == (None, None)
    mine = (await placing.get("/me", role=Role.YOUNG_PERSON, subject=move.person_id))["cases"][0]["contact"]
    assert (mine["name"], mine["email"], mine["phone"]) == ("Aino Mäkelä", None, None)
    [_, there] = await placing.get(f"/cases/{move.case_id}/workers")
    assert there["area"] is None
    [disclosure] = (await placing.get(f"/young-people/{move.person_id}/disclosures"))["items"]
    assert disclosure["recipient_area"] is None
    [row] = await placing.rows("SELECT recipient_area FROM disclosure_log")
    assert row.recipient_area == "08"
    assert UUID(disclosure["handoff_id"]) == handoff.handoff_id


async def test_under_an_order_her_responsible_worker_alone_can_reach_the_contact(placing: PlansArea) -> None:
    move = await _moved(placing, address_protected=True)
    await hear(placing.service, accepted(move, new_id(), contact()))
    path = f"/cases/{move.case_id}"
    responsible = UUID((await placing.get(path))["worker_id"])
    reached = (await placing.get(path, role=Role.WORKER, subject=responsible))["contact"]
    assert (reached["contact"]["phone"], reached["area"]) == ("+358 40 555 0123", None)
    lead = (await placing.get(path, subject=uuid4()))["contact"]
    assert lead["contact"]["phone"] is None


async def test_the_dossier_names_whom_she_allows_and_nobody_else(placing: PlansArea) -> None:
    case_id = await placing.case()
    members = f"/cases/{case_id}/network/members"
    allowed = {"inform_agreed_on": str(placing.today)}
    aunt = await placing.post(members, {"role": "close_one", "name": "Täti Irja", "allowed": allowed})
    await placing.post(members, {"role": "parent", "name": "Isä Esimerkki"})
    await placing.move(case_id, "837", placing.today)
    [move] = await said(placing.service, ResidenceChanged)
    await hear(placing.service, opened(move))
    [prepared] = await said(placing.service, DossierPrepared)
    [copied] = prepared.dossier.network
    assert (str(copied.member_id), copied.name, copied.inform_agreed_on) == (
        aunt["member_id"],
        "Täti Irja",
        placing.today,
    )
    page = await placing.get(f"/young-people/{move.person_id}/disclosures")
    assert "network" in page["items"][0]["data_categories"]
