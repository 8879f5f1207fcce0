"""`jatkumo dead-letters`: what could not be handled, and sending it again."""

import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from deploy.operator.running import Target, ends_plainly, targets

app = typer.Typer(help="Messages that could not be handled: list them, look at one, send it again.")
_State = Annotated[Path, typer.Option(help="The state folder of the running stack.")]
_Area = Annotated[str | None, typer.Option(help="Only this area (two digits).")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]


@app.command("list")
def list_letters(state: _State = Path(".jatkumo"), area: _Area = None, as_json: _Json = False) -> None:
    """List the dead letters that nobody has sent again. Exit status 1 when there are any."""
    with ends_plainly():
        found = [
            {"area": target.area, "service": target.service, **letter}
            for target in targets(state, area=area, service=None)
            for letter in target.get("/dead-letters")
        ]
    if as_json:
        typer.echo(json.dumps({"dead_letters": found}))
    else:
        _print(found)
    raise typer.Exit(1 if found else 0)


@app.command()
def show(dead_letter_id: UUID, state: _State = Path(".jatkumo"), as_json: _Json = False) -> None:
    """Show one dead letter: its attributes and why it could not be handled, never its content."""
    with ends_plainly():
        target, letter = _find(state, dead_letter_id)
    if as_json:
        typer.echo(json.dumps({"area": target.area, "service": target.service, **letter}))
        return
    table = Table("field", "value", title=f"dead letter in area {target.area}, {target.service}", title_justify="left")
    for name, value in letter.items():
        table.add_row(name, json.dumps(value, indent=1) if isinstance(value, dict) else str(value))
    Console().print(table)


@app.command()
def replay(dead_letter_id: UUID, state: _State = Path(".jatkumo"), as_json: _Json = False) -> None:
    """Handle a dead letter's message again. Exit status 1 when it fails again; it then stays dead."""
    with ends_plainly():
        target, _ = _find(state, dead_letter_id)
        answer = target.post(f"/dead-letters/{dead_letter_id}/replay")
    if as_json:
        typer.echo(json.dumps({"dead_letter_id": str(dead_letter_id), "handled": answer.is_success}))
    else:
        typer.echo("handled" if answer.is_success else "it failed again and stays a dead letter")
    raise typer.Exit(0 if answer.is_success else 1)


def _find(state: Path, dead_letter_id: UUID) -> tuple[Target, dict[str, object]]:
    for target in targets(state, area=None, service=None):
        letter: dict[str, object] | None = target.get(f"/dead-letters/{dead_letter_id}")
        if letter is not None:
            return target, letter
    typer.echo(f"no dead letter {dead_letter_id} in any running service", err=True)
    raise typer.Exit(2)


def _print(found: list[dict[str, object]]) -> None:
    """Two lines each: an id can be copied from a terminal of any width."""
    if not found:
        typer.echo("no dead letters")
    for letter in found:
        typer.echo(f"{letter['dead_letter_id']}  area {letter['area']}, {letter['service']}: {letter['reason']}")
        typer.echo(f"    {letter['consumer']}, attempt {letter['attempts']}, {letter['died_at']}")
