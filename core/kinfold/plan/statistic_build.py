"""The fields under `statistics` become StatisticTables.

In:  field nodes of a document. Out: RootStatistics. Errors: StatisticUnclear, ValueMissing.
"""

from __future__ import annotations

from collections.abc import Callable

from graphql.language import FieldNode

from kinfold.catalog import Catalog, Dimension, StatisticSpec
from kinfold.catalog.statistic import REGION
from kinfold.plan.argument import Arguments, enum_value
from kinfold.plan.collect import Collector, subselections
from kinfold.plan.errors import StatisticUnclear, ValueMissing
from kinfold.plan.statistic import (
    COUNTY,
    DIGITS,
    LEVELS,
    TOWN,
    VILLAGE,
    Picked,
    RootStatistics,
    StatisticTable,
)
from kinfold.plan.value import Given


class StatisticPlanner:
    """Reads the fields under `statistics` of one document."""

    def __init__(self, arguments: Arguments, collector: Collector, catalog: Catalog) -> None:
        self._arguments = arguments
        self._collector = collector
        self._catalog = catalog

    def root(self, key: str, nodes: list[FieldNode]) -> RootStatistics:
        fields = self._collector.collect(subselections(nodes), _is("Statistics"))
        return RootStatistics(key, tuple(self._part(k, found) for k, found in fields.items()))

    def _part(self, key: str, nodes: list[FieldNode]) -> StatisticTable | Picked:
        name = nodes[0].name.value
        if name == "__typename":
            return Picked(key, name)
        spec = self._catalog.statistics[name]
        given = {
            argument: value
            for argument, value in self._arguments.of(nodes[0]).items()
            if self._arguments.peek(value) is not None
        }
        fields = self._fields(spec, nodes)
        by = self._by(spec, given.get("by"))
        within = given.get("within")
        within_level = COUNTY if within is None else DIGITS.get(len(str(self._arguments.peek(within))), -1)
        level = LEVELS[str(enum_value(self._arguments.peek(given["level"])))] if "level" in given else TOWN
        if within_level < 0:
            raise StatisticUnclear("`within` is a county, a town or a village.")
        if REGION in by and level == VILLAGE and within_level == COUNTY:
            raise StatisticUnclear("Villages are shown town by town.")
        if REGION in by and within_level > level:
            raise StatisticUnclear("`within` is smaller than the divisions of `level`.")
        return StatisticTable(
            key,
            spec,
            self._catalog.types[spec.type],
            by,
            level,
            within,
            within_level,
            self._where(spec, given.get("where")),
            tuple(m for m in spec.measures if _mentions(fields, {m.total_field, m.average_field})),
            fields,
        )

    def _by(self, spec: StatisticSpec, given: Given | None) -> tuple[str, ...]:
        value = self._arguments.peek(given) if given is not None else []
        asked = value if isinstance(value, (list, tuple)) else [value]
        names = {str(enum_value(one)) for one in asked}
        return tuple(name for name in (REGION, *(d.name for d in spec.dimensions)) if name in names)

    def _where(self, spec: StatisticSpec, given: Given | None) -> tuple[tuple[Dimension, Given], ...]:
        if given is None:
            return ()
        entries = dict(self._arguments.entries(given))
        for name, value in entries.items():
            if self._arguments.peek(value) is None:
                raise ValueMissing(f"At {name}.")
        return tuple((d, entries[d.field]) for d in spec.dimensions if d.field in entries)

    def _fields(self, spec: StatisticSpec, nodes: list[FieldNode]) -> tuple[Picked, ...]:
        below = {f"{spec.title}Statistic": f"{spec.title}Cell", f"{spec.title}Cell": "StatisticRegion"}

        def pick(sets: list[FieldNode], title: str) -> tuple[Picked, ...]:
            fields = self._collector.collect(subselections(sets), _is(title))
            return tuple(
                Picked(key, found[0].name.value, pick(found, below[title]) if title in below else ())
                for key, found in fields.items()
            )

        return pick(nodes, f"{spec.title}Statistic")


def _is(title: str) -> Callable[[str], bool]:
    return lambda name: name == title


def _mentions(fields: tuple[Picked, ...], names: set[str]) -> bool:
    return any(one.name in names or _mentions(one.below, names) for one in fields)
