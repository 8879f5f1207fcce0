"""`jatkumo replay`: a stream that was lost, rebuilt from the journal."""

import json
from pathlib import Path
from typing import Annotated

import typer

from deploy.operator.running import ends_plainly, targets
from services.chassis.journal import Queue

_QUEUE = "local: said inside the area. exchange: said to other areas, when one of them lost what it received."


def replay(
    area: Annotated[str, typer.Option(help="The area whose journal is said again (two digits).")],
    service: Annotated[str | None, typer.Option(help="Only this service's; all three without it.")] = None,
    queue: Annotated[Queue, typer.Option(help=_QUEUE)] = Queue.LOCAL,
    state: Annotated[Path, typer.Option(help="The state folder of the running stack.")] = Path(".jatkumo"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
) -> None:
    """Queue every message of the journal again, under its own id; whoever handled it already does nothing.

    Provision first: the stream and its consumers must exist again.
    """
    with ends_plainly():
        found = list(targets(state, area=area, service=service))
        if not found:
            typer.echo(f"no such area or service runs here: {area} {service or ''}", err=True)
            raise typer.Exit(2)
        path = f"/journal/replay?queue={queue}"
        queued = {target.service: target.post(path).raise_for_status().json()["queued"] for target in found}
    if as_json:
        typer.echo(json.dumps({"area": area, "queue": queue, "queued": queued}))
        return
    for name, count in queued.items():
        typer.echo(f"area {area}, {name}: {count} messages queued again")
