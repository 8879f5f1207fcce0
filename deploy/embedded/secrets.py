"""The secrets of a stack, each made once: certificates, nkeys of every NATS user, the exchange's keys."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import nkeys
import trustme

from contracts.subjects import Account
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.state import write_private
from deploy.nats.configuration import TlsFiles
from deploy.nats.permissions import USERS

_MAKING = threading.Lock()


def ensure_tls(folder: Path) -> TlsFiles:
    """A certificate for loopback, signed by an authority that exists for this stack alone and is then forgotten."""
    files = TlsFiles(folder / "certificate.pem", folder / "key.pem", folder / "authority.pem")
    if files.authority.exists():
        return files
    authority = trustme.CA(organization_name="Jatkumo embedded stack")
    issued = authority.issue_cert(LOOPBACK, "localhost")
    write_private(files.key, issued.private_key_pem.bytes().decode())
    write_private(files.certificate, "".join(pem.bytes().decode() for pem in issued.cert_chain_pems))
    # Last: its presence says that the others are complete.
    write_private(files.authority, authority.cert_pem.bytes().decode())
    return files


class Seeds:
    """The nkey seed of every NATS user, a file each (mode 600)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def user(self, area: str, user: str) -> Path:
        """The seed file of a user of an area's nats-server (user names are unique over its accounts)."""
        return self._ensure(self._folder / f"area-{area}" / f"{user}.seed")

    def leaf(self, area: str) -> Path:
        """The seed file with which an area's server joins the hub."""
        return self._ensure(self._folder / "hub" / f"area-{area}.seed")

    def observer(self, area: str) -> Path:
        """The seed file of the test's ear in an area's account at the hub."""
        return self._ensure(self._folder / "hub" / f"observer-{area}.seed")

    def user_keys(self, area: str) -> dict[Account, dict[str, str]]:
        """The public keys of every user of an area."""
        return {
            account: {user: public_key(self.user(area, user)) for user in users} for account, users in USERS.items()
        }

    def leaf_keys(self, areas: Sequence[str]) -> dict[str, str]:
        """The public keys of the areas' servers."""
        return {area: public_key(self.leaf(area)) for area in areas}

    def observer_keys(self, areas: Sequence[str]) -> dict[str, str]:
        """The public keys of the observers."""
        return {area: public_key(self.observer(area)) for area in areas}

    def _ensure(self, file: Path) -> Path:
        # Threads that start different servers ask for the same seeds.
        with _MAKING:
            if not file.exists():
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_private(file, nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER).decode())
        return file


def public_key(seed_file: Path) -> str:
    """The public nkey of a seed."""
    key: str = nkeys.from_seed(seed_file.read_bytes().strip()).public_key.decode()
    return key
