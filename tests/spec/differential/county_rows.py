"""Every row of a county in memory, with what the catalog computes and demands of it.

In:  a database, the catalog, today's date. Out: `Rows`: rows by type, the rows at the other end of an edge, and the
values that policy relations lead to. Declared SQL (computed fields, conditions) is evaluated by PostgreSQL once, row
by row, when the rows are loaded; everything else is plain Python.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import asyncpg
from kinfold.catalog import Batch, BatchRequest, Catalog, Relation, TypeDef
from kinfold.catalog.template import fill_template, name_live

Row = dict[str, Any]


class Rows:
    """The county. Rows are shared between the types over one table."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.tables: dict[str, list[Row]] = {}
        self._by_value: dict[tuple[str, str], dict[Any, list[Row]]] = {}
        self._related: dict[tuple[int, str, str], frozenset[str]] = {}

    async def load(self, url: str, today: dt.date) -> None:
        connection = await asyncpg.connect(url)
        try:
            for table in {t.qualified for t in self.catalog.types.values()}:
                self.tables[table] = await self._load_table(connection, table, today)
        finally:
            await connection.close()

    async def _load_table(self, connection: Any, table: str, today: dt.date) -> list[Row]:
        columns: dict[str, str] = {}
        for text in self._conditions(table):
            columns[f"?{text}"] = text
        for t in self.catalog.types.values():
            if t.qualified == table:
                for name, field in t.attributes.items():
                    if field.batch is not None:
                        continue
                    columns[name] = f't."{field.column}"' if field.column else str(field.expression)
        targets = ", ".join(f"({text}) AS c{i}" for i, text in enumerate(columns.values()))
        sql = fill_template(f"SELECT {targets} FROM {table} t", "t", lambda: f"DATE '{today}'", name_live)
        found = await connection.fetch(sql)
        rows = [dict(zip(columns, row, strict=True)) for row in found]
        for field in {
            f for t in self.catalog.types.values() if t.qualified == table for f in t.fields.values()
        }:
            if field.batch is not None:
                self._compute(field.attribute, field.batch, rows, today)
        return rows

    @staticmethod
    def _compute(attribute: str, batch: Batch, rows: list[Row], today: dt.date) -> None:
        """A batch field row by row: what is asked together must not matter."""
        for row in rows:
            key = tuple(row[need.attribute] for need in batch.needs)
            asked = BatchRequest((key,), today, str(row["jurisdiction"]))
            row[attribute] = None if None in key else batch.compute(asked)[key]  # type: ignore[index]

    def _conditions(self, table: str) -> Iterator[str]:
        for t in self.catalog.types.values():
            if t.qualified == table and t.condition:
                yield t.condition
            for edge in t.relations.values():
                if edge.condition and self.catalog.types[edge.target].qualified == table:
                    yield edge.condition

    def of(self, type_: TypeDef) -> list[Row]:
        """The rows that are of this type."""
        return [row for row in self.tables[type_.qualified] if self.is_of(type_, row)]

    @staticmethod
    def is_of(type_: TypeDef, row: Row) -> bool:
        return type_.condition is None or row[f"?{type_.condition}"] is True

    def where(self, type_: TypeDef, attribute: str, value: Any) -> list[Row]:
        """Rows of the table with this value, whatever their type's condition says."""
        key = (type_.qualified, attribute)
        if key not in self._by_value:
            index: dict[Any, list[Row]] = defaultdict(list)
            for row in self.tables[type_.qualified]:
                if row[attribute] is not None:
                    index[row[attribute]].append(row)
            self._by_value[key] = index
        return self._by_value[key].get(value, [])

    def across(self, edge: Relation, row: Row) -> list[Row]:
        """The rows at the other end of an edge, by its join, its condition and its target's."""
        target = self.catalog.types[edge.target]
        found = self.where(target, edge.join.remote, row[edge.join.local])
        if edge.condition:
            found = [there for there in found if there[f"?{edge.condition}"] is True]
        return [there for there in found if self.is_of(target, there)]

    def related(self, kind: str, name: str, row: Row) -> frozenset[str]:
        """The values at the ends of a policy relation, as text."""
        key = (id(row), kind, name)
        if key not in self._related:
            self._related[key] = frozenset(self._walk(kind, name, row))
        return self._related[key]

    def _walk(self, kind: str, name: str, row: Row) -> Iterator[str]:
        relation = self.catalog.policy_relations[kind, name]
        here = self.catalog.types[relation.start_type]
        rows = [row] if self.is_of(here, row) else []
        for step in relation.path:
            edge = here.relations[step]
            rows = [there for one in rows for there in self.across(edge, one)]
            here = self.catalog.types[edge.target]
        for one in rows:
            if one[relation.value_attribute] is not None:
                yield str(one[relation.value_attribute])


class ForRules(Mapping[str, Any]):
    """A row as the closures of the policy see it: attributes, and `rel:<name>` for what it is related to."""

    def __init__(self, rows: Rows, kind: str, row: Row) -> None:
        self._rows, self._kind, self._row = rows, kind, row

    def __getitem__(self, key: str) -> Any:
        if key.startswith("rel:"):
            return self._rows.related(self._kind, key.removeprefix("rel:"), self._row)
        return self._row[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._row)

    def __len__(self) -> int:
        return len(self._row)
