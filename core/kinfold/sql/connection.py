"""Connections to PostgreSQL, set up for one kind of work, and the one call that runs a Statement.

Only the driver is talked to here. JSON arrives and leaves as bytes: it is never decoded on its way.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any, Final

import asyncpg

from kinfold.plan.errors import ValueImpossible
from kinfold.sql.errors import DatabaseGone, StatementFailed, StatementTooSlow

# One prepared statement costs about 200 KB in the server.
PREPARED = 128
_COMMON = {"timezone": "UTC", "jit": "off"}
# Plans are cached by class of caller, so a generic plan is the plan; the scans of a policy are by index.
READ_SETTINGS = {
    **_COMMON,
    "application_name": "kinfold read",  # what an operator sees in pg_stat_activity
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "default_transaction_read_only": "on",
    # Half a second behind the whole request's deadline, which cancels the statement itself: this one acts where the
    # server is gone or stuck.
    "statement_timeout": "5500",
}
WRITE_SETTINGS = {
    **_COMMON,
    "application_name": "kinfold write",
    "statement_timeout": "10000",
    "lock_timeout": "3000",
    "idle_in_transaction_session_timeout": "15000",
}


#: What the driver raises. The internal one comes when a connection breaks while its state is being changed:
#: PostgreSQL killed at the moment of a commit, for instance.
DRIVER_FAULTS: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


def _as_bytes(value: Any) -> bytes:
    return bytes(value)


def _to_bytes(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


# The loop itself holds tasks weakly; a line that is being hung up must not be forgotten half-way.
_hanging_up: set[asyncio.Task[None]] = set()


class Connection:
    """A driver connection with its prepared statements (least recently used ones are closed).

    A cancelled `fetch_json` leaves it usable: the driver asks PostgreSQL to cancel the statement, and whoever takes
    the connection next waits until that is confirmed.
    """

    def __init__(self, raw: asyncpg.Connection[Any]) -> None:
        self.raw = raw
        self._prepared: OrderedDict[str, Any] = OrderedDict()
        self._is_abandoned = False

    @property
    def is_usable(self) -> bool:
        return not self._is_abandoned and not self.raw.is_closed()

    def abandon(self) -> None:
        """Never use it again. Does not wait: a running statement is cancelled in PostgreSQL, then the line closed.

        The driver's `terminate` would withdraw the request to cancel, and PostgreSQL notices a closed line only
        when the statement has ended: until then it would hold its locks.
        """
        if self._is_abandoned:
            return
        self._is_abandoned = True
        task = asyncio.get_running_loop().create_task(self.close())
        _hanging_up.add(task)
        task.add_done_callback(_hanging_up.discard)

    async def fetch_json(self, text: str, values: list[Any]) -> bytes:
        """The one JSON value of a statement, as PostgreSQL wrote it."""
        try:
            return await self._fetch(text, values)
        except asyncpg.InvalidCachedStatementError:
            self._prepared.pop(text, None)  # the schema changed under us: prepare once more
            return await self._fetch(text, values)
        except asyncpg.FeatureNotSupportedError:
            self._prepared.pop(text, None)
            return await self._fetch(text, values)

    async def _fetch(self, text: str, values: list[Any]) -> bytes:
        statement = self._prepared.get(text)
        if statement is None:
            statement = self._prepared[text] = await self._prepare(text)
            if len(self._prepared) > PREPARED:
                self._prepared.popitem(last=False)
        else:
            self._prepared.move_to_end(text)
        found = await statement.fetchval(*values)
        return b"null" if found is None else bytes(found)

    def has_prepared(self, text: str) -> bool:
        return text in self._prepared

    async def prepare(self, text: str) -> None:
        """Have PostgreSQL parse and plan a statement before anybody needs it. Nothing is executed.

        EXPLAIN EXECUTE makes the generic plan and keeps it with the prepared statement; without it the first
        execution would plan. A table that somebody has locked is not waited for.
        """
        async with self.raw.transaction():
            await self.raw.execute("SET LOCAL lock_timeout = '50ms'")
            statement = await self._prepare(text)
            nulls = ", ".join(["NULL"] * len(statement.get_parameters()))
            await self.raw.execute(f"EXPLAIN EXECUTE {statement.get_name()}{f'({nulls})' if nulls else ''}")
        self._prepared[text] = statement

    async def _prepare(self, text: str) -> Any:
        try:
            return await self.raw.prepare(text)
        except asyncio.CancelledError:
            # PostgreSQL may have it already, under a name that nobody knows any more: it would stay for good.
            self.abandon()
            raise

    async def close(self) -> None:
        self._prepared.clear()
        try:
            await self.raw.close(timeout=2)
        except (TimeoutError, asyncpg.PostgresError, OSError):
            self.raw.terminate()


async def connect(url: str, settings: dict[str, str]) -> Connection:
    """A new connection, or DatabaseGone. Leaves none behind when it fails or is cancelled half-way."""
    raw: asyncpg.Connection[Any] | None = None
    try:
        raw = await asyncpg.connect(
            url,
            server_settings=settings,
            timeout=10,
            statement_cache_size=PREPARED,
            max_cacheable_statement_size=0,
            max_cached_statement_lifetime=0,
        )
        await raw.set_type_codec(
            "json", schema="pg_catalog", encoder=_to_bytes, decoder=_as_bytes, format="binary"
        )
    except BaseException as error:
        if raw is not None:
            raw.terminate()
        if isinstance(error, (OSError, asyncpg.PostgresError, TimeoutError)):
            raise DatabaseGone from None
        raise
    return Connection(raw)


class Connections:
    """A fixed number of connections in a free list; broken ones are replaced when they are needed next.

    Our own list because the driver's pool resets a connection with a statement each time it is given back.
    """

    def __init__(self, url: str, size: int, settings: dict[str, str]) -> None:
        self._url = url
        self._settings = settings
        self._size = size
        self._free: list[Connection | None] = []  # the last one given back is taken first: it is warm
        self._count = asyncio.Semaphore(0)

    async def open(self) -> None:
        """Open the first connection (so that a wrong address is told at start); the rest when needed."""
        first = await connect(self._url, self._settings)
        for _ in range(self._size - 1):
            self._put(None)
        self._put(first)

    async def take(self) -> Connection:
        """A usable connection; give it back in any case."""
        await self._count.acquire()
        return await self._usable(self._free.pop())

    @property
    def is_idle(self) -> bool:
        """Whether nobody has taken any."""
        return len(self._free) == self._size

    async def take_unprepared(self, text: str) -> Connection | None:
        """A connection that has not prepared `text` yet, opened if need be; None when no free one is left."""
        if self._count.locked():
            return None
        await self._count.acquire()
        for index, found in enumerate(self._free):
            if found is None or not found.is_usable or not found.has_prepared(text):
                return await self._usable(self._free.pop(index))
        self._count.release()
        return None

    async def _usable(self, found: Connection | None) -> Connection:
        if found is not None and found.is_usable:
            return found
        try:
            return await connect(self._url, self._settings)
        except BaseException:
            self._put(None)
            raise

    def _put(self, connection: Connection | None) -> None:
        self._free.append(connection)
        self._count.release()

    def give_back(self, connection: Connection) -> None:
        """Never waits, so a cancelled request cannot lose a connection."""
        self._put(connection if connection.is_usable else None)

    async def close(self) -> None:
        for _ in range(self._size):
            await self._count.acquire()
            connection = self._free.pop()
            if connection is not None:
                await connection.close()


def translate(error: BaseException) -> BaseException:
    """A driver's error as one of ours, without its text: PostgreSQL's messages may hold values."""
    if isinstance(error, asyncpg.QueryCanceledError):
        return StatementTooSlow()
    if isinstance(error, asyncpg.DataError):
        return ValueImpossible()
    if isinstance(error, (asyncpg.PostgresConnectionError, asyncpg.InternalClientError, OSError)):
        return DatabaseGone()
    if isinstance(error, asyncpg.InterfaceError):
        # Either the connection went away under us, or we gave the driver wrong arguments: a fault of ours.
        return DatabaseGone() if "clos" in str(error) else StatementFailed()
    if isinstance(
        error, (asyncpg.AdminShutdownError, asyncpg.CannotConnectNowError, asyncpg.CrashShutdownError)
    ):
        return DatabaseGone()
    if isinstance(error, asyncpg.PostgresError):
        return StatementFailed(f"SQLSTATE {error.sqlstate}.")
    return error
