import pytest

from checks.layers import check
from tests.unit.checks.conftest import Ask


@pytest.mark.parametrize(
    "reaching",
    [
        "from services.plans.cases import store",
        "from services.plans.cases import store as cases",
        "from services.plans.cases.store import load",
        "from services.plans.cases.store import LIMIT",
        "from services.plans.client_plans import draft_store",
        "import services.plans.cases.store",
    ],
)
@pytest.mark.parametrize("room", ["api.py", "store.py", "domain.py"])
def test_a_route_that_reaches_into_anothers_store_is_caught(lines_against: Ask, reaching: str, room: str) -> None:
    assert lines_against(check, reaching, path=f"services/plans/own/{room}") == [1]


def test_the_line_is_named_where_it_stands(lines_against: Ask) -> None:
    source = """
    from services.plans.cases import commands as cases

    def handler() -> None:
        from services.plans.workers import store
    """
    assert lines_against(check, source, path="services/plans/own/api.py") == [4]


def test_commands_meet_and_each_capability_uses_its_own(lines_against: Ask) -> None:
    meeting = "from services.plans.cases import store as cases"
    assert lines_against(check, meeting, path="services/plans/own/commands.py") == []
    assert lines_against(check, meeting, path="services/plans/cases/api.py") == []


def test_what_a_store_answers_with_may_be_named(lines_against: Ask) -> None:
    assert lines_against(check, "from services.plans.cases.store import Stored", path="services/plans/own/api.py") == []


def test_tests_and_the_chassis_are_none_of_its_business(lines_against: Ask) -> None:
    reaching = "from services.plans.cases import store"
    assert lines_against(check, reaching, path="tests/services/plans/test_cases.py") == []
    assert lines_against(check, reaching, path="services/chassis/api.py") == []
