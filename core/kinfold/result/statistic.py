"""Raw counts become the published table: small cells hidden, and what would give them away.

In:  the answer with raw rows under each table's response key, the values of the request.
Out: the same answer with what may be shown in their place.
Never: puts a raw count into a log, an error or the answer.   Read next: kinfold/statistics/publish.py
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from types import EllipsisType
from typing import Any, Final

import orjson

from kinfold.catalog import Dimension
from kinfold.catalog.statistic import REGION
from kinfold.plan.argument import enum_value
from kinfold.plan.errors import StatisticTooLarge, StatisticUnclear
from kinfold.plan.statistic import COUNTY, TOWN, VILLAGE, Picked, StatisticTable
from kinfold.policy.region import is_territory
from kinfold.sql.bind import BindContext
from kinfold.sql.statistic import StatisticRows
from kinfold.statistics.publish import (
    Measure,
    Place,
    Published,
    RawRow,
    Shown,
    TableTooLarge,
    Value,
    publish,
    town_of,
)

_LEVELS: Final = ("COUNTY", "TOWN", "VILLAGE")


def publish_statistics(data: bytes, statistics: Sequence[StatisticRows], context: BindContext) -> bytes:
    """The answer with every raw table replaced. StatisticTooLarge when one cannot be protected in time."""
    tree = orjson.loads(data)
    for rows in statistics:
        root, key = rows.path
        try:
            tree[root][key] = _Answer(rows, tree[root][key], context).show()
        except TableTooLarge:
            raise StatisticTooLarge from None
    return orjson.dumps(tree)


class _Answer:
    """One table as it was asked for."""

    def __init__(self, rows: StatisticRows, raw: dict[str, Any], context: BindContext) -> None:
        self.table: StatisticTable = rows.table
        self.dimensions = rows.dimensions
        self.names: dict[str, str] = raw["names"] or {}
        self.jurisdiction = context.principal.jurisdiction
        self.within = self._within(context)
        self.where = {dimension.name: _chosen(context.given(given)) for dimension, given in self.table.where}
        self.values, self.published = self._protect(raw["rows"])

    def _within(self, context: BindContext) -> Place:
        if self.table.within is None:
            return Place(COUNTY)
        code = str(context.given(self.table.within))
        if not is_territory(code):
            raise StatisticUnclear("`within` is no division.")
        if self.table.within_level == COUNTY:
            # Another county's children are not counted here: as nobody lives there, zero is the answer.
            return Place(COUNTY) if code == self.jurisdiction else Place(TOWN, -1)
        return Place(self.table.within_level, int(code.ljust(12, "0")))

    def _protect(self, rows: Sequence[Sequence[Any]]) -> tuple[list[list[Value]], Published]:
        count = len(self.dimensions)
        raw = [
            RawRow(
                row[0],
                tuple(_decode(d, v) for d, v in zip(self.dimensions, row[1 : count + 1], strict=True)),
                row[count + 1],
                tuple((row[i], row[i + 1]) for i in range(count + 2, len(row), 2)),
            )
            for row in rows
        ]
        values = [_values(d, {row.values[i] for row in raw}) for i, d in enumerate(self.dimensions)]
        measures = [Measure(m.is_amount) for m in self.table.measures]
        town = town_of(self.within.number) if self.table.has_villages else None
        return values, publish(raw, values, measures, self.table.spec.suppressed_below, town)

    def show(self) -> dict[str, Any]:
        return {one.key: self._field(one) for one in self.table.fields}

    def _field(self, one: Picked) -> Any:
        match one.name:
            case "cells":
                return self._cells(one.below)
            case "total":
                return self._sum(self.within, {}).count
            case "suppressedBelow":
                return self.table.spec.suppressed_below
            case _:
                return f"{self.table.spec.title}Statistic"

    def _cells(self, fields: Sequence[Picked]) -> list[dict[str, Any]]:
        """Cells with somebody in them, and hidden ones. What is not listed is zero."""
        asked = [d for d in self.dimensions if d.name in self.table.by]
        axes = [[v for v in self.values[self.dimensions.index(d)] if self._is_chosen(d, v)] for d in asked]
        found = []
        for place in self._places():
            if self.published.is_closed(place.level):
                continue  # which cells there are would be told
            for values in product(*axes):
                fixed = {d.name: v for d, v in zip(asked, values, strict=True)}
                shown = self._sum(place, fixed)
                if shown.count != 0:
                    found.append(self._cell(fields, place, fixed, shown))
        return found

    def _places(self) -> list[Place]:
        if REGION not in self.table.by:
            return [self.within]
        if self.within.level == self.table.level:
            return [self.within]
        places = self.published.divisions(self.table.level)
        if self.within.level == COUNTY:
            return places
        return [place for place in places if town_of(place.number) == self.within.number]

    def _is_chosen(self, dimension: Dimension, value: Value) -> bool:
        return dimension.name not in self.where or value in self.where[dimension.name]

    def _sum(self, place: Place, fixed: Mapping[str, Value]) -> Shown:
        """A cell of the published table; where `where` names several values, their sum if none is hidden."""
        choices: list[Sequence[Value | EllipsisType]] = []
        for dimension in self.dimensions:
            if dimension.name in fixed:
                choices.append([fixed[dimension.name]])
            else:
                choices.append(self.where.get(dimension.name, [...]))
        total = Shown(0, (0,) * len(self.table.measures))
        for chosen in product(*choices):
            total = total.plus(self.published.cell(place, chosen))
        return total

    def _cell(
        self, fields: Sequence[Picked], place: Place, fixed: Mapping[str, Value], shown: Shown
    ) -> dict[str, Any]:
        by_field = {d.field: fixed.get(d.name) for d in self.dimensions}
        found: dict[str, Any] = {}
        for one in fields:
            match one.name:
                case "region":
                    found[one.key] = self._region(one.below, place) if REGION in self.table.by else None
                case "count":
                    found[one.key] = shown.count
                case "isSuppressed":
                    found[one.key] = shown.count is None
                case "__typename":
                    found[one.key] = f"{self.table.spec.title}Cell"
                case name if name in by_field:
                    found[one.key] = by_field[name]
                case name:
                    found[one.key] = self._measure(name, shown)
        return found

    def _measure(self, name: str, shown: Shown) -> int | float | None:
        for measure, total in zip(self.table.measures, shown.sums, strict=True):
            if name == measure.total_field:
                return total
            if name == measure.average_field and total is not None and shown.count:
                return round(total / shown.count, 1)
        return None

    def _region(self, fields: Sequence[Picked], place: Place) -> dict[str, Any]:
        code = self.jurisdiction if place.level == COUNTY else _code(place.number, place.level)
        level = {6: COUNTY, 9: TOWN}.get(len(code), VILLAGE)
        values = {
            "code": code,
            "name": self.names.get(code),
            "level": _LEVELS[level],
            "__typename": "StatisticRegion",
        }
        return {one.key: values[one.name] for one in fields}


def _code(number: int, level: int) -> str:
    """The code behind a division's number. Who has no village is shown under the town, who has no town under the county."""
    code = str(number)
    if code.endswith("000000"):
        return code[:6]
    return code[:9] if level == TOWN or code.endswith("000") else code


def _chosen(value: Any) -> list[Value]:
    """The values of `where`, each once: a value named twice is not counted twice."""
    values = value if isinstance(value, (list, tuple)) else [value]
    return list(dict.fromkeys(str(enum_value(one)) for one in values))


def _decode(dimension: Dimension, value: Any) -> Value:
    """What PostgreSQL gave as a value of the dimension: a position, a text, or nothing."""
    if value is None:
        return dimension.absent
    if isinstance(value, int) and dimension.values:
        return list(dimension.values)[value]
    return str(value)


def _values(dimension: Dimension, found: set[Value]) -> list[Value]:
    """The values that occur, in the declared order or sorted; the unstated one last.

    Values that nobody has are left out: a proof must not rest on them.
    """
    declared: list[Value] = [value for value in dimension.values or {} if value in found]
    return declared + sorted(found - set(declared), key=lambda value: (value is None, value or ""))
