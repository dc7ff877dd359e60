"""Order and keyset: a total order that ends with the key, and the rows after or before a cursor.

Missing values come last in both directions. A key behind to-one edges is read where the caller may walk each edge,
see each row and read the field; elsewhere it is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from kinfold.catalog import Field, Relation
from kinfold.plan.model import Given, Order
from kinfold.policy.access import ALWAYS, NEVER
from kinfold.sql.bind import CursorValueSlot
from kinfold.sql.cursor import CursorBinding
from kinfold.sql.edge import here_edge, join_conditions
from kinfold.sql.predicate import Form
from kinfold.sql.writer import PG_TYPE, Scope, and_


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One expression of the order."""

    sql: str
    pg_type: str
    descending: bool
    nullable: bool


def order_keys(order: tuple[Order, ...], scope: Scope) -> list[OrderKey]:
    """Expressions in order, ending with the key. Default orders by what may not be read are left out.

    The key goes the way of the last expression, so that one index serves the order in both directions.
    """
    keys = [
        _key(o, scope)
        for o in order
        if not (o.is_default and o.field is not None and scope.may_read(o.field) != ALWAYS)
    ]
    keys.append(_id_key(scope, keys[-1].descending if keys else False))
    return keys


def _id_key(scope: Scope, descending: bool) -> OrderKey:
    key_type = "uuid" if scope.type.has_jurisdiction else "text"
    return OrderKey(f'{scope.alias}."{scope.type.key_column}"', key_type, descending, False)


def _key(order: Order, scope: Scope) -> OrderKey:
    if order.via:
        sql, pg_type = _behind(order.via, order.field, scope)
        return OrderKey(sql, pg_type, order.descending, True)
    if order.field is None:
        return _id_key(scope, order.descending)
    sql, pg_type = _value(order.field, scope)
    nullable = order.field.nullable or scope.may_read(order.field) != ALWAYS
    return OrderKey(sql, pg_type, order.descending, nullable)


def _value(field: Field | None, scope: Scope) -> tuple[str, str]:
    """What a field is sorted by, where it may be read; NULL elsewhere."""
    if field is None:
        key = _id_key(scope, False)
        return key.sql, key.pg_type
    read, pg_type = scope.may_read(field), PG_TYPE[field.scalar]
    column = f'{scope.alias}."{field.sort_column or field.column}"'
    if read == ALWAYS:
        return column, pg_type
    return f"CASE WHEN {scope.lower(read)} THEN {column} END", pg_type


def _behind(via: tuple[Relation, ...], field: Field | None, here: Scope) -> tuple[str, str]:
    """The value at the end of to-one edges, as a correlated subselect."""
    edge, *rest = via
    there = here.beside(here.writer.catalog.types[edge.target], Form.PROBE)
    value, pg_type = _behind(tuple(rest), field, there) if rest else _value(field, there)
    conditions = [*join_conditions(edge, here, there), *there.row_conditions()]
    sql = f"(SELECT {value} FROM {there.source()}{and_(conditions)})"
    read = here.may_read(here_edge(edge, here))
    if read == NEVER:
        return f"NULL::{pg_type}", pg_type
    return sql if read == ALWAYS else f"CASE WHEN {here.lower(read)} THEN {sql} END", pg_type


def order_sql(keys: list[OrderKey], *, is_backward: bool = False) -> str:
    """ORDER BY, or the exact reverse of it."""
    parts = []
    for key in keys:
        falling = key.descending != is_backward
        # Said only where it is not PostgreSQL's own way, so that an index in the plain order is recognised.
        nulls = (
            "" if not key.nullable or falling == is_backward else " NULLS LAST" if falling else " NULLS FIRST"
        )
        parts.append(f"{key.sql}{' DESC' if falling else ''}{nulls}")
    return " ORDER BY " + ", ".join(parts)


def cursor_condition(
    keys: list[OrderKey], cursor: Given, binding: CursorBinding, scope: Scope, *, is_before: bool
) -> str:
    """The rows that come after the cursor's row in this order, or before it."""
    values = [
        scope.writer.sink.add(CursorValueSlot(binding, cursor, i, len(keys), k.pg_type), k.pg_type)
        for i, k in enumerate(keys)
    ]
    if not any(k.nullable or k.descending != keys[0].descending for k in keys):
        # A row comparison can use an index on exactly these columns.
        sign = "<" if keys[0].descending != is_before else ">"
        return f"(({', '.join(k.sql for k in keys)}) {sign} ({', '.join(values)}))"
    branches = []
    for i, key in enumerate(keys):
        same = [f"{k.sql} IS NOT DISTINCT FROM {v}" for k, v in zip(keys[:i], values[:i], strict=True)]
        branches.append("(" + " AND ".join([*same, _past(key, values[i], is_before)]) + ")")
    return "(" + " OR ".join(branches) + ")"


def _past(key: OrderKey, value: str, is_before: bool) -> str:
    """This one key lies beyond the cursor's; a missing one lies behind every other."""
    test = f"{key.sql} {'<' if key.descending != is_before else '>'} {value}"
    if not key.nullable:
        return test
    missing, there = (value, key.sql) if is_before else (key.sql, value)
    return f"({test} OR ({missing} IS NULL AND {there} IS NOT NULL))"
