"""Where everything of a stack is: ports, addresses, keys, and the environment that tells each service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deploy.embedded.environment import Environments
from deploy.embedded.nats_servers import NatsServers
from deploy.embedded.ports import LOOPBACK, Ports
from deploy.embedded.postgres import Postgres
from deploy.embedded.secrets import Seeds, ensure_tls
from deploy.embedded.state import State
from deploy.embedded.tokens import TokenIssuer
from deploy.keys import write_exchange_keys
from deploy.nats.configuration import TlsFiles


@dataclass(frozen=True)
class Wiring:
    """The parts of one run of a stack. Ports are new in each run, keys are kept."""

    ports: Ports
    postgres: Postgres
    nats: NatsServers
    seeds: Seeds
    tls: TlsFiles
    issuer: TokenIssuer
    environments: Environments
    service_ports: Mapping[tuple[str, str], int]
    """By area and service."""
    operations_port: int | None
    sink_port: int
    smtp_port: int

    @property
    def services(self) -> dict[str, str]:
        """The address of each service of each area, by process name."""
        return {process_name(service, area): address(port) for (area, service), port in self.service_ports.items()}


def wire(
    state: State,
    areas: Sequence[str],
    services: Sequence[str],
    *,
    operations: bool,
    observers: bool,
    extra: Mapping[str, str],
) -> Wiring:
    """Take ports, make the keys that are missing, work out every address."""
    ports = Ports()
    seeds = Seeds(state.secrets / "nkeys")
    tls = ensure_tls(state.secrets)
    issuer = TokenIssuer.ensure(state.secrets)
    postgres = Postgres(state)
    nats = NatsServers(state, areas, ports, seeds, tls, observers=observers)
    operations_port = ports.take() if operations else None
    smtp_port = ports.take()
    return Wiring(
        ports=ports,
        postgres=postgres,
        nats=nats,
        seeds=seeds,
        tls=tls,
        issuer=issuer,
        environments=Environments(
            postgres=postgres,
            nats=nats,
            seeds=seeds,
            tls=tls,
            issuer=issuer,
            exchange_keys=write_exchange_keys(state.secrets / "exchange", areas),
            clock=state.clock,
            smtp_port=smtp_port,
            operations_port=operations_port,
            extra=extra,
        ),
        service_ports={(area, service): ports.take() for area in areas for service in services},
        operations_port=operations_port,
        sink_port=ports.take(),
        smtp_port=smtp_port,
    )


def process_name(service: str, area: str) -> str:
    """The process name of a service of an area."""
    return f"{service}-{area}"


def address(port: int) -> str:
    """The address of something that answers HTTP on this machine."""
    return f"http://{LOOPBACK}:{port}"
