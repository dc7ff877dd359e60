"""Strawberry classes whose fields name types that do not exist yet.

Strawberry reads a field's type while it makes the class and forgets an annotation that it cannot resolve then.
Types of plugins refer to each other freely, so the annotations are put back afterwards; they are text,
resolved in one shared namespace when the schema is built.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Union

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.field import StrawberryField

Namespace = dict[str, Any]


def make_field(name: str, annotation: str, space: Namespace, **options: Any) -> StrawberryField:
    """A field whose type is `annotation`, text that is resolved in `space` when the schema is built."""
    return StrawberryField(
        python_name=options.pop("python_name", name),
        graphql_name=name,
        type_annotation=StrawberryAnnotation(annotation, namespace=space),
        **options,
    )


def define(
    decorator: Callable[..., Any],
    name: str,
    fields: list[StrawberryField],
    space: Namespace,
    base: type | None = None,
    **options: Any,
) -> None:
    """Make a class with these fields, apply `decorator` (strawberry.type, .input, .interface), keep it in `space`."""
    late = {f.python_name: f.type_annotation for f in fields}
    body: dict[str, Any] = {"__annotations__": dict(late), **{f.python_name: f for f in fields}}
    made = decorator(type(name, (base,) if base else (), body), name=name, **options)
    for f in made.__strawberry_definition__.fields:
        if f.python_name in late:
            f.type_annotation = late[f.python_name]
    space[name] = made


def add_union(name: str, members: tuple[str, ...], space: Namespace) -> None:
    """A union of types that are in `space` already; fields name it like any other type."""
    types = tuple(space[member] for member in members)
    space[name] = Annotated[Union[types], strawberry.union(name)]  # noqa: UP007  (the types are known late)
