"""Walk relations over rows in memory: what `rel` means, said without SQL.

In:  the catalog of world.py, its rows, a caller, a date. Out: the values that a row is related to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import world
from kinfold.catalog import PolicyRelation, TypeDef
from kinfold.identity.principal import Principal

Tables = Mapping[tuple[str, str], list[dict[str, Any]]]


class Walker:
    """Relations of one set of tables."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.reach = lru_cache(maxsize=65_536)(self._reach)
        self.by_key = {row["id"]: row for row in tables["pol", "person"]}

    def read(self, row: Mapping[str, Any], principal: Principal, today: date) -> dict[str, frozenset[str]]:
        """All relations of a person's row."""
        key = str(row["@key"])
        return {name: self.reach(name, key, principal.jurisdiction, today) for _, name in world.RELATIONS}

    def _reach(self, name: str, key: str, jurisdiction: str, today: date) -> frozenset[str]:
        relation: PolicyRelation = world.RELATIONS["test.Person", name]
        start = world.TYPES[relation.start_type]
        here = [self.by_key[key]] if _counts(self.by_key[key], start, jurisdiction, today) else []
        for step in relation.path:
            edge = start.relations[step]
            target = world.TYPES[edge.target]
            here = [
                there
                for row in here
                for there in self.tables[target.schema, target.table]
                if row[edge.join.local] is not None
                and row[edge.join.local] == there[edge.join.remote]
                and _counts(there, target, jurisdiction, today)
                and (edge.condition is None or world.CONDITIONS[edge.condition](there, today))
            ]
            start = target
        column = start.attributes[relation.value_attribute].column
        return frozenset(row[column] for row in here if row[column] is not None)


def _counts(row: Mapping[str, Any], type_: TypeDef, jurisdiction: str, today: date) -> bool:
    if row["jurisdiction"] != jurisdiction:
        return False
    return type_.condition is None or world.CONDITIONS[type_.condition](row, today)
