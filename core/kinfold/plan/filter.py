"""A client's `where` becomes a Filter with negation pushed to its leaves.

`not` turns into the inverse operator, so that a hidden or missing cell matches neither way (policy.md 6).
"""

from __future__ import annotations

from kinfold.catalog import Field, Scalar, TypeDef
from kinfold.plan.argument import Arguments
from kinfold.plan.errors import ValueMissing
from kinfold.plan.model import AllOf, AnyOf, Const, Filter, Given, Test

_INVERSE = {
    "eq": "ne", "ne": "eq", "in": "notIn", "notIn": "in", "lt": "gte", "gte": "lt", "gt": "lte", "lte": "gt",
    "startsWith": "notStartsWith", "contains": "notContains", "under": "notUnder", "isNull": "isNotNull",
}  # fmt: skip
NOTHING = AnyOf(())
EVERYTHING = AllOf(())


def plan_filter(type_: TypeDef, given: Given, arguments: Arguments, negated: bool = False) -> Filter:
    """The filter of one `where` object: all of its entries together."""
    parts = [_entry(type_, key, value, arguments, negated) for key, value in arguments.entries(given)]
    return AnyOf(tuple(parts)) if negated else AllOf(tuple(parts))


def _entry(type_: TypeDef, key: str, value: Given, arguments: Arguments, negated: bool) -> Filter:
    if arguments.peek(value) is None:
        raise ValueMissing(f"At {key}.")
    if key == "not":
        return plan_filter(type_, value, arguments, not negated)
    if key in ("and", "or"):
        parts = tuple(plan_filter(type_, each, arguments, negated) for each in arguments.elements(value))
        return AllOf(parts) if (key == "and") != negated else AnyOf(parts)
    field = None if key == "id" else type_.fields[key]
    tests = [_test(field, op, operand, arguments, negated) for op, operand in arguments.entries(value)]
    return AnyOf(tuple(tests)) if negated else AllOf(tuple(tests))


def _test(field: Field | None, op: str, operand: Given, arguments: Arguments, negated: bool) -> Filter:
    value = arguments.peek(operand)
    if value is None:
        raise ValueMissing(f"At {op}.")
    if op in ("in", "notIn") and any(arguments.peek(e) is None for e in arguments.elements(operand)):
        raise ValueMissing(f"At {op}.")
    if op == "isNull":
        op = "isNull" if value else "isNotNull"
        if negated:
            op = "isNotNull" if op == "isNull" else "isNull"
        return Test(field, op, Const(None))
    if field is not None and field.scalar is Scalar.BOOLEAN and op == "eq":
        wanted = bool(value) != negated  # a boolean is shape: one statement for true, one for false
        return Test(field, "isTrue" if wanted else "isFalse", Const(None))
    return Test(field, _INVERSE[op] if negated else op, operand)
