"""The state folder: what a stack made is wiped, what is somebody's is not."""

from pathlib import Path

import pytest

from deploy.embedded.state import NotOurs, State


def test_a_folder_with_somebodys_files_is_not_wiped(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years")
    with pytest.raises(NotOurs, match="--state"):
        State.at(tmp_path).wipe()
    assert (tmp_path / "thesis.txt").exists()


def test_a_stacks_own_folder_is_wiped(tmp_path: Path) -> None:
    state = State.at(tmp_path / "state")
    state.lay_out()
    (state.logs / "plans-05.log").write_text("old")
    state.wipe()
    assert list(state.root.iterdir()) == []


def test_an_empty_folder_may_be_wiped(tmp_path: Path) -> None:
    State.at(tmp_path).wipe()
