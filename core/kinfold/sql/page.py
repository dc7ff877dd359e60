"""Connections: a page is limited in an inner subselect before any child of its rows is built."""

from __future__ import annotations

from kinfold.plan.model import Page, Part
from kinfold.sql.bind import CursorKeySlot, GivenSlot, Use
from kinfold.sql.cursor import CursorBinding, cursor_sql
from kinfold.sql.filter import filter_sql
from kinfold.sql.order import OrderKey, after_sql, order_keys, order_sql
from kinfold.sql.predicate import Form
from kinfold.sql.select import edge_condition, join_conditions, object_sql
from kinfold.sql.slot import SubjectSlot
from kinfold.sql.writer import Scope, Writer, and_, quote

COUNT_CAP = 10_000


def page_sql(page: Page, writer: Writer, here: Scope | None) -> str:
    """A scalar subselect that yields the connection as JSON."""
    # Rows reached through a relation are few: probe relations of policies. A root list is a scan: use sets.
    scope = Scope(writer, writer.alias(), page.type, Form.PROBE if here is not None else Form.SET)
    conditions = _conditions(page, scope, here)
    keys = order_keys(page.arguments.order, scope)
    binding = CursorBinding(
        place=f"{here.type.name if here else 'Query'}.{page.relation.name if page.relation else page.type.name}",
        order=tuple((o.field.name if o.field else "id", o.descending) for o in page.arguments.order),
        where=page.arguments.where_given,
    )
    rows = list(conditions)
    if page.arguments.after is not None:
        rows.append(after_sql(keys, page.arguments.after, binding, scope))
    limit = writer.sink.add(GivenSlot(page.arguments.first, Use.LIMIT), "bigint")
    body = _Body(page, writer, scope, keys, binding, limit, rows, conditions)
    return body.sql()


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
        writer: Writer,
        scope: Scope,
        keys: list[OrderKey],
        binding: CursorBinding,
        limit: str,
        rows: list[str],
        counted: list[str],
    ) -> None:
        self.page, self.writer, self.scope, self.keys = page, writer, scope, keys
        self.binding, self.limit, self.rows, self.counted = binding, limit, rows, counted
        self.inner = scope.alias + "p"  # a row of the page
        self.node = scope.alias + "n"  # a row with its JSON built
        below = {name for part in page.parts if part.name in ("edges", "pageInfo") for _, name in part.below}
        self.has_more = "hasNextPage" in below
        self.has_cursors = bool(below & {"cursor", "startCursor", "endCursor"})

    def sql(self) -> str:
        built = [f"{self._part(i, part)} AS {quote(part.key)}" for i, part in enumerate(self.page.parts)]
        outer = self.scope.alias + "c"
        needs_rows = any(part.name in ("nodes", "edges", "pageInfo") for part in self.page.parts)
        source = f" FROM ({self._nodes()}) {self.node}" if needs_rows else ""
        return f"(SELECT row_to_json({outer}) FROM (SELECT {', '.join(built)}{source}) {outer})"

    def _nodes(self) -> str:
        """Rows of the page with position, cursor and the JSON of each part that shows nodes."""
        extra = " + 1" if self.has_more else ""
        table = self.page.type.qualified
        limited = (
            f"SELECT {self.scope.alias}.* FROM {table} {self.scope.alias}{and_(self.rows)}"
            f"{order_sql(self.keys)} LIMIT {self.limit}{extra}"
        )
        numbered = f"SELECT q.*, row_number() OVER () AS rn__ FROM ({limited}) q"
        row = Scope(self.writer, self.inner, self.page.type, Form.PROBE)
        columns = [f"{self.inner}.rn__ AS rn"]
        if self.has_cursors:
            key = self.writer.sink.add(CursorKeySlot(self.binding), "text")
            values = [k.sql for k in order_keys(self.page.arguments.order, row)]
            columns.append(f"{cursor_sql(values, key)} AS cursor")
        for i, part in enumerate(self.page.parts):
            if part.selection is not None:
                built = f"(SELECT row_to_json(o) FROM (SELECT {object_sql(part.selection, row)}) o)"
                if self.has_more:
                    built = f"CASE WHEN {self.inner}.rn__ <= {self.limit} THEN {built} END"
                columns.append(f"{built} AS node{i}")
        return f"SELECT {', '.join(columns)} FROM ({numbered}) {self.inner}"

    def _part(self, i: int, part: Part) -> str:
        match part.name:
            case "nodes":
                return self._list(f"{self.node}.node{i}")
            case "edges":
                pairs = ", ".join(f"'{key}', {self._edge(i, name)}" for key, name in part.below)
                return self._list(f"json_build_object({pairs})")
            case "pageInfo":
                pairs = ", ".join(f"'{key}', {self._page_info(name)}" for key, name in part.below)
                return f"json_build_object({pairs})"
            case "totalCount":
                return self._count()
            case _:
                return f"'{self.page.type.name}Connection'::text"

    def _list(self, element: str) -> str:
        within = f" FILTER (WHERE {self.node}.rn <= {self.limit})" if self.has_more else ""
        return f"coalesce(json_agg({element}){within}, '[]'::json)"

    def _edge(self, i: int, name: str) -> str:
        if name == "node":
            return f"{self.node}.node{i}"
        return f"{self.node}.cursor" if name == "cursor" else f"'{self.page.type.name}Edge'::text"

    def _page_info(self, name: str) -> str:
        match name:
            case "hasNextPage":
                return f"(count(*) > {self.limit})"
            case "hasPreviousPage":
                return "true" if self.page.arguments.after is not None else "false"
            case "startCursor":
                return f"(array_agg({self.node}.cursor ORDER BY {self.node}.rn))[1]"
            case "endCursor":
                within = f" FILTER (WHERE {self.node}.rn <= {self.limit})" if self.has_more else ""
                return f"(array_agg({self.node}.cursor ORDER BY {self.node}.rn DESC){within})[1]"
            case _:
                return "'PageInfo'::text"

    def _count(self) -> str:
        table = self.page.type.qualified
        capped = f"SELECT 1 FROM {table} {self.scope.alias}{and_(self.counted)} LIMIT {COUNT_CAP}"
        return f"(SELECT count(*) FROM ({capped}) z)"
