"""Objects and lists: a selection becomes a subselect whose JSON PostgreSQL builds.

To-one: row_to_json of a correlated subselect. To-many: json_agg of one, limited. Never a join, never jsonb:
correlated scalar subqueries are linear in the page (graphql-engine.md).
"""

from __future__ import annotations

from kinfold.catalog import Field, Relation
from kinfold.plan.model import Identity, Item, Page, Scalar, Selection, ToMany, ToOne, Typename
from kinfold.policy.access import ALWAYS, NEVER
from kinfold.policy.mask import MASKS
from kinfold.sql.bind import GivenSlot, Use
from kinfold.sql.filter import filter_sql
from kinfold.sql.order import order_keys, order_sql
from kinfold.sql.predicate import Form
from kinfold.sql.writer import Scope, Writer, and_, quote


def object_sql(selection: Selection, scope: Scope) -> str:
    """The target list of a selection on a row: `expr AS "key", …`."""
    return ", ".join(f"{item_sql(item, scope)} AS {quote(item.key)}" for item in selection.items)


def item_sql(item: Item, scope: Scope) -> str:
    match item:
        case Scalar():
            return scalar_sql(item.field, scope)
        case Identity():
            return scope.global_id()
        case Typename():
            return f"'{item.name}'::text"
        case ToOne():
            return to_one_sql(item, scope)
        case ToMany():
            return to_many_sql(item, scope)
        case Page():
            from kinfold.sql.page import page_sql

            return page_sql(item, scope.writer, scope)


def scalar_sql(field: Field, scope: Scope) -> str:
    """The value, a mask of it, NULL, or — hidden on this row only — the sentinel."""
    access = scope.writer.authorized.field(scope.type, field)
    if access.read == ALWAYS:
        return scope.column(field)
    if access.is_hidden:
        return "NULL::text"
    if access.read == NEVER and len(access.masks) == 1 and access.masks[0][1] == ALWAYS:
        return MASKS[access.masks[0][0]].render(scope.column(field))
    cases = []
    if access.read != NEVER:
        cases.append(f"WHEN {scope.lower(access.read)} THEN to_json({scope.column(field)})")
    for name, predicate in access.masks:
        masked = f"to_json({MASKS[name].render(scope.column(field))})"
        if predicate == ALWAYS:
            return f"CASE {' '.join(cases)} ELSE {masked} END" if cases else masked
        cases.append(f"WHEN {scope.lower(predicate)} THEN {masked}")
    return f"CASE {' '.join(cases)} ELSE {scope.writer.sentinel()} END"


def join_conditions(edge: Relation, here: Scope, there: Scope) -> list[str]:
    """The edge itself: its join, the shared jurisdiction, and what the relation demands of the target."""
    conditions = [f'{there.alias}."{edge.join.remote}" = {here.alias}."{edge.join.local}"']
    if here.type.has_jurisdiction and there.type.has_jurisdiction:
        conditions.insert(0, f'{there.alias}."jurisdiction" = {here.alias}."jurisdiction"')
    if edge.condition is not None:
        conditions.append(f"({there.writer.fill(edge.condition, there.alias)})")
    return conditions


def edge_condition(edge: Relation, there: Scope) -> list[str]:
    """Walking an edge against its direction compares the target's edge field: it needs the right to read it."""
    field = there.type.attributes[edge.edge_field or edge.join.remote]
    read = there.may_read(field)
    return [] if read == ALWAYS else [there.lower(read)]


def to_one_sql(item: ToOne, here: Scope) -> str:
    edge_field = here.type.attributes[item.relation.edge_field or item.relation.join.local]
    read = here.may_read(edge_field)
    if read == NEVER:
        return "NULL::json"
    target = here.writer.catalog.types[item.relation.target]
    there = Scope(here.writer, here.writer.alias(), target, Form.PROBE)
    conditions = [*join_conditions(item.relation, here, there), *there.row_conditions()]
    inner = (
        f"SELECT {object_sql(item.selection, there)} FROM {target.qualified} {there.alias}{and_(conditions)}"
    )
    row = there.alias + "o"
    sql = f"(SELECT row_to_json({row}) FROM ({inner}) {row})"
    return (
        sql
        if read == ALWAYS
        else f"CASE WHEN {here.lower(read)} THEN {sql} ELSE {here.writer.sentinel()} END"
    )


def to_many_sql(item: ToMany, here: Scope) -> str:
    target = here.writer.catalog.types[item.relation.target]
    there = Scope(here.writer, here.writer.alias(), target, Form.PROBE)
    conditions = [*join_conditions(item.relation, here, there), *edge_condition(item.relation, there)]
    conditions += there.row_conditions()
    if item.arguments.where is not None:
        conditions.append(filter_sql(item.arguments.where, there))
    limit = here.writer.sink.add(GivenSlot(item.arguments.first, Use.LIMIT), "bigint")
    order = order_sql(order_keys(item.arguments.order, there))
    inner = (
        f"SELECT {object_sql(item.selection, there)} FROM {target.qualified} {there.alias}"
        f"{and_(conditions)}{order} LIMIT {limit}"
    )
    return aggregate(inner, there.alias + "o")


def aggregate(inner: str, row: str) -> str:
    """A JSON list of the rows of a subselect, in its order."""
    return f"(SELECT coalesce(json_agg(row_to_json({row})), '[]'::json) FROM ({inner}) {row})"


def new_scope(writer: Writer, type_name: str, form: Form) -> Scope:
    return Scope(writer, writer.alias(), writer.catalog.types[type_name], form)
