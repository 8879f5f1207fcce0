"""An operator at a terminal: what could not be handled, sent again once mended; streams made and rebuilt."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from joserfc.jwk import OKPKey

from contracts import exchange
from contracts.exchange import ExchangeMessage
from contracts.subjects import CONSUMERS, STREAMS
from contracts.values import new_id
from deploy.embedded.stack import EmbeddedStack
from deploy.embedded.waiting import http_ready
from deploy.keys import key_set, new_key, signed_directory
from deploy.world.desks import AreaDesk
from deploy.world.people import YoungPerson
from services.interarea.exchange.keys import AreaKeys, AreaKeySet, Use
from tests.areas import promises
from tests.areas.forgeries import Body, Rogue, dead_letter, has_effect
from tests.areas.journeys import Handoff, Journey
from tests.areas.leaks import stream_texts
from tests.areas.outbox_tricks import rows
from tests.areas.slow_motion import until
from tests.areas.streams import wipe
from tests.unit.interarea.sealed_bodies import HETU, offer

pytestmark = [pytest.mark.areas, pytest.mark.xdist_group("areas-2")]

Desks = Mapping[str, AreaDesk]
Json = Any  # what a command printed; each test looks at the members that it is about


def jatkumo(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command as a person types it."""
    command = [sys.executable, "-m", "deploy.cli", *arguments, "--state", str(state)]
    wide = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=wide)


def last_line(done: subprocess.CompletedProcess[str]) -> Json:
    """The object that ``--json`` prints last."""
    assert done.stdout, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def state(stack: EmbeddedStack) -> Path:
    return stack.state.root


@pytest.fixture
def journey(stack: EmbeddedStack, desks: Desks, young_person: YoungPerson) -> Journey:
    """Somebody whom 05 placed and who lives there."""
    return Journey.begin(stack, desks, young_person)


# Dead letters


@pytest.fixture
def dead(stack: EmbeddedStack, desks: Desks) -> Json:
    """A message that 08 cannot act on and never will: 05 sealed it for 90."""
    rogue, said = Rogue(stack, "05"), offer()
    body = rogue.sealed(said, to="90")
    rogue.say(said, body, to="08")
    return dead_letter(desks["08"], "interarea", body.message_id)


def test_a_dead_letter_is_listed_with_where_it_is_and_why(state: Path, dead: Json) -> None:
    done = jatkumo(state, "dead-letters", "list", "--json")

    assert done.returncode == 1, "there are some"
    found = {letter["dead_letter_id"]: letter for letter in last_line(done)["dead_letters"]}
    letter = found[dead["dead_letter_id"]]
    assert (letter["area"], letter["service"]) == ("08", "interarea")
    assert (letter["reason"], letter["attempts"]) == ("sealed_for_somebody_else", 1)
    assert letter["consumer"] == "interarea-exchange_handoff_offered_v1"
    assert "body" not in letter
    assert HETU not in done.stdout


def test_a_list_can_be_of_one_area_and_is_readable(state: Path, dead: Json) -> None:
    there, elsewhere = (jatkumo(state, "dead-letters", "list", "--area", area).stdout for area in ("08", "05"))
    assert f"{dead['dead_letter_id']}  area 08, interarea: sealed_for_somebody_else" in there.splitlines()
    assert dead["dead_letter_id"] not in elsewhere
    assert max(len(line) for line in there.splitlines()) <= 100


def test_one_dead_letter_is_shown_by_its_attributes(state: Path, dead: Json) -> None:
    done = jatkumo(state, "dead-letters", "show", dead["dead_letter_id"], "--json")

    assert done.returncode == 0
    assert last_line(done) == {"area": "08", "service": "interarea", **dead}
    assert dead["headers"]["ce-id"] in jatkumo(state, "dead-letters", "show", dead["dead_letter_id"]).stdout


def test_an_unknown_dead_letter_is_said_to_be_unknown(state: Path) -> None:
    done = jatkumo(state, "dead-letters", "show", str(new_id()))
    assert (done.returncode, done.stdout) == (2, "")
    assert "no dead letter" in done.stderr


def test_what_cannot_be_handled_stays_dead(stack: EmbeddedStack, state: Path, dead: Json) -> None:
    done = jatkumo(state, "dead-letters", "replay", dead["dead_letter_id"], "--json")

    assert done.returncode == 1
    assert last_line(done) == {"dead_letter_id": dead["dead_letter_id"], "handled": False}
    assert dead["dead_letter_id"] in jatkumo(state, "dead-letters", "list", "--json").stdout
    assert not has_effect(stack, "08", "interarea", UUID(dead["headers"]["ce-id"]))


def test_what_was_mended_is_handled_and_leaves_the_list(
    stack: EmbeddedStack, state: Path, desks: Desks, journey: Journey
) -> None:
    """08 signs with a new key before 05 has the directory that names it."""
    handoff = journey.move_and_meet("08")
    renewed = with_a_new_signing_key(Rogue(stack, "08").keys)
    said, body = signed_with(stack, renewed, handoff)
    Rogue(stack, "08").say(said, body, to="05")
    letter = dead_letter(desks["05"], "interarea", body.message_id)
    assert letter["reason"] == "unknown_key"
    assert jatkumo(state, "dead-letters", "replay", letter["dead_letter_id"]).returncode == 1

    with a_directory_that_knows(stack, renewed):
        restart(stack, "interarea", "05")
        done = jatkumo(state, "dead-letters", "replay", letter["dead_letter_id"], "--json")
    restart(stack, "interarea", "05")

    assert (done.returncode, last_line(done)["handled"]) == (0, True)
    assert has_effect(stack, "05", "interarea", body.message_id)
    assert letter["dead_letter_id"] not in jatkumo(state, "dead-letters", "list", "--json").stdout
    shown = last_line(jatkumo(state, "dead-letters", "show", letter["dead_letter_id"], "--json"))
    assert shown["replayed_at"] is not None


def with_a_new_signing_key(keys: AreaKeys) -> AreaKeys:
    now = datetime.now(UTC)
    new = new_key(Use.SIGNING, valid_from=now - timedelta(hours=1), valid_until=now + timedelta(days=365))
    return AreaKeys(AreaKeySet.model_validate(key_set(keys.area, [*keys.keys, new])))


def signed_with(stack: EmbeddedStack, keys: AreaKeys, handoff: Handoff) -> tuple[ExchangeMessage, Body]:
    """A receipt for an offer that was received long ago: nothing follows from it."""
    said = exchange.HandoffReceived(handoff_id=handoff.handoff_id, version=9, received_at=datetime.now(UTC))
    return said, Rogue(stack, keys.area).sealed(said, to=handoff.giving, keys=keys)


@contextmanager
def a_directory_that_knows(stack: EmbeddedStack, keys: AreaKeys) -> Iterator[None]:
    files = stack.wiring.environments.exchange_keys
    before = files.directory.read_text()
    others = [AreaKeys.load(file) for area, file in files.areas.items() if area != keys.area]
    authority = OKPKey.import_key(json.loads(files.authority_private.read_text()))
    files.directory.write_text(signed_directory([*others, keys], authority))
    try:
        yield
    finally:
        files.directory.write_text(before)


def restart(stack: EmbeddedStack, service: str, area: str) -> None:
    stack.stop_process(f"{service}-{area}")
    stack.start_process(f"{service}-{area}")
    until(lambda: http_ready(f"{stack.url(service, area)}/health/ready"), f"{service} of area {area} is ready")


# Streams


def test_a_replay_queues_the_whole_journal_and_nothing_happens_twice(
    stack: EmbeddedStack, state: Path, journey: Journey
) -> None:
    journey.move_and_meet("08")
    promises.check(journey)
    before, said = sorted(stream_texts(stack)), journal_length(stack, "05", "local")

    done = jatkumo(state, "replay", "--area", "05", "--json")

    assert done.returncode == 0
    assert last_line(done) == {"area": "05", "queue": "local", "queued": said}
    promises.check(journey)
    assert sorted(stream_texts(stack)) == before


def test_a_lost_area_server_is_provisioned_and_refilled_without_a_second_effect(
    request: pytest.FixtureRequest, stack: EmbeddedStack, state: Path, journey: Journey
) -> None:
    journey.move_and_meet("08")
    promises.check(journey)
    request.addfinalizer(partial(stack.provision, "08"))
    wipe(stack, "08")

    looked = jatkumo(state, "provision", "--areas", "08", "--dry-run")
    assert looked.returncode == 0
    assert looked.stdout.count("would be done") == len(STREAMS) + len(CONSUMERS)
    assert "Nothing to do" not in jatkumo(state, "provision", "--areas", "08", "--dry-run").stdout, "it only looked"
    assert jatkumo(state, "provision", "--areas", "08").returncode == 0

    inside = last_line(jatkumo(state, "replay", "--area", "08", "--json"))
    outside = [
        last_line(jatkumo(state, "replay", "--area", area, "--queue", "exchange", "--json")) for area in ("05", "90")
    ]

    assert inside["queued"] == journal_length(stack, "08", "local")
    assert [each["queued"] for each in outside] == [journal_length(stack, area, "exchange") for area in ("05", "90")]
    until(lambda: refilled(stack), "every stream of 08 holds again what was said to it")
    promises.check(journey)


def journal_length(stack: EmbeddedStack, area: str, queue: str) -> dict[str, int]:
    """How much each service of an area has ever said."""
    query = "SELECT count(*) FROM journal WHERE queue = $1"
    return {
        service: rows(stack.database_url(area, service), query, queue)[0][0]
        for service in ("plans", "interarea", "notifications")
    }


def refilled(stack: EmbeddedStack) -> bool:
    inside = sum(journal_length(stack, "08", "local").values())
    to_08 = "SELECT count(*) FROM journal WHERE subject LIKE 'exchange.to.08.%'"
    outside = sum(rows(stack.database_url(area, "interarea"), to_08)[0][0] for area in ("05", "90"))
    held = sum(text.startswith("area 08:") for text in stream_texts(stack))
    return held == inside + int(outside)


def test_provisioning_what_is_as_it_should_be_does_nothing(state: Path) -> None:
    done = jatkumo(state, "provision", "--dry-run")
    assert done.returncode == 0
    assert "Nothing to do" in done.stdout


# When something is not there


@pytest.mark.parametrize(
    "command",
    [("dead-letters", "list"), ("dead-letters", "show", str(new_id())), ("replay", "--area", "05")],
    ids=["list", "show", "replay"],
)
def test_a_command_says_when_nothing_runs(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = jatkumo(tmp_path, *command)
    assert done.returncode == 2
    assert done.stderr.startswith("nothing runs with the state in")


def test_a_command_says_which_service_does_not_answer(stack: EmbeddedStack, state: Path) -> None:
    stack.stop_process("plans-90")
    done = jatkumo(state, "dead-letters", "list", "--area", "90")
    assert (done.returncode, done.stderr) == (2, "area 90, plans: does not answer\n")


def test_a_command_says_that_an_area_does_not_run_here(state: Path) -> None:
    done = jatkumo(state, "replay", "--area", "17")
    assert done.returncode == 2
    assert "no such area" in done.stderr
