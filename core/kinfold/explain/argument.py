"""Arguments of a list in words: which rows, in which order, which part of them. Values stay names of variables."""

from __future__ import annotations

from typing import Any

from kinfold.catalog import TypeDef
from kinfold.explain.slot import describe_given
from kinfold.plan.model import AllOf, AnyOf, AsOf, Const, Filter, ListArguments, Order, Related, Test


def describe_list(type_: TypeDef, arguments: ListArguments) -> dict[str, Any]:
    """`where` in negation normal form, `orderBy` with the key that ends it, `window`."""
    found: dict[str, Any] = {}
    if arguments.where is not None:
        found["where"] = describe_filter(arguments.where)
    found["orderBy"] = [*map(_order, arguments.order), type_.key_column]
    found["window"] = _window(arguments)
    return found


def describe_as_of(as_of: AsOf) -> dict[str, Any]:
    """`asOf` of a root: the moment that it asks about; empty for now."""
    asked = {"valid": as_of.valid, "known": as_of.known}
    told = {name: describe_given(given) for name, given in asked.items() if given is not None}
    return {"asOf": told} if told else {}


def describe_filter(where: Filter) -> str:
    """A filter as one line; what stands in brackets after a relation speaks of the rows at its other end."""
    match where:
        case Test():
            name = "id" if where.field is None else where.field.name
            value = "" if where.value == Const(None) else f" {describe_given(where.value)}"
            return f"{name} {where.op}{value}"
        case Related():
            return (
                f"{'no' if where.is_none else 'some'} {where.relation.name} ({describe_filter(where.where)})"
            )
        case AllOf():
            return _join(where.parts, " and ", "everything")
        case AnyOf():
            return _join(where.parts, " or ", "nothing")


def _join(parts: tuple[Filter, ...], word: str, empty: str) -> str:
    if len(parts) <= 1:
        return describe_filter(parts[0]) if parts else empty
    described = []
    for part in parts:
        is_group = isinstance(part, (AllOf, AnyOf)) and len(part.parts) > 1
        described.append(f"({describe_filter(part)})" if is_group else describe_filter(part))
    return word.join(described)


def _order(order: Order) -> str:
    steps = [*(edge.name for edge in order.via), order.field.name if order.field else "id"]
    default = " (default)" if order.is_default else ""
    return f"{'.'.join(steps)}{' descending' if order.descending else ''}{default}"


def _window(arguments: ListArguments) -> str:
    size = describe_given(arguments.size)
    if arguments.number is not None:
        return f"page {describe_given(arguments.number)} of size {size}"
    found = f"{'last' if arguments.is_backward else 'first'} {size}"
    if arguments.after is not None:
        found += f" after {describe_given(arguments.after)}"
    if arguments.before is not None:
        found += f" before {describe_given(arguments.before)}"
    return found
