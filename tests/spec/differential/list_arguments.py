"""Random arguments of lists: filters through relations, orders behind edges, every way of paging; and values for them.

In:  a source of chance, what the caller may compare, rows to take values from, a function that fetches real cursors.
Out: arguments as GraphQL text, some of them by variables that are declared and given on the way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from kinfold.assembly.inputs import OPERATORS, order_member
from kinfold.catalog import Field, Relation, Scalar, Shape, TypeDef
from kinfold.catalog.union import UnionRelation
from kinfold.graph.person.lookup import blind_column, search_field
from kinfold.policy.access import NEVER
from viewpoint import Viewpoint

Cursors = Callable[[str, str], list[str]]


class Member(str):
    """An enum member: written without quotes."""


def literal(value: Any) -> str:
    """A value as GraphQL text."""
    if isinstance(value, Member):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


class ListArguments:
    """Writes arguments for one document and keeps its variables."""

    def __init__(self, chance: Random, view: Viewpoint, cursors: Cursors) -> None:
        self._chance, self._view, self._cursors = chance, view, cursors
        self._catalog = view.rows.catalog
        self._declared: list[str] = []
        self._values: dict[str, Any] = {}
        self._fragments: list[str] = []
        self._spreads: dict[str, list[str]] = {}
        self._names = 0
        self._budget = 40  # fields
        self._aliases = 28
        self._directives = 16

    # --- chance ---

    def _odds(self, likely: float) -> bool:
        return self._chance.randint(0, 99) < likely * 100

    def _pick(self, options: Any) -> Any:
        return self._chance.choice(list(options))

    def _name(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}"

    def _alias(self) -> str:
        self._aliases -= 1
        return f"{self._name('k')}: "

    def _pass(self, type_name: str, value: Any, likely: float = 0.25) -> str:
        """The value in the document, or a variable that brings it or has it as its default."""
        if not self._odds(likely):
            return literal(value)
        name = self._name("v")
        if self._odds(0.3):
            self._declared.append(f"${name}: {type_name} = {literal(value)}")
        else:
            self._declared.append(f"${name}: {type_name}")
            self._values[name] = value
        return f"${name}"

    def _directive(self) -> str:
        if self._directives <= 0 or not self._odds(0.1):
            return ""
        self._directives -= 1
        flag = self._pass("Boolean!", self._odds(0.6), 0.5)
        return f" @{self._pick(['include', 'skip'])}(if: {flag})"

    # --- arguments of lists ---

    def _window(self, type_: TypeDef, root: str | None, rows: int) -> tuple[str, int]:
        """The arguments of a connection, and how many rows lie below it at most."""
        arguments = self._filter_and_order(type_)
        size = self._chance.randint(0, 5 if rows <= 5 else 2)
        way = self._pick(["first", "first", "last", *(["page", "after", "before", "both"] if root else [])])
        if way == "page":
            arguments["page"] = self._pass("PageInput!", {"number": self._chance.randint(1, 4), "size": size})
        else:
            arguments[way if way in ("first", "last") else self._pick(["first", "last"])] = self._pass(
                "Int!", size
            )
        if root and way in ("after", "before", "both"):
            fixed = {key: text for key, text in arguments.items() if key in ("where", "orderBy")}
            if not any("$" in text for text in fixed.values()):
                found = self._cursors(root, "".join(f", {key}: {text}" for key, text in fixed.items()))
                if len(found) > 2:
                    low = self._chance.randint(0, len(found) - 2)
                    high = self._chance.randint(low + 1, len(found) - 1)
                    if way != "before":
                        arguments["after"] = self._pass("String!", found[low])
                    if way != "after":
                        arguments["before"] = self._pass("String!", found[high])
        return _written(arguments), rows * max(size, 1)

    def _bounded(self, type_: TypeDef, rows: int) -> tuple[str, int]:
        arguments = self._filter_and_order(type_) if self._odds(0.5) else {}
        if self._odds(0.3):
            arguments["first"] = self._pass("Int!", self._chance.randint(0, 3))
        return _written(arguments), rows * 3

    def _filter_and_order(self, type_: TypeDef) -> dict[str, str]:
        found: dict[str, str] = {}
        if self._odds(0.5):
            found["where"] = self._pass(f"{type_.name}Where!", self._where(type_, 0, 0))
        if self._odds(0.5):
            entries = [self._order(type_, 0) for _ in range(self._chance.randint(1, 2))]
            entries = [entry for entry in entries if entry]
            if entries:
                found["orderBy"] = self._pass(f"[{type_.name}Order!]!", entries)
        return found

    def _may_compare(self, type_: TypeDef, field: Field) -> bool:
        is_absent = self._view.access(type_.kind).row == NEVER
        return is_absent or self._view.field(type_, field).read != NEVER

    def _may_walk(self, type_: TypeDef, edge: Relation) -> bool:
        target = self._catalog.types[edge.target]
        if edge.shape is Shape.ONE:
            return self._may_compare(type_, type_.attributes[edge.edge_field or edge.join.local])
        return self._may_compare(target, target.attributes[edge.edge_field or edge.join.remote])

    def _edges(self, type_: TypeDef, shape: Shape | None = None) -> list[Relation]:
        return [
            edge
            for edge in type_.relations.values()
            if not isinstance(edge, UnionRelation)
            and (shape is None or edge.shape is shape)
            and self._may_walk(type_, edge)
        ]

    def _where(self, type_: TypeDef, walked: int, level: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _ in range(self._chance.randint(1, 2)):
            kind = self._chance.randint(0, 9)
            edges = self._edges(type_)
            if kind == 0 and level < 3:
                found["not"] = self._where(type_, walked, level + 1)
            elif kind == 1 and level < 3:
                amount = self._chance.randint(0, 2)
                found[self._pick(["and", "or"])] = [
                    self._where(type_, walked, level + 1) for _ in range(amount)
                ]
            elif kind <= 5 and walked < 3 and level < 4 and edges:
                edge = self._pick(edges)
                target = self._catalog.types[edge.target]
                below = {} if self._odds(0.1) else self._where(target, walked + 1, level + 1)
                found[edge.name] = (
                    below if edge.shape is Shape.ONE else {self._pick(["some", "none", "every"]): below}
                )
            else:
                self._test(type_, found)
        return found

    def _test(self, type_: TypeDef, found: dict[str, Any]) -> None:
        fields = [
            field
            for field in type_.fields.values()
            if field.is_filterable and blind_column(type_, field) is None and self._may_compare(type_, field)
        ]
        field = self._pick([*fields, None])
        if field is None:
            op = self._pick(["eq", "in", "isNull"])
            ids = [self._id(type_) for _ in range(self._chance.randint(0, 2))]
            found["id"] = {op: {"eq": self._id(type_), "in": ids, "isNull": self._odds(0.5)}[op]}
            return
        operators = list(OPERATORS[field.scalar]) + (["search"] * 6 if search_field(type_, field) else [])
        op = self._pick(operators)
        if op == "isNull":
            found[field.name] = {op: self._odds(0.5)}
        elif op in ("in", "notIn"):
            found[field.name] = {
                op: [self._operand(type_, field, "eq") for _ in range(self._chance.randint(0, 3))]
            }
        else:
            found[field.name] = {op: self._operand(type_, field, op)}

    def _operand(self, type_: TypeDef, field: Field, op: str) -> Any:
        if op == "search":
            words = self._sample(type_, f"{field.attribute}_search", "|wang|").strip("|").split("|")
            word = self._pick(words)
            # A word of hexadecimal digits stands for characters: search for the name instead.
            return (
                self._sample(type_, field.attribute, "王")
                if word.startswith("xe") or word.startswith("xf")
                else word[:4]
            )
        value = self._sample(type_, field.attribute, None)
        if field.scalar is Scalar.BOOLEAN:
            return self._odds(0.5)
        if field.scalar is Scalar.ENUM:
            return Member(value or next(iter(self._catalog.enums[field.enum or ""].values)))
        if field.scalar is Scalar.REGION:
            code = value or "370983"
            return code[:9] if self._odds(0.4) and len(code) == 12 else code
        if field.scalar is Scalar.DATE:
            return value.isoformat() if value else "2015-06-01"
        if field.scalar is Scalar.STRING:
            text = value or "一"
            return text[: self._chance.randint(0, 2)] if op in ("startsWith", "contains") else text
        return value if value is not None else 1

    def _order(self, type_: TypeDef, walked: int) -> dict[str, Any]:
        edges = self._edges(type_, Shape.ONE)
        if walked < 2 and edges and self._odds(0.35):
            edge = self._pick(edges)
            below = self._order(self._catalog.types[edge.target], walked + 1)
            return {edge.name: below} if below else {}
        fields = [f for f in type_.fields.values() if f.sort_column and self._may_compare(type_, f)]
        members = [
            "ID",
            *(order_member(field.name) for field in fields),
            *(order_member(field.name) for field in fields),
        ]
        found: dict[str, Any] = {"field": Member(self._pick(members))}
        if self._odds(0.6):
            found["direction"] = Member(self._pick(["ASC", "DESC"]))
        return found

    # --- values from the county ---

    def _row(self, type_: TypeDef) -> Mapping[str, Any] | None:
        rows = self._view.rows.tables[type_.qualified]
        visible = self._view.visible_rows(type_)
        if visible and self._odds(0.7):
            rows = visible  # most rows are hidden from a school: ask for those that are not, too
        return rows[self._chance.randint(0, len(rows) - 1)] if rows else None

    def _sample(self, type_: TypeDef, attribute: str, otherwise: Any) -> Any:
        row = self._row(type_)
        return otherwise if row is None or row[attribute] is None else row[attribute]

    def _id(self, type_: TypeDef) -> str:
        row = self._row(type_)
        if not type_.has_jurisdiction:
            return f"{type_.name}:{row[type_.key_column] if row else '370983'}"
        key = row["id"] if row and self._odds(0.95) else "0190a000-0000-7000-8000-00000000ffff"
        return f"{type_.name}:370983:{key}"

    def _code(self) -> str:
        return str(self._sample(self._catalog.types["Region"], "code", "370983"))


def _written(arguments: Mapping[str, str]) -> str:
    return f"({', '.join(f'{key}: {text}' for key, text in arguments.items())})" if arguments else ""
