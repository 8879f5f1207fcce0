"""The demo, as a person runs it: it tells its story, keeps its promises, and says so when one is broken."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.commands import broken_promises

pytestmark = pytest.mark.areas


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """What the demo prints."""
    state = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "deploy.cli", "demo", "--json", "--state", str(state)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)


@pytest.fixture(scope="module")
def outcome(shown: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert shown.returncode == 0, shown.stdout[-3000:] + shown.stderr[-3000:]
    found: dict[str, Any] = json.loads(shown.stdout.splitlines()[-1])
    return found


def test_the_demo_keeps_its_promises(outcome: dict[str, Any]) -> None:
    assert outcome["areas"] == ["05", "08", "90"]
    assert outcome["continuity_gap_seconds"] == 0
    assert [(h["from"], h["to"]) for h in outcome["handoffs"]] == [("05", "08"), ("05", "90")]
    for handoff in outcome["handoffs"]:
        states = [state for area, state, _ in handoff["states"] if area == "05"]
        assert states == ["opened", "offered", "delivered", "received", "accepted", "overlap", "completed"]
        assert handoff["seconds_to_told"] > 0


def test_tilda_is_told_in_swedish_once_a_move(outcome: dict[str, Any]) -> None:
    told = [m for m in outcome["messages"] if m["recipient_role"] == "young_person" and m["channel"] == "inbox"]
    assert [(m["language"], m["template"]) for m in told] == [("sv", "person.your_contact")] * 2


def test_the_plan_is_the_same_wherever_she_lives(outcome: dict[str, Any]) -> None:
    plans = outcome["plans"]
    assert [plan.pop("area") for plan in deepcopy(plans)] == ["05", "08", "90"]
    assert [{**plan, "area": None} for plan in plans] == [{**plans[0], "area": None}] * 3
    assert (plans[0]["number"], plans[0]["phase"], plans[0]["promises"]) == (1, "follow_up", 3)
    assert {"review", "follow_up", "goal", "exit_plan"} == {kind for kind, _ in plans[0]["due"]}
    assert outcome["plan_changed_by_moving"] == []


def test_one_trace_reaches_through_both_areas(outcome: dict[str, Any]) -> None:
    wanted = {"05/plans", "05/interarea", "05/notifications", "08/plans", "08/interarea", "08/notifications"}
    assert wanted <= set(outcome["services_in_trace"])
    assert len(outcome["trace_id"]) == 32


def test_the_story_fits_a_terminal_of_100_columns(shown: subprocess.CompletedProcess[str]) -> None:
    story = shown.stdout.splitlines()[:-1]
    assert max(len(line.rstrip()) for line in story) <= 100
    assert any("time without a named worker: 0 s" in line for line in story)


def test_nothing_is_left_running_or_said_on_standard_error(
    outcome: dict[str, Any], shown: subprocess.CompletedProcess[str]
) -> None:
    assert outcome
    assert shown.stderr == ""
    state = Path(shown.args[-1])
    assert not (state / "run.json").exists()
    left = subprocess.run(["pgrep", "-f", str(state)], capture_output=True, text=True, check=False)
    assert left.stdout == ""


def test_each_broken_promise_is_named(outcome: dict[str, Any]) -> None:
    assert broken_promises(outcome) == []
    with_gap = {**outcome, "continuity_gap_seconds": 3.0}
    untold = {**outcome, "messages": outcome["messages"][1:]}
    unfinished = deepcopy(outcome)
    unfinished["handoffs"][0]["states"] = [s for s in unfinished["handoffs"][0]["states"] if s[1] != "completed"]
    untraced = {**outcome, "services_in_trace": ["05/plans"]}
    lost = {**outcome, "plan_changed_by_moving": ["the plan that area 08 reads is not the one that was agreed"]}
    for broken in (with_gap, untold, unfinished, untraced, lost):
        assert broken_promises(broken)
