"""A plan goes to whom the young person agreed, part by part, each with its basis and its log row (C8, R38, R53)."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy.exc import IntegrityError

from contracts.plans import PlanDelivered, PlanRead
from services.chassis.auth import Role
from tests.services.conversation import said
from tests.services.plans.adopting import lives_in_with_plan
from tests.services.plans.area import PlansArea
from tests.services.plans.planning import Planning, drafted, promise, view

PROBATION = {"kind": "authority", "role": "professional", "organisation": "Criminal Sanctions Agency"}


class Sharing:
    """A published plan, and what becomes of it."""

    def __init__(self, planning: Planning) -> None:
        self.planning = planning
        self.area = planning.area

    async def agree(self, *, hers: bool = False, **given: Any) -> httpx.Response:
        """Put somebody on the distribution list."""
        return await self.planning.ask("POST", "/distribution", self.entry(**given), hers=hers)

    def entry(self, **given: Any) -> dict[str, object]:
        """The school, which gets the goals."""
        return {
            "recipient": {"kind": "named", "role": "school", "name": "Aino Opettaja"},
            "parts": ["goals", "promises"],
            "basis": {"kind": "consent", "consented_on": self.area.today.isoformat()},
        } | given

    async def agreed(self, **given: Any) -> str:
        """The id of a new entry of the list (Any: JSON)."""
        answer = await self.agree(**given)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["entry_id"])

    async def deliver(self, number: int = 1, *, hers: bool = False, **given: Any) -> httpx.Response:
        """Give a version to somebody (Any: JSON)."""
        return await self.planning.ask("POST", f"/versions/{number}/deliveries", given, hers=hers)

    async def delivered(self, number: int = 1, **given: Any) -> Any:
        """A delivery that was noted (Any: JSON)."""
        answer = await self.deliver(number, **given)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def disclosures(self) -> list[dict[str, Any]]:
        """What the disclosure log says of deliveries (Any: JSON)."""
        page = await self.area.get(f"/young-people/{self.planning.person_id}/disclosures")
        return [each for each in page["items"] if each["delivery_id"]]

    async def member(self, **given: object) -> str:
        """Somebody of her network."""
        body = {"role": "parent", "name": "Irja"} | given
        path = f"/cases/{self.planning.case_id}/network/members"
        added = await self.area.post(path, body, subject=self.planning.worker_id)
        return str(added["member_id"])


async def shared(area: PlansArea, **texts: Any) -> Sharing:
    planning, *_ = await drafted(area)
    await planning.put("sections/housing", {"agreed": "A flat of her own"})
    await planning.put("sections/income", {"agreed": "Basic support is applied for"})
    if texts:
        await planning.texts(**texts)
    await planning.publish()
    return Sharing(planning)


async def under_order(area: PlansArea, sharing: Sharing) -> None:
    where = f"/young-people/{sharing.planning.person_id}"
    found = await area.ask("GET", where)
    headers = {"If-Match": found.headers["etag"]}
    changed = await area.ask("PATCH", where, {"address_protected": True}, headers=headers)
    assert changed.status_code == 200, changed.text


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:jatkumo:problem:")


async def test_she_is_given_the_whole_plan_and_nothing_of_it_is_disclosed(placing: PlansArea) -> None:
    sharing = await shared(placing)
    delivery = await sharing.delivered(to="young_person")
    assert (delivery["delivered_on"], delivery["reading"]) == (placing.today.isoformat(), None)
    [event] = await said(placing.service, PlanDelivered)
    assert (event.number, event.to_young_person, str(event.delivery_id)) == (1, True, delivery["delivery_id"])
    given = await sharing.planning.get(f"/deliveries/{delivery['delivery_id']}", hers=True)
    assert given["content"] == (await sharing.planning.get("/versions/1", hers=True))["content"]
    await sharing.delivered(to="case_worker")
    assert await sharing.disclosures() == []


async def test_a_recipient_gets_the_agreed_parts_and_nothing_else(placing: PlansArea) -> None:
    sharing = await shared(placing, strengths="I cook")
    entry = await sharing.agreed(parts=["goals", "section_income"])
    delivery = await sharing.delivered(entry_id=entry)
    given = await sharing.planning.get(f"/deliveries/{delivery['delivery_id']}")
    content = given["content"]
    assert [each["what"] for each in content["goals"]] == ["A home of my own"]
    assert [each["area"] for each in content["sections"]] == ["income"]
    assert (content["own_words"], content["strengths"], content["promises"]) == (None, None, [])
    assert "flat" not in str(content)


async def test_every_delivery_to_others_has_its_row_in_the_log_with_its_basis(placing: PlansArea) -> None:
    sharing = await shared(placing)
    by_consent = await sharing.delivered(entry_id=await sharing.agreed())
    law = {"kind": "statutory", "source": "417/2007 16 b §"}
    by_law = await sharing.delivered(entry_id=await sharing.agreed(recipient=PROBATION, basis=law, parts=["promises"]))
    second, first = await sharing.disclosures()
    assert (first["delivery_id"], first["disclosure_id"]) == (by_consent["delivery_id"], by_consent["disclosure_id"])
    assert (first["legal_basis"], first["legal_source"]) == ("consent", f"consent of {placing.today}")
    assert first["data_categories"] == ["plan_goals", "plan_promises"]
    assert (first["recipient_kind"], first["recipient_role"], first["handoff_id"]) == ("named", "school", None)
    assert (second["delivery_id"], second["legal_basis"]) == (by_law["delivery_id"], "statutory")
    assert (second["legal_source"], second["recipient_kind"]) == ("417/2007 16 b §", "authority")
    hers = await placing.get(
        f"/young-people/{sharing.planning.person_id}/disclosures",
        role=Role.YOUNG_PERSON,
        subject=sharing.planning.person_id,
    )
    assert len(hers["items"]) == 2


async def test_the_database_holds_no_delivery_to_others_without_its_row_in_the_log(placing: PlansArea) -> None:
    sharing = await shared(placing)
    await sharing.delivered(entry_id=await sharing.agreed())
    for change in (
        "disclosure_id = NULL",
        "disclosure_id = gen_random_uuid()",
        "basis = NULL",
        "kind = 'young_person'",
    ):
        with pytest.raises(IntegrityError):
            await placing.rows(f"UPDATE plan_deliveries SET {change} RETURNING 1")


async def test_whoever_was_invited_and_came_has_no_right_to_the_plan(placing: PlansArea) -> None:
    sharing = await shared(placing)
    today = placing.today.isoformat()
    member_id = await sharing.member(role="school", allowed={"invite_agreed_on": today, "inform_agreed_on": today})
    await held_with(sharing, member_id)
    assert await sharing.planning.get("/distribution") == []
    tried: list[dict[str, Any]] = [{"to": "network_member"}, {"to": "network_member", "entry_id": member_id}, {}]
    for given in tried:
        assert refusal(await sharing.deliver(**given)) == (422, "agreement-needed")
    assert refusal(await sharing.deliver(entry_id=member_id)) == (404, "no-such-entry")
    assert await sharing.planning.get("/deliveries") == []
    assert await sharing.disclosures() == []


async def held_with(sharing: Sharing, member_id: str) -> None:
    """A meeting to which a member of her network was invited and came."""
    where, area = f"/cases/{sharing.planning.case_id}/meetings", sharing.area
    starts_at = (area.service.clock.now() - timedelta(hours=1)).isoformat()
    body = {"kind": "other", "starts_at": starts_at, "mode": "remote", "invitees": [{"member_id": member_id}]}
    meeting = await area.post(where, body, subject=sharing.planning.worker_id)
    came = [{"participant_id": each["participant_id"], "attended": True} for each in meeting["participants"]]
    record = {"held_at": starts_at, "minutes": 50, "outcome": "All heard the plan.", "presences": came}
    held = await area.ask(
        "POST",
        f"{where}/{meeting['meeting_id']}/record",
        record,
        subject=sharing.planning.worker_id,
        headers={"If-Match": f'"{meeting["version"]}"'},
    )
    assert held.status_code == 200, held.text


async def test_a_member_of_her_network_is_named_by_the_network(placing: PlansArea) -> None:
    sharing = await shared(placing)
    member_id = await sharing.member()
    entry = await sharing.agree(recipient={"kind": "network_member", "member_id": member_id, "name": "Other"})
    assert entry.json()["recipient"] | {"organisation": None} == {
        "kind": "network_member",
        "member_id": member_id,
        "role": "parent",
        "name": "Irja",
        "organisation": None,
    }
    stranger = await sharing.agree(recipient={"kind": "network_member", "member_id": str(uuid4())})
    assert refusal(stranger) == (404, "no-such-member")


async def test_she_gives_her_consent_and_withdraws_it_and_then_nothing_more_is_delivered(placing: PlansArea) -> None:
    sharing = await shared(placing)
    entry = (await sharing.agree(hers=True)).json()
    assert entry["author"]["kind"] == "young_person"
    delivery = await sharing.delivered(entry_id=entry["entry_id"])
    ended = await sharing.planning.ask("POST", f"/distribution/{entry['entry_id']}/ending", hers=True)
    assert ended.json()["ended_on"] == placing.today.isoformat()
    await sharing.planning.texts(dreams="A dog")
    await sharing.planning.publish()
    assert refusal(await sharing.deliver(2, entry_id=entry["entry_id"])) == (409, "agreement-ended")
    assert [each["delivery_id"] for each in await sharing.planning.get("/deliveries")] == [delivery["delivery_id"]]
    assert len(await sharing.disclosures()) == 1
    again = await sharing.agreed()
    await sharing.delivered(2, entry_id=again)


async def test_what_rests_on_the_law_she_neither_records_nor_ends(placing: PlansArea) -> None:
    sharing = await shared(placing)
    law = {"kind": "statutory", "source": "417/2007 16 b §, 75 §"}
    assert refusal(await sharing.agree(hers=True, recipient=PROBATION, basis=law)) == (422, "only-by-consent")
    entry = await sharing.agreed(recipient=PROBATION, basis=law)
    ended = await sharing.planning.ask("POST", f"/distribution/{entry}/ending", hers=True)
    assert refusal(ended) == (409, "not-by-consent")
    by_worker = await sharing.planning.ask("POST", f"/distribution/{entry}/ending")
    assert by_worker.status_code == 200


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"basis": {"kind": "consent"}}, "basis-needed"),
        ({"basis": {"kind": "statutory"}}, "basis-needed"),
        ({"basis": {"kind": "statutory", "source": "they asked for it"}}, "invalid-request"),
        ({"basis": {"kind": "was at the meeting"}}, "invalid-request"),
        ({"basis": {"kind": "consent", "consented_on": "2199-01-01"}}, "agreed-in-the-future"),
        ({"agreed_on": "2199-01-01"}, "agreed-in-the-future"),
        ({"parts": []}, "parts-needed"),
        ({"parts": ["everything"]}, "invalid-request"),
        ({"recipient": {"kind": "named"}}, "recipient-needed"),
        ({"recipient": {"kind": "authority", "name": "x"}}, "recipient-needed"),
        ({"recipient": {"kind": "young_person"}}, "needs-no-agreement"),
        ({"recipient": {"kind": "named", "name": "x", "role": "young_person"}}, "not-their-role"),
    ],
)
async def test_nobody_is_on_the_list_without_a_basis_and_parts(
    placing: PlansArea, given: dict[str, Any], code: str
) -> None:
    sharing = await shared(placing)
    assert refusal(await sharing.agree(**given)) == (422, code)
    assert await sharing.planning.get("/distribution") == []


async def test_delivered_is_not_read_and_the_first_reading_counts(placing: PlansArea) -> None:
    sharing = await shared(placing)
    delivery = await sharing.delivered(to="young_person")
    path = f"/deliveries/{delivery['delivery_id']}"
    await sharing.planning.get(path, hers=True)
    [listed] = await sharing.planning.get("/deliveries", hers=True)
    assert listed["reading"] is None
    placing.pass_days(2)
    first = await sharing.planning.ask("POST", f"{path}/read", {}, hers=True)
    assert (first.json()["reading"]["read_on"], first.json()["reading"]["how"]) == (placing.today.isoformat(), "opened")
    placing.pass_days(5)
    again = await sharing.planning.ask("POST", f"{path}/read", {}, hers=True)
    assert again.json()["reading"] == first.json()["reading"]
    [event] = await said(placing.service, PlanRead)
    assert (event.by_young_person, str(event.delivery_id)) == (True, delivery["delivery_id"])


async def test_a_worker_notes_how_it_was_read_through_together(placing: PlansArea) -> None:
    sharing = await shared(placing)
    delivery = await sharing.delivered(entry_id=await sharing.agreed())
    path = f"/deliveries/{delivery['delivery_id']}/read"
    assert refusal(await sharing.planning.ask("POST", path, {}, hers=True)) == (404, "no-such-delivery")
    assert refusal(await sharing.planning.ask("POST", path, {})) == (422, "not-how-it-was-read")
    future = {"how": "read_together", "read_on": (placing.today + timedelta(days=1)).isoformat()}
    assert refusal(await sharing.planning.ask("POST", path, future)) == (422, "not-a-day-of-reading")
    noted = await sharing.planning.ask("POST", path, {"how": "read_together"})
    assert noted.json()["reading"]["how"] == "read_together"
    [event] = await said(placing.service, PlanRead)
    assert event.by_young_person is False


async def test_a_version_is_delivered_once_to_each_and_after_it_was_published(placing: PlansArea) -> None:
    sharing = await shared(placing)
    entry = await sharing.agreed()
    await sharing.delivered(entry_id=entry)
    assert refusal(await sharing.deliver(entry_id=entry)) == (409, "already-delivered")
    assert len(await sharing.disclosures()) == 1
    yesterday = (placing.today - timedelta(days=1)).isoformat()
    assert refusal(await sharing.deliver(to="young_person", delivered_on=yesterday)) == (422, "not-a-day-of-delivery")
    assert refusal(await sharing.deliver(2, to="young_person")) == (404, "no-such-version")
    assert (await sharing.deliver(99_999_999_999, to="young_person")).status_code == 422
    assert (await sharing.deliver(to="young_person", hers=True)).status_code == 403


async def test_under_an_order_nothing_that_tells_where_she_lives_is_given_and_it_is_said_so(placing: PlansArea) -> None:
    sharing = await shared(placing, dreams="I stay in Tampereella", strengths="I cook")
    everything = ["strengths", "dreams", "goals", "promises", "section_housing", "section_income"]
    entry = await sharing.agreed(
        recipient={"kind": "network_member", "member_id": await sharing.member()}, parts=everything
    )
    await under_order(placing, sharing)
    assert refusal(await sharing.deliver(entry_id=entry)) == (409, "location-not-checked")
    assert await sharing.disclosures() == []
    delivery = await sharing.delivered(entry_id=entry, location_checked=True)
    assert (delivery["withheld"], delivery["location_withheld"]) == (["dreams", "section_housing"], True)
    given = await sharing.planning.get(f"/deliveries/{delivery['delivery_id']}")
    assert given["content"]["strengths"] == "I cook"
    assert "flat" not in str(given["content"])
    assert "Tampere" not in str(given["content"])
    # What did not go is not in the log as if it had gone whole.
    [row] = await sharing.disclosures()
    assert row["data_categories"] == ["plan_strengths", "plan_goals", "plan_promises", "plan_section_income"]


async def test_what_was_said_in_confidence_goes_to_nobody(placing: PlansArea) -> None:
    planning, *_ = await drafted(placing)
    await planning.put(f"views/{uuid4()}", view(text="Told in confidence", confidential=True))
    await planning.put(f"views/{uuid4()}", view(text="Told openly"))
    await planning.publish()
    sharing = Sharing(planning)
    delivery = await sharing.delivered(entry_id=await sharing.agreed(parts=["views"]))
    given = await planning.get(f"/deliveries/{delivery['delivery_id']}")
    assert [each["text"] for each in given["content"]["views"]] == ["Told openly"]
    worker = await sharing.delivered(to="case_worker")
    whole = await planning.get(f"/deliveries/{worker['delivery_id']}")
    assert len(whole["content"]["views"]) == 2
    hers = await planning.get(f"/deliveries/{worker['delivery_id']}", hers=True)
    assert len(hers["content"]["views"]) == 1


async def test_where_she_lives_she_gets_her_copy_and_nobody_else_does(placing: PlansArea, residence: PlansArea) -> None:
    there = await lives_in_with_plan(placing, residence)
    sharing = Sharing(there)
    delivery = await sharing.delivered(to="young_person")
    assert delivery["delivered_by"]["area"] == "08"
    assert refusal(await sharing.agree()) == (409, "distributed-elsewhere")
    assert refusal(await sharing.deliver(entry_id=str(uuid4()))) == (409, "distributed-elsewhere")


async def test_a_stranger_sees_nothing_of_it(placing: PlansArea) -> None:
    sharing = await shared(placing)
    other = await placing.person()
    for path in ("/distribution", "/deliveries"):
        answer = await placing.ask(
            "GET", sharing.planning.path + path, role=Role.YOUNG_PERSON, subject=UUID(str(other))
        )
        assert answer.status_code == 404


async def test_what_a_recipient_gets_names_no_need_or_goal_that_it_leaves_out(placing: PlansArea) -> None:
    planning, goal_id, _ = await drafted(placing)
    await planning.put(f"promises/{uuid4()}", promise(goal_ids=[str(goal_id)]))
    await planning.publish()
    sharing = Sharing(planning)
    delivery = await sharing.delivered(entry_id=await sharing.agreed(parts=["promises"]))
    given = await planning.get(f"/deliveries/{delivery['delivery_id']}")
    assert [each["goal_ids"] for each in given["content"]["promises"]] == [[], []]


async def test_whoever_agrees_delivers_reads_and_looks_is_written_down(placing: PlansArea) -> None:
    sharing = await shared(placing)
    entry = await sharing.agreed()
    path = f"/deliveries/{(await sharing.delivered(entry_id=entry))['delivery_id']}"
    await sharing.planning.get(path)
    await sharing.planning.ask("POST", f"{path}/read", {"how": "said_so"})
    await sharing.planning.ask("POST", f"/distribution/{entry}/ending")
    log = await placing.get(f"/young-people/{sharing.planning.person_id}/access-log")
    rows = [each["done"] or each["seen"] for each in log["items"] if each["reader"] == str(sharing.planning.worker_id)]
    assert rows[:5] == [
        "distribution_ended",
        "plan_read_noted",
        "delivered_plan",
        "plan_delivered",
        "distribution_agreed",
    ]


async def test_parts_of_one_recipient_each_rest_on_their_own_basis(placing: PlansArea) -> None:
    sharing = await shared(placing)
    law = {"kind": "statutory", "source": "417/2007 16 b §"}
    by_law = await sharing.agreed(recipient=PROBATION, basis=law, parts=["promises"])
    assert refusal(await sharing.agree(recipient=PROBATION, parts=["promises", "goals"])) == (
        409,
        "already-on-the-list",
    )
    by_consent = await sharing.agreed(recipient=PROBATION, parts=["goals"])
    for entry in (by_law, by_consent):
        await sharing.delivered(entry_id=entry)
    rows = {tuple(each["data_categories"]): each["legal_basis"] for each in await sharing.disclosures()}
    assert rows == {("plan_promises",): "statutory", ("plan_goals",): "consent"}


async def test_whoever_has_left_her_network_gets_nothing_more(placing: PlansArea) -> None:
    sharing = await shared(placing)
    member_id = await sharing.member()
    entry = await sharing.agreed(recipient={"kind": "network_member", "member_id": member_id})
    path = f"/cases/{sharing.planning.case_id}/network/members/{member_id}/parting"
    left = await placing.ask("POST", path, subject=sharing.planning.worker_id, headers={"If-Match": '"1"'})
    assert left.status_code == 200, left.text
    assert refusal(await sharing.deliver(entry_id=entry)) == (409, "left-the-network")
    assert await sharing.disclosures() == []


async def test_under_an_order_only_her_worker_and_she_are_told_the_recipients_organisation(placing: PlansArea) -> None:
    sharing = await shared(placing)
    law = {"kind": "statutory", "source": "417/2007 16 b §"}
    entry = await sharing.agreed(recipient=PROBATION, basis=law)
    await under_order(placing, sharing)
    await sharing.delivered(entry_id=entry)
    for path in ("/distribution", "/deliveries"):
        for_worker = await sharing.planning.get(path)
        for_her = await sharing.planning.get(path, hers=True)
        for_a_lead = await placing.get(sharing.planning.path + path, subject=uuid4())
        told = [each[0]["recipient"]["organisation"] for each in (for_worker, for_her, for_a_lead)]
        assert told == ["Criminal Sanctions Agency", "Criminal Sanctions Agency", None]


async def test_under_an_order_whoever_stands_in_today_is_told_the_recipients_organisation(placing: PlansArea) -> None:
    sharing = await shared(placing)
    await sharing.agreed(recipient=PROBATION, basis={"kind": "statutory", "source": "417/2007 16 b §"})
    await under_order(placing, sharing)
    planning, substitute_id = sharing.planning, await placing.worker(name="Ilta Virta")
    today = placing.today.isoformat()
    away = {"substitute_id": str(substitute_id), "first_day": today, "last_day": today}
    await placing.post(f"/workers/{planning.worker_id}/absences", away)
    path = f"/cases/{planning.case_id}/plan/distribution"
    [listed] = await placing.get(path, role=Role.WORKER, subject=substitute_id)
    assert listed["recipient"]["organisation"] == PROBATION["organisation"]
