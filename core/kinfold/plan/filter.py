"""A client's `where` becomes a Filter with negation pushed to its leaves.

`not` turns into the inverse operator, so that a hidden or missing cell matches neither way (policy.md 6).
Through a relation: `some` is "a visible row matches", `none` its exact opposite, `every` "no visible row fails",
where to fail is to match the negated filter. A to-one edge is "the visible row at its end matches"; negated, the
row at its end fails, so an edge that leads nowhere matches neither way.
"""

from __future__ import annotations

from kinfold.catalog import Catalog, Field, Relation, Scalar, Shape, TypeDef
from kinfold.plan.argument import Arguments
from kinfold.plan.condition import AllOf, AnyOf, Filter, Related, Test
from kinfold.plan.errors import FilterTooLarge, ValueMissing
from kinfold.plan.value import Const, Given

_INVERSE = {
    "eq": "ne", "ne": "eq", "in": "notIn", "notIn": "in", "lt": "gte", "gte": "lt", "gt": "lte", "lte": "gt",
    "startsWith": "notStartsWith", "contains": "notContains", "under": "notUnder", "isNull": "isNotNull",
    "search": "notSearch",
}  # fmt: skip
MAX_RELATIONS = 3
MAX_LEVELS = 20
MAX_TESTS = 200


def plan_filter(type_: TypeDef, given: Given, arguments: Arguments, catalog: Catalog) -> Filter:
    """The filter of one `where` object: all of its entries together. FilterTooLarge beyond the bounds."""
    return _Reader(arguments, catalog).object(type_, given, False, 0, 0)


class _Reader:
    """One walk over one `where`; counts what it meets."""

    def __init__(self, arguments: Arguments, catalog: Catalog) -> None:
        self._arguments = arguments
        self._catalog = catalog
        self._tests = 0

    def object(self, type_: TypeDef, given: Given, negated: bool, levels: int, walked: int) -> Filter:
        if levels > MAX_LEVELS or walked > MAX_RELATIONS:
            raise FilterTooLarge
        entries = self._arguments.entries(given)
        parts = tuple(self._entry(type_, key, value, negated, levels + 1, walked) for key, value in entries)
        return AnyOf(parts) if negated else AllOf(parts)

    def _entry(
        self, type_: TypeDef, key: str, value: Given, negated: bool, levels: int, walked: int
    ) -> Filter:
        if self._arguments.peek(value) is None:
            raise ValueMissing(f"At {key}.")
        self._count()
        if key == "not":
            return self.object(type_, value, not negated, levels, walked)
        if key in ("and", "or"):
            elements = self._arguments.elements(value)
            self._count(len(elements))  # an empty one asks nothing and still has to be read
            parts = tuple(self.object(type_, each, negated, levels, walked) for each in elements)
            return AllOf(parts) if (key == "and") != negated else AnyOf(parts)
        if key in type_.relations:
            return self._relation(type_.relations[key], value, negated, levels, walked)
        field = None if key == "id" else type_.fields[key]
        tests = tuple(self._test(field, op, v, negated) for op, v in self._arguments.entries(value))
        return AnyOf(tests) if negated else AllOf(tests)

    def _relation(self, edge: Relation, value: Given, negated: bool, levels: int, walked: int) -> Filter:
        target = self._catalog.types[edge.target]
        if edge.shape is Shape.ONE:
            return Related(edge, target, self.object(target, value, negated, levels, walked + 1))
        parts: list[Filter] = []
        for quantifier, given in self._arguments.entries(value):
            if self._arguments.peek(given) is None:
                raise ValueMissing(f"At {quantifier}.")
            is_every = quantifier == "every"
            where = self.object(target, given, is_every, levels, walked + 1)
            parts.append(Related(edge, target, where, (quantifier != "some") != negated))
        return AnyOf(tuple(parts)) if negated else AllOf(tuple(parts))

    def _test(self, field: Field | None, op: str, operand: Given, negated: bool) -> Filter:
        self._count()
        value = self._arguments.peek(operand)
        if value is None:
            raise ValueMissing(f"At {op}.")
        if op in ("in", "notIn") and any(
            self._arguments.peek(e) is None for e in self._arguments.elements(operand)
        ):
            raise ValueMissing(f"At {op}.")
        if op == "isNull":
            return Test(field, "isNull" if bool(value) != negated else "isNotNull", Const(None))
        if field is not None and field.scalar is Scalar.BOOLEAN and op == "eq":
            wanted = bool(value) != negated  # a boolean is shape: one statement for true, one for false
            return Test(field, "isTrue" if wanted else "isFalse", Const(None))
        digits = len(str(value)) if op == "under" else 0
        return Test(field, _INVERSE[op] if negated else op, operand, digits)

    def _count(self, more: int = 1) -> None:
        self._tests += more
        if self._tests > MAX_TESTS:
            raise FilterTooLarge
