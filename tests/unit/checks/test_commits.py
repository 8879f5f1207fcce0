import pytest

from checks.commits import check
from tests.unit.checks.conftest import Ask

COMMANDS = "services/plans/cases/commands.py"


@pytest.mark.parametrize(
    "ending",
    [
        "await work.connection.commit()",
        "await session.rollback()",
        "undo = session.rollback",
        "transaction = session.begin()",
        "transaction = create_async_engine(url).begin()",
        "c = connection.execution_options(isolation_level='AUTOCOMMIT')",
    ],
)
def test_a_command_that_begins_or_ends_a_transaction_is_caught(lines_against: Ask, ending: str) -> None:
    source = f"""
    async def open_case(work):
        {ending}
    """
    assert lines_against(check, source, path=COMMANDS) == [2]
    assert lines_against(check, source, path="services/chassis/database.py") == []


def test_a_savepoint_and_plain_statements_pass(lines_against: Ask) -> None:
    source = """
    async def open_case(work):
        async with work.connection.begin_nested():
            await work.connection.execute(insert(cases), {})
    """
    assert lines_against(check, source, path=COMMANDS) == []
