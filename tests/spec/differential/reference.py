"""The same graph answered by graphql-core with plain resolvers over rows in memory.

In:  the schema, rows, a viewpoint. Out: `Reference.ask`: the JSON that a correct server gives. Cursors are opaque, so
they come out as `cursor:<key>`; `read_cursors` puts a real answer into the same form.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from conditions import Conditions, plain
from county_rows import Row
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    execute_sync,
    parse,
)
from kinfold.assembly import Assembly
from kinfold.assembly.schema import build_schema
from kinfold.catalog import Field, Relation, Scalar, Shape, TypeDef
from kinfold.catalog.union import UnionRelation
from viewpoint import Viewpoint

_CURSOR = re.compile(r"[A-Za-z0-9+/]+=*\.[0-9a-f]{32}")


@dataclass(frozen=True)
class Node:
    type: TypeDef
    row: Row

    @property
    def key(self) -> str:
        return str(self.row[self.type.key_column])

    @property
    def id(self) -> str:
        home = f"{self.row['jurisdiction']}:" if self.type.has_jurisdiction else ""
        return f"{self.type.name}:{home}{self.key}"


@dataclass(frozen=True)
class Rights:
    """`viewerCan` of a node."""

    node: Node


@dataclass(frozen=True)
class Page:
    nodes: list[Node]
    total: int
    has_next: bool
    has_previous: bool


def bare_schema(assembly: Assembly) -> GraphQLSchema:
    """The schema without a single resolver or serialiser of its own."""
    schema = build_schema(assembly.catalog, assembly.mutations)
    for t in schema.type_map.values():
        if t.name.startswith("__"):
            continue
        if isinstance(t, (GraphQLInterfaceType, GraphQLUnionType)):
            t.resolve_type = None
        if isinstance(t, GraphQLObjectType):
            t.is_type_of = None
            for field in t.fields.values():
                field.resolve = None
        if isinstance(t, (GraphQLScalarType, GraphQLEnumType)) and t.name not in ("Int", "Boolean"):
            for name in ("serialize", "coerce_output_value"):
                if hasattr(t, name):
                    setattr(t, name, lambda value: value)
    return schema


class Reference:
    """Plain resolvers for one viewpoint."""

    def __init__(self, schema: GraphQLSchema, view: Viewpoint) -> None:
        self._schema, self._view = schema, view
        self._catalog = view.rows.catalog
        self._conditions = Conditions(view)

    def ask(self, text: str, variables: Mapping[str, Any]) -> bytes:
        result = execute_sync(
            self._schema,
            parse(text),
            variable_values=dict(variables),
            field_resolver=self._resolve,
            type_resolver=lambda value, info, abstract: value.type.name,
        )
        assert not result.errors, result.errors
        return orjson.dumps(result.data)

    def _resolve(self, source: Any, info: Any, **arguments: Any) -> Any:
        name = info.field_name
        if source is None:
            return self._root(name, arguments)
        if isinstance(source, Page):
            return self._of_page(source, name)
        if isinstance(source, tuple):  # an edge
            return source[0] if name == "node" else f"cursor:{source[0].key}"
        if isinstance(source, dict):
            return source[name]
        if isinstance(source, Rights):
            return self._right(source.node, name, arguments.get("field"))
        return self._of_node(source, name, arguments)

    def _root(self, name: str, arguments: Mapping[str, Any]) -> Any:
        if name == "node":
            return self._by_id(str(arguments["id"]).partition(":")[0], arguments["id"])
        root = self._catalog.roots[name]
        type_ = self._catalog.types[root.target]
        if root.shape is not Shape.ONE:
            return self._page(type_, self._view.visible_rows(type_), arguments)
        if root.key_argument == "id":
            return self._by_id(root.target, arguments["id"])
        return self._first(
            type_, self._view.rows.where(type_, root.key_argument, arguments[root.key_argument])
        )

    def _by_id(self, type_name: str, id_: str) -> Node | None:
        type_ = self._catalog.types[type_name]
        head, *home, key = str(id_).split(":")
        if head != type_name:
            return None
        rows = [
            row
            for row in self._view.rows.tables[type_.qualified]
            if str(row[type_.key_column]) == key and (not home or row["jurisdiction"] == home[0])
        ]
        return self._first(type_, rows)

    def _first(self, type_: TypeDef, rows: list[Row]) -> Node | None:
        return next((Node(type_, row) for row in rows if self._view.is_visible(type_, row)), None)

    def _of_node(self, node: Node, name: str, arguments: Mapping[str, Any]) -> Any:
        if name == "id":
            return node.id
        if name == "viewerCan":
            return Rights(node)
        if name in node.type.fields:
            return self._value(node, node.type.fields[name])
        edge = node.type.relations[name]
        if isinstance(edge, UnionRelation):
            ways = [node.type.relations[choice] for choice in edge.choices]
            return next((found for way in ways if (found := self._end(node, way)) is not None), None)
        if edge.shape is Shape.ONE:
            return self._end(node, edge)
        target = self._catalog.types[edge.target]
        rows = self._view.walk(node.type, edge, node.row) or []
        if edge.shape is Shape.CONNECTION:
            return self._page(target, rows, arguments)
        first = arguments.get("first")
        return [Node(target, row) for row in self._listed(target, rows, arguments)][
            : 200 if first is None else first
        ]

    def _right(self, node: Node, name: str, member: str | None) -> Any:
        field = None if member is None else node.type.fields[plain(member)]
        if name == "read":
            return field is not None and self._view.may_read(node.type, field, node.row)
        if name == "mask":
            return field and self._view.mask(node.type, field, node.row)
        return self._view.may(node.type, name, node.row, field)

    def _end(self, node: Node, edge: Relation) -> Node | None:
        ends = self._view.walk(node.type, edge, node.row)
        return Node(self._catalog.types[edge.target], ends[0]) if ends else None

    def _value(self, node: Node, field: Field) -> Any:
        value, is_mask = self._view.show(node.type, field, node.row)
        if is_mask or value is None:
            return value
        if field.scalar is Scalar.DATETIME:
            text = value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
            return f"{text}+00:00"
        return value.isoformat() if field.scalar is Scalar.DATE else value

    def _listed(self, type_: TypeDef, rows: list[Row], arguments: Mapping[str, Any]) -> list[Row]:
        where = arguments.get("where")
        if where is not None:
            rows = [row for row in rows if self._conditions.holds(type_, row, where) is True]
        return self._conditions.sort(type_, rows, arguments.get("orderBy"))

    def _page(self, type_: TypeDef, rows: list[Row], arguments: Mapping[str, Any]) -> Page:
        nodes = [Node(type_, row) for row in self._listed(type_, rows, arguments)]
        given = {key: value for key, value in arguments.items() if value is not None}
        if "page" in given:
            size, number = given["page"].get("size", 50), given["page"]["number"]
            start = (number - 1) * size
            return Page(nodes[start : start + size], len(nodes), len(nodes) > start + size, start > 0)
        places = {node.key: place for place, node in enumerate(nodes)}
        low = places[cursor_key(given["after"])] + 1 if "after" in given else 0
        high = places[cursor_key(given["before"])] if "before" in given else len(nodes)
        within = nodes[low:high]
        if "last" in given:
            size = given["last"]
            shown = within[-size:] if size else []
            return Page(shown, len(nodes), "before" in given, "after" in given or len(within) > size)
        size = given.get("first", 50)
        return Page(within[:size], len(nodes), "before" in given or len(within) > size, "after" in given)

    def _of_page(self, page: Page, name: str) -> Any:
        if name == "nodes":
            return page.nodes
        if name == "edges":
            return [(node,) for node in page.nodes]
        if name == "totalCount":
            return min(page.total, 10_000)
        cursors = [f"cursor:{node.key}" for node in page.nodes]
        return {
            "hasNextPage": page.has_next,
            "hasPreviousPage": page.has_previous,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        }


def cursor_key(cursor: str) -> str:
    """The key of the row that a real cursor stands for."""
    return str(orjson.loads(base64.b64decode(cursor.partition(".")[0]))[-1])


def read_cursors(value: Any) -> Any:
    """An answer with every real cursor as `cursor:<key>`."""
    if isinstance(value, dict):
        return {key: read_cursors(each) for key, each in value.items()}
    if isinstance(value, list):
        return [read_cursors(each) for each in value]
    if isinstance(value, str) and _CURSOR.fullmatch(value):
        return f"cursor:{cursor_key(value)}"
    return value


__all__ = ["Reference", "bare_schema", "cursor_key", "plain", "read_cursors"]
