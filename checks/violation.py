"""What a rule says about a line that breaks it."""

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, order=True)
class Violation:
    """One broken rule. ``path`` is relative to the project's root; ``message`` says what to do instead."""

    path: PurePosixPath
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.rule} {self.message}"
