"""Every rule that reads Python, by its name."""

import ast
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Final

from checks import clocks, commits, layers, personal, publishing, purity, routes, span_attributes
from checks.violation import Violation

Check = Callable[[PurePosixPath, ast.Module], list[Violation]]
"""A pure function from a file's path (relative to the project's root) and its syntax to what is wrong with it."""

RULES: Final[Mapping[str, Check]] = {
    module.RULE: module.check
    for module in (publishing, routes, clocks, personal, span_attributes, purity, commits, layers)
}
