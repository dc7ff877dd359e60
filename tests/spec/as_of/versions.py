"""Random histories of a few families: first entries, corrections, backdated entries, versions of one instant.

In:  a source of chance. Out: a list of versions, the only truth of these tests: dicts with `table`, `id`, `recorded`,
`superseded` (None: the live row) and the row's values. `store` puts them where commands would have put them.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from random import Random
from typing import Any

from kinfold.testing.command_world import COUNTY, NOW, OTHER_VILLAGE, VILLAGE, CommandWorld

Version = dict[str, Any]
FIRST = NOW - dt.timedelta(days=40)
TABLES = (
    "core.household",
    "core.person",
    "core.household_member",
    "core.guardianship",
    "core.registry_entry",
)
NAMES = ("安", "白", "陈", "丁", "贰")
LEAP = dt.date(2024, 2, 29)
# Days at which something begins, ends or is asked about: few, so that they meet.
DAYS = (dt.date(2006, 3, 2), LEAP, dt.date(2026, 1, 15), dt.date(2026, 3, 1), dt.date(2026, 3, 2), dt.date(2026, 3, 3),
        dt.date(2027, 6, 1))  # fmt: skip
BIRTHS = (LEAP, dt.date(2008, 2, 29), dt.date(2008, 3, 2), dt.date(2008, 3, 3), dt.date(2015, 7, 1),
          dt.date(2026, 3, 1), None)  # fmt: skip


class Histories:
    """Writes one list of versions."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.versions: list[Version] = []
        self._made = 0
        self.homes, self.children, self.adults = self._ids(2), self._ids(3), self._ids(3)

    def _ids(self, count: int) -> list[uuid.UUID]:
        """Distinct keys whose order is not that of making them."""
        self._made += count
        return [uuid.uuid5(uuid.NAMESPACE_OID, str(self._made - n)) for n in range(count)]

    def write(self) -> list[Version]:
        pick, village = self._chance.choice, lambda: self._chance.choice((VILLAGE, VILLAGE, OTHER_VILLAGE))
        for home in self.homes:
            self._row(
                "core.household",
                home,
                lambda: {"region_code": village(), "kind": "ACTUAL", "address": pick(NAMES)},
            )
        for person in [*self.children, *self.adults]:
            births = BIRTHS if person in self.children else (dt.date(1980, 1, 1),)
            self._row("core.person", person, lambda births=births: {
                "region_code": village(), "name": (name := pick(NAMES)), "name_sort": name, "sex": pick(("MALE", "FEMALE")),
                "birth_date": pick(births), "hukou_kind": "RURAL",
                        "birth_precision": "DAY", "life_status": "ALIVE", "is_demo": False, "household_id": pick([*self.homes, None]),
            })  # fmt: skip
            self._row("core.household_member", self._ids(1)[0], lambda person=person: {
                "region_code": village(), "person_id": person, "household_id": pick(self.homes), "kind": "ACTUAL",
                "relation_to_head": pick(("02", "20")), **self._interval(),
            })  # fmt: skip
        for guardian in self.adults:  # each guards once, so that no two rows of a pair can overlap
            self._row("core.guardianship", self._ids(1)[0], lambda guardian=guardian: {
                "region_code": village(), "child_id": pick(self.children), "guardian_id": guardian, "kind": "PARENT",
                "status": pick(("EFFECTIVE", "REVOKED")), **self._interval(),
            })  # fmt: skip
        for category in ("LBC_STRICT", "LBC_BROAD", "DISTRESSED"):
            self._row("core.registry_entry", self._ids(1)[0], lambda category=category: {
                "region_code": village(), "child_id": pick(self.children), "category": category, "rule_version": "t/1",
                "entry_reason": "PARENTS_LEFT", "state": pick(("PROPOSED", "ACTIVE", "EXITED")), **self._interval(),
            })  # fmt: skip
        return self.versions

    def _interval(self) -> dict[str, Any]:
        start, end = sorted(self._chance.sample(DAYS, 2))
        return {"valid_from": start, "valid_to": self._chance.choice((None, end))}

    def _row(self, table: str, id: uuid.UUID, values: Any) -> None:
        """One to four versions; now and then two of one instant."""
        hours = sorted(self._chance.choices(range(0, 24 * 40, 7), k=self._chance.randint(1, 4)))
        moments = [FIRST + dt.timedelta(hours=h) for h in hours]
        for number, (recorded, superseded) in enumerate(
            zip(moments, [*moments[1:], None], strict=True), start=1
        ):
            self.versions.append(
                {"table": table, "id": id, "jurisdiction": COUNTY, "version": number, "recorded": recorded,
                 "superseded": superseded, **values()}
            )  # fmt: skip


async def store(world: CommandWorld, versions: list[Version]) -> None:
    """Live rows into the tables, superseded ones into their histories; what was there is gone."""
    for table in reversed(TABLES):
        await world.database.execute(f"DELETE FROM {table}_history")
        await world.database.execute(f"DELETE FROM {table}")
    for table in TABLES:
        for is_live in (True, False):
            name = table if is_live else f"{table}_history"
            rows = [
                {k: v for k, v in one.items() if k not in ("table", "recorded", "superseded")}
                | {"recorded_at": one["recorded"], "superseded_at": one["superseded"]}
                for one in versions
                if one["table"] == table and (one["superseded"] is None) is is_live
            ]
            if rows:
                columns = ", ".join(k for k in rows[0] if not is_live or k != "superseded_at")
                await world.database.execute(
                    f"INSERT INTO {name} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{name}, $1::json)",
                    json.dumps(rows, default=str),
                )
