"""What each service process of a stack finds in its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.nats_servers import NatsServers
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.postgres import Postgres
from deploy.embedded.secrets import Seeds
from deploy.embedded.tokens import AUDIENCE, ISSUER, TokenIssuer
from deploy.keys import ExchangeKeyFiles
from deploy.nats.configuration import TlsFiles
from deploy.nats.permissions import EXCHANGE_USER

MAIL_SENDER = "no-reply@example.invalid"
_OURS = ("JATKUMO_", "OTEL_")


@dataclass(frozen=True)
class Environments:
    """Makes the environments from the parts of a stack."""

    postgres: Postgres
    nats: NatsServers
    seeds: Seeds
    tls: TlsFiles
    issuer: TokenIssuer
    exchange_keys: ExchangeKeyFiles
    clock: Path
    smtp_port: int
    operations_port: int | None
    """Where traces go; None: nowhere."""
    extra: Mapping[str, str]
    """Added to every process, over everything else."""

    def service(self, area: str, service: str, http_port: int) -> dict[str, str]:
        """Of a service of an area."""
        environment = {
            **self._process(service, database(area, service), http_port),
            "JATKUMO_AREA": area,
            "JATKUMO_NATS_URL": self.nats.url(area),
            "JATKUMO_NATS_SEED_FILE": str(self.seeds.user(area, service)),
            "JATKUMO_NATS_CA_FILE": str(self.tls.authority),
        }
        if service == "plans":
            # Everybody in an embedded stack is made up.
            environment["JATKUMO_TEMPORARY_HETU"] = "true"
        if service == "interarea":
            environment |= {
                "JATKUMO_EXCHANGE_SEED_FILE": str(self.seeds.user(area, EXCHANGE_USER)),
                "JATKUMO_KEY_DIRECTORY_FILE": str(self.exchange_keys.directory),
                "JATKUMO_DIRECTORY_AUTHORITY_FILE": str(self.exchange_keys.authority),
                "JATKUMO_AREA_KEYS_FILE": str(self.exchange_keys.areas[area]),
            }
        if service == "notifications":
            environment |= {
                "JATKUMO_SMTP_HOST": LOOPBACK,
                "JATKUMO_SMTP_PORT": str(self.smtp_port),
                "JATKUMO_SMTP_SENDER": MAIL_SENDER,
            }
        return {**environment, **self._traces(service), **self.extra}

    def operations(self, http_port: int) -> dict[str, str]:
        """Of the operations view, one for all areas; it receives traces and sends none."""
        return {
            **self._process("operations", "operations", http_port),
            "OTEL_SDK_DISABLED": "true",
            **self.extra,
        }

    def sink(self, http_port: int) -> dict[str, str]:
        """Of the mail sink."""
        return {
            **_inherited(),
            "JATKUMO_SINK_HOST": LOOPBACK,
            "JATKUMO_SINK_SMTP_PORT": str(self.smtp_port),
            "JATKUMO_SINK_HTTP_PORT": str(http_port),
        }

    def _process(self, _service: str, database_name: str, http_port: int) -> dict[str, str]:
        return {
            **_inherited(),
            "JATKUMO_DATABASE_URL": self.postgres.url(database_name),
            "JATKUMO_JWKS": str(self.issuer.jwks),
            "JATKUMO_TOKEN_ISSUER": ISSUER,
            "JATKUMO_TOKEN_AUDIENCE": AUDIENCE,
            "JATKUMO_HTTP_HOST": LOOPBACK,
            "JATKUMO_HTTP_PORT": str(http_port),
            "JATKUMO_LOG_LEVEL": "INFO",
            "JATKUMO_CLOCK_FILE": str(self.clock),
        }

    def _traces(self, service: str) -> dict[str, str]:
        if self.operations_port is None:
            return {"OTEL_SDK_DISABLED": "true"}
        return {
            "OTEL_SERVICE_NAME": service,
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{LOOPBACK}:{self.operations_port}",
            "OTEL_TRACES_SAMPLER": "parentbased_always_on",
            # Spans are seen half a second after they end; the default is five.
            "OTEL_BSP_SCHEDULE_DELAY": "500",
        }


def database(area: str, service: str) -> str:
    """The name of a service's database."""
    return f"a{area}_{service}"


def _inherited() -> dict[str, str]:
    """The machine's own environment, without settings of ours that were meant for something else."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
