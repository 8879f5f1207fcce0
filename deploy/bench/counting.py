"""What one hop costs in statements and messages, counted where they arrive: by the servers' own words.

Statements: PostgreSQL says ``CommandComplete`` for each, with what it was; a relay of bytes in between listens.
Messages: nats-server counts those of each connection.
"""

import asyncio
import json
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from deploy.bench.ours import Hearer, Sayer
from deploy.bench.player import poll
from services.chassis.settings import ServiceSettings

_SOCKET = ".s.PGSQL.5432"
_COMMAND_COMPLETE = ord("C")
_HOPS = 9
_WARM_UP = 12
NOTHING_CLAIMED = "UPDATE 0"
"""The relay looked, and nothing was due: goes on at any time, so it is no hop's."""


@dataclass(frozen=True)
class HopCounts:
    """Of a single hop, alone in the system."""

    said: Counter[str]
    """Statements in the database of who says, the relay's included, by PostgreSQL's name for them."""
    heard: Counter[str]
    """Statements in the database of who hears."""
    messages: int
    """Messages that nats-server took from, or gave to, the two services; requests for more every twentieth time."""

    @property
    def statements(self) -> int:
        """All of them."""
        return self.said.total() + self.heard.total()


async def count_a_hop(saying: ServiceSettings, hearing: ServiceSettings, monitor: str) -> HopCounts:
    """Run both services in this process and hop a few times, one hop after the other; the median of each count.

    ``monitor`` is the address of nats-server's monitoring.
    """
    async with _listened(saying) as (said, say_to), _listened(hearing) as (heard, hear_from):
        sayer, hearer = Sayer(say_to), Hearer(hear_from)
        speaking, listening = sayer.service.app(), hearer.service.app()
        async with listening.router.lifespan_context(listening), speaking.router.lifespan_context(speaking):
            for _ in range(_WARM_UP):
                await _hop(sayer, said, heard)
            hops = []
            for _ in range(_HOPS):
                before = await _messages(monitor)
                said.clear()
                heard.clear()
                await _hop(sayer, said, heard)
                hops.append(HopCounts(_own(said), _own(heard), await _messages(monitor) - before))
    usual = Counter(repr((hop.said, hop.heard)) for hop in hops).most_common(1)[0][0]
    hop = next(hop for hop in hops if repr((hop.said, hop.heard)) == usual)
    return HopCounts(hop.said, hop.heard, int(median(each.messages for each in hops)))


async def _hop(sayer: Sayer, said: Counter[str], heard: Counter[str]) -> None:
    """One command; until its row has left the outbox and its effect is committed."""
    removed, committed = said["DELETE 1"], heard["COMMIT"]
    await sayer.command()

    async def over() -> bool:
        return said["DELETE 1"] > removed and heard["COMMIT"] > committed

    await poll(over)


def _own(statements: Counter[str]) -> Counter[str]:
    return Counter({name: count for name, count in statements.items() if name != NOTHING_CLAIMED})


@asynccontextmanager
async def _listened(settings: ServiceSettings) -> AsyncIterator[tuple[Counter[str], ServiceSettings]]:
    """The settings with another way to the same database, and what PostgreSQL says of the statements on that way."""
    url = make_url(settings.database_url)
    statements: Counter[str] = Counter()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await asyncio.open_unix_connection(str(Path(str(url.query["host"])) / _SOCKET))
        await asyncio.gather(_pass_on(reader, questions), _pass_on(answers, writer, _Listener(statements)))

    with TemporaryDirectory(prefix="jatkumo-") as folder:
        async with await asyncio.start_unix_server(relay, Path(folder) / _SOCKET):
            there = url.update_query_dict({"host": folder}).render_as_string(hide_password=False)
            yield statements, settings.model_copy(update={"database_url": there})


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener: "_Listener | None" = None
) -> None:
    while data := await reader.read(65536):
        if listener is not None:
            listener.hear(data)
        writer.write(data)
        await writer.drain()
    writer.close()


class _Listener:
    """Reads what PostgreSQL sends: a type of one byte, a length of four that counts itself, the rest."""

    def __init__(self, statements: Counter[str]) -> None:
        self._statements = statements
        self._unread = b""

    def hear(self, data: bytes) -> None:
        self._unread += data
        while len(self._unread) >= 5:
            end = 1 + int.from_bytes(self._unread[1:5])
            if len(self._unread) < end:
                return
            if self._unread[0] == _COMMAND_COMPLETE:
                self._statements[self._unread[5 : end - 1].decode()] += 1
            self._unread = self._unread[end:]


async def _messages(monitor: str) -> int:
    """How many messages the connections of the two services have exchanged with nats-server."""

    def ask() -> int:
        with urllib.request.urlopen(f"{monitor}/connz?limit=1000") as answer:  # noqa: S310 - our own server on loopback
            connections = json.loads(answer.read())["connections"]
        ours = [c for c in connections if c.get("name") in {"plans", "notifications"}]
        return sum(int(c["in_msgs"]) + int(c["out_msgs"]) for c in ours)

    return await asyncio.to_thread(ask)
