"""``jatkumo contracts``: the schemas that other people build on."""

import json
from pathlib import Path
from typing import Annotated

import typer

from deploy.contracts import committed
from deploy.contracts.committed import Problem
from deploy.contracts.documents import all_documents

PROJECT = Path(__file__).resolve().parents[2]

app = typer.Typer(
    help="The contracts: JSON Schemas of every message, and what may change in them.", no_args_is_help=True
)

Root = Annotated[Path, typer.Option(help="The project whose contracts/schemas is meant.", show_default=False)]


@app.command()
def check(root: Root = PROJECT) -> None:
    """Fail when a schema in the tree is stale, or when a model changed in a way that breaks a reader."""
    problems = committed.check(root)
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(1)
    typer.echo("the schemas are what the models say")


@app.command()
def generate(root: Root = PROJECT) -> None:
    """Write the schemas from the models; refuse what would break a reader."""
    done = committed.generate(root)
    for each in done:
        typer.echo(each)
    if any(isinstance(each, Problem) for each in done):
        raise typer.Exit(1)
    if not done:
        typer.echo("nothing to write")


@app.command()
def docs(
    to: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("asyncapi"),
) -> None:
    """Write each service's AsyncAPI 3 document: what it hears and says, where, in which shape."""
    to.mkdir(parents=True, exist_ok=True)
    for service, document in all_documents().items():
        file = to / f"{service}.asyncapi.json"
        file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        typer.echo(file)
