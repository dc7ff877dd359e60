"""A statistic as SQL: one grouping over the rows that the caller may count, as JSON beside the other roots.

In:  a StatisticTable and the decision on it. Out: a subselect that yields `{"rows": [[division, value…, count, sum,
largest…]…], "names": {code: name}}`. It holds raw counts: the result stage protects them before anything leaves.
All dimensions that the class may use are grouped by, whatever is asked: the whole table is protected as one.
"""

from __future__ import annotations

from dataclasses import dataclass

from kinfold.catalog import Dimension, Relation, StatisticMeasure
from kinfold.plan.statistic import StatisticTable
from kinfold.policy.access import ALWAYS, KindAccess
from kinfold.policy.statistic import TableAccess
from kinfold.sql.bind import GivenSlot, Use
from kinfold.sql.predicate import Form
from kinfold.sql.slot import EnvSlot, SubjectSlot, YearsBefore
from kinfold.sql.territory import VILLAGES_PER_TOWN
from kinfold.sql.writer import Scope, Writer, and_


@dataclass(frozen=True, slots=True)
class StatisticRows:
    """Where the raw rows of a table stand in the answer, and how to read them."""

    path: tuple[str, str]
    table: StatisticTable
    dimensions: tuple[Dimension, ...]


def statistic_sql(table: StatisticTable, access: TableAccess, writer: Writer) -> str:
    """The raw rows of one table."""
    return _Table(table, access, writer).sql()


class _Table:
    def __init__(self, table: StatisticTable, access: TableAccess, writer: Writer) -> None:
        self.table, self.access, self.writer = table, access, writer
        self.scope = Scope(writer, writer.alias(), table.type, Form.SET)
        self.joins: list[str] = []

    def sql(self) -> str:
        groups = [self._division(), *(self._value(d) for d in self.access.dimensions)]
        keys = [f"d{i}" for i in range(len(groups))]
        columns = [f"{sql} AS {key}" for sql, key in zip(groups, keys, strict=True)]
        columns.append("count(*) AS n")
        shown = [*keys, "n"]
        for i, measure in enumerate(self.table.measures):
            value = self._measure(measure)
            columns += [f"sum({value})::bigint AS s{i}", f"max({value})::bigint AS m{i}"]
            shown += [f"s{i}", f"m{i}"]
        grouped = (
            f"SELECT {', '.join(columns)} FROM {self.scope.source()}{''.join(self.joins)}"
            f"{and_(self._conditions(self.scope, self.access.row))} GROUP BY {', '.join(keys)}"
        )
        row = self.scope.alias + "g"
        cells = ", ".join(f"{row}.{name}" for name in shown)
        rows = f"coalesce(json_agg(json_build_array({cells})), '[]'::json)"
        return f"(SELECT json_build_object('rows', {rows}, 'names', {self._names()}) FROM ({grouped}) {row})"

    def _conditions(self, scope: Scope, access: KindAccess) -> list[str]:
        """Of the caller's county, of the type, in the statistic, and counted for this class."""
        home = self.writer.sink.add(SubjectSlot("jurisdiction"), "text")
        found = [f'{scope.alias}."jurisdiction" = {home}'] if scope.type.has_jurisdiction else []
        declared = [scope.type.condition, self.table.spec.condition if scope is self.scope else None]
        found += [f"({scope.fill(text)})" for text in declared if text is not None]
        if access.row != ALWAYS:
            found.append(scope.lower(access.row))
        return found

    def _town(self) -> str:
        assert self.table.within is not None  # noqa: S101  (the plan has villages only within a town)
        low = self.writer.sink.add(GivenSlot(self.table.within, Use.REGION_LOW), "bigint")
        return f"{low} / {VILLAGES_PER_TOWN}"

    def _division(self) -> str:
        number = f'{self.scope.alias}."region_ord"'
        town = f"{number} / {VILLAGES_PER_TOWN}"
        if not self.table.has_villages:
            return f"{town} * {VILLAGES_PER_TOWN}"
        return f"CASE WHEN {town} = {self._town()} THEN {number} ELSE {town} * {VILLAGES_PER_TOWN} END"

    def _value(self, dimension: Dimension) -> str:
        if dimension.relation is not None:
            return self._related(dimension, self.table.type.relations[dimension.relation])
        return self._own_value(dimension, self.scope)

    def _own_value(self, dimension: Dimension, scope: Scope) -> str:
        if dimension.expression is not None:
            return f"({scope.fill(dimension.expression)})"
        assert dimension.attribute is not None  # noqa: S101  (checked at assembly)
        column = scope.column(scope.type.attributes[dimension.attribute])
        if not dimension.ages:
            return column
        bands = [
            f"WHEN {column} > {self.writer.sink.add(EnvSlot('today', YearsBefore(upper)), 'date')} THEN {i}"
            for i, upper in enumerate(dimension.ages[1:])
        ]
        return f"CASE {' '.join(bands)} ELSE {len(bands)} END"

    def _related(self, dimension: Dimension, edge: Relation) -> str:
        """Of several related rows the value that stands first in the declared order; NULL where there is none."""
        there = self.scope.beside(self.writer.catalog.types[edge.target], Form.SET)
        value = self._own_value(dimension, there)
        if dimension.values:
            ranks = " ".join(f"WHEN '{code}' THEN {i}" for i, code in enumerate(dimension.values))
            value = f"CASE {value} {ranks} END"
        return self._join(edge, there, f"min({value})", dimension.condition, dimension.relation or "")

    def _measure(self, measure: StatisticMeasure) -> str:
        if measure.relation is None:
            return f"({self.scope.fill(measure.expression)})"
        edge = self.table.type.relations[measure.relation]
        there = self.scope.beside(self.writer.catalog.types[edge.target], Form.SET)
        value = there.fill(measure.expression)
        return f"coalesce({self._join(edge, there, value, None, measure.relation)}, 0)"

    def _join(self, edge: Relation, there: Scope, value: str, condition: str | None, relation: str) -> str:
        """One row for each key of the related rows that may be counted, joined by a hash: rows are many."""
        conditions = self._conditions(there, self.access.related[relation])
        for text in (edge.condition, condition):
            if text is not None:
                conditions.append(f"({there.fill(text)})")
        key, name = f'{there.alias}."{edge.join.remote}"', f"{there.alias}j"
        inner = f"SELECT {key} AS k, {value} AS v FROM {there.source()}{and_(conditions)} GROUP BY 1"
        self.joins.append(f' LEFT JOIN ({inner}) {name} ON {name}.k = {self.scope.alias}."{edge.join.local}"')
        return f"{name}.v"

    def _names(self) -> str:
        """Names of the county, its towns, and the villages that are asked for."""
        if not (self.table.has_names and self.access.has_names):
            return "NULL::json"
        region = self.writer.alias()
        home = self.writer.sink.add(SubjectSlot("jurisdiction"), "text")
        low, high = (f"rpad({home}, 12, '{digit}')::bigint" for digit in "09")
        which = f"{region}.level <> 'VILLAGE'"
        if self.table.has_villages:
            which = f"({which} OR {region}.region_ord / {VILLAGES_PER_TOWN} = {self._town()})"
        return (
            f"(SELECT json_object_agg({region}.code, {region}.name) FROM core.region {region} "
            f"WHERE {region}.region_ord BETWEEN {low} AND {high} AND {which})"
        )
