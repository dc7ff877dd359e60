"""The sibling table that keeps superseded versions of a row, written in the same transaction (commands/versions.py).

In:  a model. Out: its `<table>_history`: the same columns, generated ones included, and `superseded_at`: known to the
system from `recorded_at` until `superseded_at`. No constraint but its key `(jurisdiction, id, version)`.

`asOf(known:)` joins versions by the columns that joins use today, so the live table's indexes are here as well: plain
ones, and what stands under unique and exclusion constraints. An index that only today's questions need says
`Index(…, info={"is_live_only": True})`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import (
    Column,
    Computed,
    DateTime,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from kinfold.catalog import Scalar, Sensitivity
from kinfold.plugin_api.model import ColumnInfo, Model

_MOST = (
    3  # columns of one index: joins and orders need no more, the rest is there to make today's lists quick
)
_KEY = ("jurisdiction", "id", "version")
_SPECIAL = ("using", "ops")  # options of PostgreSQL that make an index more than plain


def history_of(model: type[Model]) -> Table:
    """Declare the history table of a model, once."""
    live = model.__table__
    if not isinstance(live, Table):
        raise TypeError(f"{model.__name__} is not a table")
    superseded = ColumnInfo(
        "platform", Sensitivity.S1, "被取代时间", "Superseded at", Scalar.DATETIME, is_exposed=False
    )
    history = Table(
        f"{live.name}_history",
        Model.metadata,
        *(_copy(column) for column in live.columns),
        Column("superseded_at", DateTime(timezone=True), nullable=False, info={"kinfold": superseded}),
        PrimaryKeyConstraint(*_KEY),
        schema=live.schema,
    )
    for columns in history_indexes(live):
        Index(None, *(history.c[name] for name in columns))
    return history


def history_indexes(live: Table) -> tuple[tuple[str, ...], ...]:
    """The columns of each index that the history of this table has, in a fixed order."""
    wanted = {columns[:_MOST] for columns in _found_by(live) if columns}
    # What begins like another index, or like the key, is found by that one already.
    longer = wanted | {_KEY}
    return tuple(sorted(one for one in wanted if not any(o != one and o[: len(one)] == one for o in longer)))


def _copy(column: Column[object]) -> Column[object]:
    generated = [] if column.computed is None else [Computed(column.computed.sqltext, persisted=True)]
    return Column(column.name, column.type, *generated, nullable=column.nullable, info=dict(column.info))


def _found_by(live: Table) -> Iterator[tuple[str, ...]]:
    for index in live.indexes:
        if _is_plain(index) and not index.info.get("is_live_only"):
            yield _names(index.expressions)
    for constraint in live.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield _names(constraint.columns)
        elif isinstance(constraint, ExcludeConstraint):
            # The interval at its end is no column: what is left are the columns that must be equal.
            yield _names(constraint.columns)


def _is_plain(index: Index) -> bool:
    """A B-tree over whole columns of all rows. A condition is an expression: never asked whether it is true."""
    options = index.dialect_options["postgresql"]
    return options.get("where") is None and not any(options.get(name) for name in _SPECIAL)


def _names(parts: Iterable[object]) -> tuple[str, ...]:
    """Names of plain columns; nothing when an expression is among them."""
    columns = list(parts)
    names = [column.name for column in columns if isinstance(column, Column)]
    return tuple(names) if len(names) == len(columns) else ()
