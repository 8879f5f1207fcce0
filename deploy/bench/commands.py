"""``jatkumo bench``: measured on this machine, in one run; compare the ratios, not the figures of two machines."""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from deploy.bench.areas import AreasCost, measure_areas
from deploy.bench.cases import measure_cases
from deploy.bench.cases import table_of as table_of_cases
from deploy.bench.counting import HopCounts, count_a_hop
from deploy.bench.ground import HEARING, SAYING, ground
from deploy.bench.hop import BY_HAND, DBOS, OURS, Rounds, race, table_of
from services.chassis import logs

app = typer.Typer(no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Measure, and compare with what others would do."""


@app.command()
def hop(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each contender.")] = 5,
    hops: Annotated[int, typer.Option(min=100, help="Hops in a round; a fifth of it for DBOS.")] = 2000,
    moves: Annotated[int, typer.Option(min=1, help="Moves between areas of which the median is told.")] = 50,
) -> None:
    """Durable hops a second, ours and two others'; what a hop costs; what three areas cost; how soon she is told."""
    console = Console()
    # The services that are counted run in this process.
    logs.configure("WARNING", "bench", None)
    with ground() as servers:
        found = race(servers, console, rounds=rounds, hops=hops)
        saying, hearing = servers.settings("plans", SAYING), servers.settings("notifications", HEARING)
        counts = asyncio.run(count_a_hop(saying, hearing, servers.monitor))
    with TemporaryDirectory(prefix="jatkumo-bench-") as folder:
        Path(folder).chmod(0o755)
        areas = measure_areas(Path(folder), console, moves=moves)
    console.print(table_of(found))
    console.print(f"Statements of a hop: {_listed(counts)}.")
    console.print(
        f"Three areas: up in {areas.up_seconds:.1f} s, {areas.memory_mb:.0f} MB;"
        f" she is told {areas.told_median_seconds:.2f} s after the move (median of {moves})."
    )
    if as_json:
        typer.echo(json.dumps(result(found, counts, areas)))


@app.command()
def cases(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
    requests: Annotated[int, typer.Option(min=20, help="How often each question is asked.")] = 300,
) -> None:
    """A worker's case list and opening a case, among a thousand cases and among a hundred thousand."""
    console = Console(stderr=as_json)
    logs.configure("WARNING", "bench", None)
    with TemporaryDirectory(prefix="jatkumo-bench-") as folder:
        Path(folder).chmod(0o755)
        cost = measure_cases(Path(folder), console, requests=requests)
    if as_json:
        typer.echo(json.dumps(cost.result()))
        return
    console.print(table_of_cases(cost))
    console.print(f"Statements of a page of the list: {cost.statements_list}.")


def result(found: dict[str, Rounds], counts: HopCounts, areas: AreasCost) -> dict[str, float]:
    """The ``--json`` object."""
    per_second = {name: rounds.median_per_second for name, rounds in found.items()}
    return {
        "ours_per_s": round(per_second[OURS], 1),
        "handwritten_per_s": round(per_second[BY_HAND], 1),
        "dbos_per_s": round(per_second[DBOS], 1),
        "ratio_handwritten": round(per_second[OURS] / per_second[BY_HAND], 3),
        "ratio_dbos": round(per_second[OURS] / per_second[DBOS], 3),
        "statements_per_hop": counts.statements,
        "messages_per_hop": counts.messages,
        "up_s": round(areas.up_seconds, 2),
        "told_median_s": round(areas.told_median_seconds, 3),
        "memory_mb": round(areas.memory_mb, 1),
    }


def _listed(counts: HopCounts) -> str:
    return "; ".join(
        f"{who} {', '.join(f'{count}x {name}' if count > 1 else name for name, count in of.items())}"
        for who, of in (("who says and the relay:", counts.said), ("who hears:", counts.heard))
    )
