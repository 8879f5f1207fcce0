"""The inbox and the views of messages and deliveries: each caller sees their own, operators see no content."""

from uuid import uuid4

import httpx
import pytest

from contracts.values import Language, new_id
from services.chassis.auth import Role
from tests.services.notifications.area import Area
from tests.services.tokens import TokenIssuer
from tests.unit.notifications import events


@pytest.fixture
def young_person(tokens: TokenIssuer, area: Area) -> dict[str, str]:
    return tokens.bearer(Role.YOUNG_PERSON, area="05", subject=area.person_id)


@pytest.fixture
def worker(tokens: TokenIssuer, area: Area) -> dict[str, str]:
    return tokens.bearer(Role.WORKER, area="05", subject=area.worker_id)


@pytest.fixture
def operator(tokens: TokenIssuer) -> dict[str, str]:
    return tokens.bearer(Role.OPERATOR, area="05", subject="night-shift")


async def test_the_young_person_reads_who_their_contact_is(
    area: Area, client: httpx.AsyncClient, young_person: dict[str, str]
) -> None:
    await area.settles_in()
    await area.handoff_is_accepted()
    answer = (await client.get("/inbox", headers=young_person)).json()
    (message,) = answer["messages"]
    assert (answer["unread"], answer["next_before"]) == (1, None)
    assert (message["template"], message["language"], message["read_at"]) == ("person.your_contact", "sv", None)
    for detail in (events.CONTACT_NAME, events.CONTACT_PHONE, events.CONTACT_EMAIL, "socialhandledare"):
        assert detail in message["body"]
    assert events.WORKER_NAME in message["body"]


async def test_a_worker_reads_that_there_is_news_and_no_name(
    area: Area, client: httpx.AsyncClient, worker: dict[str, str]
) -> None:
    await area.settles_in()
    await area.handoff_is_accepted()
    (message,) = (await client.get("/inbox", headers=worker)).json()["messages"]
    assert (message["template"], message["case_id"]) == ("worker.contact_was_named", str(area.case_id))
    assert events.CONTACT_NAME not in message["body"]


async def test_under_non_disclosure_the_inbox_tells_no_place(
    area: Area, client: httpx.AsyncClient, young_person: dict[str, str]
) -> None:
    await area.settles_in(protected=True)
    await area.handoff_is_accepted()
    answer = await client.get("/inbox", headers=young_person)
    assert events.CONTACT_NAME in answer.text
    assert not [told for told in events.TELLS_PLACE if told in answer.text]


async def test_a_non_disclosure_order_covers_what_was_said_before_it(
    area: Area, client: httpx.AsyncClient, young_person: dict[str, str]
) -> None:
    await area.settles_in()
    await area.handoff_is_accepted()
    assert events.CONTACT_PHONE in (await client.get("/inbox", headers=young_person)).text
    await area.records_person(version=2, protected=True)
    (message,) = (await client.get("/inbox", headers=young_person)).json()["messages"]
    assert events.CONTACT_NAME in message["body"]
    assert not [told for told in events.TELLS_PLACE if told in message["body"]]


async def test_reading_is_noted_once(area: Area, client: httpx.AsyncClient, young_person: dict[str, str]) -> None:
    await area.settles_in()
    await area.handoff_is_accepted()
    (message,) = (await client.get("/inbox", headers=young_person)).json()["messages"]
    first = await client.post(f"/inbox/{message['message_id']}/read", headers=young_person)
    area.let_pass(60)
    again = await client.post(f"/inbox/{message['message_id']}/read", headers=young_person)
    assert first.json()["read_at"] is not None
    assert again.json() == first.json()
    assert (await client.get("/inbox", headers=young_person)).json()["unread"] == 0


async def test_somebody_elses_message_is_not_there(
    area: Area, client: httpx.AsyncClient, worker: dict[str, str], tokens: TokenIssuer
) -> None:
    await area.settles_in()
    await area.handoff_is_accepted()
    to_person = (await area.said())[0]
    stranger = tokens.bearer(Role.YOUNG_PERSON, area="05", subject=uuid4())
    staff_with_the_same_id = tokens.bearer(Role.WORKER, area="05", subject=area.person_id)
    for caller in (worker, stranger, staff_with_the_same_id):
        answer = await client.post(f"/inbox/{to_person.message_id}/read", headers=caller)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:jatkumo:problem:no-such-message")
    for caller in (stranger, staff_with_the_same_id):
        assert (await client.get("/inbox", headers=caller)).json() == {
            "unread": 0,
            "messages": [],
            "next_before": None,
        }
    assert (await area.said())[0].read_at is None


async def test_an_inbox_is_paged_newest_first(
    area: Area, client: httpx.AsyncClient, young_person: dict[str, str]
) -> None:
    await area.settles_in()
    for _ in range(5):
        area.handoff_id = new_id()
        await area.handoff_is_accepted()
    seen: list[str] = []
    parameters: dict[str, str] = {"limit": "2"}
    while True:
        page = (await client.get("/inbox", headers=young_person, params=parameters)).json()
        assert page["unread"] == 5
        seen += [message["message_id"] for message in page["messages"]]
        if page["next_before"] is None:
            break
        parameters["before"] = page["next_before"]
    assert len(seen) == 5
    assert seen == sorted(set(seen), reverse=True)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.LEAD])
async def test_operators_and_leads_see_that_something_was_said_never_what(
    area: Area, client: httpx.AsyncClient, tokens: TokenIssuer, role: Role
) -> None:
    await area.settles_in()
    await area.handoff_is_accepted()
    answer = await client.get(
        "/messages", params={"handoff_id": str(area.handoff_id)}, headers=tokens.bearer(role, area="05")
    )
    seen = [(m["recipient_role"], m["channel"], m["language"], m["template"], m["state"]) for m in answer.json()]
    assert seen == [
        ("young_person", "inbox", "sv", "person.your_contact", "sent"),
        ("young_person", "email", "sv", "person.your_contact", "queued"),
        ("responsible_worker", "inbox", "fi", "worker.contact_was_named", "sent"),
        ("responsible_worker", "email", "fi", "worker.contact_was_named", "queued"),
    ]
    hidden = (events.CONTACT_NAME, events.WORKER_NAME, "@", str(area.person_id), str(area.worker_id))
    assert not [value for value in hidden if value in answer.text]


async def test_a_recipient_without_an_address_has_an_inbox_all_the_same(
    area: Area, client: httpx.AsyncClient, operator: dict[str, str]
) -> None:
    await area.settles_in(email=None)
    await area.handoff_is_accepted()
    answer = await client.get("/messages", params={"handoff_id": str(area.handoff_id)}, headers=operator)
    channels = [m["channel"] for m in answer.json() if m["recipient_role"] == "young_person"]
    assert channels == ["inbox"]


@pytest.mark.parametrize(
    ("address", "roles"),
    [
        ("/inbox", {Role.WORKER, Role.LEAD, Role.YOUNG_PERSON}),
        ("/messages?handoff_id=00000000-0000-7000-8000-000000000000", {Role.LEAD, Role.OPERATOR}),
        ("/deliveries", {Role.OPERATOR}),
    ],
)
async def test_each_address_answers_its_roles_and_no_other(
    client: httpx.AsyncClient, tokens: TokenIssuer, address: str, roles: set[Role]
) -> None:
    for role in Role:
        answer = await client.get(address, headers=tokens.bearer(role, area="05"))
        assert answer.status_code == (200 if role in roles else 403), role
    assert (await client.get(address)).status_code == 401
    assert (await client.get(address, headers=tokens.bearer(Role.LEAD, area="08"))).status_code == 403


async def test_the_language_of_a_message_is_the_one_it_was_said_in(
    area: Area, client: httpx.AsyncClient, young_person: dict[str, str]
) -> None:
    await area.settles_in()
    await area.handoff_is_accepted()
    await area.records_person(version=2, language=Language.EN)
    (message,) = (await client.get("/inbox", headers=young_person)).json()["messages"]
    assert (message["language"], message["subject"]) == ("sv", "Du har en ny kontaktperson")
