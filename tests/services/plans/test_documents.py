"""A published plan over HTTP, as a PDF and as data: for whom, what is left out, and that reading it is logged."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import jsonschema
import pytest

from contracts.values import Language
from services.chassis.auth import Role
from services.plans.documents.export import json_schema
from services.plans.documents.texts.catalogue import words_in
from tests.services.plans.adopting import lives_in_with_plan
from tests.services.plans.area import PlansArea
from tests.services.plans.planning import Planning, drafted, negotiated, view
from tests.unit.plans.printed_plans import Printed, squeezed

SECRET = "Irja tells this in confidence."


async def published(area: PlansArea, *, protected: bool = False) -> Planning:
    """A published plan with what a parent has said in confidence."""
    planning, goal_id, _ = await drafted(area)
    await planning.put(f"views/{uuid4()}", view(text=SECRET, confidential=True))
    await planning.put(
        f"promises/{uuid4()}",
        {
            "what": "A place to study",
            "owner": {"kind": "provider", "name": "Hervannan opettaja"},
            "actor": "Hervannan lukio",
            "provider": "school",
            "goal_ids": [str(goal_id)],
        },
    )
    await planning.publish()
    if protected:
        await _protect(planning)
    return planning


async def pdf(planning: Planning, query: str = "", *, hers: bool = False) -> httpx.Response:
    answer = await planning.ask("GET", f"/versions/1/pdf{query}", hers=hers)
    assert answer.status_code == 200, answer.text
    return answer


async def test_a_version_is_a_pdf_that_names_nobody_in_its_name(placing: PlansArea) -> None:
    planning = await published(placing)
    answer = await pdf(planning)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="client-plan-v1.pdf"'
    assert answer.headers["cache-control"] == "private, no-cache"
    printed = Printed(answer.content)
    assert squeezed("I send an application each week") in printed.first_page
    assert squeezed("We visit the flat together.") in printed.first_page
    assert squeezed("Onni Kettunen") in printed.first_page
    assert squeezed("socialhandledare") in printed.text


async def test_it_speaks_her_language_unless_another_is_asked_for(placing: PlansArea) -> None:
    planning = await published(placing)
    for query, language, title in (
        ("", "sv", "Klientplan"),
        ("?language=fi", "fi", "Asiakassuunnitelma"),
        ("?language=en", "en", "Client plan"),
    ):
        answer = await pdf(planning, query)
        printed = Printed(answer.content)
        assert (answer.headers["content-language"], printed.title) == (language, title)
        assert printed.language == language
    assert (await planning.ask("GET", "/versions/1/pdf?language=de")).status_code == 422


async def test_she_gets_what_was_said_in_confidence_neither_printed_nor_as_data(placing: PlansArea) -> None:
    planning = await published(placing)
    assert squeezed(SECRET) in Printed((await pdf(planning)).content).text
    for query, hers in (("", True), ("?for_young_person=false", True), ("?for_young_person=true", False)):
        assert squeezed(SECRET) not in Printed((await pdf(planning, query, hers=hers)).content).text
        assert SECRET not in str(await planning.get(f"/versions/1/export{query}", hers=hers))
    assert SECRET in str(await planning.get("/versions/1/export"))


async def test_under_an_order_neither_form_names_a_place(placing: PlansArea) -> None:
    planning = await published(placing, protected=True)
    for hers in (False, True):
        text = Printed((await pdf(planning, "?language=fi", hers=hers)).content).text
        data = squeezed(str(await planning.get("/versions/1/export", hers=hers)))
        for place in ("Hervannan", "Varsinais-Suomen", "area.example", "+358"):
            assert squeezed(place) not in text
            assert squeezed(place) not in data
        assert squeezed("Onni Kettunen") in text
        assert squeezed("A place to study") in text


async def test_the_same_print_is_not_sent_twice(placing: PlansArea) -> None:
    planning = await published(placing)
    first = await pdf(planning, hers=True)
    again = await placing.ask(
        "GET",
        f"{planning.path}/versions/1/pdf",
        role=Role.YOUNG_PERSON,
        subject=planning.person_id,
        headers={"If-None-Match": first.headers["etag"]},
    )
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = await pdf(planning, "?language=en", hers=True)
    assert other.headers["etag"] != first.headers["etag"]


async def test_a_status_that_was_noted_is_printed(placing: PlansArea) -> None:
    planning = await published(placing)
    before = await pdf(planning, "?language=en")
    [own] = [each for each in await planning.get("/promises") if each["owner"] == "young_person"]
    noted = await planning.ask("POST", f"/items/{own['promise_id']}/status", {"status": "realised"})
    assert noted.status_code == 201, noted.text
    after = await pdf(planning, "?language=en")
    assert squeezed("Now: Done") in Printed(after.content).first_page
    assert squeezed("Now: Done") not in Printed(before.content).first_page
    assert after.headers["etag"] != before.headers["etag"]


async def test_what_is_exported_is_what_the_schema_says_and_claims_nothing(placing: PlansArea) -> None:
    planning = await published(placing)
    said = await planning.get("/versions/1/export")
    jsonschema.validate(said, json_schema(), format_checker=jsonschema.FormatChecker())
    assert said["schema"] == "urn:jatkumo:schema:client_plan_export.v1"
    assert (said["conformity"], said["sosmeta"]["status"]) == ("none claimed", "provisional")
    assert said["plan"]["author_title"] == "social_counsellor"
    assert said["planning"]["next_step"] == "We visit the flat together."
    assert "Esimerkki" not in str(said)


@pytest.mark.parametrize("form", ["pdf", "export"])
async def test_a_version_that_there_is_not_is_not_found(placing: PlansArea, form: str) -> None:
    planning = await negotiated(placing)
    for number in (1, 2**31 - 1):
        answer = await planning.ask("GET", f"/versions/{number}/{form}")
        assert (answer.status_code, answer.json()["status"]) == (404, 404)
    assert (await planning.ask("GET", f"/versions/0/{form}")).status_code == 422


@pytest.mark.parametrize(("form", "seen"), [("pdf", "plan_document"), ("export", "plan_export")])
async def test_each_reading_leaves_a_row(placing: PlansArea, form: str, seen: str) -> None:
    planning, reader = await published(placing), uuid4()
    answer = await placing.ask("GET", f"{planning.path}/versions/1/{form}", subject=reader)
    assert answer.status_code == 200
    assert [(row.seen, row.case_id) for row in await _read_by(placing, reader)] == [(seen, planning.case_id)]


@pytest.mark.parametrize("form", ["pdf", "export"])
async def test_another_young_persons_plan_is_not_there(placing: PlansArea, form: str) -> None:
    planning, other = await published(placing), await placing.person()
    answer = await placing.ask("GET", f"{planning.path}/versions/1/{form}", role=Role.YOUNG_PERSON, subject=other)
    assert answer.status_code == 404
    assert await _read_by(placing, other) == []


async def test_where_she_lives_the_copy_is_printed_and_names_the_contact_there(
    placing: PlansArea, residence: PlansArea
) -> None:
    there = await lives_in_with_plan(placing, residence)
    printed = Printed((await pdf(there, "?language=en")).content)
    assert squeezed("Your contact where you live") in printed.first_page
    assert squeezed("Wellbeing services county of Southwest Finland") in printed.text
    assert squeezed("I send an application each week") in printed.first_page


async def test_a_recipients_print_holds_what_it_was_given_and_no_more(placing: PlansArea) -> None:
    planning = await published(placing)
    delivery = await _delivered(planning, ["goals"])
    printed = Printed((await _print_of(planning, delivery)).content)
    assert squeezed("A home of my own") in printed.text
    assert squeezed(words_in(Language.EN).phrases.parts_only) in printed.text
    for others in (
        "I send an application each week",
        "I want a home of my own.",
        "We visit the flat together.",
        SECRET,
    ):
        assert squeezed(others) not in printed.text


async def test_an_order_that_came_after_the_delivery_is_heeded(placing: PlansArea) -> None:
    planning = await published(placing)
    delivery = await _delivered(planning, ["promises"])
    assert "Hervannan" in Printed((await _print_of(planning, delivery)).content).text
    await _protect(planning)
    text = Printed((await _print_of(planning, delivery)).content).text
    assert squeezed("A place to study") in text
    assert "Hervannan" not in text
    assert squeezed("Southwest Finland") not in text


async def test_printing_what_was_given_leaves_a_row(placing: PlansArea) -> None:
    planning, reader = await published(placing), uuid4()
    delivery = await _delivered(planning, ["goals"])
    answer = await placing.ask("GET", f"{planning.path}/deliveries/{delivery}/pdf", subject=reader)
    assert answer.status_code == 200
    assert [row.seen for row in await _read_by(placing, reader)] == ["delivered_plan"]
    missing = await placing.ask("GET", f"{planning.path}/deliveries/{uuid4()}/pdf", subject=reader)
    assert missing.status_code == 404


async def _delivered(planning: Planning, parts: list[str]) -> str:
    """The id of a delivery to the school, as she agreed."""
    entry = {
        "recipient": {"kind": "named", "role": "school", "name": "Aino Opettaja"},
        "parts": parts,
        "basis": {"kind": "consent", "consented_on": planning.area.today.isoformat()},
    }
    agreed = await planning.ask("POST", "/distribution", entry)
    assert agreed.status_code == 201, agreed.text
    given = await planning.ask("POST", "/versions/1/deliveries", {"entry_id": agreed.json()["entry_id"]})
    assert given.status_code == 201, given.text
    return str(given.json()["delivery_id"])


async def _print_of(planning: Planning, delivery_id: str) -> httpx.Response:
    answer = await planning.ask("GET", f"/deliveries/{delivery_id}/pdf?language=en")
    assert answer.status_code == 200, answer.text
    return answer


async def _protect(planning: Planning) -> None:
    """A non-disclosure order comes into force."""
    answer = await planning.area.ask(
        "PATCH", f"/young-people/{planning.person_id}", {"address_protected": True}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 200, answer.text


async def _read_by(area: PlansArea, reader: UUID) -> list[Any]:
    """The log's rows of one reader (Any: the rows are the query's)."""
    return await area.rows("SELECT seen, case_id FROM access_log WHERE reader = :reader", reader=str(reader))
