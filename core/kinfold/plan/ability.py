"""`viewerCan`: what is asked about the caller's rights to a row.

In:  the selections below it, the type of the row. Out: a ViewerCan. Which field is asked about is an enum, so it is
part of the variables' shape: two requests that ask about different fields have different plans.
"""

from __future__ import annotations

from graphql.language import FieldNode

from kinfold.catalog import TypeDef
from kinfold.plan.argument import Arguments
from kinfold.plan.collect import Collector, subselections
from kinfold.plan.model import Ability, ViewerCan
from kinfold.plan.window import find_member


def plan_viewer_can(
    type_: TypeDef, key: str, nodes: list[FieldNode], collector: Collector, arguments: Arguments
) -> ViewerCan:
    """The abilities that the selections ask for, in their order."""
    names = {"ViewerCan", f"{type_.name}ViewerCan"}
    found = collector.collect(subselections(nodes), lambda t: t in names)
    return ViewerCan(key, tuple(_ability(type_, k, one[0], arguments) for k, one in found.items()))


def _ability(type_: TypeDef, key: str, node: FieldNode, arguments: Arguments) -> Ability:
    given = arguments.of(node).get("field")
    member = None if given is None else arguments.peek(given)
    return Ability(key, node.name.value, None if member is None else find_member(type_, member))
