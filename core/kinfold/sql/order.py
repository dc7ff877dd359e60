"""Order and keyset: total order ending with the key, and the condition "after this cursor"."""

from __future__ import annotations

from dataclasses import dataclass

from kinfold.plan.model import Given, Order
from kinfold.policy.access import ALWAYS
from kinfold.sql.bind import CursorValueSlot
from kinfold.sql.cursor import CursorBinding
from kinfold.sql.writer import PG_TYPE, Scope


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One expression of the order."""

    sql: str
    pg_type: str
    descending: bool
    nullable: bool


def order_keys(order: tuple[Order, ...], scope: Scope) -> list[OrderKey]:
    """Expressions in order, ending with the key. Default orders by what may not be read are left out.

    A nullable expression is preceded by "is it missing?", so that missing ones come last in both directions.
    """
    keys: list[OrderKey] = []
    for o in order:
        if o.field is None:
            keys.append(OrderKey(f'{scope.alias}."{scope.type.key_column}"', "uuid", o.descending, False))
            continue
        read = scope.may_read(o.field)
        if o.is_default and read != ALWAYS:
            continue
        column = f'{scope.alias}."{o.field.sort_column or o.field.column}"'
        value = column if read == ALWAYS else f"CASE WHEN {scope.lower(read)} THEN {column} END"
        nullable = o.field.nullable or read != ALWAYS
        pg_type = PG_TYPE[o.field.scalar]
        if nullable:
            keys.append(OrderKey(f"({value} IS NULL)", "boolean", False, False))
        keys.append(OrderKey(value, pg_type, o.descending, nullable))
    key_type = "uuid" if scope.type.has_jurisdiction else "text"
    keys.append(OrderKey(f'{scope.alias}."{scope.type.key_column}"', key_type, False, False))
    return keys


def order_sql(keys: list[OrderKey]) -> str:
    return " ORDER BY " + ", ".join(f"{k.sql}{' DESC' if k.descending else ''}" for k in keys)


def after_sql(keys: list[OrderKey], after: Given, binding: CursorBinding, scope: Scope) -> str:
    """The rows that come after the cursor's row in this order."""
    values = [
        scope.writer.sink.add(CursorValueSlot(binding, after, i, len(keys), k.pg_type), k.pg_type)
        for i, k in enumerate(keys)
    ]
    if not any(k.descending or k.nullable for k in keys):
        # A row comparison can use an index on exactly these columns.
        return f"(({', '.join(k.sql for k in keys)}) > ({', '.join(values)}))"
    branches = []
    for i, key in enumerate(keys):
        same = [f"{k.sql} IS NOT DISTINCT FROM {v}" for k, v in zip(keys[:i], values[:i], strict=True)]
        branches.append(
            "(" + " AND ".join([*same, f"{key.sql} {'<' if key.descending else '>'} {values[i]}"]) + ")"
        )
    return "(" + " OR ".join(branches) + ")"
