"""Tables and rows made from a catalog alone.

In:  a Catalog (any: the small one of the tests or the shipped one), literals that rules mention. Out: tables
with the catalog's columns and no constraint at all, filled with rows over interesting values and NULL, so that
rules meet every gap that a real constraint would only make unlikely. Keys and foreign keys come from one pool,
so that walks meet; `x_ord` is always the number of `x_code`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
from kinfold.catalog import Catalog, Scalar, TypeDef
from kinfold.policy.age import days_before, latest_birth
from kinfold.policy.bundle import Bundle
from kinfold.policy.ir import (
    AgeYears,
    Coalesce,
    DaysSince,
    Literal,
    Member,
    TextMatch,
    ValueType,
    each_leaf,
    terms_of,
)
from kinfold.policy.region import region_ord

PG_TYPES = {
    Scalar.ID: "uuid",
    Scalar.STRING: "text",
    Scalar.INT: "bigint",
    Scalar.FLOAT: "double precision",
    Scalar.BOOLEAN: "boolean",
    Scalar.DATE: "date",
    Scalar.DATETIME: "timestamptz",
    Scalar.REGION: "text",
    Scalar.ENUM: "text",
}

#: Values that break careless code, for every scalar.
HOSTILE: Mapping[Scalar, tuple[Any, ...]] = {
    Scalar.STRING: (
        "",
        "%",
        "_",
        "a&&b",
        "wow!",
        "r.txt",
        "p.txt",
        "a||b",
        "Ａ",
        "𠮷",
        "a",
        "xa",
        "&b",
        "A",
        "'",
        '"',
        "\\",
    ),
    Scalar.ENUM: ("good", "fair", "a&&b", "education", "civil_affairs"),
    Scalar.INT: (0, 1, 2, 3, -1, 2**40),
    Scalar.FLOAT: (0.0, 0.5, -0.5, 1.0, float("nan"), float("inf")),
    Scalar.BOOLEAN: (True, False),
    Scalar.DATE: (
        date(2008, 2, 28),
        date(2008, 2, 29),
        date(2008, 3, 1),
        date(2010, 2, 28),
        date(2010, 3, 1),
        date(2012, 2, 29),
        date(2025, 12, 31),
        date(2030, 1, 1),
        date.max,  # the driver's infinity
        date.min,
    ),
    Scalar.DATETIME: (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 16, tzinfo=UTC)),
    Scalar.REGION: (
        "37",
        "3709",
        "370999",
        "370999101",
        "370999101001",
        "370999102001",
        "37099910",
        "370999000000",
        "370983111",
        "3709991010011",
        "",
    ),
}


def _column_types(catalog: Catalog) -> dict[tuple[str, str], dict[str, str]]:
    """Columns with their types, for every table: from fields, and from joins for what no field shows."""
    tables: dict[tuple[str, str], dict[str, str]] = {}
    for type_ in catalog.types.values():
        columns = tables.setdefault((type_.schema, type_.table), {})
        if type_.has_jurisdiction:
            columns["jurisdiction"] = "text"
        for field in type_.attributes.values():
            if field.column is not None:
                columns[field.column] = PG_TYPES[field.scalar] + ("[]" if field.is_list else "")
    for type_ in catalog.types.values():
        tables[type_.schema, type_.table].setdefault(type_.key_column, "uuid")
        for edge in type_.relations.values():
            target = catalog.types[edge.target]
            tables[type_.schema, type_.table].setdefault(edge.join.local, "uuid")
            tables[target.schema, target.table].setdefault(edge.join.remote, "uuid")
    return tables


async def create_tables(connection: asyncpg.Connection, catalog: Catalog) -> None:
    """One table for every table of the catalog, without constraints."""
    for schema, table in _column_types(catalog):
        await connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        columns = _column_types(catalog)[schema, table]
        listed = ", ".join(f'"{name}" {pg_type}' for name, pg_type in columns.items())
        await connection.execute(f'CREATE TABLE "{schema}"."{table}" ({listed})')


def harvest_values(bundle: Bundle, today: date) -> dict[Scalar, set[Any]]:
    """Every literal of the rules, and the dates on which their ages and spans change."""
    found: dict[Scalar, set[Any]] = {scalar: set() for scalar in Scalar}
    for rule in bundle.rules:
        for leaf in each_leaf(rule.when):
            literals = [term for term in terms_of(leaf) if isinstance(term, Literal)]
            literals += [term.default for term in terms_of(leaf) if isinstance(term, Coalesce)]
            if isinstance(leaf, Member) and isinstance(leaf.options, tuple):
                literals += leaf.options
            for one in literals:
                _add_literal(found, one)
            if isinstance(leaf, TextMatch):
                found[Scalar.STRING] |= {leaf.needle, leaf.needle + "x", "x" + leaf.needle}
            if isinstance(leaf, AgeYears):
                edges = [latest_birth(today, leaf.years), latest_birth(today, leaf.years + 1)]
                found[Scalar.DATE] |= {days_before(edge, step) for edge in edges for step in (-1, 0, 1)}
            if isinstance(leaf, DaysSince):
                found[Scalar.DATE] |= {days_before(today, leaf.days + step) for step in (-1, 0, 1)}
    return found


def _add_literal(found: dict[Scalar, set[Any]], literal: Literal) -> None:
    scalars = {
        ValueType.TEXT: (Scalar.STRING, Scalar.ENUM),
        ValueType.ENUM: (Scalar.STRING, Scalar.ENUM),
        ValueType.INT: (Scalar.INT,),
        ValueType.FLOAT: (Scalar.FLOAT,),
        ValueType.DATE: (Scalar.DATE,),
        ValueType.REGION: (Scalar.REGION,),
        ValueType.ID: (Scalar.ID,),
    }
    for scalar in scalars.get(literal.type, ()):
        found[scalar].add(literal.value)
        if scalar in (Scalar.INT, Scalar.FLOAT):
            found[scalar].add(literal.value + 1)


async def fill_tables(
    connection: asyncpg.Connection,
    catalog: Catalog,
    *,
    rows: int,
    seed: int,
    ids: Sequence[str],
    jurisdictions: Sequence[str],
    extra: Mapping[Scalar, Iterable[Any]],
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Fill every table with `rows` rows; the key of row i is `ids[i]` in every table. Returns the rows."""
    chance = random.Random(seed)
    pools = {
        scalar: [*HOSTILE.get(scalar, ()), *sorted(extra.get(scalar, ()), key=repr)] for scalar in Scalar
    }
    pools[Scalar.ID] += ids[: max(8, rows // 4)]
    made: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for (schema, table), columns in _column_types(catalog).items():
        of_table = [
            type_ for type_ in catalog.types.values() if (type_.schema, type_.table) == (schema, table)
        ]
        dealt = {name: _deal(chance, pools[_scalar_of(of_table, name)]) for name in columns}
        made[schema, table] = [
            _make_row(chance, of_table, columns, dealt, ids[number], jurisdictions) for number in range(rows)
        ]
        await connection.copy_records_to_table(
            table,
            schema_name=schema,
            columns=list(columns),
            records=[tuple(row[name] for name in columns) for row in made[schema, table]],
        )
    return made


def _scalar_of(types: Sequence[TypeDef], column: str) -> Scalar:
    found = (field.scalar for one in types for field in one.attributes.values() if field.column == column)
    return next(found, Scalar.ID)


def _deal(chance: random.Random, pool: Sequence[Any]) -> Iterator[Any]:
    """The pool in random order, again and again: every value comes before any comes twice."""
    while True:
        yield from chance.sample(pool, len(pool))


def _make_row(
    chance: random.Random,
    types: Sequence[TypeDef],
    columns: Mapping[str, str],
    dealt: Mapping[str, Iterator[Any]],
    key: str,
    jurisdictions: Sequence[str],
) -> dict[str, Any]:
    by_column = {
        field.column: field
        for type_ in types
        for field in type_.attributes.values()
        if field.column is not None
    }
    row: dict[str, Any] = {}
    for name in columns:
        field = by_column.get(name)
        if name == "jurisdiction":
            row[name] = chance.choices(jurisdictions, [9, *[1] * (len(jurisdictions) - 1)])[0]
        elif name == types[0].key_column and columns[name] == "uuid":
            row[name] = key
        elif field is not None and (field.is_list or chance.random() < (0.2 if field.nullable else 0)):
            row[name] = None
        else:
            row[name] = next(dealt[name])
    for name in columns:
        code = name.removesuffix("_ord") + "_code"
        if name.endswith("_ord") and code in columns:
            row[name] = region_ord(row[code])
    return row
