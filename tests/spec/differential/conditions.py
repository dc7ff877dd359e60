"""The meaning of `where` and `orderBy`, told a second time: Kleene's logic over rows in memory.

In:  an input as graphql-core coerces it, a row, a viewpoint. Out: True, False or None (unknown: a missing or hidden
value); a row is listed when the whole is True. Quantifiers over relations are two-valued, as documented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import cmp_to_key
from typing import Any

from county_rows import Row
from kinfold.catalog import Field, Scalar, Shape, TypeDef
from kinfold.graph.person.search_key import search_words
from kinfold.policy.access import ALWAYS
from viewpoint import Viewpoint

Truth = bool | None


def plain(value: Any) -> Any:
    """Enum members as their codes."""
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value.value if isinstance(value, Enum) else value


def every(parts: Iterable[Truth]) -> Truth:
    found = list(parts)
    return False if False in found else None if None in found else True


def some(parts: Iterable[Truth]) -> Truth:
    found = list(parts)
    return True if True in found else None if None in found else False


def negate(truth: Truth) -> Truth:
    return None if truth is None else not truth


class Conditions:
    """Filters and orders for one viewpoint."""

    def __init__(self, view: Viewpoint) -> None:
        self._view = view
        self._types = view.rows.catalog.types

    def holds(self, type_: TypeDef, row: Row, where: Mapping[str, Any]) -> Truth:
        return every(self._entry(type_, row, key, value) for key, value in where.items())

    def _entry(self, type_: TypeDef, row: Row, key: str, value: Any) -> Truth:
        if key == "not":
            return negate(self.holds(type_, row, value))
        if key == "and":
            return every(self.holds(type_, row, each) for each in value)
        if key == "or":
            return some(self.holds(type_, row, each) for each in value)
        if key in type_.relations:
            return self._relation(type_, row, key, value)
        if key == "id":
            own = str(row[type_.key_column])
            return every(self._compare(op, own, _key_of(operand)) for op, operand in value.items())
        field = type_.fields[key]
        return every(self._field(type_, row, field, op, operand) for op, operand in value.items())

    def _relation(self, type_: TypeDef, row: Row, key: str, value: Any) -> Truth:
        edge = type_.relations[key]
        target = self._types[edge.target]
        ends = self._view.walk(type_, edge, row)
        if edge.shape is Shape.ONE:
            return None if not ends else self.holds(target, ends[0], value)
        truths = {
            "some": lambda found: True in found,
            "none": lambda found: True not in found,
            "every": lambda found: False not in found,
        }
        parts = []
        for quantifier, where in value.items():
            found = [self.holds(target, there, where) for there in ends or ()]
            parts.append(truths[quantifier](found))
        return every(parts)

    def _field(self, type_: TypeDef, row: Row, field: Field, op: str, operand: Any) -> Truth:
        if not self._view.may_read(type_, field, row):
            return None
        value = row[field.attribute]
        if op == "isNull":
            return (value is None) is operand
        if value is None:
            return None
        if op == "search":
            key = row[f"{field.attribute}_search"]
            return all(f"|{word}" in key for word in search_words(operand))
        if field.scalar is Scalar.ID:
            return self._compare(op, str(value), _key_of(operand))
        return self._compare(op, value, plain(operand))

    @staticmethod
    def _compare(op: str, value: Any, operand: Any) -> Truth:
        tests: dict[str, Callable[[], bool]] = {
            "eq": lambda: value == operand,
            "ne": lambda: value != operand,
            "in": lambda: value in operand,
            "notIn": lambda: value not in operand,
            "lt": lambda: value < operand,
            "lte": lambda: value <= operand,
            "gt": lambda: value > operand,
            "gte": lambda: value >= operand,
            "startsWith": lambda: value.startswith(operand),
            "contains": lambda: operand in value,
            "under": lambda: value.startswith(operand),
            "isNull": lambda: not operand,  # a key is never missing
        }
        return tests[op]()

    # --- order ---

    def sort(self, type_: TypeDef, rows: list[Row], order: list[Mapping[str, Any]] | None) -> list[Row]:
        keys = [self._order(type_, entry) for entry in order or ()] or list(self._default(type_))
        keys.append((lambda row: row[type_.key_column], keys[-1][1] if keys else False))

        def compare(one: Row, other: Row) -> int:
            for read, descending in keys:
                a, b = read(one), read(other)
                if a == b:
                    continue
                if a is None or b is None:
                    return 1 if a is None else -1
                return (-1 if a < b else 1) * (-1 if descending else 1)
            return 0

        return sorted(rows, key=cmp_to_key(compare))

    def _order(self, type_: TypeDef, entry: Mapping[str, Any]) -> tuple[Callable[[Row], Any], bool]:
        if "field" in entry:
            name = plain(entry["field"])
            descending = plain(entry.get("direction")) == "DESC"
            if name == "id":
                return (lambda row: row[type_.key_column]), descending
            return self._read(type_, type_.fields[name]), descending
        ((key, below),) = entry.items()
        edge = type_.relations[key]
        inner, descending = self._order(self._types[edge.target], below)

        def read(row: Row) -> Any:
            ends = self._view.walk(type_, edge, row)
            return inner(ends[0]) if ends else None

        return read, descending

    def _read(self, type_: TypeDef, field: Field) -> Callable[[Row], Any]:
        column = field.sort_column or field.attribute

        def read(row: Row) -> Any:
            return row[column] if self._view.may_read(type_, field, row) else None

        return read

    def _default(self, type_: TypeDef) -> Iterable[tuple[Callable[[Row], Any], bool]]:
        for name in type_.order:
            column = name.removeprefix("-")
            for field in type_.fields.values():
                if (field.sort_column or field.column) == column:
                    if self._view.field(type_, field).read == ALWAYS:
                        yield self._read(type_, field), name.startswith("-")
                    break


def _key_of(value: Any) -> Any:
    """The key inside a global id, or inside each of a list."""
    if isinstance(value, list):
        return [_key_of(each) for each in value]
    return value if isinstance(value, bool) else str(value).rsplit(":", 1)[1]
