"""Looks for personal data where none may be: the hub, headers of streams, exported spans, logs, metrics, e-mails.

What is forbidden is read from the areas' own databases: everybody who was ever made up in this run, whatever test did.
"""

import asyncio
import base64
import json
import re
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig

from contracts.areas import area as area_with
from contracts.areas import municipality_on
from contracts.subjects import STREAMS
from deploy.embedded.environment import MAIL_SENDER
from deploy.embedded.stack import OPERATIONS, EmbeddedStack
from deploy.nats.permissions import PROVISION_USERS
from services.chassis.clock import SystemClock, helsinki_date
from tests.areas.outbox_tricks import rows

_HETU = r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Z]"
_EMAIL = r"[\w.+-]+@[\w-]+\.[\w.]+"
_LETTER = "0-9A-Za-zÅÄÖåäö"
_READABLE = re.compile(r"[\w@.+ -]{11,}")
_MUNICIPALITY = re.compile(r"\d{3}")


# At the hub


@dataclass(frozen=True)
class Heard:
    """One message as it passed the hub."""

    subject: str
    headers: Mapping[str, str]
    data: bytes

    @property
    def text(self) -> str:
        """Subject, headers, body, and what of the body is only encoded, not sealed."""
        decoded = [_decoded(part) for part in self.data.split(b".")]
        return " ".join([self.subject, _json(dict(self.headers)), self.data.decode("utf-8", "replace"), *decoded])


def _decoded(part: bytes) -> str:
    """What a person could read of it: in what is sealed, a few characters in a row look like an address by chance."""
    try:
        decoded = base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except ValueError:
        return ""
    try:
        return decoded.decode()
    except UnicodeDecodeError:
        return " ".join(_READABLE.findall(decoded.decode("utf-8", "replace")))


@dataclass
class HubEars:
    """Everything that passed the hub while listening."""

    heard: list[Heard] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)
    """Words about people whom no area recorded, because they were only made up to be refused."""


@contextmanager
def listening_at_the_hub(stack: EmbeddedStack) -> Iterator[HubEars]:
    """Hears all that passes through every area's account at the hub, on a thread of its own.

    In the end all that was said in this run is looked through, whatever tests were in it.
    """
    ears, ready, stop = HubEars(), threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_listen(stack, ears, ready, stop)), daemon=True)
    thread.start()
    assert ready.wait(20), "the observers could not connect to the hub"
    try:
        yield ears
        leaked = all_leaks(stack, ears)
        assert leaked == [], "\n".join(["personal data where none may be", *leaked[:20]])
    finally:
        stop.set()
        thread.join(20)


async def _listen(stack: EmbeddedStack, ears: HubEars, ready: threading.Event, stop: threading.Event) -> None:
    running = stack.running()

    async def note(message: Msg) -> None:
        ears.heard.append(Heard(message.subject, dict(message.headers or {}), message.data))

    async def quiet(_error: Exception) -> None:
        """The hub is stopped in some tests; the client comes back by itself."""

    clients = [
        await nats.connect(
            running.hub_url,
            tls=ssl.create_default_context(cafile=str(running.ca_file)),
            nkeys_seed=str(stack.observer_seed(area)),
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.5,
            error_cb=quiet,
        )
        for area in stack.areas
    ]
    for client in clients:
        await client.subscribe(">", cb=note)
        await client.flush()
    ready.set()
    await asyncio.to_thread(stop.wait)
    for client in clients:
        await client.close()


# Everywhere else


def log_lines(folder: Path) -> Iterator[str]:
    """Every line of every log, PostgreSQL's and nats-server's too."""
    for file in sorted(folder.glob("*.log")):
        for line in file.read_text(errors="replace").splitlines():
            yield f"{file.name}: {line}"


def span_texts(stack: EmbeddedStack) -> list[str]:
    """Every span that was exported, with all that it says."""
    query = "SELECT name, kind, service, area, status, attributes, events, links FROM spans"
    return [_json(dict(row)) for row in rows(stack.wiring.postgres.url(OPERATIONS), query)]


def stream_texts(stack: EmbeddedStack) -> list[str]:
    """Subject and headers of every message in every stream of every area; bodies are where the data belongs."""
    return [text for area in stack.areas for text in asyncio.run(_stream_texts(stack, area))]


async def _stream_texts(stack: EmbeddedStack, area: str) -> list[str]:
    running, texts = stack.running(), []
    for account, user in PROVISION_USERS.items():
        client = await nats.connect(
            running.areas[area].nats_url,
            tls=ssl.create_default_context(cafile=str(running.ca_file)),
            nkeys_seed=str(stack.seed(area, user)),
            inbox_prefix=f"_INBOX.{user}",
        )
        for name in (each.name for each in STREAMS if each.account is account):
            texts += [
                f"area {area}: {message.subject} {_json(_said(message))}" for message in await _read(client, name)
            ]
        await client.close()
    return texts


def _said(message: Msg) -> dict[str, str]:
    """The headers that its sender wrote; the server adds the size, which is any number."""
    return {name: value for name, value in (message.headers or {}).items() if name != "Nats-Msg-Size"}


async def _read(client: Client, stream: str) -> list[Msg]:
    """Every message that a stream holds now, without its body."""
    inbox = client.new_inbox()
    arriving = await client.subscribe(inbox)
    listener = ConsumerConfig(
        name="leak-scan", deliver_subject=inbox, headers_only=True, ack_policy=AckPolicy.NONE, mem_storage=True
    )
    jetstream = client.jetstream()
    stored = (await jetstream.stream_info(stream)).state.messages
    await jetstream.add_consumer(stream, listener)
    try:
        return [await arriving.next_msg(timeout=10) for _ in range(stored)]
    finally:
        await jetstream.delete_consumer(stream, "leak-scan")


def mail_texts(stack: EmbeddedStack) -> list[str]:
    """Every e-mail without the addresses that it came from and went to."""
    mails = httpx.get(f"{stack.url('sink')}/messages", timeout=10).raise_for_status().json()
    texts = [_json({**mail, "headers": {**mail["headers"], "To": ""}, "recipients": []}) for mail in mails]
    return [text.replace(f"@{MAIL_SENDER.partition('@')[2]}", "") for text in texts]


def metric_texts(stack: EmbeddedStack) -> list[str]:
    """Every line of every service's metrics."""
    addresses = [stack.url(OPERATIONS), *stack.wiring.services.values()]
    pages = [httpx.get(f"{address}/metrics", timeout=10).raise_for_status().text for address in addresses]
    return [line for page in pages for line in page.splitlines()]


# What may not stand there


def all_leaks(stack: EmbeddedStack, ears: HubEars) -> list[str]:
    """Everything that anybody said in this run and that nobody may say, wherever it was said."""
    forbidden = people_of(stack) | ears.forbidden | places_of_protected(stack)
    return [leak for texts in everything_said(stack, ears).values() for leak in leaks(texts, forbidden)]


def everything_said(stack: EmbeddedStack, ears: HubEars) -> dict[str, list[str]]:
    """All that this run has said so far, by the place where somebody can read it."""
    return {
        "hub": [heard.text for heard in list(ears.heard)],
        "spans": span_texts(stack),
        "logs": list(log_lines(stack.state.logs)),
        "streams": stream_texts(stack),
        "mails": mail_texts(stack),
        "metrics": metric_texts(stack),
    }


def people_of(stack: EmbeddedStack) -> set[str]:
    """Every name, identity code, telephone number and e-mail address of anybody whom any area has recorded."""
    found: set[str] = set()
    for area in stack.areas:
        url = stack.database_url(area, "plans")
        for row in rows(url, "SELECT hetu, given_name, family_name, email, phone FROM people"):
            found.update(value for value in row.values() if value)
        for row in rows(url, "SELECT name, email, phone FROM workers"):
            found.update(value for value in row.values() if value)
            found.update(str(row["name"]).split())
    return found


def places_of_protected(stack: EmbeddedStack) -> set[str]:
    """Everything that tells where anybody lives, or has lived, who has a non-disclosure order."""
    query = "SELECT DISTINCT municipality FROM residences JOIN cases USING (case_id) JOIN people USING (person_id)"
    protected = f"{query} WHERE address_protected AND municipality IS NOT NULL"
    found = [row["municipality"] for area in stack.areas for row in rows(stack.database_url(area, "plans"), protected)]
    return {word for municipality in found for word in places_of(municipality)}


def places_of(municipality: str) -> set[str]:
    """Everything that tells where somebody lives who lives in ``municipality``."""
    found = municipality_on(municipality, helsinki_date(SystemClock().now()))
    assert found is not None
    organiser = area_with(found.area_code)
    names = (organiser.name_fi, organiser.name_sv, organiser.name_en)
    # "Pirkanmaan hyvinvointialue" is as telling without its second word.
    short = (name.removesuffix(" hyvinvointialue").removesuffix(" välfärdsområde") for name in names)
    return {municipality, found.name_fi, found.name_sv, organiser.slug, *names, *short}


def leaks(texts: Iterable[str], forbidden: Iterable[str]) -> list[str]:
    """What of ``forbidden``, or what looks like an identity code or an e-mail address, stands in ``texts``."""
    words = sorted({spelling for word in forbidden for spelling in _spellings(word)}, key=len, reverse=True)
    whole = "|".join([*(word if word.startswith("(") else re.escape(word) for word in words), _HETU, _EMAIL])
    pattern = re.compile(rf"(?<![{_LETTER}])(?:{whole})(?![{_LETTER}])", re.IGNORECASE)
    return [f"{found.group(0)} in: {text[:400]}" for text in texts if (found := pattern.search(text))]


def _spellings(word: str) -> set[str]:
    """As it is, as JSON, an address and a number without its plus would write it."""
    if _MUNICIPALITY.fullmatch(word):
        # Three digits stand in times and counts by chance: as a code they are quoted, assigned or part of a path.
        return {f"(?<=[\"'=/]){word}"}
    return {word, json.dumps(word)[1:-1], quote(word), quote(word, safe="+@"), word.removeprefix("+")}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
