"""Two young people move, one of them under a non-disclosure order, and much goes wrong: nobody can read who or where.

What is looked through is the whole run so far, not these two alone; the same is done once more when the stack stops.
"""

import json
import socket
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit
from uuid import UUID

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from contracts import exchange
from contracts.interarea import HandoffState
from contracts.plans import ResidenceChanged
from contracts.values import Language, new_id
from deploy.embedded.stack import OPERATIONS, EmbeddedStack
from deploy.world.desks import AreaDesk
from deploy.world.people import YoungPerson
from services.operations.traces.otlp import CONTENT_TYPE
from tests.areas.forgeries import Body, Rogue, dead_letter, local_headers, publish
from tests.areas.journeys import Handoff, Journey
from tests.areas.leaks import HubEars, all_leaks, everything_said, leaks, log_lines, people_of, places_of_protected
from tests.areas.outbox_tricks import execute, rows
from tests.areas.slow_motion import until
from tests.unit.interarea.sealed_bodies import PERSONAL, offer

pytestmark = [pytest.mark.areas, pytest.mark.xdist_group("areas-2")]

Desks = Mapping[str, AreaDesk]
PLACES = ("hub", "spans", "logs", "streams", "mails", "metrics")


@dataclass(frozen=True)
class Day:
    """What happened: two handoffs, and what those were answered who asked for what they should not."""

    said: Mapping[str, list[str]]
    handoffs: tuple[Handoff, Handoff]
    answers: list[str]
    ghost: YoungPerson
    """Somebody whom nobody recorded: she stands in everything that was refused."""


@pytest.fixture(scope="module")
def day(stack: EmbeddedStack, desks: Desks, ears: HubEars, _people: Iterator[YoungPerson]) -> Day:
    """The day on which all of it happened."""
    hidden = replace(next(_people), language=Language.SV, address_protected=True)
    ghost = next(_people)
    ears.forbidden |= {*words_about(ghost), *PERSONAL}
    handoffs = (
        Journey.begin(stack, desks, next(_people)).move_and_meet("08"),
        Journey.begin(stack, desks, hidden).move_and_meet("08"),
    )
    answers = [*ask_wrongly(stack, desks, ghost), *fail_in_a_request(stack, desks, ghost)]
    fail_in_a_handler(stack, desks, next(_people))
    speak_nonsense(stack, desks, ghost)
    until(lambda: spans_have_arrived(stack, handoffs[-1]), "the last spans have arrived")
    return Day(everything_said(stack, ears), handoffs, answers, ghost)


def words_about(person: YoungPerson) -> set[str]:
    return {person.hetu, person.given_name, person.family_name, person.email, person.phone}


# What goes wrong on purpose


def ask_wrongly(stack: EmbeddedStack, desks: Desks, ghost: YoungPerson) -> list[str]:
    """Requests that quote somebody where nobody may be quoted, and what they are answered."""
    name, hetu = f"{ghost.given_name} {ghost.family_name}", ghost.hetu
    worse = hetu[:-1] + ("0" if hetu[-1] != "0" else "1")
    desk = desks["05"]
    told = {"traceparent": f"00-{quote(name)}-{hetu}-01", "tracestate": f"x={hetu}", "baggage": f"name={quote(name)}"}
    asked = [
        desk.ask("plans", "POST", "/young-people", role="worker", json={**vars(ghost), "hetu": worse}),
        desk.ask("plans", "POST", "/young-people", role="worker", json={**vars(ghost), "language": name}),
        desk.ask("plans", "POST", "/young-people", role="worker", json={**vars(ghost), "given_name": [hetu, name]}),
        desk.ask("plans", "POST", "/young-people", role="worker", content=f'{{"hetu": "{hetu}", {name}'),
        desk.ask("plans", "POST", "/young-people/search", role="worker", json={"hetu": f"{hetu} {name}"}),
        desk.ask("plans", "GET", f"/young-people/{hetu}", role="worker"),
        desk.ask("plans", "GET", f"/nobody/{hetu}/{quote(name)}?email={ghost.email}", role="worker"),
        desk.ask("plans", "PUT", f"/cases/{hetu}", role="worker"),
        desk.ask("plans", "GET", f"/cases?worker_id={hetu}&role={quote(name)}", role="worker"),
        desk.ask("plans", "POST", f"/cases/{new_id()}/moves", role="worker", json={"municipality": name}),
        desk.ask(
            "plans", "POST", "/population-changes", role="operator", json={"muutokset": [{"henkilotunnus": hetu}]}
        ),
        desk.ask("interarea", "GET", f"/handoffs/{hetu}"),
        desk.ask("interarea", "GET", f"/handoffs?state={quote(name)}", headers=told),
        desk.ask("notifications", "GET", f"/inbox?before={hetu}&limit={quote(name)}"),
        desk.ask("notifications", "GET", f"/messages?handoff_id={hetu}", headers={"idempotency-key": hetu}),
        httpx.get(
            f"{stack.url('plans', '05')}/young-people", headers={"authorization": f"Bearer {quote(name)}.{hetu}.x"}
        ),
        httpx.get(f"{stack.url(OPERATIONS)}/traces/{hetu}", headers={"authorization": f"Basic {hetu}"}),
    ]
    assert all(answer.is_client_error for answer in asked)
    for service in ("plans", "interarea", "notifications"):
        shout(stack.url(service, "05"), f"{quote(name)} /{hetu} HTTP/9.9\r\n\r\n")
    return [answer.text for answer in asked]


def shout(url: str, text: str) -> None:
    """Something that is no HTTP."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(text.encode())
        connection.recv(1000)


def fail_in_a_request(stack: EmbeddedStack, desks: Desks, ghost: YoungPerson) -> list[str]:
    """A request whose transaction fails in the database, in words that quote the whole row."""
    database = stack.database_url("05", "plans")
    execute(database, f"ALTER TABLE people ADD CONSTRAINT not_her CHECK (given_name <> '{ghost.given_name}') NOT VALID")
    try:
        answer = desks["05"].ask("plans", "POST", "/young-people", role="worker", json=vars(ghost))
    finally:
        execute(database, "ALTER TABLE people DROP CONSTRAINT not_her")
    assert answer.status_code == 500
    return [answer.text]


def fail_in_a_handler(stack: EmbeddedStack, desks: Desks, person: YoungPerson) -> None:
    """A message whose transaction fails in the same way, some times; then it is handled after all."""
    journey, database = Journey.begin(stack, desks, person), stack.database_url("08", "plans")
    execute(database, f"ALTER TABLE people ADD CONSTRAINT not_her CHECK (hetu <> '{person.hetu}') NOT VALID")
    try:
        journey.move_to("08")
        until(lambda: retries(stack) >= 3, "the message has failed three times")
    finally:
        execute(database, "ALTER TABLE people DROP CONSTRAINT not_her")
    journey.until_state(journey.handoff_to("08"), HandoffState.OVERLAP)


def retries(stack: EmbeddedStack) -> int:
    consumer = '"plans-interarea_handoff_received_v1"'
    return sum("will come again" in line and consumer in line for line in log_lines(stack.state.logs))


def speak_nonsense(stack: EmbeddedStack, desks: Desks, ghost: YoungPerson) -> None:
    """Messages that quote somebody in what cannot be read; sealed between areas, plain inside one."""
    rogue, keys = Rogue(stack, "90"), Rogue(stack, "08").keys
    said = offer()
    quoting = {"person": {**vars(ghost), "language": f"{ghost.given_name} {ghost.hetu}"}}
    sealed = rogue.sealed_by_hand(said, to=keys, says_from="90", says_to="08", dossier=quoting)
    rogue.say(said, sealed, to="08")
    dead_letter(desks["08"], "interarea", sealed.message_id)
    plain = local_headers(ResidenceChanged.type, "05", "plans")
    publish(stack, "05", "plans", ResidenceChanged.type, json.dumps(vars(ghost)).encode(), plain)
    dead_letter(desks["05"], "interarea", plain["ce-id"])


def spans_have_arrived(stack: EmbeddedStack, handoff: Handoff) -> bool:
    """Those of the end of a handoff, and with them those of everything before."""
    query = "SELECT 1 FROM spans WHERE handoff_id = $1 AND service = 'notifications' AND name LIKE 'handle%completed%'"
    return bool(rows(stack.wiring.postgres.url(OPERATIONS), query, handoff.handoff_id))


# What can be read of it


@pytest.mark.parametrize("place", PLACES)
def test_nobody_can_read_who_it_was(stack: EmbeddedStack, ears: HubEars, day: Day, place: str) -> None:
    assert leaks(day.said[place], people_of(stack) | ears.forbidden) == []


@pytest.mark.parametrize("place", PLACES)
def test_nobody_can_read_where_somebody_lives_who_may_not_be_found(stack: EmbeddedStack, day: Day, place: str) -> None:
    where = places_of_protected(stack)
    assert {"837", "Tampere", "Tammerfors", "Pirkanmaan"} <= where
    assert leaks(day.said[place], where) == []


def test_what_was_looked_through_is_what_was_said(day: Day) -> None:
    for handoff in day.handoffs:
        for place in ("hub", "spans", "streams"):
            assert any(str(handoff.handoff_id) in text for text in day.said[place]), place
    for name in ("postgres", "hub", "nats-05", "nats-08", "plans-08", "interarea-05", "notifications-05", OPERATIONS):
        assert any(line.startswith(f"{name}.log:") for line in day.said["logs"]), name
    assert any("request failed" in line for line in day.said["logs"])
    assert any("became a dead letter" in line for line in day.said["logs"])
    assert {"Sinulle on uusi viesti", "Du har ett nytt meddelande"} & set(subjects(day)), "mails were read"


def subjects(day: Day) -> list[str]:
    return [json.loads(mail)["subject"] for mail in day.said["mails"]]


def test_a_refusal_repeats_nothing_of_what_it_refuses(day: Day) -> None:
    assert leaks(day.answers, words_about(day.ghost)) == []


# That the scan sees what is there


def test_the_scan_finds_a_name_in_a_log_line(stack: EmbeddedStack, ears: HubEars, day: Day) -> None:
    planted = stack.state.log("planted")
    planted.write_text(json.dumps({"event": f"no address for {day.ghost.family_name}"}, ensure_ascii=False) + "\n")
    try:
        assert [leak for leak in all_leaks(stack, ears) if day.ghost.family_name in leak]
    finally:
        planted.unlink()
    assert all_leaks(stack, ears) == []


def test_the_scan_finds_a_name_in_a_span(stack: EmbeddedStack, ears: HubEars, day: Day) -> None:
    request = ExportTraceServiceRequest()
    span = request.resource_spans.add().scope_spans.add().spans.add()
    span.trace_id, span.span_id, span.name = b"\1" * 16, b"\1" * 8, f"GET /young-people/{day.ghost.given_name}"
    span.start_time_unix_nano = span.end_time_unix_nano = int(datetime.now(UTC).timestamp() * 1e9)
    headers = {"content-type": CONTENT_TYPE}
    address = f"{stack.url(OPERATIONS)}/v1/traces"
    httpx.post(address, content=request.SerializeToString(), headers=headers).raise_for_status()
    try:
        assert [leak for leak in all_leaks(stack, ears) if day.ghost.given_name in leak]
    finally:
        execute(
            stack.wiring.postgres.url(OPERATIONS), "DELETE FROM spans WHERE trace_id = decode(repeat('01', 16), 'hex')"
        )
    assert all_leaks(stack, ears) == []


def test_the_scan_finds_a_name_in_a_body_at_the_hub_even_when_it_is_encoded(
    stack: EmbeddedStack, desks: Desks, ears: HubEars, day: Day
) -> None:
    said = exchange.HandoffReceived(handoff_id=new_id(), version=1, received_at=datetime.now(UTC))
    rogue, message_id = Rogue(stack, "90"), new_id()
    not_sealed = rogue.sealed(said, to="08").content.split(b".")[0] + b"." + encoded(day.ghost.hetu)
    rogue.say(said, Body(message_id, not_sealed), to="08")
    dead_letter(desks["08"], "interarea", message_id)

    until(lambda: passed(ears, message_id), "it passed the hub")
    assert [leak for leak in all_leaks(stack, ears) if day.ghost.hetu in leak]

    ears.heard[:] = [heard for heard in ears.heard if heard.headers.get("ce-id") != str(message_id)]
    assert all_leaks(stack, ears) == []


def passed(ears: HubEars, message_id: UUID) -> bool:
    return any(heard.headers.get("ce-id") == str(message_id) for heard in ears.heard)


def encoded(text: str) -> bytes:
    return urlsafe_b64encode(text.encode()).rstrip(b"=")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"event": "M\\u00e4kiaho"}', "Mäkiaho"),
        ("GET /young-people/M%C3%A4kiaho", "Mäkiaho"),
        ("told MÄKIAHO.", "Mäkiaho"),
        ("number 358409000001", "+358409000001"),
        ("to somebody@post.invalid now", "nobody"),
        ("code 010106A901X,", "nobody"),
        ('{"municipality": "837"}', "837"),
        ("GET /municipalities/837/", "837"),
        ("moved to Tampere", "Tampere"),
    ],
)
def test_the_scan_knows_a_word_however_it_is_written(text: str, word: str) -> None:
    assert len(leaks([text], {word})) == 1


@pytest.mark.parametrize(
    "text", ["Mäkiahonkatu", "took 837 ms", "2026-01-01T10:00:00.837Z", "0a010106A901X0", "0.837", "[837]"]
)
def test_the_scan_leaves_other_words_alone(text: str) -> None:
    assert leaks([text], {"Mäkiaho", "837"}) == []
