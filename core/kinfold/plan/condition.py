"""Which rows of a list, in which order, and which part of it: the arguments of a list as plain data.

In:  nothing. Out: filters in negation normal form (no Not: see filter.py), orders, and one window into the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from kinfold.catalog import Field, Relation, TypeDef
from kinfold.plan.value import Given


@dataclass(frozen=True, slots=True)
class Test:
    """`field op value` of a client's filter; `field` None is the id. `op` is an operator of inputs.py.

    `digits` (of `under`): the length of the division code, which decides the index to use.
    """

    field: Field | None
    op: str
    value: Given
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Related:
    """Some row at the other end of `relation` passes `where`; with `is_none`: no row there does.

    Only rows that the caller may see count, and only where the edge itself may be read.
    """

    relation: Relation
    type: TypeDef
    where: Filter
    is_none: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Filter, ...]


Filter: TypeAlias = "Test | Related | AllOf | AnyOf"


@dataclass(frozen=True, slots=True)
class Order:
    """Order by a field (None: by id), of the row itself or of the row at the end of to-one edges `via`.

    `is_default`: not asked for, dropped where it may not be read.
    """

    field: Field | None
    descending: bool = False
    is_default: bool = False
    via: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class ListArguments:
    """`size` rows from the start, after `after`, before `before`; `is_backward`: the last of them.

    `number` (root connections only): the page of that number, counted from 1. `where_given` is the filter as it
    was given: cursors are bound to it.
    """

    size: Given
    after: Given | None = None
    before: Given | None = None
    is_backward: bool = False
    number: Given | None = None
    where: Filter | None = None
    where_given: Given | None = None
    order: tuple[Order, ...] = ()


def each_test(where: Filter | None) -> Iterator[Test | Related]:
    """The tests of a filter on its own row; what is inside a Related belongs to another row."""
    if isinstance(where, (Test, Related)):
        yield where
    elif where is not None:
        for part in where.parts:
            yield from each_test(part)
