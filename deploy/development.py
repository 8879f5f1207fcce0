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
    command = [sys.executable, "-m", "pytest", *how, *(arguments or [])]
    raise typer.Exit(subprocess.run(command, cwd=PROJECT, check=False).returncode or failed)
