"""The same hop, three ways, in one run on the same servers: ours, by hand, as a workflow. Rounds take turns."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import monotonic

from rich.console import Console
from rich.table import Table

from deploy.bench.ground import HEARING, SAYING, WORKFLOWS_OWN, Ground
from deploy.bench.player import Player

OURS, BY_HAND, DBOS = "ours", "by hand", "DBOS"


@dataclass(frozen=True)
class Role:
    """One process of a contender."""

    module: str
    argument: str
    user: str
    database: str


@dataclass(frozen=True)
class Contender:
    """One way to do a hop. Each of its processes does its part of every hop, or ``shares`` the hops with the others."""

    name: str
    roles: tuple[Role, ...]
    shares: bool = False
    slower: int = 1
    """How many times fewer hops make a round of about the same length."""


CONTENDERS = (
    Contender(
        OURS,
        (
            Role("deploy.bench.ours", "hear", "notifications", HEARING),
            Role("deploy.bench.ours", "say", "plans", SAYING),
        ),
    ),
    Contender(
        BY_HAND,
        (
            Role("deploy.bench.by_hand", "hear", "interarea", HEARING),
            Role("deploy.bench.by_hand", "say", "plans", SAYING),
        ),
    ),
    Contender(
        DBOS,
        tuple(Role("deploy.bench.workflows", name, "plans", WORKFLOWS_OWN) for name in ("one", "two")),
        shares=True,
        slower=5,
    ),
)


@dataclass
class Rounds:
    """What a contender did in each round."""

    per_second: list[float] = field(default_factory=list)
    processor_us: list[Mapping[str, float]] = field(default_factory=list)
    """Microseconds of processor time a hop, by process."""

    @property
    def median_per_second(self) -> float:
        """The usual one."""
        return median(self.per_second)

    def median_us(self, process: str) -> float:
        """The usual processor time of a process, in microseconds a hop."""
        return median(each[process] for each in self.processor_us)

    @property
    def median_total_us(self) -> float:
        """The usual processor time of all of them."""
        return median(sum(each.values()) for each in self.processor_us)


def race(ground: Ground, console: Console, *, rounds: int, hops: int) -> dict[str, Rounds]:
    """Let the contenders take turns, after a round each that does not count."""
    found = {contender.name: Rounds() for contender in CONTENDERS}
    with _players(ground) as players:
        for number in range(rounds + 1):
            for contender in CONTENDERS:
                console.print(f"round {number} of {rounds}: {contender.name}", style="dim")
                _play(ground, contender, players[contender.name], hops // contender.slower, found[contender.name])
                if number == 0:
                    found[contender.name] = Rounds()
    return found


def table_of(found: Mapping[str, Rounds]) -> Table:
    """What came of it, and where the processor's time went."""
    table = Table("", "hops/s", "µs of processor time a hop", "of which", title="Durable hops, medians")
    for name, rounds in found.items():
        parts = ", ".join(f"{part} {rounds.median_us(part):.0f}" for part in rounds.processor_us[0])
        table.add_row(name, f"{rounds.median_per_second:.0f}", f"{rounds.median_total_us:.0f}", parts)
    return table


@contextmanager
def _players(ground: Ground) -> Iterator[dict[str, Sequence[Player]]]:
    with ExitStack() as stack:
        found: dict[str, Sequence[Player]] = {}
        for contender in CONTENDERS:
            players = []
            for role in contender.roles:
                log = ground.folder / f"{contender.name}-{role.argument}.log"
                player = Player(role.module, role.argument, ground.environment(role.user, role.database), log)
                stack.callback(player.leave)
                # One after the other: DBOS makes its tables when it starts.
                player.wait_until_ready()
                players.append(player)
            found[contender.name] = players
        yield found


def _play(ground: Ground, contender: Contender, players: Sequence[Player], hops: int, rounds: Rounds) -> None:
    before, began = _spent(ground, contender, players), monotonic()
    for player in players:
        player.begin(hops // len(players) if contender.shares else hops)
    for player in players:
        player.wait_until_done()
    seconds, after = monotonic() - began, _spent(ground, contender, players)
    rounds.per_second.append(hops / seconds)
    rounds.processor_us.append({name: (after[name] - before[name]) / hops * 1e6 for name in after})


def _spent(ground: Ground, contender: Contender, players: Sequence[Player]) -> dict[str, float]:
    own = {role.argument: player.processor_seconds() for role, player in zip(contender.roles, players, strict=True)}
    return {**own, **ground.processor_seconds()}
