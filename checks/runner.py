"""Everything that a machine can check about the project, in order, with one verdict at the end."""

import contextlib
import io
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from checks.run import run

_LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


@dataclass(frozen=True)
class Outcome:
    """How a step ended, and what it said."""

    passed: bool
    output: str


@dataclass(frozen=True)
class Step:
    """One kind of check of the project at a root."""

    name: str
    run: Callable[[Path], Outcome]


def check_all(root: Path, steps: Sequence[Step] | None = None) -> int:
    """Run every step even when one fails, say what failed, and return 0 when all passed, else 1. Needs no git.

    A step that passes takes one line; one that fails is followed by what it said.
    """
    failed = [step.name for step in (STEPS if steps is None else steps) if not _passes(step, root)]
    if failed:
        print(f"\n{len(failed)} failed: {', '.join(failed)}")
        return 1
    print("\neverything passed")
    return 0


def _passes(step: Step, root: Path) -> bool:
    print(f"── {step.name:<28}", end=" ", flush=True)
    began = time.monotonic()
    outcome = step.run(root)
    print(f"{'ok' if outcome.passed else 'FAILED'}  {time.monotonic() - began:.1f} s", flush=True)
    if not outcome.passed:
        print(outcome.output.rstrip(), flush=True)
    return outcome.passed


def tool(name: str, *arguments: str) -> Step:
    """A step that runs this Python with ``arguments`` in the root and passes when that ends with status 0."""
    return Step(name, partial(_run_python, arguments))


def _run_python(arguments: tuple[str, ...], root: Path) -> Outcome:
    finished = subprocess.run(
        [sys.executable, *arguments], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return Outcome(finished.returncode == 0, finished.stdout)


def _own_rules(root: Path) -> Outcome:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        found = run([], root=root)
    return Outcome(found == 0, said.getvalue())


STEPS: tuple[Step, ...] = (
    tool("format (ruff)", "-m", "ruff", "format", "--check", "."),
    tool("lint (ruff)", "-m", "ruff", "check", "."),
    tool("types (mypy)", "-m", "mypy"),
    tool("walls (import-linter)", "-c", _LINT_IMPORTS),
    Step("house rules", _own_rules),
    tool("contracts", "-m", "deploy.contracts", "check"),
)
