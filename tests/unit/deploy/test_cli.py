"""The command line: quick to start, clear when it is asked for something that does not exist."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from deploy.cli import COMMANDS, Command, application


def run(*arguments: str) -> tuple[int, str]:
    """Exit status and output of a command."""
    done = CliRunner().invoke(application(arguments), list(arguments))
    return done.exit_code, " ".join(done.output.replace("│", " ").split())


def test_help_names_every_command_and_imports_none() -> None:
    code = (
        "import sys; from deploy.cli import application; application(['--help']);"
        "print([name for name in ('sqlalchemy', 'nats', 'fastapi', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    _, output = run("--help")
    assert all(f" {command.name} " in output for command in COMMANDS if command.exists())


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.exists()], ids=lambda c: c.name)
def test_every_command_can_be_asked_for_help(command: Command) -> None:
    status, output = run(command.name, "--help")
    assert status == 0
    assert "Usage" in output


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        ("05,91", "91 is Åland"),
        ("05,22", "22 is no area"),
        ("5", "5 is no area"),
        ("", "at least one area"),
        ("05,05", "each area once"),
    ],
)
def test_up_says_which_area_is_none(areas: str, expected: str) -> None:
    status, output = run("up", "--areas", areas)
    assert status == 2
    assert expected in output


def test_an_unknown_command_is_refused() -> None:
    status, output = run("fly")
    assert status == 2
    assert "fly" in output
