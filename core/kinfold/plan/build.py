"""Stage 2 of 5 — plan.

In:  a Document (checked against the schema) and the Catalog.
Out: a Plan: every field and edge looked up, filters normalised, values left as bind values.
Never: knows who asks.   Read next: kinfold/policy/authorize.py
"""

from __future__ import annotations

from graphql.language import FieldNode, SelectionSetNode

from kinfold.catalog import Catalog, Relation, RootField, Shape, TypeDef
from kinfold.catalog.derived import DerivedRelation
from kinfold.catalog.union import UnionRelation, unions_of
from kinfold.document.document import Document
from kinfold.document.errors import IdMalformed
from kinfold.plan.ability import plan_viewer_can
from kinfold.plan.argument import Arguments, enum_value
from kinfold.plan.as_of import read_as_of
from kinfold.plan.collect import Collector, subselections
from kinfold.plan.model import (
    AsOf,
    Below,
    Const,
    Derived,
    End,
    Given,
    Identity,
    Item,
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
    ToUnion,
    Typename,
)
from kinfold.plan.statistic_build import StatisticPlanner
from kinfold.plan.window import DEFAULT_PAGE, LIST_BOUND, Windows
from kinfold.plugin_api import MutationSpec

SCHEMA = "schema."


def build_plan(document: Document, catalog: Catalog) -> Plan:
    """The plan of a query."""
    return _Planner(document, catalog).query()


def schema_fields(document: Document) -> dict[str, list[FieldNode]]:
    """Root fields about the schema, by response key: their values are results named `SCHEMA` and the key."""
    collector = Collector(document.operation.fragments, Arguments(document.variables))
    fields = collector.collect([document.operation.node.selection_set], lambda t: t == "Query")
    return {key: nodes for key, nodes in fields.items() if nodes[0].name.value in ("__schema", "__type")}


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
        self._unions = unions_of(catalog)
        self._windows = Windows(self._arguments, catalog)
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
            return RootConstant(key, Result(f"{SCHEMA}{key}"))
        given = self._arguments.of(nodes[0])
        if name == "node":
            return self._node(key, given, nodes)
        if name == "statistics":
            return StatisticPlanner(self._arguments, self._collector, self._catalog).root(key, nodes)
        root = self._catalog.roots[name]
        type_ = self._catalog.types[root.target]
        if root.shape is Shape.ONE:
            return self._one(key, root, type_, given, nodes)
        return RootPage(key, self._page(key, type_, None, given, nodes), self._as_of(given))

    def _one(
        self, key: str, root: RootField, type_: TypeDef, given: dict[str, Given], nodes: list[FieldNode]
    ) -> RootOne:
        id_ = given[root.key_argument]
        if root.key_argument == "id" and self._named_type(id_) != type_.name:
            return RootOne(key, root, id_, None)
        return RootOne(key, root, id_, self._selection(type_, subselections(nodes)), self._as_of(given))

    def _node(self, key: str, given: dict[str, Given], nodes: list[FieldNode]) -> RootOne:
        id_ = given["id"]
        type_ = self._catalog.types[self._named_type(id_)]
        return RootOne(key, None, id_, self._selection(type_, subselections(nodes)), self._as_of(given))

    def _as_of(self, given: dict[str, Given]) -> AsOf:
        return read_as_of(given.get("asOf"), self._arguments)

    def _named_type(self, id_: Given) -> str:
        """The type that a global id names; part of the variables' shape, so plans may differ by it."""
        name = str(self._arguments.peek(id_)).partition(":")[0]
        if name not in self._catalog.types:
            raise IdMalformed
        return name

    def _selection(self, type_: TypeDef, sets: list[SelectionSetNode]) -> Selection:
        names = {type_.name, "Node", *(u for u, members in self._unions.items() if type_.name in members)}
        fields = self._collector.collect(sets, lambda t: t in names)
        return Selection(type_, tuple(self._item(type_, key, nodes) for key, nodes in fields.items()))

    def _item(self, type_: TypeDef, key: str, nodes: list[FieldNode]) -> Item:
        name = nodes[0].name.value
        if name == "__typename":
            return Typename(key, type_.name)
        if name == "id":
            return Identity(key)
        if name in type_.fields:
            return Scalar(key, type_.fields[name])
        if name == "viewerCan":
            return plan_viewer_can(type_, key, nodes, self._collector, self._arguments)
        derived = self._catalog.derived.get((type_.name, name))
        if derived is not None:
            return self._derived(key, derived, nodes)
        edge = type_.relations[name]
        if isinstance(edge, UnionRelation):
            ways = [type_.relations[choice] for choice in edge.choices]
            return ToUnion(key, edge, tuple(self._to_one(key, way, nodes) for way in ways))
        if edge.shape is Shape.ONE:
            return self._to_one(key, edge, nodes)
        target = self._catalog.types[edge.target]
        given = self._arguments.of(nodes[0])
        if edge.shape is Shape.LIST:
            arguments = self._windows.read(target, given, LIST_BOUND)
            return ToMany(key, edge, arguments, self._selection(target, subselections(nodes)))
        return self._page(key, target, edge, given, nodes)

    def _derived(self, key: str, relation: DerivedRelation, nodes: list[FieldNode]) -> Derived:
        given = {k: v for k, v in self._arguments.of(nodes[0]).items() if self._arguments.peek(v) is not None}
        arguments = []
        for argument in relation.arguments:
            value = given.get(argument.name)
            if value is None and argument.default is not None:
                value = Const(argument.default)
            if value is not None:
                arguments.append((argument, value))
        items: list[Scalar | Typename | End] = []
        fields = {field.name: field for field in relation.fields}
        ends = {end.name: end for end in relation.ends}
        found = self._collector.collect(subselections(nodes), lambda t: t == relation.object)
        for k, each in found.items():
            name = each[0].name.value
            if name == "__typename":
                items.append(Typename(k, relation.object))
            elif name in fields:
                items.append(Scalar(k, fields[name]))
            else:
                target = self._catalog.types[ends[name].target]
                items.append(End(k, ends[name], self._selection(target, subselections(each))))
        return Derived(key, relation, tuple(arguments), given.get("first", Const(LIST_BOUND)), tuple(items))

    def _to_one(self, key: str, edge: Relation, nodes: list[FieldNode]) -> ToOne:
        return ToOne(key, edge, self._selection(self._catalog.types[edge.target], subselections(nodes)))

    def _page(
        self, key: str, type_: TypeDef, edge: Relation | None, given: dict[str, Given], nodes: list[FieldNode]
    ) -> Page:
        name = f"{type_.name}Connection"
        fields = self._collector.collect(subselections(nodes), lambda t: t == name)
        parts = tuple(self._part(type_, k, found) for k, found in fields.items())
        return Page(key, type_, edge, self._windows.read(type_, given, DEFAULT_PAGE), parts)

    def _part(self, type_: TypeDef, key: str, nodes: list[FieldNode]) -> Part:
        name = nodes[0].name.value
        sets = subselections(nodes)
        if name == "nodes":
            return Part(key, name, selection=self._selection(type_, sets))
        if name == "edges":
            return Part(key, name, self._below(f"{type_.name}Edge", type_, sets))
        if name == "pageInfo":
            return Part(key, name, self._below("PageInfo", type_, sets))
        if name == "totalCount":
            mode = self._arguments.of(nodes[0]).get("mode", Const("CAPPED"))
            return Part(key, name, mode=str(enum_value(self._arguments.peek(mode)) or "CAPPED"))
        return Part(key, name)

    def _below(self, title: str, type_: TypeDef, sets: list[SelectionSetNode]) -> tuple[Below, ...]:
        """What is asked of a type that exists for paging only; under its node lies a selection."""
        fields = self._collector.collect(sets, lambda t: t == title)
        found = []
        for key, nodes in fields.items():
            name = nodes[0].name.value
            selection = self._selection(type_, subselections(nodes)) if name == "node" else None
            found.append(Below(key, name, selection))
        return tuple(found)
