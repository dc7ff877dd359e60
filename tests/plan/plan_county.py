"""The county that plans are answered over: a few invented families, every row written by hand in county/*.yaml.

In:  the address of an empty database. Out: migrated and filled. Unlike the demo county it changes only when somebody
changes a file, so the answers of golden sets do not move by themselves.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import asyncpg
import yaml
from kinfold.assembly import assemble
from kinfold.graph.person.search_key import search_key
from kinfold.graph.person.sort_key import sort_key
from kinfold.migrations.upgrade import upgrade
from kinfold.privacy.blind_index import BlindIndex

FILES = Path(__file__).with_name("county")
#: The day on which every set is answered unless it names another: a Monday.
TODAY = dt.date(2026, 3, 2)
KEY = bytes(range(32))
# What the others point to comes first.
ORDER = ("core.region", "core.organisation", "core.household", "core.person", "education.school")
RECORDED = "2026-01-01T00:00:00+00:00"
_HOME = {"core.region": {"valid_from": "1984-01-01"}, "core.organisation": {"valid_from": "1990-01-01"},
         "education.school": {"valid_from": "1990-01-01"}, "core.staff_assignment": {"valid_from": "2022-01-01"}}  # fmt: skip


async def fill(url: str) -> None:
    """Migrate the database and put every row in."""
    assembly = assemble()
    await upgrade(url, [spec.directory for _, spec in assembly.migrations])
    rows = read_rows()
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            for table in sorted(rows, key=lambda name: (ORDER.index(name) if name in ORDER else 99, name)):
                for row in rows[table]:
                    await _insert(connection, table, row)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def read_rows() -> dict[str, list[dict[str, Any]]]:
    """Rows by table, complete: ids as UUIDs, division and time where a file leaves them out."""
    found: dict[str, list[dict[str, Any]]] = {}
    homes: dict[int, str] = {}
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FILES.glob("*.yaml"))]
    for tables in files:
        homes.update({row["id"]: row["region_code"] for row in tables.get("core.person", ())})
    for tables in files:
        for table, rows in tables.items():
            found.setdefault(table, []).extend(_complete(table, row, homes) for row in rows)
    return found


def _complete(table: str, row: dict[str, Any], homes: dict[int, str]) -> dict[str, Any]:
    full = {**_HOME.get(table, {}), **row}
    if table != "core.region":
        about = next(
            (full[name] for name in ("child_id", "person_id", "junior_id", "guardian_id") if name in full),
            None,
        )
        full = {
            "jurisdiction": "370983",
            "recorded_at": RECORDED,
            "region_code": homes.get(about, ""),
            **full,
        }  # type: ignore[arg-type]
    if "name" in full:
        full["name_sort"] = sort_key(full["name"])
    if table == "core.person":
        full["name_search"] = search_key(full["name"])
        full["is_demo"] = True
        if "id_number" in full:
            full["id_number_index"] = "\\x" + BlindIndex(KEY).index(full["id_number"]).hex()
    return {name: _identify(name, value) for name, value in full.items()}


def _identify(name: str, value: Any) -> Any:
    if name.endswith("_ids"):
        return [make_id(one) for one in value]
    return make_id(value) if (name == "id" or name.endswith("_id")) and value is not None else value


def make_id(number: int) -> str:
    """The UUID for a number of the files."""
    return f"0190a000-0000-7000-8000-{number:012d}"


async def _insert(connection: Any, table: str, row: dict[str, Any]) -> None:
    columns = ", ".join(row)
    await connection.execute(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_record(NULL::{table}, $1::json)",
        json.dumps(row),
    )
