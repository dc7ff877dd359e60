"""Rows into tables: whole lists of them as one JSON parameter, so that a statement's text knows no count.

In:  a table's name and rows as mappings. Out: INSERT statements run. PostgreSQL turns the JSON into the table's
own types; columns that no row mentions get their defaults.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Table

from kinfold.plugin_api.model import Model
from kinfold.sql.connection import Connection


def find_table(schema: str, name: str) -> Table:
    """The declared table; KeyError when there is none."""
    return Model.metadata.tables[f"{schema}.{name}"]


def stored_columns(table: Table) -> tuple[str, ...]:
    """Its columns without the generated ones: those that a row version consists of."""
    return tuple(column.name for column in table.columns if column.computed is None)


def qualify(table: Table) -> str:
    return f'"{table.schema}"."{table.name}"'


def list_columns(columns: Iterable[str], alias: str = "") -> str:
    return ", ".join(f'{alias}."{name}"' if alias else f'"{name}"' for name in columns)


def encode_rows(rows: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> bytes:
    """Rows as JSON that PostgreSQL reads back into the same values."""
    return orjson.dumps(rows, default=_encode)


def _encode(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "\\x" + bytes(value).hex()
    if isinstance(value, uuid.UUID):  # the driver's own subclass
        return str(value)
    if isinstance(value, (tuple, frozenset, set)):
        return list(value)
    raise TypeError(type(value).__name__)


async def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows: one statement for each distinct set of columns (None leaves a column to its default)."""
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        columns = tuple(sorted(name for name, value in row.items() if value is not None))
        groups.setdefault(columns, []).append(row)
    name = qualify(table)
    for columns, group in groups.items():
        text = (
            f"INSERT INTO {name} ({list_columns(columns)}) "  # noqa: S608 - names of the metadata only
            f"SELECT {list_columns(columns, 'r')} FROM json_populate_recordset(NULL::{name}, $1::json) r"
        )
        await connection.raw.execute(text, encode_rows(group))
