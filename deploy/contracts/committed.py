"""The generated schemas in ``contracts/schemas/``: are they what the models say, and does a change break anybody?

The files in the tree are the baseline. They change only by ``generate``, which does not write a breaking change, so
what stands there is what consumers were promised.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from contracts.envelope import Message
from contracts.subjects import all_messages
from deploy.contracts.compatibility import Change, breaking_changes
from deploy.contracts.schemas import INDEX, documents


class State(StrEnum):
    """How a file in the tree stands to its model."""

    MISSING = "missing"
    STALE = "stale"
    BREAKING = "breaking"
    """The model differs in a way that breaks a reader."""
    ORPHANED = "orphaned"
    """No model has this type any more, although its messages may still come."""
    DAMAGED = "damaged"
    """Not JSON: nobody can tell what was promised."""


_REMEDY = {
    State.MISSING: "run `jatkumo contracts generate` and commit the file",
    State.STALE: "run `jatkumo contracts generate` and commit the file",
    State.BREAKING: "leave this version as it is and add the next one beside it (`….v2`)",
    State.ORPHANED: "keep the model; delete the file yourself once no stream, journal or dead letter holds the type",
    State.DAMAGED: "restore the file from the history",
}


@dataclass(frozen=True)
class Problem:
    """A file that is not what its model says, and why that matters."""

    file: str
    state: State
    changes: tuple[Change, ...] = ()

    def __str__(self) -> str:
        return "\n".join(
            [f"{self.file}: {self.state}: {_REMEDY[self.state]}", *(f"    {change}" for change in self.changes)]
        )


@dataclass(frozen=True)
class Written:
    """A file that ``generate`` has created (True) or brought up to date (False)."""

    file: str
    new: bool

    def __str__(self) -> str:
        return f"{self.file}: {'created' if self.new else 'updated'}"


def folder(root: Path) -> Path:
    """Where the schemas lie in the project at ``root``."""
    return root / "contracts" / "schemas"


def check(root: Path, messages: Sequence[type[Message]] | None = None) -> list[Problem]:
    """Every file under ``root`` that is missing, stale, breaking, orphaned or damaged; of every message type."""
    wanted = documents(all_messages() if messages is None else messages)
    found = [problem for file, text in wanted.items() if (problem := _judged(folder(root) / file, text))]
    orphans = sorted(path.name for path in folder(root).glob("*.json") if path.name not in wanted)
    return [*found, *(Problem(file, State.ORPHANED) for file in orphans)]


def generate(root: Path, messages: Sequence[type[Message]] | None = None) -> list[Written | Problem]:
    """Write what is missing or stale, and return what was written and what was refused.

    A breaking change of an existing type is refused, as is a damaged file; an orphan stays; all else is written.
    """
    wanted = documents(all_messages() if messages is None else messages)
    folder(root).mkdir(parents=True, exist_ok=True)
    done: list[Written | Problem] = []
    for problem in check(root, messages):
        if problem.state not in {State.MISSING, State.STALE}:
            done.append(problem)
            continue
        (folder(root) / problem.file).write_text(wanted[problem.file], encoding="utf-8")
        done.append(Written(problem.file, new=problem.state is State.MISSING))
    return done


def _judged(path: Path, wanted: str) -> Problem | None:
    if not path.exists():
        return Problem(path.name, State.MISSING)
    standing = path.read_text(encoding="utf-8")
    if standing == wanted:
        return None
    if path.name == INDEX:
        return Problem(path.name, State.STALE)
    try:
        promised = json.loads(standing)
    except json.JSONDecodeError:
        return Problem(path.name, State.DAMAGED)
    changes = breaking_changes(promised, json.loads(wanted))
    return Problem(path.name, State.BREAKING if changes else State.STALE, tuple(changes))
