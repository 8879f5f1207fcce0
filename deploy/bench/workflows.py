"""The same hop as a DBOS workflow of two steps, each a row in a transaction of its own.

    python -m deploy.bench.workflows <executor>

No broker: the workflow's state is in PostgreSQL. Two such processes share the work, as two share ours. Threads, because
they were faster than coroutines here; transactions at the isolation level that ours have.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

from dbos import DBOS, DBOSConfig, SQLAlchemyDatasource
from sqlalchemy import text

from contracts.values import new_id
from deploy.bench.player import orders, ready
from deploy.bench.rows import AT_ONCE, CONNECTIONS, WORKFLOWS
from services.chassis.settings import ServiceSettings, load

PROCESSES = 2
_SAY = text(f"INSERT INTO {WORKFLOWS.said} (id, version, at) VALUES (:id, 1, :at)")
_HEAR = text(f"INSERT INTO {WORKFLOWS.heard} (id, version, at) VALUES (:id, 1, :at)")


def _run(executor: str) -> None:
    url = load(ServiceSettings).database_url.replace("+asyncpg", "")
    config: DBOSConfig = {
        "name": "bench",
        "system_database_url": url,
        "sys_db_pool_size": CONNECTIONS,
        "executor_id": executor,
        "log_level": "WARNING",
        "application_version": "1",
    }
    DBOS(config=config)
    rows = SQLAlchemyDatasource.create(url, {"pool_size": CONNECTIONS, "max_overflow": 0})

    @rows.transaction(isolation_level="READ COMMITTED")
    def say(person_id: str) -> None:
        rows.sql_session().execute(_SAY, {"id": UUID(person_id), "at": datetime.now(UTC)})

    @rows.transaction(isolation_level="READ COMMITTED")
    def hear(person_id: str) -> None:
        rows.sql_session().execute(_HEAR, {"id": UUID(person_id), "at": datetime.now(UTC)})

    @DBOS.workflow()
    def hop(person_id: str) -> None:
        say(person_id)
        hear(person_id)

    DBOS.launch()
    try:
        with ThreadPoolExecutor(AT_ONCE // PROCESSES) as threads:
            ready()
            for order in orders():
                list(threads.map(hop, [str(new_id()) for _ in range(order.count)]))
                order.done()
    finally:
        DBOS.destroy()


if __name__ == "__main__":
    _run(sys.argv[1])
