"""What a developer runs: all checks, all tests. Continuous integration runs the same."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from checks.runner import check_all

PROJECT = Path(__file__).resolve().parents[1]

# Tests wait more than they compute (leases, redelivery, outages), so there are more workers than cores.
# A file stays on one worker: the tests of a running stack share it.
_SOME_FAILED = 1
_IN_PARALLEL = ("-n", "3", "--dist", "loadfile")


def check() -> None:
    """Run every check that needs no server; exit status 1 when one fails."""
    raise typer.Exit(check_all(PROJECT))


def run_tests(
    arguments: Annotated[list[str] | None, typer.Argument(help="Passed to pytest, as -k or a path.")] = None,
    only: Annotated[bool, typer.Option("--only", help="Without the checks first.")] = False,
) -> None:
    """Run every check, then the tests, several at once; arguments go to pytest. Parts that are missing are named."""
    failed = 0 if only else check_all(PROJECT)
    # A worker a test group is of no use to a single test that a developer asks for.
    how = _IN_PARALLEL if not arguments else ()
    ended = _pytest(*how, *(arguments or []))
    if ended == _SOME_FAILED and not arguments:
        typer.echo("Some failed beside others. Once more, those alone; what fails again has failed.")
        ended = _pytest("--last-failed", "--last-failed-no-failures", "none")
    raise typer.Exit(ended or failed)


def _pytest(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=PROJECT, check=False).returncode
