from pathlib import Path

import pytest

from checks.runner import STEPS, Outcome, Step, check_all, tool


def _step(name: str, *, passed: bool, log: list[str]) -> Step:
    def go(_root: Path) -> Outcome:
        log.append(name)
        return Outcome(passed, f"{name} said this")

    return Step(name, go)


def test_every_step_runs_even_when_an_early_one_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log: list[str] = []
    steps = [_step("first", passed=False, log=log), _step("second", passed=True, log=log)]
    assert check_all(tmp_path, steps) == 1
    assert log == ["first", "second"]
    said = capsys.readouterr().out
    assert "first said this" in said
    assert "second said this" not in said
    assert said.rstrip().endswith("1 failed: first")


def test_when_every_step_passes_the_verdict_is_zero(tmp_path: Path) -> None:
    assert check_all(tmp_path, [_step("only", passed=True, log=[])]) == 0


def test_a_tool_runs_in_the_root_and_its_status_decides(tmp_path: Path) -> None:
    (tmp_path / "here").touch()
    looks = "import pathlib, sys; sys.exit(0 if pathlib.Path('here').exists() else 3)"
    assert tool("looks", "-c", looks).run(tmp_path).passed
    refused = tool("refuses", "-c", "import sys; sys.exit('no such luck')").run(tmp_path)
    assert not refused.passed
    assert "no such luck" in refused.output


def test_the_house_rules_are_a_step_that_can_fail(tmp_path: Path) -> None:
    house_rules = next(step for step in STEPS if step.name == "house rules")
    assert house_rules.run(tmp_path).passed
    commands = tmp_path / "services/plans/commands.py"
    commands.parent.mkdir(parents=True)
    commands.write_text("import time\nnow = time.time()\n")
    outcome = house_rules.run(tmp_path)
    assert not outcome.passed
    assert "services/plans/commands.py:2 no-clock-but-Clock" in outcome.output


WALL = """
[tool.importlinter]
root_packages = ["low", "high"]

[[tool.importlinter.contracts]]
name = "low does not know high"
type = "forbidden"
source_modules = ["low"]
forbidden_modules = ["high"]
"""


def test_the_walls_are_a_step_that_can_fail(tmp_path: Path) -> None:
    walls = next(step for step in STEPS if step.name.startswith("walls"))
    (tmp_path / "pyproject.toml").write_text(WALL)
    for package in ("low", "high"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    assert walls.run(tmp_path).passed
    (tmp_path / "low" / "room.py").write_text("import high\n")
    outcome = walls.run(tmp_path)
    assert not outcome.passed
    assert "low does not know high BROKEN" in outcome.output
