"""The plan as a tree in words: every place of the answer with what the policy decided about it.

In:  an AuthorizedPlan, and a Lowering that writes predicates as the statement has them.
Out: one entry for each root, list, object and edge, in the order of the answer, as plain JSON. `path` is the place in
the answer, `*` any index of a list; a row's and a field's predicate stand in the policy language and in SQL, where
`row` is the alias of the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from kinfold.catalog import Relation, Shape, TypeDef
from kinfold.explain.argument import describe_list
from kinfold.explain.lowering import Lowering
from kinfold.plan.model import (
    Identity,
    Item,
    ListArguments,
    Page,
    Plan,
    Root,
    RootMany,
    RootOne,
    RootPage,
    Scalar,
    Selection,
    ToMany,
    ToOne,
    ToUnion,
    Typename,
    item_selections,
)
from kinfold.policy.access import ALWAYS, NEVER, FieldAccess
from kinfold.policy.authorize import AuthorizedPlan
from kinfold.policy.ir import Predicate
from kinfold.policy.language.render import render
from kinfold.sql.predicate import Form

Node: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str, ...]


def describe_nodes(authorized: AuthorizedPlan, lowering: Lowering) -> list[Node]:
    """Every node of the plan."""
    return list(_Describer(authorized, lowering).plan(authorized.plan))


class _Describer:
    """One walk over one plan."""

    def __init__(self, authorized: AuthorizedPlan, lowering: Lowering) -> None:
        self._authorized = authorized
        self._lowering = lowering

    def plan(self, plan: Plan) -> Iterator[Node]:
        for root in plan.roots:
            yield from self._root(root)

    def _root(self, root: Root) -> Iterator[Node]:
        path = (root.key,)
        match root:
            case RootPage():
                yield from self._page(root.page, (), Form.SET)
            case RootOne() if root.selection is not None:
                yield from self._object("one", path, root.selection)
            case RootMany():
                yield from self._object("many", (*path, "*"), root.selection)
            case _:  # known without a row, or of a kind that knows its rows itself
                yield {"path": _join(path), "step": _name(root)}
                selection = getattr(root, "selection", None)
                if isinstance(selection, Selection):
                    yield from self._object("object", path, selection)

    def _page(self, page: Page, above: Path, form: Form) -> Iterator[Node]:
        path = (*above, page.key)
        yield {
            **self._place("connection", path, page.type, form, page.relation),
            **self._list(page.type, page.arguments),
            "parts": [part.name if part.name != "totalCount" else f"totalCount {part.mode}" for part in page.parts],
        }  # fmt: skip
        for part in page.parts:
            for below, selection in part.node_selections():
                here = (*path, *below)
                yield {"path": _join(here), "step": "nodes", "type": page.type.name,
                       **self._fields(selection)}  # fmt: skip
                yield from self._items(selection, here)

    def _object(
        self, step: str, path: Path, selection: Selection, relation: Relation | None = None, **more: Any
    ) -> Iterator[Node]:
        yield {
            **self._place(step, path, selection.type, Form.PROBE, relation),
            **more,
            **self._fields(selection),
        }
        yield from self._items(selection, path)

    def _items(self, selection: Selection, above: Path) -> Iterator[Node]:
        for item in selection.items:
            yield from self._item(item, above, selection.type)

    def _item(self, item: Item, above: Path, here: TypeDef) -> Iterator[Node]:
        path = (*above, item.key)
        match item:
            case Scalar() | Identity() | Typename():
                return
            case ToOne():
                yield from self._object(
                    "to one", path, item.selection, item.relation, **self._walk(item.relation, here)
                )
            case ToUnion():
                for choice in item.choices:
                    yield from self._object("one of several", path, choice.selection, choice.relation,
                                            **self._walk(choice.relation, here))  # fmt: skip
            case ToMany():
                yield from self._object("to many", (*path, "*"), item.selection, item.relation,
                                        **self._list(item.selection.type, item.arguments))  # fmt: skip
            case Page():
                yield from self._page(item, above, Form.PROBE)
            case _:
                yield {"path": _join(path), "step": _name(item)}
                for selection in item_selections(item):
                    yield from self._object("object", path, selection)

    # one node ------------------------------------------------------------------------------------------------

    def _place(self, step: str, path: Path, type_: TypeDef, form: Form, edge: Relation | None) -> Node:
        access = self._authorized.access(type_)
        found: Node = {"path": _join(path), "step": step, "type": type_.name, "kind": type_.kind}
        if edge is not None:
            found["relation"] = edge.name
        if type_.condition is not None:
            found["condition"] = type_.condition
        found["row"] = self._predicate(access.row, type_, form)
        found["rules"] = list(access.rules)
        if edge is not None and edge.shape is not Shape.ONE:
            # Walking against the direction of a foreign key: the right to read it, on the rows there.
            key = type_.attributes[edge.edge_field or edge.join.remote]
            found["edge"] = self._decision(self._authorized.field(type_, key), type_, key.attribute)
        return found

    def _walk(self, edge: Relation, here: TypeDef) -> Node:
        """The right to walk a to-one edge: to read its foreign key on this row."""
        key = here.attributes[edge.edge_field or edge.join.local]
        return {"edge": self._decision(self._authorized.field(here, key), here, key.attribute)}

    def _list(self, type_: TypeDef, arguments: ListArguments) -> Node:
        return {"list": describe_list(type_, arguments)}

    def _fields(self, selection: Selection) -> Node:
        fields = []
        for item in selection.items:
            if isinstance(item, Scalar):
                access = self._authorized.field(selection.type, item.field)
                fields.append(
                    {"key": item.key, **self._decision(access, selection.type, item.field.attribute)}
                )
            elif isinstance(item, (Identity, Typename)):
                fields.append({"key": item.key, "shown": "comes with the row"})
        return {"fields": fields}

    def _decision(self, access: FieldAccess, type_: TypeDef, attribute: str) -> Node:
        """`shown`: value · mask NAME · conditional, with its cases in the order of their test · hidden."""
        found: Node = {"attribute": attribute}
        cases = [("value", access.read)] if access.read != NEVER else []
        cases += [(f"mask {name}", predicate) for name, predicate in access.masks]
        if not cases:
            return {**found, "shown": "hidden"}
        if cases[0][1] == ALWAYS:
            return {**found, "shown": cases[0][0]}
        described = [
            {"shown": shown, "where": self._predicate(predicate, type_, Form.PROBE)} for shown, predicate in cases
        ]  # fmt: skip
        if cases[-1][1] != ALWAYS:
            described.append({"shown": "hidden"})
        return {**found, "shown": "conditional", "cases": described}

    def _predicate(self, predicate: Predicate, type_: TypeDef, form: Form) -> Node:
        return {"policy": render(predicate), "sql": self._lowering.sql(predicate, type_, form)}


def _join(path: Path) -> str:
    return ".".join(path)


def _name(thing: object) -> str:
    return type(thing).__name__
