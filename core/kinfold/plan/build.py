"""Stage 2 of 5 — plan.

In:  a Document (checked against the schema) and the Catalog.
Out: a Plan: every field and edge looked up, filters normalised, values left as bind values.
Never: knows who asks.   Read next: kinfold/policy/authorize.py
"""

from __future__ import annotations

from graphql.language import FieldNode, SelectionSetNode

from kinfold.assembly.inputs import order_member
from kinfold.catalog import Catalog, Field, Relation, RootField, Shape, TypeDef
from kinfold.document.document import Document
from kinfold.document.errors import IdMalformed
from kinfold.plan.argument import Arguments, enum_value
from kinfold.plan.collect import Collector, subselections
from kinfold.plan.errors import NotSupportedYet
from kinfold.plan.filter import plan_filter
from kinfold.plan.model import (
    Const,
    Given,
    Identity,
    Item,
    ListArguments,
    Order,
    Page,
    Part,
    Plan,
    Result,
    Root,
    RootConstant,
    RootMany,
    RootOne,
    RootPage,
    Scalar,
    Selection,
    ToMany,
    ToOne,
    Typename,
)
from kinfold.plugin_api import MutationSpec

DEFAULT_PAGE = 50
LIST_BOUND = 200  # relations with a natural bound; nobody has 200 guardians


def build_plan(document: Document, catalog: Catalog) -> Plan:
    """The plan of a query."""
    return _Planner(document, catalog).query()


def build_payload_plan(
    document: Document, catalog: Catalog, spec: MutationSpec, nodes: list[FieldNode]
) -> Plan:
    """The plan of what a mutation's payload selects: ids come from the command's result."""
    return _Planner(document, catalog).payload(spec, nodes)


def mutation_fields(
    document: Document,
) -> list[tuple[str, str, list[FieldNode], dict[str, Given], Arguments]]:
    """Root fields of a mutation in order: (response key, name, nodes, arguments, arguments' reader)."""
    arguments = Arguments(document.variables)
    collector = Collector(document.operation.fragments, arguments)
    found = collector.collect([document.operation.node.selection_set], lambda t: t == "Mutation")
    return [
        (key, nodes[0].name.value, nodes, arguments.of(nodes[0]), arguments) for key, nodes in found.items()
    ]


class _Planner:
    def __init__(self, document: Document, catalog: Catalog) -> None:
        self._catalog = catalog
        self._arguments = Arguments(document.variables)
        self._collector = Collector(document.operation.fragments, self._arguments)
        self._root_set = document.operation.node.selection_set

    def query(self) -> Plan:
        fields = self._collector.collect([self._root_set], lambda t: t == "Query")
        return Plan(tuple(self._root(key, nodes) for key, nodes in fields.items()))

    def payload(self, spec: MutationSpec, nodes: list[FieldNode]) -> Plan:
        title = f"{spec.name[0].upper()}{spec.name[1:]}Payload"
        fields = self._collector.collect(subselections(nodes), lambda t: t == title)
        targets = {p.name: p for p in spec.payload}
        roots: list[Root] = []
        for key, found in fields.items():
            name = found[0].name.value
            if name == "__typename":
                roots.append(RootConstant(key, Const(title)))
            elif name == "userErrors":
                roots.append(RootConstant(key, Result("userErrors")))
            else:
                target = targets[name]
                selection = self._selection(self._catalog.types[target.target], subselections(found))
                if target.is_list:
                    roots.append(RootMany(key, Result(name), selection))
                else:
                    roots.append(RootOne(key, None, Result(name), selection))
        return Plan(tuple(roots))

    def _root(self, key: str, nodes: list[FieldNode]) -> Root:
        name = nodes[0].name.value
        if name == "__typename":
            return RootConstant(key, Const("Query"))
        if name.startswith("__"):
            raise NotSupportedYet("Ask about the schema in a query of its own.")
        given = self._arguments.of(nodes[0])
        if name == "node":
            return self._node(key, given["id"], nodes)
        root = self._catalog.roots[name]
        type_ = self._catalog.types[root.target]
        if root.shape is Shape.ONE:
            return self._one(key, root, type_, given[root.key_argument], nodes)
        return RootPage(key, self._page(key, type_, None, given, nodes))

    def _one(self, key: str, root: RootField, type_: TypeDef, id_: Given, nodes: list[FieldNode]) -> RootOne:
        if root.key_argument == "id" and self._named_type(id_) != type_.name:
            return RootOne(key, root, id_, None)
        return RootOne(key, root, id_, self._selection(type_, subselections(nodes)))

    def _node(self, key: str, id_: Given, nodes: list[FieldNode]) -> RootOne:
        type_ = self._catalog.types[self._named_type(id_)]
        return RootOne(key, None, id_, self._selection(type_, subselections(nodes)))

    def _named_type(self, id_: Given) -> str:
        """The type that a global id names; part of the variables' shape, so plans may differ by it."""
        name = str(self._arguments.peek(id_)).partition(":")[0]
        if name not in self._catalog.types:
            raise IdMalformed
        return name

    def _selection(self, type_: TypeDef, sets: list[SelectionSetNode]) -> Selection:
        fields = self._collector.collect(sets, lambda t: t in (type_.name, "Node"))
        return Selection(type_, tuple(self._item(type_, key, nodes) for key, nodes in fields.items()))

    def _item(self, type_: TypeDef, key: str, nodes: list[FieldNode]) -> Item:
        name = nodes[0].name.value
        if name == "__typename":
            return Typename(key, type_.name)
        if name == "id":
            return Identity(key)
        if name in type_.fields:
            return Scalar(key, type_.fields[name])
        edge = type_.relations[name]
        target = self._catalog.types[edge.target]
        if edge.shape is Shape.ONE:
            return ToOne(key, edge, self._selection(target, subselections(nodes)))
        given = self._arguments.of(nodes[0])
        if edge.shape is Shape.LIST:
            return ToMany(
                key,
                edge,
                self._list(target, given, LIST_BOUND),
                self._selection(target, subselections(nodes)),
            )
        return self._page(key, target, edge, given, nodes)

    def _list(self, type_: TypeDef, given: dict[str, Given], bound: int) -> ListArguments:
        first = given.get("first")
        if first is None or self._arguments.peek(first) is None:
            first = Const(bound)
        after = given.get("after")
        where = given.get("where")
        has_where = where is not None and self._arguments.peek(where) is not None
        return ListArguments(
            first=first,
            after=after if after is not None and self._arguments.peek(after) is not None else None,
            where=plan_filter(type_, where, self._arguments) if has_where and where is not None else None,
            where_given=where if has_where else None,
            order=self._order(type_, given.get("orderBy")),
        )

    def _order(self, type_: TypeDef, given: Given | None) -> tuple[Order, ...]:
        asked: list[Order] = []
        for element in self._arguments.elements(given) if given is not None else ():
            entry = dict(self._arguments.entries(element))
            member = enum_value(self._arguments.peek(entry["field"]))
            descending = enum_value(self._arguments.peek(entry.get("direction", Const("ASC")))) == "DESC"
            asked.append(Order(_ordered_field(type_, member), descending))
        if asked:
            return tuple(asked)
        by_column = {f.sort_column or f.column: f for f in type_.attributes.values() if f.is_exposed}
        default = []
        for name in type_.order:
            field = by_column.get(name.removeprefix("-"))
            if field is not None:
                default.append(Order(field, name.startswith("-"), is_default=True))
        return tuple(default)

    def _page(
        self, key: str, type_: TypeDef, edge: Relation | None, given: dict[str, Given], nodes: list[FieldNode]
    ) -> Page:
        name = f"{type_.name}Connection"
        fields = self._collector.collect(subselections(nodes), lambda t: t == name)
        parts = tuple(self._part(type_, k, found) for k, found in fields.items())
        return Page(key, type_, edge, self._list(type_, given, DEFAULT_PAGE), parts)

    def _part(self, type_: TypeDef, key: str, nodes: list[FieldNode]) -> Part:
        name = nodes[0].name.value
        sets = subselections(nodes)
        if name == "nodes":
            return Part(key, name, selection=self._selection(type_, sets))
        if name == "edges":
            below = self._collector.collect(sets, lambda t: t == f"{type_.name}Edge")
            node_sets = [
                s for found in below.values() if found[0].name.value == "node" for s in subselections(found)
            ]
            keys = tuple((k, found[0].name.value) for k, found in below.items())
            if sum(1 for _, n in keys if n == "node") > 1:
                raise NotSupportedYet("Ask for an edge's node once.")
            return Part(key, name, keys, self._selection(type_, node_sets) if node_sets else None)
        if name == "pageInfo":
            below = self._collector.collect(sets, lambda t: t == "PageInfo")
            return Part(key, name, tuple((k, found[0].name.value) for k, found in below.items()))
        if name == "__typename":
            return Part(key, name, ((f"{type_.name}Connection", "__typename"),))
        return Part(key, name)


def _ordered_field(type_: TypeDef, member: object) -> Field | None:
    """The field behind an order member: by its name (variables) or its enum name (literals)."""
    if member in ("id", "ID"):
        return None
    for field in type_.fields.values():
        if member in (field.name, order_member(field.name)):
            return field
    raise NotSupportedYet("That order does not exist.")
