"""What tests of a service stand on: a real PostgreSQL, a migrated database per test, and a token issuer."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import nkeys
import pytest

from services.chassis.settings import ServiceSettings
from tests.services.databases import Postgres, running
from tests.services.tokens import TokenIssuer


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this test run."""
    with running(Path(mkdtemp(prefix="jatkumo-pg-"))) as server:
        yield server


@pytest.fixture
def database_url(postgres: Postgres) -> Iterator[Callable[[str], str]]:
    """Makes a fresh database of a service and returns its address; dropped after the test."""
    made: list[str] = []

    def make(service: str) -> str:
        made.append(postgres.fresh(service))
        return postgres.url(made[-1])

    yield make
    for database in made:
        postgres.drop(database)


@pytest.fixture(scope="session")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> TokenIssuer:
    """Issues the tokens that services in tests accept."""
    return TokenIssuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture
def settings_of(
    database_url: Callable[[str], str], tokens: TokenIssuer, tmp_path: Path
) -> Callable[[str, str], ServiceSettings]:
    """Makes the settings of a service in an area: a fresh database, a broker address that nobody answers.

    Its clock follows ``tmp_path / "clock"``: write seconds there to move it.
    """

    def make(service: str, area: str) -> ServiceSettings:
        seed = tmp_path / f"{service}-{area}.nk"
        seed.write_bytes(nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER))
        return ServiceSettings(
            area=area,
            database_url=database_url(service),
            database_pool_size=6,
            nats_url="nats://127.0.0.1:1",
            nats_seed_file=seed,
            jwks=str(tokens.jwks_file),
            token_issuer=tokens.issuer,
            token_audience=tokens.audience,
            http_port=1,
            clock_file=tmp_path / "clock",
        )

    return make
