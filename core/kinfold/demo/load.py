"""Stream rows into PostgreSQL: COPY in batches, with constraints and indexes made again at the end.

In:  a connection inside a transaction, `(table, values)`. Out: counts per table.
Memory is bounded by the batch: a table's rows leave for the server as soon as there are enough of them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, TypeAlias

import asyncpg

from kinfold.plugin_api import DemoTable

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
BATCH = 8_000

# What is dropped and made again: exclusion and foreign key constraints, indexes that are no constraint's.
# Keys, unique and check constraints stay and are checked row by row.
_CONSTRAINTS = """SELECT conrelid::regclass::text AS relation, conname AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE conrelid = ANY($1::regclass[]) AND contype IN ('f', 'x') AND conparentid = 0
    ORDER BY contype DESC, conrelid::regclass::text, conname"""
_INDEXES = """SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i WHERE i.indrelid = ANY($1::regclass[]) AND i.indisvalid
    AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.conrelid = i.indrelid)
    ORDER BY 1"""


class RowStream:
    """Collects rows by table and copies them in batches."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: dict[DemoTable, list[tuple[Any, ...]]] = {}
        self.counts: Counter[str] = Counter()

    def add(self, table: DemoTable, row: tuple[Any, ...]) -> None:
        waiting = self._waiting.get(table)
        if waiting is None:
            waiting = self._waiting[table] = []
        waiting.append(row)

    async def flush(self, least: int = BATCH) -> None:
        """Copy every table that has at least `least` rows waiting."""
        for table, rows in self._waiting.items():
            if rows and len(rows) >= least:
                schema, name = table.name.split(".")
                await self._connection.copy_records_to_table(
                    name, schema_name=schema, columns=table.columns, records=rows
                )
                self.counts[table.name] += len(rows)
                rows.clear()


class BareTables:
    """Tables without their foreign keys, exclusion constraints and secondary indexes, for the time of a load."""

    def __init__(self, connection: Connection, tables: list[str]) -> None:
        self._connection = connection
        self._tables = tables
        self._again: list[str] = []

    async def strip(self) -> None:
        constraints = await self._connection.fetch(_CONSTRAINTS, self._tables)
        indexes = await self._connection.fetch(_INDEXES, self._tables)
        for found in constraints:
            await self._connection.execute(
                f'ALTER TABLE {found["relation"]} DROP CONSTRAINT "{found["name"]}"'
            )
            self._again.append(
                f'ALTER TABLE {found["relation"]} ADD CONSTRAINT "{found["name"]}" {found["definition"]}'
            )
        for found in indexes:
            await self._connection.execute(f"DROP INDEX {found['name']}")
        # Indexes first: they make the checks of the foreign keys cheap.
        self._again = [found["definition"] for found in indexes] + self._again

    async def restore(self) -> None:
        """Everything again, validated; fails, and with it the transaction, if a row breaks a constraint."""
        await self._connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for table in self._tables:
            await self._connection.execute(f"ANALYZE {table}")
        for statement in self._again:
            await self._connection.execute(statement)
