"""The plan as a tree in words: every place of the answer with what the policy decided about it.

In:  an AuthorizedPlan, and a Lowering that writes predicates as the statement has them.
Out: one entry for each root, list, object and edge, in the order of the answer, as plain JSON. `path` is the place in
the answer, `*` any index of a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from kinfold.catalog import Catalog, Relation, Shape, TypeDef
from kinfold.explain.argument import describe_as_of, describe_list
from kinfold.explain.decision import Decisions
from kinfold.explain.lowering import Lowering
from kinfold.explain.slot import describe_given
from kinfold.plan.model import (
    Derived,
    Item,
    Page,
    Plan,
    Root,
    RootMany,
    RootOne,
    RootPage,
    RootStatistics,
    Selection,
    StatisticTable,
    ToMany,
    ToOne,
    ToUnion,
)
from kinfold.policy.authorize import AuthorizedPlan
from kinfold.sql.predicate import Form

Node: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str, ...]


def describe_nodes(authorized: AuthorizedPlan, lowering: Lowering, catalog: Catalog) -> list[Node]:
    """Every node of the plan."""
    return list(_Describer(authorized, lowering, catalog).plan(authorized.plan))


class _Describer:
    """One walk over one plan."""

    def __init__(self, authorized: AuthorizedPlan, lowering: Lowering, catalog: Catalog) -> None:
        self._authorized = authorized
        self._catalog = catalog
        self._decisions = Decisions(authorized, lowering)

    def plan(self, plan: Plan) -> Iterator[Node]:
        for root in plan.roots:
            yield from self._root(root)

    def _root(self, root: Root) -> Iterator[Node]:
        path = (root.key,)
        match root:
            case RootPage():
                yield from self._page(root.page, (), Form.SET, **describe_as_of(root.as_of))
            case RootOne() if root.selection is not None:
                yield from self._object("one", path, root.selection, None, **describe_as_of(root.as_of))
            case RootMany():
                yield from self._object("many", (*path, "*"), root.selection)
            case RootStatistics():
                for table in root.tables():
                    yield self._table(table, (*path, table.key))
            case _:
                yield {"path": _join(path), "step": "known without a row"}

    def _page(self, page: Page, above: Path, form: Form, **more: Any) -> Iterator[Node]:
        path = (*above, page.key)
        parts = [part.name if part.name != "totalCount" else f"totalCount {part.mode}" for part in page.parts]
        yield {
            **self._place("connection", path, page.type, form, page.relation),
            **more,
            "list": describe_list(page.type, page.arguments),
            "parts": parts,
        }
        for part in page.parts:
            for below, selection in part.node_selections():
                here = (*path, *below)
                yield {
                    "path": _join(here),
                    "step": "nodes",
                    "type": page.type.name,
                    **self._fields(selection),
                }
                yield from self._items(selection, here)

    def _object(
        self, step: str, path: Path, selection: Selection, relation: Relation | None = None, **more: Any
    ) -> Iterator[Node]:
        place = self._place(step, path, selection.type, Form.PROBE, relation)
        yield {**place, **more, **self._fields(selection)}
        yield from self._items(selection, path)

    def _items(self, selection: Selection, above: Path) -> Iterator[Node]:
        for item in selection.items:
            yield from self._item(item, above, selection.type)

    def _item(self, item: Item, above: Path, here: TypeDef) -> Iterator[Node]:
        path = (*above, item.key)
        match item:
            case ToOne():
                yield from self._end("to one", path, item, here)
            case ToUnion():
                for choice in item.choices:
                    yield from self._end("one of several", path, choice, here)
            case ToMany():
                arguments = describe_list(item.selection.type, item.arguments)
                yield from self._object(
                    "to many", (*path, "*"), item.selection, item.relation, list=arguments
                )
            case Page():
                yield from self._page(item, above, Form.PROBE)
            case Derived():
                yield from self._derived(item, above)

    def _end(self, step: str, path: Path, item: ToOne, here: TypeDef) -> Iterator[Node]:
        """The right to walk a to-one edge is the right to read its foreign key on this row."""
        key = here.attributes[item.relation.edge_field or item.relation.join.local]
        edge = self._decisions.field(key, here)
        yield from self._object(step, path, item.selection, item.relation, edge=edge)

    def _derived(self, item: Derived, above: Path) -> Iterator[Node]:
        """A derived list with the facts that it is made of, each under its own decision."""
        facts = [
            {"source": source.name, **self._decisions.row(self._catalog.types[source.type], Form.PROBE)}
            for source in item.relation.sources
        ]
        asked = {argument.name: describe_given(given) for argument, given in item.arguments}
        yield {
            "path": _join((*above, item.key, "*")),
            "step": "derived list",
            "relation": item.relation.name,
            "facts": facts,
            "list": {**asked, "window": f"first {describe_given(item.size)}"},
        }
        for path, selection in item.ends():
            yield from self._object("end of a derived item", (*above, *path), selection)

    def _table(self, table: StatisticTable, path: Path) -> Node:
        """A table of counts: whose rows count. Cells are hidden after the statement (decision 0018)."""
        access = self._authorized.table(table)
        return {
            "path": _join(path),
            "step": "table of counts",
            **self._decisions.row(table.type, Form.SET, access.row),
            "by": list(table.by),
        }

    # one node ------------------------------------------------------------------------------------------------

    def _place(self, step: str, path: Path, type_: TypeDef, form: Form, relation: Relation | None) -> Node:
        found: Node = {"path": _join(path), "step": step, **self._decisions.row(type_, form)}
        if relation is not None:
            found["relation"] = relation.name
            if relation.shape is not Shape.ONE:
                # Walking against the direction of a foreign key: the right to read it, on the rows there.
                key = type_.attributes[relation.edge_field or relation.join.remote]
                found["edge"] = self._decisions.field(key, type_)
        return found

    def _fields(self, selection: Selection) -> Node:
        return {"fields": self._decisions.fields(selection.items, selection.type)}


def _join(path: Path) -> str:
    return ".".join(path)
