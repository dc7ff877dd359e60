"""What the Python peers share: their environment, connections like ours, and uvicorn as we run it."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg
import uvicorn
from kinfold.sql.connection import READ_SETTINGS

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@dataclass(frozen=True, slots=True)
class Environment:
    """What the runner tells a peer. `low` and `high`: the caller's territory, for a peer that filters by it."""

    database_url: str
    port: int
    connections: int
    today: dt.date
    low: int
    high: int


def read_environment() -> Environment:
    given = os.environ
    return Environment(
        given["BENCH_DATABASE_URL"],
        int(given["BENCH_PORT"]),
        int(given["BENCH_CONNECTIONS"]),
        dt.date.fromisoformat(given["BENCH_TODAY"]),
        int(given["BENCH_LOW"]),
        int(given["BENCH_HIGH"]),
    )


def run(app: Any, port: int) -> None:
    """Serve with the settings of `kinfold serve`."""
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
    )


class FreeList:
    """Connections in a free list, without the reset that a pool sends; statements stay prepared."""

    def __init__(self, url: str, size: int) -> None:
        self._url = url
        self._size = size
        self._free: asyncio.LifoQueue[tuple[Connection, dict[str, Any]]] = asyncio.LifoQueue()

    async def open(self) -> None:
        for _ in range(self._size):
            connection = await asyncpg.connect(
                self._url,
                server_settings=READ_SETTINGS,
                statement_cache_size=100,
                max_cacheable_statement_size=0,
                max_cached_statement_lifetime=0,
            )
            await connection.set_type_codec(
                "json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary"
            )
            self._free.put_nowait((connection, {}))

    async def fetch(self, text: str, *values: Any) -> Any:
        """All records of a prepared statement."""
        return await self._run(text, values, "fetch")

    async def fetch_value(self, text: str, *values: Any) -> Any:
        """The one value of a prepared statement."""
        return await self._run(text, values, "fetchval")

    async def _run(self, text: str, values: tuple[Any, ...], method: str) -> Any:
        place = await self._free.get()
        connection, prepared = place
        try:
            statement = prepared.get(text)
            if statement is None:
                statement = prepared[text] = await connection.prepare(text)
            return await getattr(statement, method)(*values)
        finally:
            self._free.put_nowait(place)
