"""Brings every database of a stack to its newest schema, several at once, each in a warm process of its own."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.processes import run_forked


class MigrationFailed(Exception):  # noqa: N818 - says what happened
    """A database could not be brought to its newest schema."""


@dataclass(frozen=True)
class Migration:
    """A database to be brought to the newest schema of its service."""

    service: str
    database: str
    url: str
    log: Path

    def run(self) -> None:
        """Do it. Raises ``MigrationFailed`` with the end of its output."""
        if run_forked(_upgrade, self.service, self.url, log=self.log) != 0:
            raise MigrationFailed(f"migrating {self.database} failed:\n{self.log.read_text()[-2000:]}")


def migrate(migrations: Iterable[Migration]) -> None:
    """Run migrations, as many at once as there are processors. Raises ``MigrationFailed`` for the first that fails."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        list(pool.map(Migration.run, migrations))


def _upgrade(service: str, database_url: str) -> None:
    """In a process of its own, because Alembic's context is a global; imported there, where it is warm."""
    from services.chassis.migrations import upgrade  # noqa: PLC0415

    upgrade(service, database_url)
