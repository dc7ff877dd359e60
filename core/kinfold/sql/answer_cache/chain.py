"""Have the rows changed? One chain of snapshots for a process, cut into epochs by every change.

In:  nothing but time. Out: `validate()`: the number of the epoch at some moment after it was called. Two moments of one
epoch see the same rows, so an answer read in an epoch is the answer of every later moment of it.
Never: guesses. What cannot be shown to be harmless begins a new epoch.

Every read writes a record of access, so snapshots differ although nothing that a query shows has changed. The writer of
the record lists its transactions in `core.record_commit` (audit/record.py). One statement asks for a new snapshot and
for the number of listed transactions that ended since the last one; if as many ended altogether, only records were
written. A listed transaction must have inserted its line itself (`xmin`): lines that a restored dump brought from
another history count for nothing. Docs: docs/explanation/answer-cache.md.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Final

from kinfold.errors import KinfoldError
from kinfold.sql.answer_cache.snapshot import Snapshot, count_ended, read_snapshot
from kinfold.sql.connection import DRIVER_FAULTS, READ_SETTINGS, Connection, connect

_SETTINGS: Final = {
    **READ_SETTINGS,
    "application_name": "kinfold cache",
    "statement_timeout": "1000",  # whoever waits for it could read instead
}
_ASK: Final = """
SELECT pg_current_snapshot()::text, pg_backend_pid(), (
    SELECT count(*) FROM core.record_commit c
    WHERE c.xid >= $1::bigint AND c.xmin::text::bigint = c.xid % 4294967296
        AND NOT pg_visible_in_snapshot(c.xid::text::xid8, $2::text::pg_snapshot)
)"""
# A base of which no transaction can be later: the first question of a connection counts nothing.
_NO_BASE: Final = (2**63 - 1, "1:1:")
_WAIT_SECONDS: Final = 2.0
_RETRY_SECONDS: Final = 1.0


class Chain:
    """Validates on a connection of its own, one statement at a time, so snapshots come in the order of time.

    `on_change` is called when an epoch ends. `epoch` is that of the last snapshot; None while nothing is known.
    `validations` counts statements, `epochs` how often one ended.
    """

    def __init__(self, url: str, on_change: Callable[[], None]) -> None:
        self._url = url
        self._on_change = on_change
        self._connection: Connection | None = None
        self._statement: Any = None
        self._process = 0
        self._last: Snapshot | None = None
        self._number = 0
        self._waiting: list[asyncio.Future[int | None]] = []
        self._worker: asyncio.Task[None] | None = None
        self._retry_at = 0.0
        self.validations = 0

    @property
    def epoch(self) -> int | None:
        """The epoch of a snapshot that was taken before this moment."""
        return None if self._last is None else self._number

    @property
    def epochs(self) -> int:
        return self._number

    async def validate(self) -> int | None:
        """The epoch at a moment after this call; None when it cannot be known just now.

        Many share one statement: the next one, which starts when the running one has ended. The running one is of no
        use to whoever comes now: its snapshot may be older than a change that the caller knows of.
        """
        future: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._work()
        return await future

    def revive(self) -> None:
        """Begin anew after a connection broke; does not wait, and not more often than once in a second."""
        loop = asyncio.get_running_loop()
        if self._last is None and not self._waiting and loop.time() >= self._retry_at:
            self._waiting.append(loop.create_future())
            self._work()

    def _work(self) -> None:
        if self._worker is None or self._worker.done():
            self._worker = asyncio.get_running_loop().create_task(self._answer_groups())

    async def _answer_groups(self) -> None:
        while self._waiting:
            # Taken before the statement is sent: its snapshot is later than every call in the group.
            group, self._waiting = self._waiting, []
            try:
                await self._advance()
            except (*DRIVER_FAULTS, KinfoldError, TimeoutError, ValueError):
                self._break()
            except BaseException:
                self._break()
                for future in group:
                    if not future.done():
                        future.set_result(None)
                raise
            for future in group:
                if not future.done():
                    future.set_result(self.epoch)

    async def _advance(self) -> None:
        """One statement: the next link of the chain."""
        await self._open()
        base = _NO_BASE if self._last is None else (self._last.xmin, self._last.text)
        self.validations += 1
        text, process, recorded = await self._statement.fetchrow(*base, timeout=_WAIT_SECONDS)
        found = read_snapshot(text)
        if self._last is None:
            self._process = process
        elif process != self._process or (ended := count_ended(self._last, found)) is None:
            # Another session, or a snapshot from the past: a pooler, or another server, stands in between.
            raise ValueError("the chain is broken")
        elif ended != recorded:
            self._begin_epoch()
        self._last = found

    async def _open(self) -> None:
        if self._connection is not None:
            if self._connection.is_usable:
                return
            self._break()
        self._connection = await asyncio.wait_for(connect(self._url, _SETTINGS), _WAIT_SECONDS)
        # A standby hears of commits later than those who were told of them.
        if await self._connection.raw.fetchval("SELECT pg_is_in_recovery()", timeout=_WAIT_SECONDS):
            raise ValueError("not a primary")
        self._statement = await self._connection.raw.prepare(_ASK, timeout=_WAIT_SECONDS)

    def _begin_epoch(self) -> None:
        self._number += 1
        self._on_change()

    def _break(self) -> None:
        """Nothing is known any more. Transactions that were not on the disk may be lost, and their ids used again."""
        if self._last is not None:
            self._last = None
            self._begin_epoch()
        if self._connection is not None:
            self._connection.abandon()
            self._connection = self._statement = None
        self._retry_at = asyncio.get_running_loop().time() + _RETRY_SECONDS

    async def close(self) -> None:
        """End; whoever still waits is told that nothing is known."""
        if self._worker is not None:
            self._worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._worker
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting = []
        self._last = None
        if self._connection is not None:
            await self._connection.close()
            self._connection = None
