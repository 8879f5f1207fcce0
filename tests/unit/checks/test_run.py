from pathlib import Path

import pytest

from checks.rules import RULES
from checks.run import run

BAD = "async def go(work):\n    await work.connection.commit()\n"


def _write(root: Path, name: str, text: str) -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_each_violation_is_printed_with_its_place_its_rule_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(tmp_path, "services/plans/cases/commands.py", BAD)
    assert run([tmp_path / "services"], root=tmp_path) == 1
    line = capsys.readouterr().out.strip()
    assert line.startswith("services/plans/cases/commands.py:2 code-never-commits `.commit` belongs to the boundary")


def test_without_paths_the_packages_and_the_wording_of_the_tree_are_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(tmp_path, "services/plans/cases/commands.py", BAD)
    _write(tmp_path, "README.md", "Clone it to /ho" + "me/me/jatkumo\n")
    assert run([], root=tmp_path) == 2
    assert "README.md:1 nothing-of-one-machine" in capsys.readouterr().out


def test_a_good_tree_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(tmp_path, "services/plans/cases/commands.py", "async def go(work):\n    return work.now\n")
    assert run([], root=tmp_path) == 0
    assert capsys.readouterr().out == ""


def test_a_file_that_cannot_be_parsed_is_a_violation(tmp_path: Path) -> None:
    _write(tmp_path, "services/plans/broken.py", "def (:\n")
    assert run([tmp_path / "services"], root=tmp_path) == 1


def test_every_rule_says_why_it_exists() -> None:
    for check in RULES.values():
        module = __import__(check.__module__, fromlist=["__doc__"])
        assert len((module.__doc__ or "").split()) > 30, check.__module__
