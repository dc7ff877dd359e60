"""Where rows come from: a table as it stands, or as it was known at an instant.

In:  a type, the moment of its root, a sink for bind values. Out: what FROM takes, without an alias. Every FROM of
the compiler goes through here; a test of the source text holds it.

Known at K is what was recorded by K and not yet superseded then: live rows that have stood since, and versions from
the history. The two never overlap: a row's `recorded_at` is its last version's `superseded_at` (commands/versions.py).
"""

from __future__ import annotations

from kinfold.catalog import TypeDef
from kinfold.plan.as_of import AsOf
from kinfold.sql.bind import GivenSlot, Sink, Use


def live_table(type_: TypeDef) -> str:
    """The table as it stands: what policies walk and commands write."""
    return type_.qualified


def is_dated(type_: TypeDef, as_of: AsOf) -> bool:
    """Its rows may be old versions. Reference tables (divisions) keep none and are read as they stand."""
    return as_of.known is not None and type_.history_table is not None and "recorded_at" in type_.columns


def table_source(type_: TypeDef, as_of: AsOf, sink: Sink) -> str:
    """The rows of a type's table at a moment.

    A table without a history shows only rows that have stood since before the moment: never what came to be known
    later.
    """
    if as_of.known is None or "recorded_at" not in type_.columns:
        return live_table(type_)
    known = sink.add(GivenSlot(as_of.known, Use.KNOWN), "timestamptz")
    columns = ", ".join(f'"{name}"' for name in type_.columns)
    if type_.history_table is None:
        return f'(SELECT {columns} FROM {live_table(type_)} WHERE "recorded_at" <= {known})'
    # The arms of the UNION ALL have no WHERE of their own: only then PostgreSQL merges it into the query around it and
    # looks into both tables by whatever index a join asks for (measured: decision 0019).
    past = f'"{type_.schema}"."{type_.history_table}"'
    every = (
        f"SELECT {columns}, 'infinity'::timestamptz AS \"superseded_at\" FROM {live_table(type_)} "
        f'UNION ALL SELECT {columns}, "superseded_at" FROM {past}'
    )
    return f'(SELECT {columns} FROM ({every}) v WHERE "recorded_at" <= {known} AND "superseded_at" > {known})'
