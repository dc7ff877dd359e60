"""`viewerCan` in the schema: for every type an enum of its fields and an object that tells the caller's rights.

In:  a type, the namespace of the schema under construction. Out: `<Type>Field` and `<Type>ViewerCan` in it; and,
for all types, the interface `ViewerCan` with what needs no field.
"""

from __future__ import annotations

import enum

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from kinfold.assembly.inputs import order_member
from kinfold.assembly.late_type import Namespace, define, make_field
from kinfold.catalog import TypeDef

_UPDATE = "可否修改：该记录，或其中一项 Whether the record, or this field of it, may be changed as it stands"
_DELETE = "可否删除 Whether the record may be deleted as it stands"
_READ = "该项是否完整显示 Whether the field's value is shown whole"
_MASK = "该项所用的掩码，完整显示或不显示时为空 The mask in the cell; null where the value is shown, or nothing is"


def add_viewer_can(space: Namespace) -> None:
    """The interface of every `viewerCan`."""
    fields = _of_row(space)
    text = "调用者对该记录的权限 What the caller may do with the record"
    define(strawberry.interface, "ViewerCan", fields, space, description=text)


def _of_row(space: Namespace) -> list[StrawberryField]:
    return [
        make_field("update", "bool", space, description=_UPDATE),
        make_field("delete", "bool", space, description=_DELETE),
    ]


def add_viewer_can_of(t: TypeDef, space: Namespace) -> None:
    """The enum and the object of one type; a type that shows a class of callers no field has no enum."""
    if not t.fields:
        define(strawberry.type, f"{t.name}ViewerCan", _of_row(space), space, space["ViewerCan"])
        return
    name = f"{t.name}Field"
    described = {
        order_member(f.name): strawberry.enum_value(f.name, description=f"{f.title_zh} {f.title_en}")
        for f in t.fields.values()
    }
    members = enum.Enum(name, described)  # type: ignore[misc]
    space[name] = strawberry.enum(members, name=name)
    fields = [
        _asking("read", "bool", name, _READ, space),
        _asking("update", "bool", f"{name} | None", _UPDATE, space),
        make_field("delete", "bool", space, description=_DELETE),
        _asking("mask", "str | None", name, _MASK, space),
    ]
    define(strawberry.type, f"{t.name}ViewerCan", fields, space, space["ViewerCan"])


def _asking(name: str, annotation: str, about: str, text: str, space: Namespace) -> StrawberryField:
    made = make_field(name, annotation, space, description=text)
    made.arguments = [
        StrawberryArgument(
            python_name="field",
            graphql_name="field",
            type_annotation=StrawberryAnnotation(about, namespace=space),
            default=None if about.endswith("None") else strawberry.UNSET,
        )
    ]
    return made
