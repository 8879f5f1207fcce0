import pytest

from checks.clocks import check
from tests.unit.checks.conftest import Ask

STORE = "services/plans/cases/store.py"


@pytest.mark.parametrize(
    "asking",
    [
        "from datetime import UTC, datetime\nnow = datetime.now(UTC)",
        "import datetime as dt\nnow = dt.datetime.utcnow()",
        "from datetime import datetime\nnow = datetime.today()",
        "from datetime import date\ntoday = date.today()",
        "import time\nnow = time.time()",
        "from time import time as clock\nnow = clock()",
        "from datetime import datetime\nmade = Field(default_factory=datetime.now)",
        "from sqlalchemy import func\nrows = select(t).where(t.c.due_at < func.now())",
        "import sqlalchemy as sa\nrows = sa.func.current_date",
        "from sqlalchemy import text\nrows = text('SELECT 1 WHERE due_at < now()')",
        "from sqlalchemy import Column, text\nc = Column('at', server_default=text('CURRENT_TIMESTAMP'))",
        "from alembic import op\nop.execute(f'UPDATE t SET at = clock_timestamp()')",
    ],
)
def test_asking_the_machine_or_the_database_for_the_time_is_caught(lines_against: Ask, asking: str) -> None:
    assert lines_against(check, asking, path=STORE) == [2]
    assert lines_against(check, asking, path="contracts/values.py") == [2]


def test_the_clock_itself_asks_the_machine(lines_against: Ask) -> None:
    source = "from datetime import datetime\nnow = datetime.now()"
    assert lines_against(check, source, path="services/chassis/clock.py") == []


@pytest.mark.parametrize(
    "source",
    [
        "async def decide(work):\n    return work.now, work.today",
        "import time\nbegan = time.monotonic()\ntook = time.perf_counter()",
        "from datetime import date, datetime\nday = date.fromisoformat('2026-01-01')\nat = datetime.fromtimestamp(1)",
        "now = clock.now()",
        "def f():\n    'What is true now() and on the CURRENT_DATE.'",
        "from sqlalchemy import text\nrows = text('SELECT known FROM t')",
    ],
)
def test_time_from_the_clock_and_durations_pass(lines_against: Ask, source: str) -> None:
    assert lines_against(check, source, path=STORE) == []


def test_deployment_may_look_at_the_machine_clock(lines_against: Ask) -> None:
    assert lines_against(check, "import time\nnow = time.time()", path="deploy/embedded/stack.py") == []
