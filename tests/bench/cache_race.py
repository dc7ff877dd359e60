"""The race of tests/spec/answer_cache, long: is any answer older than what was acknowledged before it was asked for?

    python tests/bench/cache_race.py --reads 100000 --out reports/cache_race.json

Starts a PostgreSQL of its own and a server that keeps answers; three writers, sixteen readers (kinfold/testing/race.py).
Ends with an error at the first wrong answer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path

from kinfold.testing.database import TestServer
from kinfold.testing.race import Race, count_reads_of_rows, find_pairs, start_counting
from kinfold.testing.server import RunningKinfold


async def race(server: RunningKinfold, database_url: str, given: argparse.Namespace) -> dict[str, object]:
    client = server.as_("county-civil-affairs")
    await start_counting(database_url)
    found = Race(server.url, client, database_url, await find_pairs(client, given.pairs), pause=given.pause)
    began = time.monotonic()
    await found.run(given.reads, given.readers, given.writers)
    seconds = time.monotonic() - began
    asked = await count_reads_of_rows(database_url)
    return {
        "reads": found.reads,
        "wrong": 0,
        "changes": found.writes,
        "answers_that_showed_a_change": found.moved,
        "statements_for_rows": asked,
        "from_memory": round(1 - asked / found.reads, 4),
        "seconds": round(seconds, 1),
        "changes_per_second": round(found.writes / seconds, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reads", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=16)
    parser.add_argument("--writers", type=int, default=3)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between changes of one writer")
    parser.add_argument("--out", type=Path, default=Path("reports/cache_race.json"))
    given = parser.parse_args()
    with TestServer() as postgres, tempfile.TemporaryDirectory() as state:
        url = postgres.create_database("race")
        quiet = {"KINFOLD_CACHE_BYTES": str(64 * 2**20), "KINFOLD_LOG_LEVEL": "WARNING"}
        server = RunningKinfold(url, Path(state), persons=2000, **quiet)
        server.start()
        try:
            found = asyncio.run(race(server, url, given))
        finally:
            server.stop()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(found, indent=2) + "\n")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
