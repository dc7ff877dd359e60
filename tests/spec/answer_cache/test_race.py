"""Two thousand answers beside writers: none older than what was acknowledged, no change seen by half.

The same with a hundred thousand: `python tests/bench/cache_race.py`.
"""

from __future__ import annotations

from kinfold.testing.race import Race, count_reads_of_rows, find_pairs, start_counting
from kinfold.testing.server import RunningKinfold


async def test_no_answer_is_older_than_what_was_acknowledged(keeping: RunningKinfold) -> None:
    assert keeping.database_url is not None
    client = keeping.as_("county-civil-affairs")
    await start_counting(keeping.database_url)
    race = Race(keeping.url, client, keeping.database_url, await find_pairs(client, 4), pause=0.03)
    await race.run(reads=2000, readers=8, writers=2)
    assert race.reads == 2000
    # Otherwise nothing was tried: changes were seen, and answers came from memory.
    assert race.writes > 20
    assert race.moved > 20
    assert 0 < await count_reads_of_rows(keeping.database_url) < 0.8 * race.reads
