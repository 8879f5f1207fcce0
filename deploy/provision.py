"""Creates the streams and durable consumers of an area from the contracts; services never do.

Shows what differs, applies what cannot lose anything, refuses the rest until ``--allow-loosening``. Safe to run
again: with nothing to do it does nothing.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import nats
import typer
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, StreamConfig
from nats.js.errors import NotFoundError
from rich.console import Console
from rich.table import Table

from contracts.subjects import STREAMS, Account
from deploy.nats.differences import Action, Change, consumer_changes, stream_changes
from deploy.nats.permissions import PROVISION_USERS

_PAGE = 256
"""JetStream lists at most so many at once."""


@dataclass(frozen=True)
class Target:
    """An area's nats-server, and the seeds of its provisioning users."""

    area: str
    url: str
    seeds: Mapping[Account, Path]
    ca_file: Path | None = None
    replicas: int = 1
    """Copies of each stream; more than 1 needs a cluster of nats-servers."""


@dataclass(frozen=True)
class Outcome:
    """What provisioning an area came to."""

    area: str
    applied: tuple[Change, ...] = ()
    refused: tuple[Change, ...] = ()
    dry_run: bool = False
    """Nothing was done; ``applied`` is what would have been."""

    @property
    def exit_code(self) -> int:
        """0: nothing to do, or done. 2: something was refused."""
        return 2 if self.refused else 0


async def provision(target: Target, *, allow_loosening: bool = False, dry_run: bool = False) -> Outcome:
    """Make the streams and consumers of an area what the contracts say.

    A change that could lose something is refused, the others are applied all the same. Raises
    ``nats.errors.Error`` when the server cannot be reached or does not do what it is asked.
    """
    done: list[Change] = []
    refused: list[Change] = []

    async def settle(jetstream: JetStreamContext, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.loosens and not allow_loosening:
                refused.append(change)
                continue
            if not dry_run:
                await _apply(jetstream, change)
            done.append(change)

    for account in Account:
        async with _jetstream(target, account) as jetstream:
            found = {info.config.name or "": info.config for info in await jetstream.streams_info()}
            await settle(jetstream, stream_changes(account, target.area, found, replicas=target.replicas))
            for stream in STREAMS:
                if stream.account is account:
                    durables = await _durables(jetstream, stream.name)
                    await settle(jetstream, consumer_changes(stream, target.area, durables))
    return Outcome(target.area, tuple(done), tuple(refused), dry_run)


def report(outcomes: Sequence[Outcome], console: Console) -> None:
    """Print what was found, done and refused."""
    if not any(outcome.applied or outcome.refused for outcome in outcomes):
        areas = ", ".join(outcome.area for outcome in outcomes)
        console.print(f"Nothing to do: streams and consumers of {areas} are as the contracts say.")
        return
    table = Table("area", "stream", "consumer", "change", "setting", "was", "becomes", "")
    for outcome in outcomes:
        for change in outcome.applied:
            _add_rows(table, outcome.area, change, "would be done" if outcome.dry_run else "done")
        for change in outcome.refused:
            _add_rows(table, outcome.area, change, f"[red]refused: {'; '.join(change.loosens)}[/red]")
    console.print(table)
    if any(outcome.refused for outcome in outcomes):
        console.print("Refused changes could lose messages; --allow-loosening makes them all the same.")


def command(  # noqa: PLR0917 - Typer passes its options by name
    areas: Annotated[
        str | None, typer.Option(help="Of the running stack: area codes, as 05,08; all if absent.")
    ] = None,
    state: Annotated[Path | None, typer.Option(help="The state folder of the running stack.")] = None,
    url: Annotated[str | None, typer.Option(help="Instead of a running stack: an area's nats-server.")] = None,
    local_seed: Annotated[Path | None, typer.Option(help="With --url: nkey seed file of the user provision.")] = None,
    exchange_seed: Annotated[
        Path | None, typer.Option(help="With --url: nkey seed file of the user provision_exchange.")
    ] = None,
    ca_file: Annotated[
        Path | None, typer.Option(help="With --url: whom to trust, PEM; the system's if absent.")
    ] = None,
    replicas: Annotated[int, typer.Option(min=1, max=5, help="Copies of each stream.")] = 1,
    allow_loosening: Annotated[
        bool, typer.Option("--allow-loosening", help="Also make changes that could lose messages.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done, do nothing.")] = False,
) -> None:
    """Create and update streams and durable consumers; show what differs. Exit status 2: something was refused."""
    console = Console()
    if url is None:
        targets = _targets_of_running_stack(areas, state, replicas)
    else:
        if areas is None or "," in areas or local_seed is None or exchange_seed is None:
            raise typer.BadParameter("--url wants one --areas code, --local-seed and --exchange-seed")
        seeds = {Account.LOCAL: local_seed, Account.EXCHANGE: exchange_seed}
        targets = [Target(areas, url, seeds, ca_file, replicas)]
    try:
        outcomes = asyncio.run(_provision_all(targets, allow_loosening=allow_loosening, dry_run=dry_run))
    except (NatsError, OSError) as error:
        console.print(f"[red]not provisioned:[/red] {error or type(error).__name__}")
        raise typer.Exit(1) from None
    report(outcomes, console)
    raise typer.Exit(max(outcome.exit_code for outcome in outcomes))


async def _provision_all(targets: Sequence[Target], *, allow_loosening: bool, dry_run: bool) -> list[Outcome]:
    return await asyncio.gather(
        *(provision(target, allow_loosening=allow_loosening, dry_run=dry_run) for target in targets)
    )


def _targets_of_running_stack(areas: str | None, state: Path | None, replicas: int) -> list[Target]:
    # The embedded stack is an optional part: a production machine provisions without it.
    from deploy.embedded.run_file import NothingRuns, read_run_file  # noqa: PLC0415
    from deploy.embedded.state import DEFAULT_STATE, State  # noqa: PLC0415

    try:
        running = read_run_file(State.at(state or DEFAULT_STATE))
    except NothingRuns as error:
        raise typer.BadParameter(f"{error}; or name a server with --url") from None
    wanted = sorted(running.areas) if areas is None else [code.strip() for code in areas.split(",")]
    unknown = [code for code in wanted if code not in running.areas]
    if unknown:
        raise typer.BadParameter(f"not in the running stack: {', '.join(unknown)}")
    return [
        Target(
            area,
            running.areas[area].nats_url,
            {account: running.areas[area].nats_seeds[user] for account, user in PROVISION_USERS.items()},
            running.ca_file,
            replicas,
        )
        for area in wanted
    ]


@asynccontextmanager
async def _jetstream(target: Target, account: Account) -> AsyncIterator[JetStreamContext]:
    """JetStream of an account. A refusal reaches nats-py as an asynchronous error and a timeout: it says which."""
    refusals: list[str] = []

    async def note(error: Exception) -> None:
        refusals.append(str(error))

    user = PROVISION_USERS[account]
    client = await nats.connect(
        target.url,
        tls=None if target.ca_file is None else ssl.create_default_context(cafile=str(target.ca_file)),
        nkeys_seed=str(target.seeds[account]),
        inbox_prefix=f"_INBOX.{user}",
        connect_timeout=5,
        max_reconnect_attempts=2,
        reconnect_time_wait=1,
        error_cb=note,
    )
    try:
        yield client.jetstream()
    except TimeoutError as error:
        raise NatsError(f"area {target.area}, {account}: {'; '.join(refusals) or 'no answer'}") from error
    finally:
        await client.close()


async def _durables(jetstream: JetStreamContext, stream: str) -> dict[str, ConsumerConfig]:
    """The durables of a stream, none when there is no such stream. Consumers that vanish by themselves do not count."""
    found: dict[str, ConsumerConfig] = {}
    offset = 0
    while True:
        try:
            page = await jetstream.consumers_info(stream, offset)
        except NotFoundError:
            return {}
        found |= {info.name: info.config for info in page if info.config.durable_name}
        offset += len(page)
        if len(page) < _PAGE:
            return found


async def _apply(jetstream: JetStreamContext, change: Change) -> None:
    if change.action in {Action.REMOVE, Action.REPLACE}:
        if change.consumer is None:
            await jetstream.delete_stream(change.stream)
        else:
            await jetstream.delete_consumer(change.stream, change.consumer)
    if isinstance(change.wanted, StreamConfig):
        make = jetstream.update_stream if change.action is Action.UPDATE else jetstream.add_stream
        await make(change.wanted)
    elif isinstance(change.wanted, ConsumerConfig):
        # Creating a consumer that exists updates it.
        await jetstream.add_consumer(change.stream, change.wanted)


def _add_rows(table: Table, area: str, change: Change, verdict: str) -> None:
    head = (area, change.stream, change.consumer or "", change.action.value)
    if not change.settings:
        table.add_row(*head, "", "", "", verdict)
    for setting in change.settings:
        table.add_row(*head, setting.name, _shown(setting.was), _shown(setting.becomes), verdict)
        head, verdict = ("", "", "", ""), ""


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return "–" if value is None else str(getattr(value, "value", value))
