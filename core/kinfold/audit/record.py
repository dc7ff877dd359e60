"""Every read is recorded before its answer leaves: one durable write for many requests.

In:  leaves of the record of access (leaf.py).
Out: `record` returns when the leaf is durable, and raises RecordUnavailable when it cannot be.

While one group is on its way to the disk, the next one gathers; there is no timed wait. A point read at low
load therefore costs one commit, and many reads at once share one (graphql-engine.md, "Read record").
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import lru_cache
from typing import Any, Final

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

from kinfold.audit.errors import RecordUnavailable
from kinfold.audit.leaf import COLUMNS

_COLUMNS: Final = (*COLUMNS, "leaf_hash")
# One statement for one leaf as for a thousand: a column of the table is an array of the group's values. Lists arrive as
# text, because PostgreSQL knows no array of arrays of different lengths.
_INSERT: Final = """
INSERT INTO core.audit_leaf (
    jurisdiction, id, at, subject, department, roles, purpose, operation, kinds, fields, row_count, subjects, outcome,
    policy_version, trace_id, leaf_hash
)
SELECT
    g.jurisdiction, g.id, g.at, g.subject, g.department, g.roles::text[], g.purpose, g.operation, g.kinds::text[],
    g.fields::text[], g.row_count, g.subjects, g.outcome, g.policy_version, g.trace_id, g.leaf_hash
FROM unnest(
    $1::text[], $2::uuid[], $3::timestamptz[], $4::bytea[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::int[], $12::bytea[], $13::text[], $14::text[], $15::text[], $16::bytea[]
) AS g (
    jurisdiction, id, at, subject, department, roles, purpose, operation, kinds, fields, row_count, subjects, outcome,
    policy_version, trace_id, leaf_hash
)"""
# In the same transaction, its own number: whoever keeps answers in memory knows by it that no row changed that a query
# can show (sql/answer_cache/chain.py). Nothing else may ever be written by a statement that says this of itself. A restored
# dump may hold numbers that are still to come: they must not stop the record.
_LISTED: Final = f"""
WITH written AS ({_INSERT}
)
INSERT INTO core.record_commit (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING"""  # noqa: S608  (two constants)
# Numbers that nobody compares with any more; whoever does all the same finds too few and reads anew.
_PRUNE: Final = """
WITH gone AS (
    DELETE FROM core.record_commit WHERE xid IN (
        SELECT xid FROM core.record_commit WHERE xid < pg_current_xact_id()::text::bigint - $1::bigint
        FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO core.record_commit (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING"""
_KEPT_NUMBERS: Final = 20_000
_GROUPS_BETWEEN_PRUNES: Final = 5_000
# Durable whatever the server's default is; and no wait longer than a caller would accept.
_SETTINGS: Final = {
    "application_name": "kinfold record",
    "timezone": "UTC",
    "synchronous_commit": "on",
    "statement_timeout": "5000",
    "lock_timeout": "2000",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
}
_OPEN_SECONDS: Final = 5.0
_FAULTS: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection broke while its state was being changed
    OSError,
    TimeoutError,
)


class ReadRecorder:
    """Writes leaves in groups, on one connection of its own.

    `groups` and `leaves` count what was made durable. `lists_commits`: each group says of its transaction that it wrote
    the record and nothing else.
    """

    def __init__(self, url: str, *, lists_commits: bool = False) -> None:
        self._url = url
        self._lists_commits = lists_commits
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._statement: PreparedStatement[asyncpg.Record] | None = None
        self._waiting: list[tuple[tuple[Any, ...], asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self.groups = 0
        self.leaves = 0

    async def open(self) -> None:
        await self._connect()

    async def close(self) -> None:
        """Write what still waits, then end."""
        if self._writer is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer
        if self._connection is not None:
            try:
                await self._connection.close(timeout=2)
            except _FAULTS:
                self._connection.terminate()  # the database went first
            self._connection = None

    async def record(self, leaf: dict[str, Any]) -> None:
        """Make one leaf durable, together with whatever else waits."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((tuple([_column(leaf[name]) for name in _COLUMNS]), future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_groups())
        # A caller who goes away leaves his leaf in the group: the read happened.
        await asyncio.shield(future)

    async def _write_groups(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                await self._write([row for row, _ in group])
            except (*_FAULTS, RecordUnavailable):
                await self._drop_connection()
                for _, future in group:
                    if not future.done():
                        future.set_exception(RecordUnavailable())
                        future.exception()  # a caller who went away does not fetch it
            else:
                self.groups += 1
                self.leaves += len(group)
                for _, future in group:
                    if not future.done():
                        future.set_result(None)
                if self._lists_commits and self.groups % _GROUPS_BETWEEN_PRUNES == 0:
                    await self._prune()

    async def _prune(self) -> None:
        """Forget old numbers. Should it fail, they stay until the next time."""
        try:
            connection = await self._connect()
            await connection.execute(_PRUNE, _KEPT_NUMBERS)
        except (*_FAULTS, RecordUnavailable):
            await self._drop_connection()

    async def _write(self, rows: list[tuple[Any, ...]]) -> None:
        """One statement and one commit."""
        statement = await self._prepare()
        await statement.fetchval(*zip(*rows, strict=True))

    async def _connect(self) -> asyncpg.Connection[asyncpg.Record]:
        if self._connection is None or self._connection.is_closed():
            self._statement = None
            try:
                self._connection = await asyncpg.connect(
                    self._url, server_settings=_SETTINGS, timeout=_OPEN_SECONDS
                )
            except (OSError, asyncpg.PostgresError, TimeoutError):
                raise RecordUnavailable from None
        return self._connection

    async def _prepare(self) -> PreparedStatement[asyncpg.Record]:
        """The statement on a connection that lives: prepared once for each."""
        connection = await self._connect()
        if self._statement is None:
            self._statement = await connection.prepare(_LISTED if self._lists_commits else _INSERT)
        return self._statement

    async def _drop_connection(self) -> None:
        connection, self._connection, self._statement = self._connection, None, None
        if connection is not None:
            connection.terminate()


def _column(value: Any) -> Any:
    return _write_names(value) if isinstance(value, tuple) else value


@lru_cache(maxsize=4096)
def _write_names(names: tuple[str, ...]) -> str:
    """A list of names as PostgreSQL writes an array. Few lists, seen again and again."""
    escaped = (name.replace("\\", "\\\\").replace('"', '\\"') for name in names)
    return "{" + ",".join(f'"{name}"' for name in escaped) + "}"
