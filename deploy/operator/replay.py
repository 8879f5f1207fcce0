"""`jatkumo replay`: a stream that was lost, rebuilt from the journal."""

import json
from pathlib import Path
from typing import Annotated

import typer

from deploy.embedded.run_file import NothingRuns
from deploy.operator.running import targets


def replay(
    area: Annotated[str, typer.Option(help="The area whose stream was lost (two digits).")],
    service: Annotated[str | None, typer.Option(help="Only this service's stream; all three without it.")] = None,
    state: Annotated[Path, typer.Option(help="The state folder of the running stack.")] = Path(".jatkumo"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
) -> None:
    """Queue every message of the journal again, under its own id; whoever handled it already does nothing.

    Provision first: the stream and its consumers must exist again.
    """
    try:
        found = list(targets(state, area=area, service=service))
    except NothingRuns as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    if not found:
        typer.echo(f"no such area or service runs here: {area} {service or ''}", err=True)
        raise typer.Exit(2)
    queued = {target.service: target.post("/journal/replay").raise_for_status().json()["queued"] for target in found}
    if as_json:
        typer.echo(json.dumps({"area": area, "queued": queued}))
        return
    for name, count in queued.items():
        typer.echo(f"area {area}, {name}: {count} messages queued again")
