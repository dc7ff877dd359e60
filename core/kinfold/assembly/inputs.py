"""Filters and orders: one `Where` and one `Order` input per type, generated from its fields.

Every operator is total: no regular expressions, no casts. An empty list matches nothing. A to-one relation takes
the filter (or the order) of its target; a list or connection takes `some`, `none` and `every`. A name with a search
key takes `search`; a field that is found by its keyed hash takes `eq` and nothing else.
"""

from __future__ import annotations

import enum

import strawberry
from strawberry.types.field import StrawberryField

from kinfold.assembly.late_type import Namespace, define, make_field
from kinfold.catalog import Catalog, Field, Scalar, Shape, TypeDef
from kinfold.catalog.union import UnionRelation
from kinfold.graph.person.lookup import blind_column, search_field

# Operators per scalar; the plan stage gives each its meaning.
_ORDERED = ("lt", "lte", "gt", "gte")
OPERATORS: dict[Scalar, tuple[str, ...]] = {
    Scalar.STRING: ("eq", "ne", "in", "notIn", "startsWith", "contains", "isNull"),
    Scalar.REGION: ("eq", "ne", "in", "notIn", "under", "isNull"),
    Scalar.INT: ("eq", "ne", "in", "notIn", *_ORDERED, "isNull"),
    Scalar.FLOAT: ("eq", "ne", *_ORDERED, "isNull"),
    Scalar.DATE: ("eq", "ne", "in", "notIn", *_ORDERED, "isNull"),
    Scalar.DATETIME: ("eq", "ne", *_ORDERED, "isNull"),
    Scalar.BOOLEAN: ("eq", "isNull"),
    Scalar.ENUM: ("eq", "ne", "in", "notIn", "isNull"),
    Scalar.ID: ("eq", "in", "isNull"),
}
_PYTHON = {
    Scalar.STRING: "str",
    Scalar.REGION: "RegionCode",
    Scalar.INT: "int",
    Scalar.FLOAT: "float",
    Scalar.DATE: "dt.date",
    Scalar.DATETIME: "dt.datetime",
    Scalar.BOOLEAN: "bool",
    Scalar.ID: "strawberry.ID",
}


def build_inputs(catalog: Catalog, space: Namespace) -> None:
    """Put `<Scalar>Filter`, `<Enum>Filter`, `<Type>Where`, `<Type>ListWhere`, `<Type>Order` into the namespace."""
    direction = enum.Enum("Direction", {"ASC": "ASC", "DESC": "DESC"})  # type: ignore[misc]
    space["Direction"] = strawberry.enum(direction, name="Direction")
    for scalar, python in _PYTHON.items():
        _add_filter(f"{scalar.value}Filter", python, OPERATORS[scalar], space)
    _add_filter("NameFilter", "str", (*OPERATORS[Scalar.STRING], "search"), space)
    _add_filter("ExactFilter", "str", ("eq",), space)
    for name in catalog.enums:
        _add_filter(f"{name}Filter", name, OPERATORS[Scalar.ENUM], space)
    _add_as_of(space)
    for t in catalog.types.values():
        _add_where(t, space)
        _add_order(t, space)


def _add_as_of(space: Namespace) -> None:
    """`AsOf`: the two moments of a question about the past."""
    valid = "在这一天属实（缺省：今天；可为将来） True in the world on this day; today unless given, may lie ahead"
    known = (
        "截至此刻系统已知（须含时区，缺省：现在） Known to the system by then; now unless given, never ahead"
    )
    fields = [
        make_field("valid", "dt.date | None", space, description=valid, default=strawberry.UNSET),
        make_field("known", "dt.datetime | None", space, description=known, default=strawberry.UNSET),
    ]
    text = "当时属实、当时已知；权限始终按今天 True then, as known then; the policy is always today's"
    define(strawberry.input, "AsOf", fields, space, description=text)


def _optional(name: str, annotation: str, space: Namespace) -> StrawberryField:
    python_name = f"{name}_" if name in ("in", "not", "and", "or") else name
    return make_field(name, f"{annotation} | None", space, python_name=python_name, default=strawberry.UNSET)


def _add_filter(name: str, python: str, operators: tuple[str, ...], space: Namespace) -> None:
    fields = []
    for operator in operators:
        if operator in ("in", "notIn"):
            annotation = f"list[{python}]"
        elif operator == "isNull":
            annotation = "bool"
        else:
            annotation = python
        fields.append(_optional(operator, annotation, space))
    define(strawberry.input, name, fields, space)


def _filter_of(t: TypeDef, f: Field) -> str | None:
    """The input that filters a field, or None when it cannot be filtered by."""
    if not f.is_filterable:
        return None
    if blind_column(t, f) is not None:
        return "ExactFilter"
    if search_field(t, f) is not None:
        return "NameFilter"
    return f"{f.enum if f.scalar is Scalar.ENUM else f.scalar.value}Filter"


def _add_where(t: TypeDef, space: Namespace) -> None:
    fields = [_optional("id", "IDFilter", space)]
    for f in t.fields.values():
        kind = _filter_of(t, f)
        if kind is not None:
            fields.append(_optional(f.name, kind, space))
    for edge in t.relations.values():
        if not isinstance(edge, UnionRelation):
            suffix = "Where" if edge.shape is Shape.ONE else "ListWhere"
            fields.append(_optional(edge.name, f"{edge.target}{suffix}", space))
    where = f"{t.name}Where"
    quantifiers = [_optional(name, where, space) for name in ("some", "none", "every")]
    define(strawberry.input, f"{t.name}ListWhere", quantifiers, space)
    fields += [_optional("and", f"list[{where}]", space), _optional("or", f"list[{where}]", space)]
    fields.append(_optional("not", where, space))
    define(strawberry.input, where, fields, space)


def order_member(name: str) -> str:
    """`birthDate` → `BIRTH_DATE`: the enum member that orders by a field."""
    return "".join(f"_{c}" if c.isupper() else c.upper() for c in name)


def _add_order(t: TypeDef, space: Namespace) -> None:
    members = {"ID": "id"} | {order_member(f.name): f.name for f in t.fields.values() if f.sort_column}
    name = f"{t.name}OrderField"
    choices = enum.Enum(name, members)  # type: ignore[misc]
    space[name] = strawberry.enum(choices, name=name)
    fields = [_optional("field", name, space), _optional("direction", "Direction", space)]
    ends = [e for e in t.relations.values() if e.shape is Shape.ONE and not isinstance(e, UnionRelation)]
    fields += [_optional(edge.name, f"{edge.target}Order", space) for edge in ends]
    define(strawberry.input, f"{t.name}Order", fields, space)
