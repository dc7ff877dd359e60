"""Caller breadth: the same page for a village, a town and the county, beside the best plan that PostgreSQL has for it.

In:  what we send for each caller. Out: our CPU in PostgreSQL over that of the best variant, per caller.
Variants: the territory as a plain filter that no index can serve, a plan made for these very values, no sort,
no bitmap, sequential scans allowed. One session; its own CPU in nanoseconds, so that nothing else disturbs it.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg
from kinfold.sql.connection import READ_SETTINGS

from tests.bench.capture import Sent
from tests.bench.cpu import read_own_cpu

SECONDS = 1.2
LEAST = 3

_TERRITORY = re.compile(r'(\w+\."region_ord") BETWEEN')
_SERVED = "as_served"
_CUSTOM = {"plan_cache_mode": "force_custom_plan"}
#: Name -> settings, and whether the territory is only a filter.
VARIANTS: Mapping[str, tuple[Mapping[str, str], bool]] = {
    _SERVED: ({}, False),
    "filter_only": ({}, True),
    "custom_plan": (_CUSTOM, False),
    "custom_filter_only": (_CUSTOM, True),
    "no_sort": ({"enable_sort": "off"}, False),
    "no_bitmap": ({"enable_bitmapscan": "off"}, False),
    "sequential": ({"enable_seqscan": "on"}, False),
}


@dataclass(frozen=True, slots=True)
class Breadth:
    """Microseconds of CPU in PostgreSQL by variant."""

    variants: Mapping[str, float]

    @property
    def ratio(self) -> float:
        """As served over the best one; 1 when nothing is better."""
        return self.variants[_SERVED] / min(self.variants.values())

    def as_json(self) -> dict[str, object]:
        return {"ratio": round(self.ratio, 3), "cpu_us": {k: round(v, 1) for k, v in self.variants.items()}}


def to_json(value: str | bytes) -> bytes:
    """A parameter of type json as the driver wants it: as we write it, text or bytes."""
    return value.encode() if isinstance(value, str) else value


async def measure_breadth(url: str, sent: Sent) -> Breadth:
    """All variants of one statement."""
    return Breadth({name: await _measure(url, sent, *variant) for name, variant in VARIANTS.items()})


async def _measure(url: str, sent: Sent, settings: Mapping[str, str], is_filter_only: bool) -> float:
    """Median CPU of an execution, in microseconds; the first ones warm caches and do not count."""
    connection = await asyncpg.connect(
        url, server_settings={**READ_SETTINGS, "statement_timeout": "60000", **settings}
    )
    try:
        await connection.set_type_codec(
            "json", schema="pg_catalog", encoder=to_json, decoder=bytes, format="binary"
        )
        text = _TERRITORY.sub(r"(\1 + 0) BETWEEN", sent.text) if is_filter_only else sent.text
        statement = await connection.prepare(text)
        pid = connection.get_server_pid()
        for _ in range(2):
            await statement.fetchval(*sent.values)
        found: list[float] = []
        ends_at = time.monotonic() + SECONDS
        while len(found) < LEAST or (time.monotonic() < ends_at and len(found) < 400):
            before = read_own_cpu(pid)
            await statement.fetchval(*sent.values)
            found.append((read_own_cpu(pid) - before) * 1e6)
        return statistics.median(found)
    finally:
        await connection.close()
