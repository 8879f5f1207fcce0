"""The migrations make exactly the tables that the code writes to."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from services.chassis import tables as chassis_tables
from services.plans import tables
from tests.services.plans.area import PlansArea


def _differences(connection: Connection) -> list[object]:
    ours = _merged([tables.metadata, chassis_tables.metadata])
    return list(compare_metadata(MigrationContext.configure(connection), ours))


def _merged(parts: list[MetaData]) -> MetaData:
    whole = MetaData()
    for part in parts:
        for table in part.tables.values():
            table.to_metadata(whole)
    return whole


async def test_the_database_has_the_tables_that_the_code_knows(placing: PlansArea) -> None:
    async with placing.service.database.transaction() as connection:
        found = await connection.run_sync(_differences)
    assert [each for each in found if "alembic_version" not in str(each)] == []
