"""Runs our own rules over files and prints what they find."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from checks import wording
from checks.rules import RULES
from checks.violation import Violation

PACKAGES = ("contracts", "services", "deploy", "checks", "tests")


def run(paths: Sequence[Path], *, root: Path | None = None) -> int:
    """Check files and folders, print each violation as ``file:line rule message``, and return how many there are.

    ``root`` is the project's root, the working directory unless told: rules know rooms by the path from there.
    Without ``paths``: every package of the project, and the wording of the whole tree.
    """
    base = (root or Path.cwd()).resolve()
    packages = [base / package for package in PACKAGES if (base / package).is_dir()]
    violations = list(violations_in(paths or packages, base))
    if not paths:
        violations += wording.check_tree(base)
    for violation in sorted(violations):
        print(violation)
    return len(violations)


def violations_in(paths: Iterable[Path], root: Path) -> Iterator[Violation]:
    """What every rule that reads Python says about the files."""
    for file in _python_files(paths):
        path = PurePosixPath(file.resolve().relative_to(root).as_posix())
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(path))
        except SyntaxError as error:
            yield Violation(path, error.lineno or 1, "python", "cannot be parsed")
            continue
        for check in RULES.values():
            yield from check(path, tree)


def _python_files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]
