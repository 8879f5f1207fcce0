"""Every kind of move: known or not, to come or long past, twice, at once, overtaken, home again, out of reach."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from threading import Barrier
from uuid import UUID

import httpx
import pytest

from contracts.interarea import HandoffState
from deploy.embedded.stack import EmbeddedStack
from deploy.world.desks import AreaDesk
from deploy.world.people import YoungPerson
from tests.areas.journeys import Handoff, Journey
from tests.areas.moving import Json, asked, everything_heard, finish, moved_on_by, residences, today
from tests.areas.outbox_tricks import execute, rows
from tests.areas.slow_motion import handoff_state, until

pytestmark = [pytest.mark.areas, pytest.mark.xdist_group("areas-2")]

Desks = Mapping[str, AreaDesk]

_KAARINA = "202"
_MARIEHAMN = "478"


@pytest.fixture
def journey(stack: EmbeddedStack, desks: Desks, young_person: YoungPerson) -> Journey:
    """Somebody whom 05 placed and who lives there."""
    return Journey.begin(stack, desks, young_person)


@pytest.fixture
def another(stack: EmbeddedStack, desks: Desks, _people: Iterator[YoungPerson]) -> Journey:
    """Somebody else whom 05 placed and who lives there."""
    return Journey.begin(stack, desks, next(_people))


# Refused


@pytest.mark.parametrize("code", ["999", "000", "198", "199"])
def test_an_unknown_municipality_is_refused_by_field_and_changes_nothing(journey: Journey, code: str) -> None:
    before = residences(journey)

    answer = asked(journey, municipality=code)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["field"]) == ("urn:jatkumo:problem:unknown-municipality", "municipality")
    assert residences(journey) == before


def test_an_identity_code_with_a_wrong_check_character_is_refused_and_not_repeated(
    stack: EmbeddedStack, desks: Desks, young_person: YoungPerson
) -> None:
    wrong = young_person.hetu[:-1] + ("0" if young_person.hetu[-1] != "0" else "1")

    answer = desks["05"].ask(
        "plans", "POST", "/young-people", role="worker", json={**vars(young_person), "hetu": wrong}
    )

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:jatkumo:problem:hetu-checksum"
    assert answer.json()["field"] == "hetu"
    assert wrong not in answer.text
    given = rows(
        stack.database_url("05", "plans"), "SELECT 1 FROM people WHERE given_name = $1", young_person.given_name
    )
    assert given == []


def test_a_move_needs_one_destination(journey: Journey) -> None:
    assert asked(journey).json()["field"] == "municipality"
    assert asked(journey, municipality="837", abroad=True).json()["field"] == "municipality"
    assert len(residences(journey)) == 1


# When


def test_a_move_in_the_future_opens_on_its_day_and_not_before(
    stack: EmbeddedStack, journey: Journey, another: Journey
) -> None:
    day = today() + timedelta(days=3)
    scheduled = asked(journey, municipality="837", moved_on=str(day)).json()
    assert (scheduled["outcome"], scheduled["announced"]) == ("scheduled", False)
    asked(another, municipality="837", moved_on=str(day - timedelta(days=1)))

    with moved_on_by(stack, days=2):
        # Somebody else's day shows that the moves of this day have been looked at.
        until(lambda: bool(another.handoffs()), "the move of the day before is opened")
        assert journey.handoffs() == []
        finish(another, another.until_told("08"), days=2)

    with moved_on_by(stack, days=3):
        finish(journey, journey.until_told("08"), days=3)
    assert residences(journey)[-1]["effective"]


def test_a_move_in_the_past_opens_at_once_with_its_own_day(journey: Journey) -> None:
    day = today() - timedelta(days=30)
    assert asked(journey, municipality="837", moved_on=str(day)).json()["outcome"] == "announced"

    handoff = journey.until_told("08")

    [there] = rows(
        journey.stack.database_url("08", "plans"),
        "SELECT moved_on FROM residences WHERE case_id = $1",
        journey.case_in("08"),
    )
    assert there["moved_on"] == day
    finish(journey, handoff)


def test_a_move_from_before_the_present_home_is_history(journey: Journey) -> None:
    long_ago = residences(journey)[0]["moved_on"]
    day = date.fromisoformat(long_ago) - timedelta(days=1)

    assert asked(journey, municipality="837", moved_on=str(day)).json()["outcome"] == "history"

    everything_heard(journey)
    assert journey.handoffs() == []


def test_a_move_within_the_area_changes_the_address_only(journey: Journey) -> None:
    assert asked(journey, municipality=_KAARINA).json()["outcome"] == "address_only"

    everything_heard(journey)
    assert journey.handoffs() == []
    assert residences(journey)[-1]["municipality"] == _KAARINA


# Twice, and at once


def test_the_same_move_twice_opens_one_handoff(journey: Journey) -> None:
    answers = [asked(journey, municipality="837") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["move_id"] == answers[1].json()["move_id"]
    finish(journey, journey.until_told("08"))
    assert len(journey.handoffs()) == 1


def test_the_same_move_twice_at_once_opens_one_handoff(journey: Journey) -> None:
    answers = at_once(journey, "837", "837", "837", "837")

    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["move_id"] for answer in answers}) == 1
    finish(journey, journey.until_told("08"))
    assert len(journey.handoffs()) == 1


def test_two_moves_at_once_end_where_the_later_one_led(journey: Journey) -> None:
    answers = at_once(journey, "837", "091")

    assert [answer.status_code for answer in answers] == [201, 201]
    assert_ends_in(journey, residences(journey)[-1]["area"])


def test_a_move_that_is_overtaken_by_the_next_does_not_win(journey: Journey) -> None:
    with first_announcement_late(journey):
        asked(journey, municipality="837")
        asked(journey, municipality="091")
        assert_ends_in(journey, "90")


def test_a_move_that_is_overtaken_by_the_way_home_leads_nowhere(journey: Journey) -> None:
    with first_announcement_late(journey):
        asked(journey, municipality="837")
        asked(journey, municipality="853")
        until(lambda: announcements_said(journey) == 2, "both moves are announced")
        everything_heard(journey)
    assert [handoff for handoff in journey.handoffs() if not released(journey, handoff)] == []
    assert open_cases(journey) == {}


def at_once(journey: Journey, *municipalities: str) -> list[httpx.Response]:
    """Moves that are asked for at the same moment."""
    together = Barrier(len(municipalities))

    def ask(municipality: str) -> httpx.Response:
        together.wait()
        return asked(journey, municipality=municipality)

    with ThreadPoolExecutor(len(municipalities)) as pool:
        return list(pool.map(ask, municipalities))


def assert_ends_in(journey: Journey, area: str) -> None:
    """One area arranges in the end, the one where she lives; whoever else was asked, or was going to be, is let go."""
    last = journey.until_told(area)
    journey.meet(last)
    journey.until_state(last, HandoffState.COMPLETED)
    everything_heard(journey)
    until(lambda: open_cases(journey) == {area: 1}, f"area {area} alone has an open case")
    *earlier, _ = found = sorted(journey.handoffs(), key=lambda handoff: handoff == last)
    assert found[-1] == last
    for handoff in earlier:
        assert handoff_state(journey.stack, "05", handoff.handoff_id) == HandoffState.RELEASED
        until(partial(let_go_or_never_asked, journey, handoff), f"area {handoff.receiving} has let go")
    told = [message["handoff_id"] for message in journey.desks["05"].inbox("young_person", journey.person_id)]
    assert told.count(str(last.handoff_id)) == 1
    assert len(set(told)) == len(told)


def let_go_or_never_asked(journey: Journey, handoff: Handoff) -> bool:
    """An offer that had not left when she moved on never leaves."""
    return handoff_state(journey.stack, handoff.receiving, handoff.handoff_id) in {None, HandoffState.RELEASED}


def open_cases(journey: Journey) -> dict[str, int]:
    """How many open cases residence areas have of her."""
    query = "SELECT 1 FROM cases WHERE placing_case_id = $1 AND role = 'residence' AND closed_at IS NULL"
    found = {area: rows(journey.stack.database_url(area, "plans"), query, journey.case_id) for area in ("08", "90")}
    return {area: len(cases) for area, cases in found.items() if cases}


def released(journey: Journey, handoff: Handoff) -> bool:
    seen = journey.desks["05"].handoff(handoff.handoff_id)
    return seen is not None and seen["state"] == HandoffState.RELEASED


def announcements_said(journey: Journey) -> int:
    """How many of her moves have left the outbox."""
    url = journey.stack.database_url("05", "plans")
    said = "FROM journal WHERE type = 'plans.residence_changed.v1' AND aggregate_id = $1"
    waiting = "FROM outbox WHERE headers->>'ce-type' = 'plans.residence_changed.v1'"
    return int(rows(url, f"SELECT (SELECT count(*) {said}) - (SELECT count(*) {waiting})", journey.case_id)[0][0])


_LATE = """
CREATE FUNCTION first_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.headers->>'ce-type' = 'plans.residence_changed.v1' AND NOT EXISTS
     (SELECT 1 FROM outbox WHERE headers->>'ce-type' = 'plans.residence_changed.v1') THEN
    NEW.next_attempt_at := now() + interval '2 s';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER first_late BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION first_late();
"""


@contextmanager
def first_announcement_late(journey: Journey) -> Iterator[None]:
    """While this holds, the first move that is announced leaves two seconds late, and the next overtakes it."""
    url = journey.stack.database_url("05", "plans")
    execute(url, _LATE)
    try:
        yield
    finally:
        execute(url, "DROP TRIGGER first_late ON outbox; DROP FUNCTION first_late()")


# Home again, and out of reach


def test_whoever_moves_home_again_is_let_go_without_a_handoff(journey: Journey) -> None:
    there = journey.move_and_meet("08")
    until(lambda: bool(her_contacts(journey)), "her contact is known at home")

    assert asked(journey, municipality="853", moved_on=str(today())).json()["outcome"] == "announced"

    journey.until_state(there, HandoffState.RELEASED)
    until(lambda: open_cases(journey) == {}, "the residence area has closed its case")
    until(lambda: her_contacts(journey) == [], "the contact there has ended")
    everything_heard(journey)
    assert journey.handoffs() == [there]


def her_contacts(journey: Journey) -> list[Json]:
    """Whom she sees as her contact where she lives."""
    own = journey.desks["05"].read("plans", "/me", role="young_person", subject=journey.person_id)
    return [case["contact"] for case in own["cases"] if case["contact"] is not None]


@pytest.mark.parametrize(("move", "kind"), [({"municipality": _MARIEHAMN}, "aland"), ({"abroad": True}, "abroad")])
def test_a_move_to_aland_or_abroad_is_handed_to_the_worker(journey: Journey, move: Json, kind: str) -> None:
    desk = journey.desks["05"]
    case = desk.read("plans", f"/cases/{journey.case_id}")

    assert asked(journey, **move).json()["outcome"] == "announced"

    until(lambda: bool(journey.handoffs()), "the move is taken up")
    [handoff] = journey.handoffs()
    seen = desk.handoff(handoff.handoff_id)
    assert seen is not None
    assert (seen["state"], seen["other_area"]) == (HandoffState.MANUAL, None)
    until(lambda: bool(desk.tracks(handoff.handoff_id)), "somebody is told")
    told = {(track["recipient_role"], track["template"]) for track in desk.tracks(handoff.handoff_id)}
    assert told == {("responsible_worker", "worker.move_needs_you")}
    read = desk.inbox("worker", UUID(case["worker_id"]))
    assert str(handoff.handoff_id) in {message["handoff_id"] for message in read}
    assert not [each for each in desk.inbox("young_person", journey.person_id) if kind in json.dumps(each)]
