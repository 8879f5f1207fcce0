"""The population register and a worker set a non-disclosure order: what is seen of her tells no place from then on."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest

from deploy.embedded.stack import EmbeddedStack
from deploy.world.desks import AreaDesk
from deploy.world.people import YoungPerson
from tests.areas.journeys import MUNICIPALITIES, Handoff, Journey
from tests.areas.leaks import leaks, places_of
from tests.areas.moving import Json, everything_heard, residences, today

pytestmark = [pytest.mark.areas, pytest.mark.xdist_group("areas-2")]

Desks = Mapping[str, AreaDesk]


@pytest.fixture
def journey(stack: EmbeddedStack, desks: Desks, young_person: YoungPerson) -> Journey:
    """Somebody whom 05 placed and who lives there."""
    return Journey.begin(stack, desks, young_person)


# The population register


def test_a_document_of_the_register_protects_first_and_moves_then(journey: Journey) -> None:
    done = bring(journey, changes_of(journey.person))
    assert (done["people_known"], done["people_unknown"], done["needs_person"]) == (1, 1, [])
    assert (done["done"]["non_disclosure"], done["done"]["residence"]) == ({"set": 1}, {"announced": 1})

    handoff = journey.until_told("08")

    assert_no_place_is_told(journey, handoff)
    again = bring(journey, changes_of(journey.person))
    assert (again["done"]["non_disclosure"], again["done"]["residence"]) == ({"unchanged": 1}, {"already_known": 1})
    everything_heard(journey)
    assert journey.handoffs() == [handoff]


def test_a_document_with_an_identity_code_that_cannot_be_read_holds_nobody_else_up(journey: Journey) -> None:
    document = changes_of(journey.person)
    unreadable = {**document["muutokset"][0], "henkilotunnus": "010105A900?"}
    done = bring(journey, {**document, "muutokset": [unreadable, *document["muutokset"]]})

    assert done["done"]["residence"] == {"announced": 1}
    assert "010105A900?" not in json.dumps(done)
    assert_no_place_is_told(journey, journey.until_told("08"))


def bring(journey: Journey, document: Json) -> Json:
    """Bring a document of the change feed; a machine does it, with an operator's token."""
    return journey.desks["05"].do("plans", "/population-changes", document, role="operator")


def changes_of(person: YoungPerson) -> Json:
    """She moved to Tampere and has a non-disclosure order; somebody whom nobody knows here moved, too."""
    day = {"arvo": str(today()), "tarkkuus": "PAIVA"}
    address = {
        "tietoryhma": "VAKINAINEN_KOTIMAINEN_OSOITE",
        "muutosattribuutti": "LISATTY",
        "alkupv": day,
        "katunimi": {"fi": "Keksittykatu", "sv": "Påhittsgatan"},
        "katunumero": "6a-6b",
        "kuntakoodi": "837",
        "postinumero": "33100",
        "postitoimipaikka": {"fi": "TAMPERE", "sv": "TAMMERFORS"},
    }
    home = {"tietoryhma": "KOTIKUNTA", "muutosattribuutti": "LISATTY", "kuntakoodi": "837", "kuntaanMuuttoPv": day}
    left = {
        "tietoryhma": "EDELLINEN_KOTIKUNTA",
        "muutosattribuutti": "MUUTETTU",
        "kuntakoodi": "853",
        "kuntaanMuuttopv": {"arvo": "2024-05-01", "tarkkuus": "PAIVA"},
        "kunnastaPoisMuuttopv": day,
    }
    order = {"tietoryhma": "TURVAKIELTO", "muutosattribuutti": "LISATTY", "turvakieltoAktiivinen": True}
    changed_at = f"{today() - timedelta(days=1)}T21:00:00.000Z"
    return {
        "viimeisinKirjausavain": 100000022,
        "ajanTasalla": True,
        "muutokset": [
            {"henkilotunnus": person.hetu, "muutospv": changed_at, "tietoryhmat": [address, home, left, order]},
            {"henkilotunnus": "020180-999Y", "muutospv": changed_at, "tietoryhmat": [address, home]},
        ],
    }


# Non-disclosure


def test_under_non_disclosure_nothing_that_she_or_her_worker_sees_tells_where_she_lives(journey: Journey) -> None:
    desk = journey.desks["05"]
    person = desk.ask("plans", "GET", f"/young-people/{journey.person_id}")
    desk.ask(
        "plans",
        "PATCH",
        f"/young-people/{journey.person_id}",
        headers={"if-match": person.headers["etag"]},
        json={"address_protected": True},
    ).raise_for_status()

    handoff = journey.move_and_meet("08")

    assert_no_place_is_told(journey, handoff)


def assert_no_place_is_told(journey: Journey, handoff: Handoff) -> None:
    """Neither by her messages nor by what is shown of her residences, her contact and the disclosures."""
    desk = journey.desks["05"]
    messages = desk.inbox("young_person", journey.person_id)
    assert [message["handoff_id"] for message in messages] == [str(handoff.handoff_id)]
    assert "Johtaja" in messages[0]["body"] or "Testinen" in messages[0]["body"], "she is told who it is"
    withheld = [*places_of(MUNICIPALITIES["08"]), "+358401234567", "@office.invalid"]
    assert leaks([json.dumps(each, ensure_ascii=False) for each in messages], withheld) == []
    seen = [
        *residences(journey),
        desk.read("plans", f"/cases/{journey.case_id}")["contact"],
        desk.listed("plans", f"/young-people/{journey.person_id}/disclosures"),
    ]
    found = leaks([json.dumps(each, ensure_ascii=False) for each in seen], places_of(MUNICIPALITIES["08"]))
    # How her worker reaches the contact is another matter.
    assert [leak for leak in found if "@" not in leak.partition(" in: ")[0]] == []
