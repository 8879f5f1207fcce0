"""The page of problems names every refusal that the code makes, and a type that cannot be found is refused."""

from collections import defaultdict
from pathlib import Path

import pytest

from checks.problem_types import PAGE, NotAConstant, Raised, collected, page

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_says_what_the_code_refuses() -> None:
    written = (ROOT / PAGE).read_text(encoding="utf-8")
    assert written == page(collected(ROOT)), "run `python -m checks.problem_types`"


def test_it_lists_what_is_raised_at_once_what_a_function_makes_and_what_a_table_holds() -> None:
    types = {each.code: each for each in collected(ROOT)}
    assert types["reason-needed"].status == 403
    assert types["no-such-case"].status == 404
    assert types["meeting-is-held"].status == 409
    assert (types["hetu-checksum"].status, types["hetu-checksum"].field) == (422, "hetu")
    assert types["next-step-missing"].field == "next_step"


def test_a_type_means_one_thing() -> None:
    """What is not there is 404 in a path and 422 in a body; nothing else goes by two statuses."""
    by_type: dict[str, set[int]] = defaultdict(set)
    for each in collected(ROOT):
        by_type[each.code].add(each.status)
    several = {code: statuses for code, statuses in by_type.items() if len(statuses) > 1}
    absent = {code for code, statuses in several.items() if code.startswith("no-such-") and statuses == {404, 422}}
    assert set(several) - absent == _SEVERAL, several


_SEVERAL = {
    # 412: the whole is another version; 409: one part was written by two, and both texts are kept.
    "changed-meanwhile",
    # 422: the worker who is asked for; 409: the one who is there does not suffice for what is asked.
    "qualification-needed",
    "substitute-qualification-needed",
}


def _project(folder: Path, code: str) -> Path:
    (folder / "contracts").mkdir()
    (folder / "services" / "plans").mkdir(parents=True)
    (folder / "services" / "plans" / "domain.py").write_text(code, encoding="utf-8")
    return folder


def test_a_refusal_that_is_new_comes_onto_the_page(tmp_path: Path) -> None:
    found = collected(_project(tmp_path, 'raise Refusal("too-late", "It is late.", field="day")\n'))
    assert Raised("too-late", 422, "It is late.", "day", "plans") in found
    assert "| `too-late` | 422 | `day` | It is late. |" in page(found)


@pytest.mark.parametrize(
    "code", ['raise Refusal(f"no-such-{what}", "No.")\n', 'raise Problem(400, NAMES["x"], "No.")\n']
)
def test_a_type_that_is_made_up_on_the_way_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(NotAConstant, match=r"services/plans/domain\.py:1"):
        collected(_project(tmp_path, code))
