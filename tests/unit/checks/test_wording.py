from pathlib import Path, PurePosixPath

import pytest

from checks.wording import check_text, check_tree, project_files

NAMING = [
    "index = https://py" + "pi.org/simple",
    "files.python" + "hosted.org",
    "registry." + "npmjs.org",
    "http://deb." + "debian.org/debian",
    "see /wo" + "rk/main/contracts",
    "PYTHON=/tm" + "p/v/bin/python",
    "/ho" + "me/somebody/project",
    "read ../sha" + "red/DESIGN.md",
    "as asked in issu" + "e 2",
    "Co-Authored" + "-By: Somebody",
]


@pytest.mark.parametrize("line", NAMING)
def test_a_line_that_names_a_registry_a_machine_or_how_the_work_was_organised_is_caught(line: str) -> None:
    found = check_text(PurePosixPath("docs/page.md"), f"A page.\n{line}\n")
    assert [violation.line for violation in found] == [2]


@pytest.mark.parametrize(
    "line",
    [
        "https://docs.python.org/3/library/ast.html",
        "GET /v1/frame" + "work/areas",
        "services/net" + "work/api.py",
        "tmpfs: [/tm" + "p]",
        "The issuer's keys; a session of the database; work is shared.",
        "postgresql+asyncpg://127.0.0.1/plans_05",
    ],
)
def test_an_ordinary_line_passes(line: str) -> None:
    assert check_text(PurePosixPath("docs/page.md"), line) == []


def test_without_git_the_whole_tree_is_read_but_not_what_was_installed_or_cached(tmp_path: Path) -> None:
    for name in ("docs/page.md", "jatkumo", ".venv/lib/module.py", ".mypy_cache/x.json", "a/__pycache__/b.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(NAMING[0])
    assert project_files(tmp_path) == [PurePosixPath("docs/page.md"), PurePosixPath("jatkumo")]
    assert [str(violation.path) for violation in check_tree(tmp_path)] == ["docs/page.md", "jatkumo"]


def test_a_file_that_is_not_text_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\0" + NAMING[0].encode())
    assert check_tree(tmp_path) == []
