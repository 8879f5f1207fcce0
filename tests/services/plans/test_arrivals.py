"""A young person whom another area placed comes to live here: her case, her contact, the first contact, going on."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.client_plan import NetworkMemberCopy, NetworkRole
from contracts.plans import CaseClosed, CaseOpened, ContactNamed, FirstContactRecorded, PersonRecorded
from contracts.values import CaseRole, Language, new_id
from services.chassis.auth import Role
from services.chassis.consuming import NotYet
from tests.services.conversation import hear, said
from tests.services.plans.area import PlansArea, hetu
from tests.services.plans.handoffs import dossier, received, released_here


async def test_a_handoff_opens_one_case_with_a_named_contact(residence: PlansArea) -> None:
    worker_id = await residence.worker()
    handoff = received(dossier())
    assert await hear(residence.service, handoff) == "handled"
    [opened] = await said(residence.service, CaseOpened)
    [named] = await said(residence.service, ContactNamed)
    assert (opened.role, opened.placing_area, opened.worker_id) == (CaseRole.RESIDENCE, "05", worker_id)
    assert (named.case_id, named.handoff_id, named.contact.worker_id) == (
        opened.case_id,
        handoff.handoff_id,
        worker_id,
    )
    assert (opened.version, named.version, named.contact.lead_stands_in) == (1, 2, False)
    case = await residence.get(f"/cases/{opened.case_id}")
    assert (case["right_ends_on"], case["worker_id"]) == ("2029-05-17", str(worker_id))
    right = await residence.get(f"/cases/{opened.case_id}/rights")
    assert right["computed_by"] == "05"
    [lives] = await residence.get(f"/cases/{opened.case_id}/residences")
    assert (lives["municipality"], lives["effective"]) == ("837", True)


async def test_the_same_handoff_again_changes_nothing_whatever_its_message_is_called(residence: PlansArea) -> None:
    await residence.worker()
    handoff, event_id = received(dossier()), new_id()
    assert await hear(residence.service, handoff, event_id=event_id) == "handled"
    assert await hear(residence.service, handoff, event_id=event_id) == "repeated"
    assert await hear(residence.service, handoff) == "handled"
    assert len(await said(residence.service, CaseOpened)) == 1
    assert len(await said(residence.service, ContactNamed)) == 1
    assert len(await said(residence.service, PersonRecorded)) == 1


async def test_the_same_handoff_from_several_at_once_opens_one_case(residence: PlansArea) -> None:
    await residence.worker()
    handoff = received(dossier())
    await asyncio.gather(*(hear(residence.service, handoff) for _ in range(4)))
    assert len(await said(residence.service, CaseOpened)) == 1
    assert len(await residence.rows("SELECT 1 FROM cases")) == 1


async def test_she_is_served_in_her_language(residence: PlansArea) -> None:
    await residence.worker(name="Suomenkielinen", languages=["fi"], caseload_aim=100)
    swedish = await residence.worker(name="Svenskspråkig", languages=["sv"], caseload_aim=2)
    await hear(residence.service, received(dossier(language=Language.SV)))
    [named] = await said(residence.service, ContactNamed)
    assert named.contact.worker_id == swedish


async def test_special_support_needs_bring_a_social_worker(residence: PlansArea) -> None:
    await residence.worker(caseload_aim=100)
    social_worker = await residence.worker(qualification="social_worker", caseload_aim=2)
    await hear(residence.service, received(dossier(special_support=True)))
    [named] = await said(residence.service, ContactNamed)
    assert named.contact.worker_id == social_worker


async def test_special_support_waits_for_somebody_qualified(residence: PlansArea) -> None:
    await residence.worker(caseload_aim=100)
    await residence.rows("UPDATE workers SET qualification = 'other' RETURNING 1")
    handoff = received(dossier(special_support=True))
    with pytest.raises(NotYet):
        await hear(residence.service, handoff)
    social_worker = await residence.worker(qualification="social_worker", caseload_aim=0)
    assert await hear(residence.service, handoff) == "handled"
    [named] = await said(residence.service, ContactNamed)
    assert (named.contact.worker_id, named.contact.lead_stands_in) == (social_worker, False)


async def test_a_case_whose_needs_have_grown_gets_a_contact_who_is_qualified(residence: PlansArea) -> None:
    await residence.worker(caseload_aim=100)
    code, placing_case_id = hetu(), uuid4()
    await hear(residence.service, received(dossier(code=code), placing_case_id=placing_case_id))
    social_worker = await residence.worker(qualification="social_worker")
    grown = dossier(code=code, special_support=True)
    await hear(residence.service, received(grown, placing_case_id=placing_case_id))
    [_, named] = await said(residence.service, ContactNamed)
    assert named.contact.worker_id == social_worker
    [first, second] = await residence.get(f"/cases/{named.case_id}/workers")
    assert (first["until"], second["worker_id"]) == (second["since"], str(social_worker))


async def test_with_nobody_free_the_lead_stands_in_and_it_is_said(residence: PlansArea) -> None:
    await residence.worker(languages=["fi"])
    [lead] = [each for each in await residence.get("/workers") if each["lead"]]
    await hear(residence.service, received(dossier(language=Language.SV)))
    [named] = await said(residence.service, ContactNamed)
    assert (str(named.contact.worker_id), named.contact.lead_stands_in) == (lead["worker_id"], True)
    assert (await residence.get(f"/cases/{named.case_id}"))["lead_stands_in"] is True


async def test_two_handoffs_at_once_do_not_fill_one_place_twice(residence: PlansArea) -> None:
    worker_id = await residence.worker(caseload_aim=2)
    await asyncio.gather(*(hear(residence.service, received(dossier())) for _ in range(5)))
    named = await said(residence.service, ContactNamed)
    assert sum(each.contact.worker_id == worker_id for each in named) == 2
    assert sum(each.contact.lead_stands_in for each in named) == 3


async def test_cases_are_shared_by_relative_load(residence: PlansArea) -> None:
    smaller, larger = await residence.worker(caseload_aim=2), await residence.worker(caseload_aim=4)
    for _ in range(6):
        await hear(residence.service, received(dossier()))
    named = [each.contact.worker_id for each in await said(residence.service, ContactNamed)]
    assert (named.count(smaller), named.count(larger)) == (2, 4)


async def test_without_any_lead_the_handoff_waits_and_nothing_is_stored(residence: PlansArea) -> None:
    # An area that has recorded nobody yet: no command can bring it about later.
    await residence.rows("UPDATE workers SET active = false RETURNING 1")
    handoff = received(dossier())
    with pytest.raises(NotYet):
        await hear(residence.service, handoff)
    assert await residence.rows("SELECT 1 FROM people") == []
    await residence.worker(lead=True)
    assert await hear(residence.service, handoff) == "handled"
    assert len(await said(residence.service, ContactNamed)) == 1


async def test_somebody_who_is_known_here_stays_one_person_and_the_newer_dossier_counts(residence: PlansArea) -> None:
    code = hetu()
    person_id = await residence.person(hetu=code, given_name="Venla-Maria", language="fi", phone="+358 40 555 0111")
    await hear(residence.service, received(dossier(code=code, email="uusi@nuori.example", address_protected=True)))
    [opened] = await said(residence.service, CaseOpened)
    assert opened.person_id == person_id
    known = await residence.get(f"/young-people/{person_id}")
    assert (known["given_name"], known["language"], known["email"]) == ("Venla", "sv", "uusi@nuori.example")
    # What the dossier does not say is kept.
    assert (known["phone"], known["address_protected"]) == ("+358 40 555 0111", True)


async def test_an_order_that_is_in_force_here_is_not_lifted_by_a_dossier_without_one(residence: PlansArea) -> None:
    code = hetu()
    person_id = await residence.person(hetu=code, address_protected=True)
    await hear(residence.service, received(dossier(code=code)))
    assert (await residence.get(f"/young-people/{person_id}"))["address_protected"] is True


async def test_an_order_reaches_the_case_of_somebody_who_comes_back_with_a_corrected_code(
    residence: PlansArea,
) -> None:
    await residence.worker()
    corrected, placing_case_id = hetu(), uuid4()
    first = received(dossier(), placing_case_id=placing_case_id)
    await hear(residence.service, first)
    await hear(residence.service, released_here(first))
    again = dossier(code=corrected, address_protected=True, email="uusi@nuori.example")
    assert await hear(residence.service, received(again, placing_case_id=placing_case_id)) == "handled"
    [person] = await residence.rows("SELECT hetu, email, address_protected FROM people")
    assert tuple(person) == (corrected, "uusi@nuori.example", True)
    opened = await said(residence.service, CaseOpened)
    lived = await residence.get(f"/cases/{opened[0].case_id}/residences")
    assert [(each["withheld"], each["municipality"]) for each in lived] == [(True, None)]
    assert (await said(residence.service, PersonRecorded))[-1].address_protected is True


async def test_a_corrected_code_that_somebody_else_has_here_waits_for_a_person_and_changes_nothing(
    residence: PlansArea,
) -> None:
    await residence.worker()
    corrected, placing_case_id = hetu(), uuid4()
    await hear(residence.service, received(dossier(), placing_case_id=placing_case_id))
    await residence.person(hetu=corrected)
    before = await residence.rows("SELECT * FROM people ORDER BY person_id")
    assert await hear(residence.service, received(dossier(code=corrected), placing_case_id=placing_case_id)) == "dead"
    assert await residence.rows("SELECT * FROM people ORDER BY person_id") == before
    [letter] = await residence.rows("SELECT reason FROM dead_letters")
    assert letter.reason == "identity-code-taken"


async def test_a_wrong_identity_code_in_a_dossier_stores_nothing_and_ends_as_a_dead_letter(
    residence: PlansArea,
) -> None:
    wrong = received(dossier(code="170506A9000"))
    assert await hear(residence.service, wrong, attempt=12) == "dead"
    assert await residence.rows("SELECT 1 FROM people") == []
    [letter] = await residence.rows("SELECT reason, detail FROM dead_letters")
    assert letter.reason == "hetu-checksum"
    assert "170506A9000" not in letter.detail


async def test_the_contact_records_the_first_contact_once(residence: PlansArea) -> None:
    worker_id = await residence.worker()
    handoff = received(dossier())
    await hear(residence.service, handoff)
    [named] = await said(residence.service, ContactNamed)
    path, now = f"/cases/{named.case_id}/first-contact", residence.service.clock.now()
    first = await residence.ask("POST", path, {"contacted_at": now.isoformat()}, role=Role.WORKER, subject=worker_id)
    later = {"contacted_at": (now + timedelta(microseconds=1)).isoformat(), "handoff_id": str(handoff.handoff_id)}
    again = await residence.ask("POST", path, later, role=Role.WORKER, subject=worker_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["location"] == f"/cases/{named.case_id}"
    assert again.json() == first.json() | {"repeated": True}
    [event] = await said(residence.service, FirstContactRecorded)
    assert (event.handoff_id, event.contacted_at, event.worker_id) == (handoff.handoff_id, now, worker_id)


async def test_two_who_record_the_first_contact_at_once_record_one(residence: PlansArea) -> None:
    worker_id = await residence.worker()
    await hear(residence.service, received(dossier()))
    [named] = await said(residence.service, ContactNamed)
    body = {"contacted_at": residence.service.clock.now().isoformat()}
    path = f"/cases/{named.case_id}/first-contact"
    answers = await asyncio.gather(*(residence.ask("POST", path, body, subject=worker_id) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert len(await said(residence.service, FirstContactRecorded)) == 1


async def test_another_worker_does_not_record_the_first_contact_but_a_lead_does(residence: PlansArea) -> None:
    await residence.worker()
    await hear(residence.service, received(dossier()))
    [named] = await said(residence.service, ContactNamed)
    path = f"/cases/{named.case_id}/first-contact"
    body = {"contacted_at": residence.service.clock.now().isoformat()}
    colleague = await residence.ask("POST", path, body, role=Role.WORKER, subject=uuid4())
    assert (colleague.status_code, await said(residence.service, FirstContactRecorded)) == (403, [])
    [lead] = [each for each in await residence.get("/workers") if each["lead"]]
    by_lead = await residence.ask("POST", path, body, role=Role.LEAD, subject=UUID(lead["worker_id"]))
    assert by_lead.status_code == 201


@pytest.mark.parametrize(
    ("away", "code"),
    [(timedelta(hours=1), "contact-in-the-future"), (timedelta(hours=-1), "contact-before-handoff")],
)
async def test_a_first_contact_lies_neither_ahead_nor_before_the_handoff(
    residence: PlansArea, away: timedelta, code: str
) -> None:
    worker_id = await residence.worker()
    await hear(residence.service, received(dossier()))
    [named] = await said(residence.service, ContactNamed)
    wrong = {"contacted_at": (residence.service.clock.now() + away).isoformat()}
    refused = await residence.ask("POST", f"/cases/{named.case_id}/first-contact", wrong, subject=worker_id)
    assert (refused.status_code, refused.json()["field"]) == (422, "contacted_at")
    assert refused.json()["type"] == f"urn:jatkumo:problem:{code}"
    assert await said(residence.service, FirstContactRecorded) == []


@pytest.mark.parametrize("away", [timedelta(minutes=1), timedelta(minutes=-1)])
async def test_clocks_that_differ_a_little_keep_no_first_contact_from_being_recorded(
    residence: PlansArea, away: timedelta
) -> None:
    worker_id = await residence.worker()
    await hear(residence.service, received(dossier()))
    [named] = await said(residence.service, ContactNamed)
    body = {"contacted_at": (residence.service.clock.now() + away).isoformat()}
    await residence.post(f"/cases/{named.case_id}/first-contact", body, subject=worker_id)


async def test_a_lead_who_is_not_recorded_as_a_worker_records_no_first_contact(residence: PlansArea) -> None:
    await residence.worker()
    await hear(residence.service, received(dossier()))
    [named] = await said(residence.service, ContactNamed)
    body = {"contacted_at": residence.service.clock.now().isoformat()}
    refused = await residence.ask("POST", f"/cases/{named.case_id}/first-contact", body, subject=uuid4())
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:jatkumo:problem:not-a-recorded-worker")


async def test_a_release_closes_the_case_and_the_contact_stays_named_until_then(residence: PlansArea) -> None:
    await residence.worker()
    handoff = received(dossier())
    await hear(residence.service, handoff)
    assert await hear(residence.service, released_here(handoff)) == "handled"
    assert await hear(residence.service, released_here(handoff)) == "handled"
    [closed] = await said(residence.service, CaseClosed)
    case = await residence.get(f"/cases/{closed.case_id}")
    assert case["open"] is False
    [contact] = await residence.get(f"/cases/{closed.case_id}/workers")
    assert (contact["role"], contact["until"]) == ("contact", case["closed_at"])


async def test_a_release_that_overtakes_its_offer_leaves_nothing_to_open(residence: PlansArea) -> None:
    await residence.worker()
    handoff = received(dossier())
    assert await hear(residence.service, released_here(handoff)) == "handled"
    assert await hear(residence.service, handoff) == "handled"
    assert await said(residence.service, CaseOpened) == []
    assert await residence.rows("SELECT 1 FROM people") == []


async def test_somebody_who_comes_back_gets_the_same_case_again(residence: PlansArea) -> None:
    await residence.worker()
    code, placing_case_id = hetu(), uuid4()
    first = received(dossier(code=code), placing_case_id=placing_case_id)
    second = received(dossier(code=code, special_support=False), placing_case_id=placing_case_id)
    await hear(residence.service, first)
    await hear(residence.service, released_here(first))
    await hear(residence.service, second)
    opened = await said(residence.service, CaseOpened)
    assert len({event.case_id for event in opened}) == 1
    assert [event.version for event in opened] == [1, 4]
    assert [event.handoff_id for event in await said(residence.service, ContactNamed)] == [
        first.handoff_id,
        second.handoff_id,
    ]
    assert (await residence.get(f"/cases/{opened[0].case_id}"))["open"] is True


async def test_a_second_handoff_while_the_case_is_open_keeps_the_contact_and_outlives_the_first_ones_release(
    residence: PlansArea,
) -> None:
    await residence.worker()
    code, placing_case_id = hetu(), uuid4()
    first = received(dossier(code=code), placing_case_id=placing_case_id)
    second = received(dossier(code=code), placing_case_id=placing_case_id)
    await hear(residence.service, first)
    await residence.worker(caseload_aim=100)
    await hear(residence.service, second)
    await hear(residence.service, released_here(first))
    one, other = await said(residence.service, ContactNamed)
    assert one.contact == other.contact
    assert await said(residence.service, CaseClosed) == []
    await hear(residence.service, released_here(second))
    assert len(await said(residence.service, CaseClosed)) == 1


async def test_a_contact_who_leaves_hands_her_on_without_a_gap(residence: PlansArea) -> None:
    leaver = await residence.worker()
    await hear(residence.service, received(dossier()))
    [named] = await said(residence.service, ContactNamed)
    await residence.post(f"/workers/{leaver}/departure", {})
    first, second = await residence.get(f"/cases/{named.case_id}/workers")
    assert (first["worker_id"], first["until"]) == (str(leaver), second["since"])
    assert second["until"] is None


async def test_a_contact_who_leaves_while_handoffs_arrive_keeps_none_of_them(residence: PlansArea) -> None:
    leaver = await residence.worker(caseload_aim=100)
    arriving = [hear(residence.service, received(dossier())) for _ in range(4)]
    leaving = residence.ask("POST", f"/workers/{leaver}/departure", {})
    outcomes, answer = await asyncio.gather(asyncio.gather(*arriving), leaving)
    assert (set(outcomes), answer.status_code) == ({"handled"}, 200)
    assert await residence.rows("SELECT 1 FROM cases WHERE worker_id = :id AND closed_at IS NULL", id=leaver) == []


async def test_residents_whom_another_area_placed_are_listed(residence: PlansArea) -> None:
    await residence.worker()
    await hear(residence.service, received(dossier()))
    [listed] = (await residence.get("/cases?role=residence"))["items"]
    assert (listed["placing_area"], listed["role"]) == ("05", "residence")


async def test_whom_she_allows_is_known_here_too_and_who_left_stays_away(residence: PlansArea) -> None:
    await residence.worker()
    today = residence.today
    aunt = NetworkMemberCopy(
        member_id=new_id(), role=NetworkRole.CLOSE_ONE, name="Täti Irja", inform_agreed_on=today + timedelta(days=1)
    )
    team = NetworkMemberCopy(
        member_id=new_id(), role=NetworkRole.PROFESSIONAL, name="Nuorten tiimi", actor="of-tomorrow", phone="040 1"
    )
    first = received(dossier().model_copy(update={"network": (aunt, team)}))
    await hear(residence.service, first)
    [case] = await said(residence.service, CaseOpened)
    found = {each["name"]: each for each in (await residence.get(f"/cases/{case.case_id}/network"))["members"]}
    # The other area's clock is ahead; an actor that this area's catalogue does not know is kept by its name.
    assert found["Täti Irja"]["inform_agreed_on"] == str(today)
    assert (found["Nuorten tiimi"]["actor"], found["Nuorten tiimi"]["organisation"]) == (None, "of-tomorrow")
    assert {each["added_by_area"] for each in found.values()} == {"05"}

    parted = f"/cases/{case.case_id}/network/members/{team.member_id}/parting"
    assert (await residence.ask("POST", parted, {})).status_code == 200
    renamed = aunt.model_copy(update={"name": "Irja-täti", "inform_agreed_on": None, "invite_agreed_on": today})
    again = dossier().model_copy(update={"network": (renamed, team)})
    await hear(residence.service, received(again, placing_case_id=first.placing_case_id))
    [member] = (await residence.get(f"/cases/{case.case_id}/network"))["members"]
    assert (member["name"], member["inform_agreed_on"], member["invite_agreed_on"]) == ("Irja-täti", None, str(today))
