"""What a plan compares: fields in filters and orders, and the edges that they walk.

In:  a Plan. Out: one Comparison for every type, field and edge that a list's filter or order touches; the policy
stage decides on each, because to compare is to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kinfold.catalog import Catalog, Field, Relation, Shape, TypeDef
from kinfold.plan.condition import Filter, ListArguments, Order, Related, each_test
from kinfold.plan.model import Page, Plan, RootPage, ToMany, all_items, item_selections


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field` of `type` is compared; None: only the rows of the type are looked at. `name` is for messages."""

    type: TypeDef
    field: Field | None
    name: str


def each_comparison(plan: Plan, catalog: Catalog) -> Iterator[Comparison]:
    """Every comparison of every list of the plan."""
    for type_, arguments in _lists(plan, catalog):
        yield Comparison(type_, None, "")
        yield from _of_filter(type_, arguments.where)
        for order in arguments.order:
            if not order.is_default:
                yield from _of_order(type_, order, catalog)


def _of_filter(type_: TypeDef, where: Filter | None) -> Iterator[Comparison]:
    for test in each_test(where):
        if isinstance(test, Related):
            yield from _of_edge(type_, test.relation, test.type)
            yield from _of_filter(test.type, test.where)
        elif test.field is not None:
            yield Comparison(type_, test.field, test.field.name)


def _of_order(type_: TypeDef, order: Order, catalog: Catalog) -> Iterator[Comparison]:
    for edge in order.via:
        target = catalog.types[edge.target]
        yield from _of_edge(type_, edge, target)
        type_ = target
    if order.field is not None:
        yield Comparison(type_, order.field, order.field.name)


def _of_edge(type_: TypeDef, edge: Relation, target: TypeDef) -> Iterator[Comparison]:
    """The right to the foreign key: on this side of a to-one edge, on the other side of a list."""
    yield Comparison(target, None, "")
    if edge.shape is Shape.ONE:
        yield Comparison(type_, type_.attributes[edge.edge_field or edge.join.local], edge.name)
    else:
        yield Comparison(target, target.attributes[edge.edge_field or edge.join.remote], edge.name)


def _lists(plan: Plan, catalog: Catalog) -> Iterator[tuple[TypeDef, ListArguments]]:
    for root in plan.roots:
        selections = []
        if isinstance(root, RootPage):
            yield root.page.type, root.page.arguments
            selections = list(item_selections(root.page))
        elif (selection := getattr(root, "selection", None)) is not None:
            selections = [selection]
        for selection in selections:
            for item in all_items(selection):
                if isinstance(item, ToMany):
                    yield catalog.types[item.relation.target], item.arguments
                elif isinstance(item, Page):
                    yield item.type, item.arguments
