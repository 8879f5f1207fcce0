"""One transaction per request or message, begun and committed here and nowhere else."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

_WAIT_SECONDS = 10.0
"""How long a transaction waits for a free connection."""
_RECYCLE_SECONDS = 1800.0
_SAID = "jatkumo.said"
_KEPT_SINCE = "jatkumo.kept_since"

SaidListener = Callable[[Collection[str]], None]


class Database:
    """A service's own database. Nobody else reads it."""

    def __init__(self, url: str, *, pool_size: int, pooled_elsewhere: int = 0) -> None:
        """``pooled_elsewhere`` connections of the pool are held for good (the relay's), beside ``pool_size``."""
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size + pooled_elsewhere,
            max_overflow=0,
            pool_timeout=_WAIT_SECONDS,
            pool_recycle=int(_RECYCLE_SECONDS),
        )
        self._free = asyncio.Semaphore(pool_size)
        # Between two transactions a connection stays checked out: going through the pool costs a third more.
        self._kept: list[AsyncConnection] = []
        self._listeners: list[SaidListener] = []

    def when_said(self, listener: SaidListener) -> None:
        """Call ``listener`` after each commit before which ``note_said`` named queues, with their names."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction: committed at the end, rolled back when anything is raised.

        Raises ``TimeoutError`` when no connection is free for ten seconds.
        """
        await self._one_free()
        try:
            connection = self._kept.pop() if self._kept else await self.engine.connect()
            try:
                async with connection.begin():
                    yield connection
            except BaseException as error:
                await asyncio.shield(self._give_back(connection, error))
                raise
            said = connection.info.pop(_SAID, ())
            await self._keep(connection)
        finally:
            self._free.release()
        if said:
            for listener in self._listeners:
                listener(said)

    async def _one_free(self) -> None:
        if self._free.locked():
            await asyncio.wait_for(self._free.acquire(), _WAIT_SECONDS)
        else:
            await self._free.acquire()

    async def _keep(self, connection: AsyncConnection) -> None:
        now = time.monotonic()
        if now - connection.info.setdefault(_KEPT_SINCE, now) < _RECYCLE_SECONDS:
            self._kept.append(connection)
        else:
            await connection.close()

    async def _give_back(self, connection: AsyncConnection, error: BaseException) -> None:
        """The pool makes sure of a connection on which something failed; after an outage, of every one."""
        doubtful = [connection]
        if is_outage(error):
            doubtful += self._kept
            self._kept.clear()
        for each in doubtful:
            await each.close()

    async def answers(self) -> bool:
        """Whether the database can be reached now."""
        try:
            async with self.transaction() as connection:
                await connection.execute(text("SELECT 1"))
        except (OSError, DBAPIError, TimeoutError, NoConnectionFreeError):
            return False
        return True

    async def close(self) -> None:
        """Close every connection."""
        while self._kept:
            await self._kept.pop().close()
        await self.engine.dispose()


def note_said(connection: AsyncConnection, queue: str) -> None:
    """Note that this transaction puts something into a queue of the outbox; listeners hear of it after the commit."""
    connection.info.setdefault(_SAID, set()).add(queue)


def is_outage(error: BaseException) -> bool:
    """Whether an error says that the database was away, or undid the work for others' sake; the work is not wrong."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
            return True
        return error.orig is not None and is_outage(error.orig)
    # 08: connection exception; 40: undone to end a deadlock; 53: too many connections; 57: "starting up" and the like.
    state = getattr(error, "sqlstate", None)
    away = isinstance(state, str) and state[:2] in {"08", "40", "53", "57"}
    return away or isinstance(error, OSError | TimeoutError | NoConnectionFreeError)


def is_unstorable(error: BaseException) -> bool:
    """Whether PostgreSQL refused a text because of a NUL in it, which it stores nowhere."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    # Character not in repertoire; untranslatable character (in JSON).
    return state in {"22021", "22P05"}
