"""Connections: a page is limited in an inner subselect before any child of its rows is built.

A page from the end is taken in the reversed order and shown the right way round; a page by number skips rows.
"""

from __future__ import annotations

from dataclasses import replace

from kinfold.plan.as_of import NOW, AsOf
from kinfold.plan.model import Below, Given, Page, Part
from kinfold.sql.bind import CursorKeySlot, GivenSlot, OffsetSlot, Use
from kinfold.sql.count import count_sql
from kinfold.sql.cursor import CursorBinding, cursor_sql
from kinfold.sql.edge import edge_condition, join_conditions
from kinfold.sql.filter import filter_sql
from kinfold.sql.order import OrderKey, cursor_condition, order_keys, order_sql
from kinfold.sql.predicate import Form
from kinfold.sql.select import aggregate, new_scope, object_sql
from kinfold.sql.slot import SubjectSlot
from kinfold.sql.writer import Scope, Writer, and_, quote


def page_sql(page: Page, writer: Writer, here: Scope | None, as_of: AsOf = NOW) -> str:
    """A scalar subselect that yields the connection as JSON. `as_of` is the moment of a root without a row above."""
    # Rows reached through a relation are few: probe relations of policies. A root list is a scan: use sets.
    scope = here.beside(page.type, Form.PROBE) if here else new_scope(writer, page.type, Form.SET, as_of)
    counted = _conditions(page, scope, here)
    keys = order_keys(page.arguments.order, scope)
    binding = _binding(page, here, scope.as_of)
    rows = list(counted)
    for cursor, is_before in ((page.arguments.after, False), (page.arguments.before, True)):
        if cursor is not None:
            rows.append(cursor_condition(keys, cursor, binding, scope, is_before=is_before))
    return _Body(page, scope, keys, binding, rows, counted).sql()


def _binding(page: Page, here: Scope | None, as_of: AsOf) -> CursorBinding:
    return CursorBinding(
        place=f"{here.type.name if here else 'Query'}.{page.relation.name if page.relation else page.type.name}",
        order=tuple(
            (".".join([*(edge.name for edge in o.via), o.field.name if o.field else "id"]), o.descending)
            for o in page.arguments.order
        ),
        where=page.arguments.where_given,
        as_of=as_of,
    )


def _conditions(page: Page, scope: Scope, here: Scope | None) -> list[str]:
    conditions: list[str] = []
    if here is not None and page.relation is not None:
        conditions += join_conditions(page.relation, here, scope)
        conditions += edge_condition(page.relation, scope)
    elif page.type.has_jurisdiction:
        home = scope.writer.sink.add(SubjectSlot("jurisdiction"), "text")
        conditions.append(f'{scope.alias}."jurisdiction" = {home}')
    conditions += scope.row_conditions()
    if page.arguments.where is not None:
        conditions.append(filter_sql(page.arguments.where, scope))
    return conditions


class _Body:
    """The parts of one connection over one limited subselect."""

    def __init__(
        self,
        page: Page,
        scope: Scope,
        keys: list[OrderKey],
        binding: CursorBinding,
        rows: list[str],
        counted: list[str],
    ) -> None:
        self.page, self.writer, self.scope, self.keys = page, scope.writer, scope, keys
        self.binding, self.rows, self.counted = binding, rows, counted
        self.arguments = page.arguments
        self.limit = self.writer.sink.add(GivenSlot(page.arguments.size, Use.LIMIT), "bigint")
        self.inner = scope.alias + "p"  # a row of the page
        self.node = scope.alias + "n"  # a row with its JSON built
        below = {b.name for part in page.parts if part.name in ("edges", "pageInfo") for b in part.below}
        # One row more than asked for tells whether the list goes on, in the direction that it is read.
        self.has_more = self._onward() in below
        self.has_ends = bool(below & {"startCursor", "endCursor"})
        self.has_cursors = self.has_ends or "cursor" in below
        # Nothing but the rows, as they come: no positions, and one aggregate straight over their objects.
        uses = [part for part in page.parts if self._is_aggregate(part)]
        self.is_plain = not (self.has_more or self.has_cursors or page.arguments.is_backward) and [
            part.name for part in uses
        ] == ["nodes"]
        self.shown = f" ORDER BY {self.node}.rn{' DESC' if page.arguments.is_backward else ''}"
        self.within = f" FILTER (WHERE {self.node}.rn <= {self.limit})" if self.has_more else ""

    def sql(self) -> str:
        built = [f"{self._part(i, part)} AS {quote(part.key)}" for i, part in enumerate(self.page.parts)]
        outer = self.scope.alias + "c"
        # Only aggregates may stand over the rows: without one there would be as many connections as rows.
        needs_rows = not self.is_plain and any(self._is_aggregate(part) for part in self.page.parts)
        source = f" FROM ({self._nodes()}) {self.node}" if needs_rows else ""
        return f"(SELECT row_to_json({outer}) FROM (SELECT {', '.join(built)}{source}) {outer})"

    def _is_aggregate(self, part: Part) -> bool:
        names = {b.name for b in part.below} if part.name == "pageInfo" else set()
        counts = self.has_more and self._far() is None and self._onward() in names
        return part.name in ("nodes", "edges") or counts or bool(names & {"startCursor", "endCursor"})

    def _onward(self) -> str:
        """The field that tells whether the list goes on in the direction of reading."""
        return "hasPreviousPage" if self.arguments.is_backward else "hasNextPage"

    def _far(self) -> Given | None:
        """The cursor at the far side, in the direction of reading."""
        return self.arguments.after if self.arguments.is_backward else self.arguments.before

    def _limited(self) -> str:
        """Rows of the page, before anything below them is built."""
        extra = " + 1" if self.has_more else ""
        limited = (
            f"SELECT {self.scope.alias}.* FROM {self.scope.source()}{and_(self.rows)}"
            f"{order_sql(self.keys, is_backward=self.arguments.is_backward)} LIMIT {self.limit}{extra}"
        )
        return limited if self.arguments.number is None else f"{limited} OFFSET {self._offset()}"

    def _row(self) -> Scope:
        return replace(self.scope, alias=self.inner, form=Form.PROBE)

    def _plain_list(self, part: Part) -> str:
        ((_, selection),) = part.node_selections()
        rows = f"SELECT {object_sql(selection, self._row())} FROM ({self._limited()}) {self.inner}"
        return aggregate(rows, self.node)

    def _nodes(self) -> str:
        """Rows of the page with position, cursor and the JSON of each selection of nodes."""
        numbered = f"SELECT q.*, row_number() OVER () AS rn__ FROM ({self._limited()}) q"
        row = self._row()
        columns = [f"{self.inner}.rn__ AS rn"]
        if self.has_cursors:
            key = self.writer.sink.add(CursorKeySlot(self.binding), "text")
            values = [k.sql for k in order_keys(self.arguments.order, row)]
            columns.append(f"{cursor_sql(values, key)} AS cursor")
        for i, part in enumerate(self.page.parts):
            for j, (_, selection) in enumerate(part.node_selections()):
                built = f"(SELECT row_to_json(o) FROM (SELECT {object_sql(selection, row)}) o)"
                if self.has_more:
                    built = f"CASE WHEN {self.inner}.rn__ <= {self.limit} THEN {built} END"
                columns.append(f"{built} AS node{i}_{j}")
        return f"SELECT {', '.join(columns)} FROM ({numbered}) {self.inner}"

    def _offset(self) -> str:
        assert self.arguments.number is not None  # noqa: S101  (for the type checker: asked by its callers)
        return self.writer.sink.add(OffsetSlot(self.arguments.number, self.arguments.size), "bigint")

    def _part(self, i: int, part: Part) -> str:
        match part.name:
            case "nodes" if self.is_plain:
                return self._plain_list(part)
            case "nodes":
                return self._list(f"{self.node}.node{i}_0")
            case "edges":
                return self._list(self._edge(i, part.below))
            case "pageInfo":
                pairs = ", ".join(f"'{b.key}', {self._page_info(b.name)}" for b in part.below)
                return f"json_build_object({pairs})"
            case "totalCount":
                return count_sql(self.page, self.scope, self.counted, part.mode)
            case _:
                return f"'{self.page.type.name}Connection'::text"

    def _list(self, element: str) -> str:
        # Beside an ordered aggregate PostgreSQL hands the rows to all of them in that order: then each says its own.
        order = self.shown if self.arguments.is_backward or self.has_ends else ""
        return f"coalesce(json_agg({element}{order}){self.within}, '[]'::json)"

    def _edge(self, i: int, below: tuple[Below, ...]) -> str:
        pairs, nodes = [], 0
        for b in below:
            if b.name == "node":
                value = f"{self.node}.node{i}_{nodes}"
                nodes += 1
            else:
                value = f"{self.node}.cursor" if b.name == "cursor" else f"'{self.page.type.name}Edge'::text"
            pairs.append(f"'{b.key}', {value}")
        return f"json_build_object({', '.join(pairs)})"

    def _page_info(self, name: str) -> str:
        match name:
            case "hasNextPage":
                return self._goes_on() if not self.arguments.is_backward else _is_given(self.arguments.before)
            case "hasPreviousPage":
                if self.arguments.is_backward:
                    return self._goes_on()
                if self.arguments.number is not None:
                    return f"({self._offset()} > 0)"
                return _is_given(self.arguments.after)
            case "startCursor":
                return f"({self._cursors()})[1]"
            case "endCursor":
                return f"({self._cursors()})[cardinality({self._cursors()})]"
            case _:
                return "'PageInfo'::text"

    def _goes_on(self) -> str:
        """More rows in the direction of reading; a cursor at the far side says that its own row follows."""
        return "true" if self._far() is not None else f"(count(*) > {self.limit})"

    def _cursors(self) -> str:
        return f"array_agg({self.node}.cursor{self.shown}){self.within}"


def _is_given(cursor: object) -> str:
    return "true" if cursor is not None else "false"
