"""A loading process is killed with -9: the tables are then whole or empty, and a second run succeeds.

Real processes, real PostgreSQL. Each victim tells its progress on a pipe; the kill follows a line of it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import kinfold.graph.region
import pytest
from kinfold.assembly.assemble import assemble
from kinfold.demo import generate_county
from kinfold.intake import import_regions
from kinfold.migrations.upgrade import upgrade
from kinfold.privacy.blind_index import BlindIndex
from kinfold.testing.database import TestServer

FEICHENG = Path(kinfold.graph.region.__file__).with_name("regions-feicheng.csv")
PERSONS = 2_500
TABLES = (
    "core.person",
    "core.household_member",
    "core.registry_entry",
    "education.enrolment",
    "core.organisation",
)

IMPORT = """
import asyncio, os, pathlib
from kinfold.intake import import_regions
report = asyncio.run(import_regions(os.environ["TARGET"], pathlib.Path(os.environ["FILE"]),
    on_progress=lambda lines: print(lines, flush=True)))
print("done", report.added, flush=True)
"""

GENERATE = """
import asyncio, os, pathlib
from kinfold.assembly.assemble import assemble
from kinfold.demo import generate_county
from kinfold.privacy.blind_index import BlindIndex
report = asyncio.run(generate_county(os.environ["TARGET"], persons=int(os.environ["PERSONS"]), seed=3,
    truth_path=pathlib.Path(os.environ["FILE"]), sources=assemble().demo, blind_index=BlindIndex(bytes(32)),
    on_progress=lambda made, planned: print(made, flush=True)))
print("done", report.persons, flush=True)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[TestServer]:
    with TestServer() as started:
        yield started


@pytest.fixture(scope="module")
async def migrated(server: TestServer) -> str:
    url = server.create_database("migrated")
    await upgrade(url, [m.directory for _, m in assemble().migrations])
    return "migrated"


@pytest.fixture(scope="module")
async def divisions(server: TestServer, migrated: str) -> str:
    await import_regions(server.create_database("divisions", template=migrated), FEICHENG)
    return "divisions"


def kill_after(program: str, lines: int, pause: float = 0.0, **environment: str) -> bool:
    """Run `program`, kill it `pause` seconds after its n-th line of progress. True if it was done before."""
    victim = subprocess.Popen(
        [sys.executable, "-c", program], env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    )
    assert victim.stdout is not None
    try:
        for _ in range(lines):
            told = victim.stdout.readline()
            assert told, "the victim ended by itself"
            if told.startswith("done"):
                return True
        time.sleep(pause)
    finally:
        victim.send_signal(signal.SIGKILL)
        rest = victim.stdout.read()
        victim.stdout.close()
        assert victim.wait() in (-signal.SIGKILL, 0)
    return "done" in rest


async def count_rows(url: str, tables: tuple[str, ...]) -> dict[str, int]:
    """Rows by table, once the killed process's transaction has ended."""
    connection = await asyncpg.connect(url)
    try:
        for _ in range(600):
            others = await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            if others == 0:
                break
            await asyncio.sleep(0.1)
        else:
            pytest.fail("the killed process's connection is still there")
        return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables}
    finally:
        await connection.close()


def write_list(path: Path) -> int:
    """A list of 25,000 invented divisions."""
    rows = [
        "code,name,parent_code,level",
        "88,甲省,,province",
        "8801,乙市,88,prefecture",
        "880101,丙县,8801,county",
    ]
    for town in range(100, 150):
        rows.append(f"880101{town},丁{town}镇,880101,town")
        rows.extend(
            f"880101{town}{village},戊{village}村,880101{town},village" for village in range(201, 701)
        )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return len(rows) - 1


@pytest.mark.parametrize(("lines", "pause"), [(1, 0.0), (4, 0.0), (6, 0.0), (6, 0.15), (6, 0.5)])
async def test_an_import_that_is_killed_leaves_all_or_nothing(
    server: TestServer, migrated: str, tmp_path: Path, lines: int, pause: float
) -> None:
    url = server.create_database("killed_import", template=migrated)
    path = tmp_path / "list.csv"
    wanted = write_list(path)
    was_done = kill_after(IMPORT, lines, pause, TARGET=url, FILE=str(path))
    found = (await count_rows(url, ("core.region",)))["core.region"]
    assert found == wanted if was_done else found in (0, wanted)
    if lines == 1:
        assert found == 0, "killed in the middle of the copying"
    report = await import_regions(url, path)
    assert report.added + report.unchanged == wanted
    assert (await count_rows(url, ("core.region",)))["core.region"] == wanted
    server.drop_database("killed_import")


@dataclass(frozen=True)
class Undisturbed:
    """What a run leaves that nobody kills, and how many lines of progress it tells: one a village."""

    rows: dict[str, int]
    lines: int


@pytest.fixture(scope="module")
async def whole(server: TestServer, divisions: str, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    url = server.create_database("undisturbed", template=divisions)
    lines = await generate(url, tmp_path_factory.mktemp("undisturbed") / "truth.jsonl")
    return Undisturbed(await count_rows(url, TABLES), lines)


async def generate(url: str, truth: Path) -> int:
    """Generate in this process; returns the lines of progress."""
    told: list[int] = []
    await generate_county(
        url, persons=PERSONS, seed=3, truth_path=truth, sources=assemble().demo, blind_index=BlindIndex(bytes(32)),
        on_progress=lambda made, planned: told.append(made),
    )  # fmt: skip
    return len(told)


# Kills while copying, while the indexes are made again, around the commit, and after it.
@pytest.mark.parametrize(
    ("share", "pause"), [(0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (1.0, 0.2), (1.0, 0.4), (1.0, 0.6), (1.0, 0.9)]
)
async def test_a_county_that_is_killed_is_there_whole_or_not_at_all(
    server: TestServer, divisions: str, whole: Undisturbed, tmp_path: Path, share: float, pause: float
) -> None:
    url = server.create_database("killed_county", template=divisions)
    truth = tmp_path / "truth.jsonl"
    lines = max(1, int(whole.lines * share))
    was_done = kill_after(GENERATE, lines, pause, TARGET=url, FILE=str(truth), PERSONS=str(PERSONS))
    found = await count_rows(url, TABLES)
    nothing = dict.fromkeys(TABLES, 0)
    assert found in (nothing, whole.rows)
    if was_done:
        assert found == whole.rows
    if pause == 0.0:
        assert found == nothing, "killed before the commit"
    assert not truth.exists() or found == whole.rows, "no truth without its county"
    connection = await asyncpg.connect(url)
    constraints = await connection.fetchval(
        "SELECT count(*) FROM pg_constraint WHERE contype IN ('f', 'x') AND connamespace::regnamespace::text = 'core'"
    )
    await connection.close()
    assert constraints > 40, "the constraints survived as well"
    if found == nothing:
        await generate(url, truth)
        assert await count_rows(url, TABLES) == whole.rows
        assert truth.exists()
    server.drop_database("killed_county")
