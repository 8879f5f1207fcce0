"""Settings from the environment. A wrong or missing one stops the service with a message that names it."""

import sys
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.values import AreaCode

PREFIX = "JATKUMO_"

PostgresUrl = Annotated[str, StringConstraints(pattern=r"^postgresql\+asyncpg://")]
NatsUrl = Annotated[str, StringConstraints(pattern=r"^(nats|tls)://")]


class ProcessSettings(BaseSettings):
    """What every process needs: a database, who may call it, where it listens."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    database_url: PostgresUrl
    database_pool_size: int = Field(default=12, ge=1, le=200)
    jwks: str = Field(min_length=1)
    """A file path or an https address of the token issuer's JSON Web Key Set."""
    token_issuer: str = Field(min_length=1)
    token_audience: str = Field(min_length=1)
    http_host: str = "127.0.0.1"
    http_port: int = Field(ge=1, le=65535)
    log_level: Annotated[str, StringConstraints(pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"
    clock_file: Path | None = None


class ServiceSettings(ProcessSettings):
    """What a service of one area needs."""

    area: AreaCode
    nats_url: NatsUrl
    nats_seed_file: Path
    nats_ca_file: Path | None = None
    relay_workers: int = Field(default=4, ge=1, le=64)
    """For each, fifty outbox rows of a queue may be on their way at once; a queue holds one database connection."""
    handled_at_once: int = Field(default=20, ge=1, le=500)
    """How many messages of one consumer are handled at the same time."""


SettingsT = TypeVar("SettingsT", bound=ProcessSettings)


def load(kind: type[SettingsT]) -> SettingsT:
    """The settings of this process.

    Ends the process with status 78 (EX_CONFIG) and one line a setting when any is missing or wrong.
    """
    try:
        return kind()
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            name = PREFIX + "_".join(str(part) for part in problem["loc"]).upper()
            sys.stderr.write(f"setting {name}: {problem['msg']}\n")
        sys.exit(78)
