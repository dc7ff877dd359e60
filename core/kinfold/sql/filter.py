"""A client's filter as SQL, in the world that the caller sees.

Every test presumes the right to read its field on that row; all operators are total (no casts, no patterns). A test
on a relation is a correlated EXISTS over the rows that may be seen there, by an edge that may be read.
"""

from __future__ import annotations

from kinfold.catalog import Field, Scalar, Shape
from kinfold.graph.person.lookup import blind_column, search_field
from kinfold.plan.model import AllOf, AnyOf, Filter, Related, Test
from kinfold.policy.access import ALWAYS
from kinfold.policy.attributes import ord_attribute
from kinfold.sql.bind import GivenSlot, Use
from kinfold.sql.edge import edge_condition, here_edge, join_conditions
from kinfold.sql.predicate import Form
from kinfold.sql.territory import lies_within, reach_of
from kinfold.sql.writer import PG_TYPE, Scope

_COMPARE = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def filter_sql(where: Filter, scope: Scope) -> str:
    """One parenthesised condition."""
    if isinstance(where, AllOf):
        return "(" + " AND ".join(filter_sql(p, scope) for p in where.parts) + ")" if where.parts else "true"
    if isinstance(where, AnyOf):
        return "(" + " OR ".join(filter_sql(p, scope) for p in where.parts) + ")" if where.parts else "false"
    if isinstance(where, Related):
        return _related(where, scope)
    if where.field is None:
        return _id_test(where, scope)
    test = _test(where, where.field, scope)
    read = scope.may_read(where.field)
    return test if read == ALWAYS else f"({scope.lower(read)} AND {test})"


def _related(test: Related, here: Scope) -> str:
    there = here.beside(test.type, Form.PROBE)
    conditions = join_conditions(test.relation, here, there)
    if test.relation.shape is not Shape.ONE:
        conditions += edge_condition(test.relation, there)
    conditions += [*there.row_conditions(), filter_sql(test.where, there)]
    found = (
        f"{'NOT ' if test.is_none else ''}EXISTS "
        f"(SELECT 1 FROM {there.source()} WHERE {' AND '.join(conditions)})"
    )
    if test.relation.shape is not Shape.ONE:
        return f"({found})"
    read = here.may_read(here_edge(test.relation, here))
    return found if read == ALWAYS else f"({here.lower(read)} AND {found})"


def _id_test(test: Test, scope: Scope) -> str:
    column = f'{scope.alias}."{scope.type.key_column}"'
    sink = scope.writer.sink
    is_uuid = scope.type.has_jurisdiction  # a reference table's key is its code
    if test.op in ("isNull", "isNotNull"):
        return "false" if test.op == "isNull" else "true"
    if test.op in ("in", "notIn"):
        use, pg_type = (Use.UUID_LIST, "uuid[]") if is_uuid else (Use.REFERENCE_LIST, "text[]")
        values = sink.add(GivenSlot(test.value, use), pg_type)
        return f"({column} {'= ANY' if test.op == 'in' else '<> ALL'} ({values}))"
    use, pg_type = (Use.UUID, "uuid") if is_uuid else (Use.REFERENCE, "text")
    return f"({column} {_COMPARE[test.op]} {sink.add(GivenSlot(test.value, use), pg_type)})"


def _test(test: Test, field: Field, scope: Scope) -> str:
    blind = blind_column(scope.type, field)
    if blind is not None:
        hashed = scope.writer.sink.add(GivenSlot(test.value, Use.BLIND), "bytea")
        return f'({scope.alias}."{blind}" {_COMPARE[test.op]} {hashed})'
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
            if test.op == "in":
                return f"({value} = ANY ({listed}))"
            # A missing value is outside of every list to SQL when the list is empty; it matches neither way here.
            return f"({value} IS NOT NULL AND {value} <> ALL ({listed}))"
        case "startsWith" | "notStartsWith":
            wanted = "true" if test.op == "startsWith" else "false"
            return f"(starts_with({value}, {sink.add(GivenSlot(test.value), 'text')}) = {wanted})"
        case "contains" | "notContains":
            sign = ">" if test.op == "contains" else "="
            return f"(strpos({value}, {sink.add(GivenSlot(test.value), 'text')}) {sign} 0)"
        case "search" | "notSearch":
            return _search(test, field, scope)
        case "under" | "notUnder":
            return _under(test, field, scope)
        case _:
            use = Use.UUID if field.scalar is Scalar.ID else Use.VALUE
            return f"({value} {_COMPARE[test.op]} {sink.add(GivenSlot(test.value, use), pg_type)})"


def _search(test: Test, field: Field, scope: Scope) -> str:
    """By the stored key. The longest word alone, so that the index is asked for it; the others are checked."""
    stored = search_field(scope.type, field)
    if stored is None:
        raise LookupError(field.name)
    key, sink = scope.column(stored), scope.writer.sink
    longest = sink.add(GivenSlot(test.value, Use.SEARCH), "text")
    others = sink.add(GivenSlot(test.value, Use.SEARCH_MORE), "text[]")
    found = f"({key} LIKE {longest} AND {key} LIKE ALL ({others}))"
    return f"({key} IS NOT NULL AND NOT {found})" if test.op == "notSearch" else found


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

    def high() -> str:
        return sink.add(GivenSlot(test.value, Use.REGION_HIGH), "bigint")

    if negated:
        return f"({scope.column(number)} NOT BETWEEN {low} AND {high()})"
    reach = reach_of("0" * test.digits) if scope.form is Form.SET else None
    return lies_within(scope.column(number), low, high, reach, has_town_index=scope.type.has_town_index)
