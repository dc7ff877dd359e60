"""The same questions answered over the plain list of all versions, without SQL: what the compiler must agree with."""

from __future__ import annotations

import datetime as dt
from typing import Any

from versions import Version

SUBJECT = {
    "core.guardianship": "child_id",
    "core.registry_entry": "child_id",
    "core.household_member": "person_id",
}


class AsItWas:
    """One moment, seen by a caller who answers for some divisions today."""

    def __init__(
        self, versions: list[Version], territory: str, valid: dt.date, known: dt.datetime | None
    ) -> None:
        self.valid, self.territory = valid, territory
        self.live = {v["id"]: v for v in versions if v["superseded"] is None}
        self.all = [v for v in versions if self._is_known(v, known)]

    @staticmethod
    def _is_known(v: Version, known: dt.datetime | None) -> bool:
        if known is None:
            return v["superseded"] is None
        return v["recorded"] <= known and (v["superseded"] is None or v["superseded"] > known)

    def _is_mine(self, v: Version) -> bool:
        return bool(v["region_code"].startswith(self.territory))

    def rows(self, table: str, **equal: Any) -> list[Version]:
        """Visible versions: the right is today's row's, and this version's too where it is about somebody else."""
        subject = SUBJECT.get(table, "id")
        return [
            v for v in self.all
            if v["table"] == table and all(v[k] == x for k, x in equal.items())
            and (v.get("birth_date") is None or v["birth_date"] <= self.valid)
            and self._is_mine(self.live[v["id"]])
            and (v[subject] == self.live[v["id"]][subject] or self._is_mine(v))
        ]  # fmt: skip

    def holds(self, v: Version) -> bool:
        return bool(v["valid_from"] <= self.valid and (v["valid_to"] is None or v["valid_to"] > self.valid))

    def current(self, table: str, **equal: Any) -> list[Version]:
        return [v for v in self.rows(table, **equal) if self.holds(v)]

    def age(self, v: Version) -> int | None:
        born, day = v["birth_date"], self.valid
        return (
            None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        )

    def is_left_behind(self, person: Version) -> bool:
        """Derived from every entry, whoever may see it."""
        return any(
            v["table"] == "core.registry_entry" and v["child_id"] == person["id"] and v["category"] != "DISTRESSED"
            and v["state"] == "ACTIVE" and self.holds(v)
            for v in self.all
        )  # fmt: skip

    def children(self) -> list[Version]:
        return [p for p in self.rows("core.person") if (age := self.age(p)) is not None and age < 18]
