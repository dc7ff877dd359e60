"""The variables of a run, drawn from the database itself: children, towns, places deep in a sorted list.

In:  the address of a database, today. Out: samples by kind, the same for everybody who is asked.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping

import asyncpg

from tests.bench.query import JURISDICTION, Sample

CHILDREN = 256
PLACES = 32
DEPTH = 5_000
FULL_PAGE = 500

_UNDER_18 = "p.birth_date > ($2::date - interval '18 years')::date"
# Children of whom something is known: with an absence on record.
_CHILDREN = f"""SELECT p.id::text FROM core.person p WHERE p.jurisdiction = $1 AND {_UNDER_18}
    AND EXISTS (SELECT 1 FROM education.absence a WHERE a.jurisdiction = p.jurisdiction AND a.child_id = p.id)
    ORDER BY md5(p.id::text) LIMIT {CHILDREN}"""
_TOWNS = f"""SELECT left(p.region_code, 9) AS town, count(*) FROM core.person p
    WHERE p.jurisdiction = $1 AND {_UNDER_18} GROUP BY 1 ORDER BY 1"""
_COUNT = f"SELECT count(*) FROM core.person p WHERE p.jurisdiction = $1 AND {_UNDER_18} AND p.sex = 'FEMALE'"
_PLACE = f"""SELECT p.name_sort, p.id::text FROM core.person p WHERE p.jurisdiction = $1 AND {_UNDER_18}
    AND p.sex = 'FEMALE' ORDER BY p.name_sort, p.id OFFSET $3 LIMIT 1"""


def draw_all(urls: Mapping[str, str], today: dt.date) -> dict[str, dict[str, list[Sample]]]:
    """Samples for each database. Towns are those whose pages are full everywhere, so that growth compares equal pages;
    a county that is too small for that keeps them all."""
    found = {place: asyncio.run(_draw(url, today)) for place, url in urls.items()}
    common = set.intersection(*({sample.town for sample in kinds["town"]} for kinds in found.values()))
    for kinds in found.values():
        kinds["town"] = [sample for sample in kinds["town"] if sample.town in common] or kinds["town"]
    return found


async def _draw(url: str, today: dt.date) -> dict[str, list[Sample]]:
    """Samples by what a query draws. Positions are whole pages of 50, around 5,000 (half of a shorter list)."""
    connection = await asyncpg.connect(url)
    try:
        given = (JURISDICTION, today)
        children = [Sample(child=row[0]) for row in await connection.fetch(_CHILDREN, *given)]
        rows = await connection.fetch(_TOWNS, *given)
        towns = [Sample(town=row[0]) for row in rows if row[1] >= FULL_PAGE] or [
            Sample(town=row[0]) for row in rows
        ]
        girls = int(await connection.fetchval(_COUNT, *given))
        middle = min(DEPTH, girls // 2) // 50
        numbers = range(max(1, middle - PLACES // 2), max(1, middle - PLACES // 2) + PLACES)
        places = []
        for number in numbers:
            row = await connection.fetchrow(_PLACE, *given, number * 50 - 1)
            if row is not None:
                places.append(Sample(position=number * 50, keyset=(row[0], row[1])))
        return {"child": children, "town": towns, "position": places, "county": [Sample()]}
    finally:
        await connection.close()
