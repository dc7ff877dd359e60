"""How many SQL statements PostgreSQL saw: counted by the server itself, an independent witness."""

from __future__ import annotations

import asyncpg


class StatementCounter:
    """Counts top-level statements of one database with pg_stat_statements."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def reset(self) -> None:
        """Begin to count from nothing."""
        await self._run("SELECT pg_stat_statements_reset()")

    async def seen(self) -> list[tuple[str, int]]:
        """(text, calls) of every statement since `reset` that was not ours, and not a driver's own look-up."""
        rows = await self._run(
            "SELECT query, calls FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid "
            "WHERE d.datname = current_database() AND query NOT LIKE '%pg_stat_statements%' "
            "AND query NOT LIKE '%pg_catalog%' AND query NOT LIKE 'SELECT $1%' "
            "AND query NOT LIKE 'CREATE EXTENSION%' AND query NOT LIKE '%current_setting($1) AS cur%' "
            # The record of access is written for many requests at once; it is no part of answering one.
            "AND query NOT LIKE '%INTO core.audit_leaf%FROM unnest(%'"
        )
        return [(row[0], row[1]) for row in rows]

    async def _run(self, sql: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            return await connection.fetch(sql)
        finally:
            await connection.close()
