"""Schema changes: the chassis' own and each service's, brought to head by one function."""

from pathlib import Path

from alembic import command
from alembic.config import Config

_HERE = Path(__file__).parent
_SERVICES = _HERE.parent.parent


def configuration(service: str, database_url: str) -> Config:
    """Alembic's configuration for one service's database: the chassis' revisions and the service's own."""
    config = Config()
    own = _SERVICES / service / "migrations" / "versions"
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(str(path) for path in (_HERE / "versions", own)))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


def upgrade(service: str, database_url: str) -> None:
    """Bring the database of ``service`` to the newest schema. Safe to run again, and by two at once."""
    command.upgrade(configuration(service, database_url), "heads")
