"""A client's filter as SQL, in the world that the caller sees.

Every test presumes the right to read its field on that row; all operators are total (no casts, no patterns).
"""

from __future__ import annotations

from kinfold.catalog import Field, Scalar
from kinfold.plan.model import AllOf, AnyOf, Filter, Test
from kinfold.policy.access import ALWAYS
from kinfold.policy.attributes import ord_attribute
from kinfold.sql.bind import GivenSlot, Use
from kinfold.sql.writer import PG_TYPE, Scope

_COMPARE = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def filter_sql(where: Filter, scope: Scope) -> str:
    """One parenthesised condition."""
    if isinstance(where, AllOf):
        return "(" + " AND ".join(filter_sql(p, scope) for p in where.parts) + ")" if where.parts else "true"
    if isinstance(where, AnyOf):
        return "(" + " OR ".join(filter_sql(p, scope) for p in where.parts) + ")" if where.parts else "false"
    if where.field is None:
        return _id_test(where, scope)
    test = _test(where, where.field, scope)
    read = scope.may_read(where.field)
    return test if read == ALWAYS else f"({scope.lower(read)} AND {test})"


def _id_test(test: Test, scope: Scope) -> str:
    column = f'{scope.alias}."{scope.type.key_column}"'
    sink = scope.writer.sink
    if test.op in ("isNull", "isNotNull"):
        return "false" if test.op == "isNull" else "true"
    if test.op in ("in", "notIn"):
        values = sink.add(GivenSlot(test.value, Use.UUID_LIST), "uuid[]")
        return f"({column} {'= ANY' if test.op == 'in' else '<> ALL'} ({values}))"
    return f"({column} {_COMPARE[test.op]} {sink.add(GivenSlot(test.value, Use.UUID), 'uuid')})"


def _test(test: Test, field: Field, scope: Scope) -> str:
    value = scope.column(field)
    sink = scope.writer.sink
    pg_type = PG_TYPE[field.scalar]
    match test.op:
        case "isNull" | "isNotNull":
            return f"({value} IS {'NOT ' if test.op == 'isNotNull' else ''}NULL)"
        case "isTrue" | "isFalse":
            return f"({value} = {'true' if test.op == 'isTrue' else 'false'})"
        case "in" | "notIn":
            listed = sink.add(GivenSlot(test.value, Use.LIST), f"{pg_type}[]")
            return f"({value} {'= ANY' if test.op == 'in' else '<> ALL'} ({listed}))"
        case "startsWith" | "notStartsWith":
            wanted = "true" if test.op == "startsWith" else "false"
            return f"(starts_with({value}, {sink.add(GivenSlot(test.value), 'text')}) = {wanted})"
        case "contains" | "notContains":
            sign = ">" if test.op == "contains" else "="
            return f"(strpos({value}, {sink.add(GivenSlot(test.value), 'text')}) {sign} 0)"
        case "under" | "notUnder":
            return _under(test, field, scope)
        case _:
            use = Use.UUID if field.scalar is Scalar.ID else Use.VALUE
            return f"({value} {_COMPARE[test.op]} {sink.add(GivenSlot(test.value, use), pg_type)})"


def _under(test: Test, field: Field, scope: Scope) -> str:
    """In a division's subtree: an interval of preorder numbers where the table keeps them, else by code.

    Codes are hierarchical by fixed length and `under` takes only whole codes, so a prefix is a subtree.
    """
    negated = test.op == "notUnder"
    sink = scope.writer.sink
    number = (
        scope.type.attributes.get(ord_attribute(field.attribute))
        if field.attribute == "region_code"
        else None
    )
    if field.attribute == "code":
        number = scope.type.attributes.get("region_ord")
    if number is None:
        code = sink.add(GivenSlot(test.value, Use.REGION), "text")
        return f"(starts_with({scope.column(field)}, {code}) = {'false' if negated else 'true'})"
    low = sink.add(GivenSlot(test.value, Use.REGION_LOW), "bigint")
    high = sink.add(GivenSlot(test.value, Use.REGION_HIGH), "bigint")
    return f"({scope.column(number)} {'NOT ' if negated else ''}BETWEEN {low} AND {high})"
