"""The folder in which a stack keeps everything that survives it, and the lock that says whose it is."""

import fcntl
import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO

DEFAULT_STATE = Path(".jatkumo")


_MARK = ".jatkumo-state"


class NotOurs(Exception):  # noqa: N818 - says what is the case
    """A folder that holds something else is not wiped."""


class AlreadyRunning(Exception):  # noqa: N818 - says what is the case
    """Another supervisor holds the state folder."""


@dataclass(frozen=True)
class State:
    """Where things are in a state folder."""

    root: Path

    @classmethod
    def at(cls, folder: Path) -> "State":
        """The state in ``folder``, absolute."""
        return cls(folder.expanduser().resolve())

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.root / "logs"

    @property
    def secrets(self) -> Path:
        """Keys, seeds and certificates; nobody else's to read."""
        return self.root / "secrets"

    @property
    def nats(self) -> Path:
        """Configuration and streams of the hub and the areas' nats-servers."""
        return self.root / "nats"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's data, where root need not give it to another place (see ``deploy.embedded.postgres``)."""
        return self.root / "postgres"

    @property
    def clock(self) -> Path:
        """The seconds by which the services' clock is moved (``JATKUMO_CLOCK_FILE``)."""
        return self.root / "clock-offset-seconds"

    @property
    def run_file(self) -> Path:
        """What runs now; present only while a stack does."""
        return self.root / "run.json"

    @property
    def digest(self) -> str:
        """A short name for this folder, for what must live elsewhere."""
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:12]

    def log(self, name: str) -> Path:
        """The log of one process."""
        return self.logs / f"{name}.log"

    def lock(self) -> IO[str]:
        """Take the folder; it is ours until the file closes, or this process ends however it ends.

        Raises ``AlreadyRunning`` when another supervisor has it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        lock = self._lock_file.open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise AlreadyRunning(
                f"a stack runs with the state in {self.root} already; `jatkumo down` stops it, --state names another"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        return lock

    def holder(self) -> int | None:
        """The process id of the supervisor that has the folder; None when nobody has."""
        if not self._lock_file.exists():
            return None
        with self._lock_file.open("r") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read() or 0) or None
        return None

    @property
    def _lock_file(self) -> Path:
        return self.root / "lock"

    def wipe(self) -> None:
        """Remove all but the lock. Raises ``NotOurs`` for a folder that no stack has made."""
        held = {entry.name for entry in self.root.iterdir()} - {"lock"}
        if held and _MARK not in held:
            raise NotOurs(f"{self.root} holds files that are no stack's; name an empty or new folder with --state")
        for entry in self.root.iterdir():
            if entry == self._lock_file:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def lay_out(self) -> None:
        """Make the folders, and mark the state as a stack's own."""
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / _MARK).touch()
        for folder in (self.logs, self.nats):
            folder.mkdir(parents=True, exist_ok=True)
        self.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.run_file.unlink(missing_ok=True)


def write_private(file: Path, text: str) -> None:
    """Replace a file in one step; it is nobody else's to read from the start (mode 600)."""
    beside = file.with_name(f".{file.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    beside.replace(file)
