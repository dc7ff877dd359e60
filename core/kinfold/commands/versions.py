"""Row versions: what a row was goes to its history table in the same transaction, then the row changes.

In:  a kind's table, an id, changes. Out: the new version. A row was known as it stood from its `recorded_at`
until the `superseded_at` of its copy.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from kinfold.commands.table import encode_rows, find_table, list_columns, qualify, stored_columns
from kinfold.sql.connection import Connection


async def supersede_row(
    connection: Connection,
    schema: str,
    table: str,
    history: str | None,
    jurisdiction: str,
    id: uuid.UUID,
    changes: Mapping[str, Any],
    now: dt.datetime,
) -> int:
    """Copy the row to its history, apply the changes, count the version. The row must be locked."""
    live = find_table(schema, table)
    name = qualify(live)
    # The clock may stand before `recorded_at` after a correction of the time; an interval never runs backwards.
    if history is not None:
        columns = stored_columns(live)
        await connection.raw.execute(
            f'INSERT INTO {qualify(find_table(schema, history))} ({list_columns(columns)}, "superseded_at") '  # noqa: S608
            f"SELECT {list_columns(columns)}, greatest($3::timestamptz, recorded_at) "
            f"FROM {name} WHERE jurisdiction = $1 AND id = $2",
            jurisdiction,
            id,
            now,
        )
    columns = tuple(sorted(changes))
    assign = "".join(f'"{column}" = r."{column}", ' for column in columns)
    found = await connection.raw.fetchval(
        f"UPDATE {name} t SET {assign}version = t.version + 1, "  # noqa: S608
        f"recorded_at = greatest($4::timestamptz, t.recorded_at) "
        f"FROM json_populate_record(NULL::{name}, $3::json) r "
        f"WHERE t.jurisdiction = $1 AND t.id = $2 RETURNING t.version",
        jurisdiction,
        id,
        encode_rows(changes),
        now,
    )
    return int(found)
