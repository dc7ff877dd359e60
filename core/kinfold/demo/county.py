"""The frame of the demo county: real towns and villages, and how many persons each village gets.

In:  the divisions in the database, the personas' constants. Out: a DemoCounty.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

import asyncpg

from kinfold.clock import CHINA
from kinfold.demo.draw import Draw
from kinfold.demo.errors import DivisionsMissing
from kinfold.demo.profile import PERSONS_A_VILLAGE
from kinfold.identity.personas import PERSONAS_FILE
from kinfold.plugin_api import DemoCounty

_PLANTED = ("jurisdiction", "town", "village", "school_id", "child_id", "guardian_id")
# A small county is denser where the personas work, so that their school has a roster worth looking at.
_PLANTED_TOWN_SHARE = 0.2


def read_planted() -> dict[str, str]:
    """The codes and ids that the personas rely on."""
    content = json.loads(PERSONAS_FILE.read_text(encoding="utf-8"))
    return {name: content[name] for name in _PLANTED}


async def frame_county(
    connection: asyncpg.Connection[asyncpg.Record], *, persons: int, seed: int, as_of: dt.date
) -> DemoCounty:
    """Towns and villages of today, with planned persons. Raises DivisionsMissing."""
    planted = read_planted()
    found = await connection.fetch(
        "SELECT code, name, level FROM core.region WHERE code LIKE $1 || '%' AND valid_to IS NULL ORDER BY code",
        planted["jurisdiction"],
    )
    towns = {row["code"]: row["name"] for row in found if row["level"] == "TOWN"}
    villages = {row["code"]: row["name"] for row in found if row["level"] == "VILLAGE"}
    if planted["village"] not in villages or planted["town"] not in towns:
        raise DivisionsMissing
    return DemoCounty(
        seed=seed,
        as_of=as_of,
        recorded_at=dt.datetime.combine(as_of, dt.time(), CHINA),
        jurisdiction=planted["jurisdiction"],
        persons=persons,
        villages=_plan_villages(villages, planted, persons, seed),
        town_names=towns,
        village_names=villages,
        planted=planted,
    )


def _plan_villages(
    villages: Mapping[str, str], planted: Mapping[str, str], persons: int, seed: int
) -> tuple[tuple[str, int], ...]:
    weights = {code: Draw(f"{seed}/{code}/size").log_normal(1.0, 0.4) for code in villages}
    by_town: dict[str, list[str]] = {}
    for code in villages:
        by_town.setdefault(code[:9], []).append(code)
    wanted = max(persons // PERSONS_A_VILLAGE, len(by_town) * 2)
    if wanted < len(villages):
        for town, codes in by_town.items():
            # The larger villages of each town, the planted one always.
            kept = sorted(codes, key=lambda code: (code != planted["village"], -weights[code]))
            by_town[town] = sorted(kept[: max(2, len(codes) * wanted // len(villages))])
        inside = sum(weights[c] for c in by_town[planted["town"]])
        outside = sum(weights[c] for t, codes in by_town.items() if t != planted["town"] for c in codes)
        factor = max(1.0, _PLANTED_TOWN_SHARE / (1 - _PLANTED_TOWN_SHARE) * outside / inside)
        for code in by_town[planted["town"]]:
            weights[code] *= factor
    chosen = [code for codes in by_town.values() for code in codes]
    total = sum(weights[code] for code in chosen)
    return tuple((code, max(1, round(persons * weights[code] / total))) for code in sorted(chosen))
