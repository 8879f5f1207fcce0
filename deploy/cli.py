"""The ``jatkumo`` command. Each command is a line in ``COMMANDS``; its module is imported when it is asked for.

So ``./jatkumo --help`` and every start stay quick, however much the commands bring with them.
"""

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import typer


@dataclass(frozen=True)
class Command:
    """A command, and where it is."""

    name: str
    module: str
    attribute: str
    """A function with Typer's annotations, or a ``typer.Typer`` with commands of its own."""
    help: str
    passes_on: bool = False
    """Whether options that it does not know are passed on to it."""

    def exists(self) -> bool:
        """Whether this installation has it."""
        try:
            return find_spec(self.module) is not None
        except ModuleNotFoundError:
            return False

    def mount(self, app: typer.Typer) -> None:
        """Import it, and answer to its name."""
        found = getattr(import_module(self.module), self.attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=self.name, help=self.help)
        else:
            app.command(self.name, help=self.help, context_settings={"ignore_unknown_options": self.passes_on})(found)

    def announce(self, app: typer.Typer) -> None:
        """Appear in the list of commands, without being imported."""
        app.command(self.name, help=self.help)(_announced)


COMMANDS = (
    Command("demo", "deploy.demo.commands", "demo", "Watch a young person move, and aftercare go on."),
    Command("up", "deploy.embedded.commands", "up", "Start areas on this machine, and stay until Ctrl-C."),
    Command("down", "deploy.embedded.commands", "down", "Stop what `up` started."),
    Command("test", "deploy.development", "run_tests", "Run the tests; arguments go to pytest.", passes_on=True),
    Command("check", "deploy.development", "check", "Run every check that needs no server: style, types, walls."),
    Command("provision", "deploy.provision", "command", "Create streams and consumers; show what differs."),
    Command("contracts", "deploy.contracts.commands", "app", "The schemas and documents that others build on."),
    Command("dead-letters", "deploy.operator.dead_letters", "app", "Messages that could not be handled."),
    Command("replay", "deploy.operator.replay", "replay", "Rebuild a stream from the journal."),
    Command("bench", "deploy.bench.commands", "app", "Measure, and compare with what others would do."),
)


def application(arguments: Sequence[str]) -> typer.Typer:
    """The command line, with the command that ``arguments`` ask for imported."""
    app = typer.Typer(
        name="jatkumo",
        help="Aftercare in child protection goes on when a young person moves between areas.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_show_locals=False,
    )
    app.callback()(_announced)
    asked = next((argument for argument in arguments if not argument.startswith("-")), None)
    for command in COMMANDS:
        if command.exists():
            (command.mount if command.name == asked else command.announce)(app)
    return app


def main() -> None:
    """Run the command line of this process."""
    # asyncio warns of every TLS connection that nats-py closes; nobody can do anything about it.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    try:
        application(sys.argv[1:])(prog_name="jatkumo")
    except KeyboardInterrupt:
        sys.exit(130)


def _announced() -> None:
    """Nothing to do before a command."""


if __name__ == "__main__":
    main()
