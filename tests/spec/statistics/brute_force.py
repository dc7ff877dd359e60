"""Counts without our compiler and without our protection: rows read plainly, counted in Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg

CHILDREN = """
SELECT p.id::text, p.region_code, p.sex, p.hukou_kind,
       extract(year from age(now() AT TIME ZONE 'Asia/Shanghai', p.birth_date))::int AS age,
       array(SELECT e.category FROM core.registry_entry e WHERE e.child_id = p.id AND e.state <> 'PROPOSED'
             AND e.state <> 'EXITED' AND e.valid_from <= d.today AND coalesce(e.valid_to, 'infinity') > d.today) AS categories,
       array(SELECT e.school_id::text FROM education.enrolment e WHERE e.child_id = p.id
             AND e.valid_from <= d.today AND coalesce(e.valid_to, 'infinity') > d.today) AS schools
FROM core.person p, (SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date AS today) d
WHERE p.birth_date > (d.today - interval '18 years')::date
"""
PUPILS = """
SELECT e.region_code, e.grade, e.is_boarder, e.school_id::text, s.kind
FROM education.enrolment e JOIN education.school s ON s.id = e.school_id,
     (SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date AS today) d
WHERE e.status = 'ENROLLED' AND e.valid_from <= d.today AND coalesce(e.valid_to, 'infinity') > d.today
"""
ORDER = ("ORPHAN", "UNATTENDED_DE_FACTO", "LBC_STRICT", "LBC_BROAD", "DISTRESSED", "FLOATING")


def band(age: int) -> str:
    bands = (
        (2, "AGE_0_TO_2"),
        (5, "AGE_3_TO_5"),
        (11, "AGE_6_TO_11"),
        (15, "AGE_12_TO_15"),
        (17, "AGE_16_TO_17"),
    )
    return next(name for last, name in bands if age <= last)


def category(row: asyncpg.Record) -> str:
    return next((one for one in ORDER if one in row["categories"]), "NONE")


async def read_rows(url: str, sql: str) -> Sequence[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()


def count(rows: Sequence[Any], *keys: Callable[[Any], str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(key(row) for key in keys) for row in rows)
