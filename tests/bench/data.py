"""The databases of a run: invented counties of given sizes in one embedded PostgreSQL, kept between runs.

In:  a folder, sizes. Out: the running server and an address for each size.
A size is generated once (minutes for a million persons) by the same code as `kinfold demo generate`.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from kinfold.assembly import Assembly, assemble
from kinfold.cli.database import count_rows, generate_demo, import_region_file, migrate
from kinfold.embedded.server import EmbeddedPostgres
from kinfold.graph.region import FEICHENG
from kinfold.settings import Settings

from tests.bench.progress import say

SEED = 1
SETUP = Path(__file__).with_name("postgraphile") / "setup.sql"
# The application's own settings, and nothing else: every peer asks the same server.
SETTINGS = {"max_connections": "100"}


@contextmanager
def run_postgres(directory: Path) -> Iterator[EmbeddedPostgres]:
    """The server over the folder's databases, durable like a real one."""
    directory.mkdir(parents=True, exist_ok=True)
    with EmbeddedPostgres(directory, extra_settings=SETTINGS) as server:
        yield server


def prepare_county(server: EmbeddedPostgres, directory: Path, size: int) -> str:
    """The address of a migrated database with about `size` invented persons; generated when it is not there."""
    name = f"bench_{size}"
    asyncio.run(_create_database(server.url, name))
    url = server.url_for(name)
    assembly = assemble()
    migrate(url, assembly)
    regions, persons = asyncio.run(count_rows(url))
    if regions == 0:
        import_region_file(url, FEICHENG)
    if persons == 0:
        _generate(url, directory, assembly, size)
    asyncio.run(_refresh(url))
    return url


def _generate(url: str, directory: Path, assembly: Assembly, size: int) -> None:
    say(f"data: generating {size:,} persons, once; a later run finds them")
    state = directory / "keys-of-the-data"
    settings = Settings(state_dir=state)
    report = generate_demo(url, settings, assembly, size, SEED, state / f"truth-{size}.jsonl")
    say(f"data: {report.persons:,} persons in {report.seconds:.0f} s")


async def _create_database(url: str, name: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        if not await connection.fetchval(
            "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name
        ):
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    finally:
        await connection.close()


async def _refresh(url: str) -> None:
    """The record of access of earlier runs goes; statistics are as after a quiet night."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("TRUNCATE core.audit_leaf")
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def set_up_peers(url: str, today: dt.date) -> None:
    """Views, roles and row-level security for PostGraphile; our own server owns the tables and is not bound by it."""
    text = SETUP.read_text().replace(":today", today.isoformat())
    asyncio.run(_execute(url, text))


async def _execute(url: str, text: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(text)
    finally:
        await connection.close()
