"""Areas and services that say what they should not: refused, recorded with a reason, nothing stored, the rest flows."""

import json
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import nats.errors
import pytest
from nats.js.errors import NoStreamResponseError

from contracts import exchange
from contracts.exchange import ExchangeMessage
from contracts.interarea import HandoffOpened, HandoffState
from contracts.plans import ResidenceChanged
from contracts.subjects import exchange_subject
from contracts.values import Contact, Title, new_id
from deploy.embedded.processes import Server
from deploy.embedded.stack import EmbeddedStack
from deploy.world.desks import AreaDesk
from deploy.world.people import YoungPerson
from tests.areas import promises
from tests.areas.false_messages import ATTACKS, Attack, Rogues, receipt
from tests.areas.forgeries import Body, Rogue, dead_letter, has_effect, letters, local_headers, publish
from tests.areas.journeys import Handoff, Journey
from tests.areas.leaks import Heard, HubEars
from tests.areas.outbox_tricks import rows
from tests.areas.slow_motion import until
from tests.unit.interarea.sealed_bodies import HETU, offer

pytestmark = [pytest.mark.areas, pytest.mark.xdist_group("areas-2")]

Desks = Mapping[str, AreaDesk]
OFFERED = "interarea-exchange_handoff_offered_v1"
NOBODY_ANSWERS = (nats.errors.Error, NoStreamResponseError, TimeoutError)


@pytest.fixture
def rogues(stack: EmbeddedStack) -> Rogues:
    """Every area, in the hands of somebody who means harm."""
    return {area: Rogue(stack, area) for area in stack.areas}


@pytest.fixture
def journey(stack: EmbeddedStack, desks: Desks, young_person: YoungPerson) -> Journey:
    """Somebody whom 05 placed and who lives there."""
    return Journey.begin(stack, desks, young_person)


# Bodies that are not what they say


@pytest.mark.parametrize(("attack", "reason"), ATTACKS.values(), ids=ATTACKS.keys())
def test_a_body_that_is_not_what_it_says_is_refused_and_recorded(
    stack: EmbeddedStack, desks: Desks, rogues: Rogues, attack: Callable[[Rogues], Attack], reason: str
) -> None:
    made = attack(rogues)
    rogues[made.by].say(made.message, made.body, to="08", headers=made.headers, as_type=made.as_type)

    letter = dead_letter(desks["08"], "interarea", made.body.message_id)

    assert letter["reason"] == reason
    assert letter["attempts"] == 1
    assert HETU not in json.dumps(letter)
    assert nothing_is_stored(stack, made)


def nothing_is_stored(stack: EmbeddedStack, made: Attack) -> bool:
    """No handoff, no case, nobody, and no note that the message was handled."""
    plans, interarea = stack.database_url("08", "plans"), stack.database_url("08", "interarea")
    handoffs = rows(interarea, "SELECT 1 FROM handoffs WHERE handoff_id = $1", made.message.handoff_id)
    people = rows(plans, "SELECT 1 FROM people WHERE hetu = $1", HETU)
    if isinstance(made.message, exchange.HandoffOffered):
        people += rows(plans, "SELECT 1 FROM cases WHERE placing_case_id = $1", made.message.placing_case_id)
    return not handoffs and not people and not has_effect(stack, "08", "interarea", made.body.message_id)


# Real messages, said again


def test_a_real_message_said_again_under_another_id_is_refused(
    desks: Desks, ears: HubEars, rogues: Rogues, journey: Journey
) -> None:
    handoff = journey.move_and_meet("08")
    real = passed(ears, exchange.HandoffOffered, handoff)
    before = settled(journey, handoff)

    again = say_again(rogues["05"], real, to="08", headers={"ce-id": str(new_id()), "Nats-Msg-Id": str(new_id())})

    assert dead_letter(desks["08"], "interarea", again)["reason"] == "wrong_id"
    assert state_of(journey, handoff) == before


def test_a_real_message_said_again_by_another_area_is_refused(
    desks: Desks, ears: HubEars, rogues: Rogues, journey: Journey
) -> None:
    handoff = journey.move_and_meet("08")
    real = passed(ears, exchange.HandoffOffered, handoff)
    before = settled(journey, handoff)

    again = say_again(
        rogues["90"], real, to="08", headers={"ce-source": "/areas/90/interarea", "Nats-Msg-Id": str(new_id())}
    )

    assert dead_letter(desks["08"], "interarea", again)["reason"] == "wrong_sender"
    assert state_of(journey, handoff) == before


def test_an_old_real_message_said_again_is_known_and_has_no_second_effect(
    stack: EmbeddedStack, desks: Desks, ears: HubEars, rogues: Rogues, journey: Journey
) -> None:
    handoff = journey.move_and_meet("08")
    real = passed(ears, exchange.HandoffOffered, handoff)
    before = settled(journey, handoff)

    ack = rogues["05"].say_raw(real.subject, real.data, real.headers)
    assert ack.duplicate, "the stream knows it by its id"
    again = say_again(rogues["05"], real, to="08", headers={"Nats-Msg-Id": str(new_id())})

    until(lambda: waiting(desks["08"], OFFERED) == 0, "the message is taken from the stream")
    assert letters(desks["08"], "interarea", again) == []
    assert state_of(journey, handoff) == before


# About somebody else's handoff


def somebody() -> Contact:
    return Contact(worker_id=new_id(), name="Aino Esimerkki", title=Title.SOCIAL_WORKER, phone="+358400000901")


def a_receipt(handoff: Handoff) -> ExchangeMessage:
    return exchange.HandoffReceived(handoff_id=handoff.handoff_id, version=9, received_at=datetime.now(UTC))


def an_acceptance(handoff: Handoff) -> ExchangeMessage:
    return exchange.HandoffAccepted(handoff_id=handoff.handoff_id, version=9, contact=somebody())


def a_completion(handoff: Handoff) -> ExchangeMessage:
    return exchange.HandoffCompleted(handoff_id=handoff.handoff_id, version=9, first_contact_at=datetime.now(UTC))


def an_offer(handoff: Handoff) -> ExchangeMessage:
    return offer().model_copy(update={"handoff_id": handoff.handoff_id})


def a_word_that_she_was_told(handoff: Handoff) -> ExchangeMessage:
    return exchange.PersonTold(handoff_id=handoff.handoff_id, version=9, told_at=datetime.now(UTC))


def a_release(handoff: Handoff) -> ExchangeMessage:
    today = datetime.now(UTC).date()
    return exchange.HandoffReleased(
        handoff_id=handoff.handoff_id, version=9, placing_case_id=new_id(), released_on=today
    )


ABOUT_SOMEBODY_ELSE: Mapping[str, tuple[Callable[[Handoff], ExchangeMessage], str]] = {
    "received": (a_receipt, "05"),
    "accepted": (an_acceptance, "05"),
    "completed": (a_completion, "05"),
    "offered": (an_offer, "08"),
    "told": (a_word_that_she_was_told, "08"),
    "released": (a_release, "08"),
}


def test_an_area_that_speaks_about_somebody_elses_handoff_is_refused(
    desks: Desks, rogues: Rogues, journey: Journey
) -> None:
    journey.move_to("08")
    handoff = journey.handoff_to("08")
    journey.until_state(handoff, HandoffState.OVERLAP)
    before = settled(journey, handoff)

    for says, (make, to) in ABOUT_SOMEBODY_ELSE.items():
        said = make(handoff)
        body = rogues["90"].sealed(said, to=to)
        rogues["90"].say(said, body, to=to)

        assert dead_letter(desks[to], "interarea", body.message_id)["reason"] == "not-a-party", says
        assert not has_effect(journey.stack, to, "interarea", body.message_id)
    assert state_of(journey, handoff) == before


def test_an_area_that_speaks_about_a_handoff_of_nobodys_is_refused(
    desks: Desks, rogues: Rogues, journey: Journey
) -> None:
    """At once: waiting for what will never come would let an area fill another's ears."""
    invented = Handoff(new_id(), "05", "08")
    for says, (make, to) in ABOUT_SOMEBODY_ELSE.items():
        if says in {"offered", "released"}:
            continue
        said = make(invented)
        body = rogues["90"].sealed(said, to=to)
        rogues["90"].say(said, body, to=to)

        letter = dead_letter(desks[to], "interarea", body.message_id)
        assert (letter["reason"], letter["attempts"]) == ("no-such-handoff", 1), says


# In another's name


def test_an_area_cannot_speak_in_anothers_name(stack: EmbeddedStack, desks: Desks, rogues: Rogues) -> None:
    said = offer()
    body = rogues["90"].sealed_by_hand(said, to=rogues["08"].keys, says_from="05", says_to="08")
    forged = exchange_subject(said.type, sender="05", receiver="08")

    with pytest.raises(NOBODY_ANSWERS):
        rogues["90"].say_raw(forged, body.content, {"ce-id": str(body.message_id)})

    assert_never_arrived(desks, rogues, body)


def test_the_hub_refuses_anothers_name_even_from_a_server_that_lets_it_through(
    stack: EmbeddedStack, desks: Desks, rogues: Rogues, tmp_path: Path
) -> None:
    said = offer()
    forged = exchange_subject(said.type, sender="05", receiver="08")
    body = rogues["90"].sealed_by_hand(said, to=rogues["08"].keys, says_from="05", says_to="08")
    with a_server_without_rules(stack, "90", tmp_path) as url:
        until(lambda: reaches(rogues["90"], url), "the rogue server has joined the hub as area 90")
        with pytest.raises(NOBODY_ANSWERS):
            rogues["90"].say_raw(forged, body.content, {"ce-id": str(body.message_id)}, url=url)

    assert_never_arrived(desks, rogues, body)


def reaches(rogue: Rogue, url: str) -> bool:
    """Whether a message in the area's own name gets through; it says nothing."""
    subject = exchange_subject(exchange.HandoffReceived.type, sender=rogue.area, receiver="08")
    with suppress(*NOBODY_ANSWERS, OSError):
        return rogue.say_raw(subject, b"x", {"ce-id": str(new_id())}, url=url).domain == "08"
    return False


def assert_never_arrived(desks: Desks, rogues: Rogues, body: Body) -> None:
    """What comes after it on an honest way has arrived, so the forged one would have."""
    after = receipt()
    honest = Body(new_id(), b"x")
    rogues["90"].say(after, honest, to="08", as_type=exchange.HandoffOffered)
    dead_letter(desks["08"], "interarea", honest.message_id)
    assert letters(desks["08"], "interarea", body.message_id) == []


@contextmanager
def a_server_without_rules(stack: EmbeddedStack, area: str, folder: Path) -> Iterator[str]:
    """An area's nats-server of its own making: joins the hub with the area's key and lets its users say anything."""
    program = stack.supervisor[f"nats-{area}"].program
    assert isinstance(program, Server)
    binary, _, file = program.command
    made = json.loads(Path(file).read_text())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made["listen"] = f"127.0.0.1:{free.getsockname()[1]}"
    made["server_name"] = "rogue"
    del made["jetstream"]
    for account in made["accounts"].values():
        account.pop("jetstream")
        for user in account["users"]:
            user.pop("permissions")
    configuration = folder / "rogue.conf"
    configuration.write_text(json.dumps(made))
    server = subprocess.Popen([binary, "-c", str(configuration)], stderr=(folder / "rogue.txt").open("w"))
    try:
        yield f"tls://{made['listen']}"
    finally:
        server.terminate()
        server.wait(10)


# Poison


def test_poison_from_another_area_is_set_aside_and_the_rest_flows(
    desks: Desks, rogues: Rogues, journey: Journey
) -> None:
    poison = {
        to: [poisoned(rogues["90"], to, kind) for kind in exchange_types() for _ in range(2)] for to in ("05", "08")
    }

    journey.move_and_meet("08")

    for to, ids in poison.items():
        assert {dead_letter(desks[to], "interarea", each)["reason"] for each in ids} == {"not_sealed"}
    promises.check(journey)


def exchange_types() -> tuple[type[ExchangeMessage], ...]:
    return (exchange.HandoffOffered, exchange.HandoffReceived, exchange.HandoffAccepted, exchange.PersonTold)


def poisoned(rogue: Rogue, to: str, kind: type[ExchangeMessage]) -> UUID:
    body = Body(new_id(), b"\xff{")
    rogue.say(receipt(), body, to=to, as_type=kind)
    return body.message_id


def test_poison_from_a_service_of_the_area_is_set_aside_and_the_rest_flows(
    stack: EmbeddedStack, desks: Desks, journey: Journey
) -> None:
    said = {
        "plans": (ResidenceChanged.type, "interarea"),
        "interarea": (HandoffOpened.type, "plans"),
    }
    bodies = {b"\xff{": "body-does-not-fit", b"{}": "body-does-not-fit", b'{"case_id": 7}': "body-does-not-fit"}
    expected = []
    for speaker, (message_type, listener) in said.items():
        for body, reason in bodies.items():
            headers = local_headers(message_type, "05", speaker)
            publish(stack, "05", speaker, message_type, body, headers)
            expected.append((listener, headers["ce-id"], reason))
        no_envelope = str(new_id())
        publish(stack, "05", speaker, message_type, b"{}", {"Nats-Msg-Id": no_envelope})
        expected.append((listener, no_envelope, "envelope-does-not-fit"))

    journey.move_and_meet("08")

    for listener, message_id, reason in expected:
        assert dead_letter(desks["05"], listener, message_id)["reason"] == reason
    promises.check(journey)


# Looking


def passed(ears: HubEars, kind: type[ExchangeMessage], handoff: Handoff) -> Heard:
    """A message of a handoff as it passed the hub."""
    wanted = (kind.type, str(handoff.handoff_id))
    return next(each for each in ears.heard if (each.headers.get("ce-type"), each.headers.get("ce-subject")) == wanted)


def say_again(rogue: Rogue, real: Heard, *, to: str, headers: Mapping[str, str]) -> str:
    """Say what passed the hub once more, some headers changed; returns the id under which it would be recorded."""
    told = {**real.headers, **headers}
    subject = exchange_subject(real.headers["ce-type"], sender=rogue.area, receiver=to)
    rogue.say_raw(subject, real.data, told)
    return told["Nats-Msg-Id"]


def waiting(desk: AreaDesk, durable: str) -> int:
    """How many messages a consumer has before it, or has not acknowledged."""
    check = desk.ask("interarea", "GET", "/health/ready").json()["checks"][f"consumer {durable}"]
    return int(str(check["detail"]).split()[0])


MOVED = {"contact.you_are_named", "person.your_contact", "worker.contact_was_named"}
MET = {"worker.first_contact_happened"}


def settled(journey: Journey, handoff: Handoff) -> dict[str, tuple[object, ...]]:
    """All that a handoff came to, once everybody who had to be told of it has been told."""
    seen = journey.desks[handoff.giving].handoff(handoff.handoff_id)
    assert seen is not None
    expected = MOVED | MET if seen["state"] == HandoffState.COMPLETED else MOVED
    desks = [journey.desks[area] for area in (handoff.giving, handoff.receiving)]
    until(
        lambda: {track["template"] for desk in desks for track in desk.tracks(handoff.handoff_id)} == expected,
        "everybody has been told",
    )
    return state_of(journey, handoff)


def state_of(journey: Journey, handoff: Handoff) -> dict[str, tuple[object, ...]]:
    """All that a handoff came to, in both areas: its state, its steps, its cases, what was said of it."""
    return {area: _state_in(journey, handoff, area) for area in (handoff.giving, handoff.receiving)}


def _state_in(journey: Journey, handoff: Handoff, area: str) -> tuple[object, ...]:
    seen = journey.desks[area].handoff(handoff.handoff_id)
    assert seen is not None
    plans = journey.stack.database_url(area, "plans")
    cases = rows(plans, "SELECT case_id, version FROM cases WHERE placing_case_id = $1", journey.case_id)
    said = {(track["message_id"], track["channel"]) for track in journey.desks[area].tracks(handoff.handoff_id)}
    return seen["state"], seen["version"], len(seen["steps"]), [tuple(row) for row in cases], said
