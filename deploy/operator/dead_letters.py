"""`jatkumo dead-letters`: what could not be handled, and sending it again."""

import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from deploy.embedded.run_file import NothingRuns
from deploy.operator.running import Target, targets

app = typer.Typer(help="Messages that could not be handled: list them, look at one, send it again.")
_State = Annotated[Path, typer.Option(help="The state folder of the running stack.")]
_Area = Annotated[str | None, typer.Option(help="Only this area (two digits).")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]


@app.command("list")
def list_letters(state: _State = Path(".jatkumo"), area: _Area = None, as_json: _Json = False) -> None:
    """List the dead letters that nobody has sent again. Exit status 1 when there are any."""
    found = [
        {"area": target.area, "service": target.service, **letter}
        for target in _targets(state, area)
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
    target, _ = _find(state, dead_letter_id)
    answer = target.post(f"/dead-letters/{dead_letter_id}/replay")
    if as_json:
        typer.echo(json.dumps({"dead_letter_id": str(dead_letter_id), "handled": answer.is_success}))
    else:
        typer.echo("handled" if answer.is_success else "it failed again and stays a dead letter")
    raise typer.Exit(0 if answer.is_success else 1)


def _targets(state: Path, area: str | None = None) -> list[Target]:
    try:
        return list(targets(state, area=area, service=None))
    except NothingRuns as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def _find(state: Path, dead_letter_id: UUID) -> tuple[Target, dict[str, object]]:
    for target in _targets(state):
        answer = target.client.get(f"/dead-letters/{dead_letter_id}")
        if answer.is_success:
            letter: dict[str, object] = answer.json()
            return target, letter
    typer.echo(f"no dead letter {dead_letter_id} in any running service", err=True)
    raise typer.Exit(2)


def _print(found: list[dict[str, object]]) -> None:
    if not found:
        typer.echo("no dead letters")
        return
    table = Table("area", "service", "id", "consumer", "reason", "attempts", "died at")
    for letter in found:
        table.add_row(
            *(
                str(letter[name])
                for name in ("area", "service", "dead_letter_id", "consumer", "reason", "attempts", "died_at")
            )
        )
    Console().print(table)
