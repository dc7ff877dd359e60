"""Derived lists in the GraphQL schema: the object type of their items, and the field with its arguments."""

from __future__ import annotations

from collections.abc import Callable

import strawberry
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from kinfold.assembly.late_type import Namespace, define, make_field
from kinfold.catalog import Scalar
from kinfold.catalog.derived import DerivedRelation

Annotate = Callable[[Scalar, str | None, bool], str]
MakeArgument = Callable[[str, str, Namespace, str, object], StrawberryArgument]


def add_derived_object(relation: DerivedRelation, space: Namespace, annotate: Annotate) -> None:
    """The type of the list's items: plain objects, not nodes."""
    fields = []
    for f in relation.fields:
        annotation = annotate(f.scalar, f.enum, f.is_list)
        text = f"{f.title_zh} {f.title_en}"
        fields.append(
            make_field(f.name, f"{annotation} | None" if f.nullable else annotation, space, description=text)
        )
    # An end is never null: an item whose end may not be seen is not in the list.
    fields += [
        make_field(end.name, end.target, space, description=f"{end.title_zh} {end.title_en}")
        for end in relation.ends
    ]
    define(strawberry.type, relation.object, fields, space,
           description=f"{relation.object_zh} {relation.object_en}")  # fmt: skip


def derived_field(
    relation: DerivedRelation, space: Namespace, annotate: Annotate, argument: MakeArgument
) -> StrawberryField:
    """The field on the type that the list belongs to."""
    made = make_field(
        relation.name,
        f"list[{relation.object}]",
        space,
        description=f"{relation.title_zh} {relation.title_en}",
    )
    arguments = []
    for a in relation.arguments:
        annotation = f"{annotate(a.scalar, a.enum, a.is_list)} | None"
        arguments.append(argument(a.name, annotation, space, f"{a.title_zh} {a.title_en}", a.default))
    arguments.append(
        argument("first", "int | None", space, "前若干条 At most this many from the start", None)
    )
    made.arguments = arguments
    return made
