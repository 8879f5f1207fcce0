"""Lets a test show a rule a few lines of Python as if they stood in a file of the project."""

import ast
import textwrap
from collections.abc import Callable
from pathlib import PurePosixPath

import pytest

from checks.rules import Check

Ask = Callable[..., list[int]]


@pytest.fixture
def lines_against() -> Ask:
    """The lines of a source (from 1) that a check finds wrong."""

    def ask(check: Check, source: str, *, path: str) -> list[int]:
        tree = ast.parse(textwrap.dedent(source).strip())
        return [violation.line for violation in check(PurePosixPath(path), tree)]

    return ask
