"""The configuration files of the hub and of the areas' nats-servers.

Each area's EXCHANGE account is a leaf of its own account at the hub. The hub account of ``to`` exports
``exchange.to.<to>.from.<from>.>`` as a service to the account of ``from`` alone: the publisher is acknowledged by
the receiver's own stream, nobody else hears it, and nobody can write in another's name. The hub stores nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.subjects import STREAMS, Account
from deploy.nats.permissions import (
    USERS,
    Permissions,
    leaf_permissions,
    observer_permissions,
    permissions_of,
)

Configuration = dict[str, object]
"""nats-server reads JSON as well as its own notation; JSON needs no quoting rules of ours."""

_SPARE_STORE_BYTES = 1024**3
_MEMORY_STORE_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class Address:
    """Where a server listens, or is found."""

    host: str
    port: int

    @property
    def listen(self) -> str:
        """As nats-server writes it."""
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """For clients and leaves; always TLS."""
        return f"tls://{self.listen}"


@dataclass(frozen=True)
class TlsFiles:
    """A server's certificate, its key, and the authority that it trusts (PEM)."""

    certificate: Path
    key: Path
    authority: Path


@dataclass(frozen=True)
class Hub:
    """The hub: where it listens and which public nkeys it knows, by area."""

    clients: Address
    """nats-server cannot be without a client port; only observers use it. Keep it on loopback."""
    leaves: Address
    tls: TlsFiles
    leaf_keys: Mapping[str, str]
    """The public nkey of each area's server; its keys are the list of areas."""
    observer_keys: Mapping[str, str] | None = None
    """Tests only: per area, a user who hears all that passes through the area's account."""


@dataclass(frozen=True)
class AreaServer:
    """One area's nats-server."""

    area: str
    clients: Address
    hub: Address
    """Where the hub takes leaves."""
    tls: TlsFiles
    store: Path
    """The folder of its streams."""
    user_keys: Mapping[Account, Mapping[str, str]]
    """The public nkey of each user of ``deploy.nats.permissions.USERS``, by account."""
    leaf_seed: str
    """Secret: nats-server takes the seed itself, so the file with this configuration has mode 600."""


def hub_configuration(hub: Hub) -> Configuration:
    """The hub: one account per area, services between them, no JetStream."""
    return {
        **_server("hub", hub.clients, hub.tls),
        "leafnodes": {
            "listen": hub.leaves.listen,
            "tls": _tls(hub.tls),
            "no_advertise": True,
            # What passes is sealed; compressing it only costs.
            "compression": "off",
        },
        "accounts": {hub_account(area): _hub_account(hub, area) for area in hub.leaf_keys},
    }


def area_configuration(server: AreaServer) -> Configuration:
    """An area's server: JetStream in its own domain, its LOCAL and EXCHANGE accounts, a leaf to the hub.

    Raises ``KeyError`` naming a user whose key is missing.
    """
    return {
        **_server(f"area-{server.area}", server.clients, server.tls),
        "jetstream": {
            "store_dir": str(server.store),
            "domain": server.area,
            # Otherwise a message is acknowledged up to two minutes before it is on disk.
            "sync_interval": "always",
            "max_file_store": _SPARE_STORE_BYTES + sum(stream.max_bytes for stream in STREAMS),
            "max_memory_store": _MEMORY_STORE_BYTES,
        },
        "leafnodes": {
            "reconnect": "1s",
            "remotes": [
                {
                    "url": server.hub.url,
                    "nkey": server.leaf_seed,
                    "account": Account.EXCHANGE.value,
                    "tls": {"ca_file": str(server.tls.authority)},
                    "compression": "off",
                }
            ],
        },
        "accounts": {
            account.value: {"jetstream": "enabled", "users": _members(server, account)} for account in Account
        },
    }


def render(configuration: Configuration) -> str:
    """The text of a configuration file."""
    return json.dumps(configuration, indent=2) + "\n"


def hub_account(area: str) -> str:
    """The name of an area's account at the hub."""
    return f"AREA_{area}"


def _server(name: str, clients: Address, tls: TlsFiles) -> Configuration:
    return {
        "server_name": name,
        "listen": clients.listen,
        "tls": _tls(tls),
        "ping_interval": "10s",
        "ping_max": 3,
        "logtime_utc": True,
    }


def _tls(files: TlsFiles) -> Configuration:
    return {
        "cert_file": str(files.certificate),
        "key_file": str(files.key),
        "ca_file": str(files.authority),
        "min_version": "1.3",
    }


def _hub_account(hub: Hub, area: str) -> Configuration:
    others = [other for other in hub.leaf_keys if other != area]
    users = [_user(hub.leaf_keys[area], leaf_permissions(area), "LEAFNODE")]
    if hub.observer_keys is not None:
        users.append(_user(hub.observer_keys[area], observer_permissions(), "STANDARD"))
    return {
        "users": users,
        "exports": [
            {"service": f"exchange.to.{area}.from.{other}.>", "accounts": [hub_account(other)]} for other in others
        ],
        "imports": [
            {"service": {"account": hub_account(other), "subject": f"exchange.to.{other}.from.{area}.>"}}
            for other in others
        ],
    }


def _members(server: AreaServer, account: Account) -> list[Configuration]:
    keys = server.user_keys[account]
    return [_user(keys[user], permissions_of(user, account, server.area), "STANDARD") for user in USERS[account]]


def _user(public_key: str, permissions: Permissions, connection_type: str) -> Configuration:
    return {
        "nkey": public_key,
        "allowed_connection_types": [connection_type],
        "permissions": {
            "publish": _allowed(permissions.publish, permissions.not_publish),
            "subscribe": _allowed(permissions.subscribe),
        },
    }


def _allowed(allow: Sequence[str], deny: Sequence[str] = ()) -> Configuration:
    # An empty "allow" would mean everything: who may say nothing is denied everything.
    if not allow:
        return {"deny": [">"]}
    return {"allow": list(allow), **({"deny": list(deny)} if deny else {})}
