import pytest

from checks.publishing import check
from tests.unit.checks.conftest import Ask

COMMANDS = "services/plans/cases/commands.py"


@pytest.mark.parametrize(
    "sending",
    [
        "await broker.publish(body, subject)",
        "await js.publish(subject, body)",
        "await connection.jetstream().publish(subject, body)",
        "await broker.publish_batch(first, second)",
        "send = functools.partial(js.publish, subject)",
    ],
)
def test_a_command_that_publishes_is_caught(lines_against: Ask, sending: str) -> None:
    source = f"""
    async def open_case(work):
        {sending}
    """
    assert lines_against(check, source, path=COMMANDS) == [2]


def test_a_command_that_records_passes(lines_against: Ask) -> None:
    source = """
    async def open_case(work):
        await journal.record(work, CaseOpened())
    """
    assert lines_against(check, source, path=COMMANDS) == []


@pytest.mark.parametrize("path", ["services/chassis/journal.py", "services/chassis/relay.py"])
def test_the_journal_and_the_relay_publish(lines_against: Ask, path: str) -> None:
    assert lines_against(check, "async def go(s):\n    await s.publish('a', b'')", path=path) == []


def test_another_part_of_the_chassis_may_not_publish(lines_against: Ask) -> None:
    source = "async def go(s):\n    await s.publish('a', b'')"
    assert lines_against(check, source, path="services/chassis/consuming.py") == [2]


@pytest.mark.parametrize(
    "import_and_use",
    [
        "from services.chassis import tables\nrows = insert(tables.outbox)",
        "from services.chassis.tables import journal as j\nrows = insert(j)",
    ],
)
def test_a_service_that_reaches_for_the_outbox_or_the_journal_table_is_caught(
    lines_against: Ask, import_and_use: str
) -> None:
    assert lines_against(check, import_and_use, path="services/plans/cases/store.py") == [2]
    assert lines_against(check, import_and_use, path="services/chassis/operator_api.py") == []


@pytest.mark.parametrize("name", ["subscribers.py", "asyncapi.py"])
def test_a_publisher_that_only_documents_passes(lines_against: Ask, name: str) -> None:
    source = """
    for message in PUBLISHED["plans"]:
        broker.publisher(subject_of(message.type), schema=message)
    """
    assert lines_against(check, source, path=f"services/plans/{name}") == []


def test_a_publisher_as_a_decorator_is_caught_even_where_documenting_is_allowed(lines_against: Ask) -> None:
    source = """
    @broker.publisher("plans.case_opened.v1")
    async def handle(message):
        return message
    """
    assert lines_against(check, source, path="services/plans/subscribers.py") == [1]


def test_a_publisher_that_is_kept_is_caught(lines_against: Ask) -> None:
    assert lines_against(check, "say = broker.publisher('a')", path="services/plans/subscribers.py") == [1]


def test_a_publisher_outside_the_documenting_files_is_caught(lines_against: Ask) -> None:
    assert lines_against(check, "broker.publisher('a')", path=COMMANDS) == [1]


def test_tests_and_deployment_may_publish(lines_against: Ask) -> None:
    for path in ("tests/areas/test_faults.py", "deploy/embedded/probe.py"):
        assert lines_against(check, "js.publish('a', b'')", path=path) == []


@pytest.mark.parametrize(("address", "caught"), [("self._next", []), ("self._subject", [2]), ("'plans.x'", [2])])
def test_the_pull_asks_its_consumer_and_says_nothing_else(lines_against: Ask, address: str, caught: list[int]) -> None:
    source = f"async def ask(self):\n    await self._client.publish({address}, b'', reply=self._reply)"
    assert lines_against(check, source, path="services/chassis/pulling.py") == caught
