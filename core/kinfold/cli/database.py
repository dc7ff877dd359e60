"""Which database a command works on, and how it is filled for the first time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from kinfold.assembly import Assembly
from kinfold.cli.output import progress, say
from kinfold.embedded.choose import Database, choose_database
from kinfold.graph.region import FEICHENG
from kinfold.migrations.upgrade import SchemaStatus, upgrade
from kinfold.privacy.blind_index import BlindIndex, load_or_create_key
from kinfold.settings import Settings

if TYPE_CHECKING:
    from kinfold.demo.generate import DemoReport
    from kinfold.intake.regions import ImportReport


@contextmanager
def open_database(settings: Settings, *, quiet: bool = False) -> Iterator[Database]:
    """The configured database, running while the context is open."""
    with choose_database(settings) as database:
        if not quiet:
            say(f"database: {database.description}")
        yield database


def migrate(url: str, assembly: Assembly) -> SchemaStatus:
    """Bring core and every plugin to their newest schema."""
    return asyncio.run(upgrade(url, [spec.directory for _, spec in assembly.migrations]))


def import_region_file(url: str, path: Path, *, retire_missing: bool = False) -> ImportReport:
    """Import divisions with a progress bar."""
    from kinfold.intake.regions import import_regions

    lines = sum(1 for _ in path.open("rb")) - 1 if path.exists() else None
    with progress("divisions 区划", lines) as advance:
        return asyncio.run(import_regions(url, path, on_progress=advance, retire_missing=retire_missing))


def generate_demo(
    url: str, settings: Settings, assembly: Assembly, persons: int, seed: int, truth: Path
) -> DemoReport:
    """Generate the demo county with a progress bar."""
    from kinfold.demo.generate import generate_county

    index = BlindIndex(load_or_create_key(settings.state_dir, "blind-index"))
    truth.parent.mkdir(parents=True, exist_ok=True)
    with progress("persons 人员", persons) as advance:
        return asyncio.run(
            generate_county(
                url,
                persons=persons,
                seed=seed,
                truth_path=truth,
                sources=assembly.demo,
                blind_index=index,
                on_progress=lambda made, _planned: advance(made),
            )
        )


async def count_rows(url: str) -> tuple[int, int]:
    """Divisions and persons that are there (whether any, for persons)."""
    connection = await asyncpg.connect(url)
    try:
        regions = await connection.fetchval("SELECT count(*) FROM core.region")
        persons = await connection.fetchval("SELECT count(*) FROM (SELECT 1 FROM core.person LIMIT 1) x")
        return int(regions), int(persons)
    finally:
        await connection.close()


def fill_if_empty(url: str, settings: Settings, assembly: Assembly) -> None:
    """The real divisions and a demo county, when the database is empty and this is no production."""
    regions, persons = asyncio.run(count_rows(url))
    if regions == 0:
        report = import_region_file(url, FEICHENG)
        say(f"divisions: {report.lines} real divisions of 肥城市 loaded")
    if persons == 0 and settings.demo_persons > 0 and settings.is_development:
        truth = settings.state_dir / "demo" / "truth.jsonl"
        made = generate_demo(url, settings, assembly, settings.demo_persons, settings.demo_seed, truth)
        say(f"demo county: {made.persons} invented persons (seed {settings.demo_seed}); truth file {truth}")
