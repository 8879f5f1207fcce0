"""Nothing of one machine in the tree.

The repository is read and run by people elsewhere: a path of somebody's machine is wrong on theirs, a registry's host
name bypasses their mirror, and how the work was organised explains nothing about the code. Plain text, every file that
the repository holds; without git, every file of the tree but caches and installed environments.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from checks.violation import Violation

RULE = "nothing-of-one-machine"

# A character in brackets keeps a pattern from finding itself.
_PATTERNS = {
    "a registry's host": r"py[p]i\.org|python[h]osted\.org|registry\.[n]pmjs|(deb|security)\.[d]ebian\.org",
    "a machine's path": r"(?<![\w.~-])/(?:(?:wor[k]|far[m])/|(?:hom[e]|User[s]|tm[p])/\w)|(?<![\w.])\.\./share[d]/",
    "how the work was organised": r"\b[iI]ssu[e] #?\d|[Cc]o-[Aa]uthore[d]-[Bb]y",
}
_MATCHERS = {what: re.compile(pattern) for what, pattern in _PATTERNS.items()}
_NOT_OURS = frozenset({".git", ".venv", "venv", ".jatkumo", "node_modules", "__pycache__", "build", "dist"})


def check_text(path: PurePosixPath, text: str) -> list[Violation]:
    """The lines of a file that name a registry, a machine's path, or how the work was organised."""
    return [
        Violation(path, number, RULE, f"names {what}: `{found.group()}`")
        for number, line in enumerate(text.splitlines(), start=1)
        for what, matcher in _MATCHERS.items()
        if (found := matcher.search(line))
    ]


def check_tree(root: Path) -> list[Violation]:
    """``check_text`` of every text file of the project."""
    return [
        violation
        for path in project_files(root)
        if (text := _text(root / path)) is not None
        for violation in check_text(path, text)
    ]


def project_files(root: Path) -> list[PurePosixPath]:
    """The project's files, relative to ``root``: what git tracks or would, or, without git, what lies there."""
    tracked = _known_to_git(root)
    found = _lying_there(root) if tracked is None else tracked
    return sorted(path for path in found if (root / path).is_file())


def _known_to_git(root: Path) -> list[PurePosixPath] | None:
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        return None
    return [PurePosixPath(name) for name in listed.stdout.split("\0") if name]


def _lying_there(root: Path) -> Iterator[PurePosixPath]:
    for path in root.rglob("*"):
        relative = path.relative_to(root)
        if not any(part in _NOT_OURS or part.endswith(("_cache", ".egg-info")) for part in relative.parts[:-1]):
            yield PurePosixPath(relative.as_posix())


def _text(path: Path) -> str | None:
    """The file's text; None for one that is not text."""
    content = path.read_bytes()
    if b"\0" in content[:8192]:
        return None
    return content.decode("utf-8", errors="replace")
