"""Import a list of administrative divisions: all of it or nothing, and as often as one likes.

In:  a database address or connection, a CSV file (see region_file.py).
Out: an ImportReport. One transaction: COPY into a staging table, check the whole, upsert what differs.
A division that vanished from the list is never deleted; on request it ends on the day of the import.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from kinfold.graph.person.sort_key import sort_key
from kinfold.intake.errors import RegionLineWrong
from kinfold.intake.region_file import read_region_lines

# The cut-off day of the statistical division list of 2023.
LIST_OF_2023 = dt.date(2023, 6, 30)
PROGRESS_STEP = 5_000
Progress = Callable[[int], None]

_STAGING = """CREATE TEMPORARY TABLE region_staging (
    line int NOT NULL, code text NOT NULL, name text NOT NULL, name_sort text NOT NULL,
    parent_code text, level text NOT NULL)"""

_DUPLICATE = """SELECT line FROM (
    SELECT line, row_number() OVER (PARTITION BY code ORDER BY line) AS nth FROM region_staging) AS numbered
    WHERE nth > 1 ORDER BY line LIMIT 1"""

_ORPHAN = """SELECT s.line FROM region_staging s WHERE s.parent_code IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM region_staging p WHERE p.code = s.parent_code)
    AND NOT EXISTS (SELECT 1 FROM core.region r WHERE r.code = s.parent_code)
    ORDER BY s.line LIMIT 1"""

_UPSERT = """WITH written AS (
    INSERT INTO core.region AS r (code, level, parent_code, name, name_sort, valid_from)
    SELECT code, level, parent_code, name, name_sort, $1 FROM region_staging
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_sort = excluded.name_sort, valid_to = NULL
    WHERE (r.name, r.name_sort) IS DISTINCT FROM (excluded.name, excluded.name_sort) OR r.valid_to IS NOT NULL
    RETURNING (r.xmax = 0) AS is_new)
    SELECT count(*) FILTER (WHERE is_new) AS added, count(*) FILTER (WHERE NOT is_new) AS changed FROM written"""

# The scope of a list is, from each of its roots, the division below which it first branches: a list of one
# county that also names its province and prefecture must not end the province's other counties.
_RETIRE = """WITH RECURSIVE children AS (
    SELECT parent_code, count(*) AS listed, min(code) AS first FROM region_staging
    WHERE parent_code IS NOT NULL GROUP BY parent_code),
    scope AS (
    SELECT s.code FROM region_staging s
    WHERE NOT EXISTS (SELECT 1 FROM region_staging p WHERE p.code = s.parent_code)
    UNION ALL
    SELECT c.first FROM scope JOIN children c ON c.parent_code = scope.code AND c.listed = 1),
    top AS (SELECT code FROM scope WHERE code NOT IN (SELECT parent_code FROM children WHERE listed = 1)),
    ended AS (
    UPDATE core.region r SET valid_to = $1 FROM top
    WHERE r.code LIKE top.code || '%' AND r.valid_to IS NULL AND r.valid_from < $1
    AND NOT EXISTS (SELECT 1 FROM region_staging s WHERE s.code = r.code)
    RETURNING 1)
    SELECT count(*) FROM ended"""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Divisions by what happened to them. `unchanged` rows were not touched."""

    lines: int
    added: int
    changed: int
    unchanged: int
    retired: int


async def import_regions(
    database: str | asyncpg.Connection[asyncpg.Record],
    path: Path,
    *,
    on_progress: Progress | None = None,
    valid_from: dt.date = LIST_OF_2023,
    retire_missing: bool = False,
    today: dt.date | None = None,
) -> ImportReport:
    """Load the list at `path` into `core.region`.

    `on_progress` receives the number of lines read so far. `valid_from` is given to divisions that are new.
    With `retire_missing`, divisions within the list's scope that it no longer names get `valid_to = today`.
    Raises RegionLineWrong (S301) or RegionFileUnreadable (S302); then the database is as before.
    """
    if isinstance(database, str):
        connection = await asyncpg.connect(database)
        try:
            return await import_regions(
                connection,
                path,
                on_progress=on_progress,
                valid_from=valid_from,
                retire_missing=retire_missing,
                today=today,
            )
        finally:
            await connection.close()
    async with database.transaction():
        lines = await _stage(database, path, on_progress or (lambda _: None))
        await _check_whole(database)
        written = await database.fetchrow(_UPSERT, valid_from)
        retired = 0
        if retire_missing:
            retired = await database.fetchval(_RETIRE, today or dt.date.today())
        await database.execute("DROP TABLE region_staging")
    added, changed = (written["added"], written["changed"]) if written else (0, 0)
    return ImportReport(lines, added, changed, lines - added - changed, retired)


async def _stage(connection: asyncpg.Connection[asyncpg.Record], path: Path, on_progress: Progress) -> int:
    await connection.execute(_STAGING)
    read = 0

    def records() -> Iterator[tuple[int, str, str, str, str | None, str]]:
        nonlocal read
        for line in read_region_lines(path):
            read += 1
            if read % PROGRESS_STEP == 0:
                on_progress(read)
            yield line.number, line.code, line.name, sort_key(line.name), line.parent_code, line.level

    await connection.copy_records_to_table("region_staging", records=records())
    on_progress(read)
    return read


async def _check_whole(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    await connection.execute("ANALYZE region_staging")
    duplicate = await connection.fetchval(_DUPLICATE)
    if duplicate is not None:
        raise RegionLineWrong(duplicate, "its code stands in an earlier line")
    orphan = await connection.fetchval(_ORPHAN)
    if orphan is not None:
        raise RegionLineWrong(orphan, "its parent is neither in this list nor known")
