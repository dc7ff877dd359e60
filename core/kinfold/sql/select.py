"""Objects and lists: a selection becomes a subselect whose JSON PostgreSQL builds.

To-one: row_to_json of a correlated subselect. To-many: json_agg of one, limited. Never a join, never jsonb:
correlated scalar subqueries are linear in the page (graphql-engine.md).
"""

from __future__ import annotations

from kinfold.catalog import Field, TypeDef
from kinfold.plan.as_of import NOW, AsOf
from kinfold.plan.model import (
    Derived,
    Identity,
    Item,
    Page,
    Scalar,
    Selection,
    ToMany,
    ToOne,
    ToUnion,
    Typename,
    ViewerCan,
)
from kinfold.policy.access import ALWAYS, NEVER
from kinfold.policy.mask import MASKS
from kinfold.sql.ability import viewer_can_sql
from kinfold.sql.batch_cell import batch_cell_sql
from kinfold.sql.bind import GivenSlot, Use
from kinfold.sql.edge import edge_condition, here_edge, join_conditions
from kinfold.sql.filter import filter_sql
from kinfold.sql.order import order_keys, order_sql
from kinfold.sql.predicate import Form
from kinfold.sql.writer import Scope, Writer, and_, quote


def object_sql(selection: Selection, scope: Scope) -> str:
    """The target list of a selection on a row: `expr AS "key", …`."""
    columns = [f"{item_sql(item, scope)} AS {quote(item.key)}" for item in selection.items]
    witness = scope.witness(selection)
    return ", ".join([witness, *columns] if witness else columns)


def item_sql(item: Item, scope: Scope) -> str:
    match item:
        case Scalar():
            return scalar_sql(item.field, scope)
        case Identity():
            return scope.global_id()
        case Typename():
            return f"'{item.name}'::text"
        case ViewerCan():
            return viewer_can_sql(item, scope)
        case ToOne():
            return to_one_sql(item, scope)
        case ToUnion():
            return union_sql(item, scope)
        case ToMany():
            return to_many_sql(item, scope)
        case Page():
            from kinfold.sql.page import page_sql

            return page_sql(item, scope.writer, scope)
        case Derived():
            from kinfold.sql.derived import derived_sql

            return derived_sql(item, scope)


def scalar_sql(field: Field, scope: Scope) -> str:
    """The value, a mask of it, NULL, or — hidden on this row only — the sentinel."""
    access = scope.writer.authorized.field(scope.type, field)
    if field.batch is not None and access.read != NEVER:
        cell = batch_cell_sql(field, field.batch, scope)
        if access.read == ALWAYS:
            return cell
        return f"CASE WHEN {scope.lower(access.read)} THEN {cell} ELSE {scope.writer.sentinel()} END"
    if access.read == ALWAYS:
        return scope.column(field)
    if access.is_hidden:
        return scope.hidden("text")
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


def to_one_sql(item: ToOne, here: Scope) -> str:
    read = here.may_read(here_edge(item.relation, here))
    if read == NEVER:
        return here.hidden("json")
    sql = _end_sql(item, here)
    return (
        sql
        if read == ALWAYS
        else f"CASE WHEN {here.lower(read)} THEN {sql} ELSE {here.writer.sentinel()} END"
    )


def _end_sql(item: ToOne, here: Scope) -> str:
    """The object at the end of a to-one edge, by whoever may walk it."""
    target = here.writer.catalog.types[item.relation.target]
    there = here.along(item.relation, target)
    conditions = [*join_conditions(item.relation, here, there), *there.row_conditions()]
    inner = f"SELECT {object_sql(item.selection, there)} FROM {there.source()}{and_(conditions)}"
    row = there.alias + "o"
    return f"(SELECT row_to_json({row}) FROM ({inner}) {row})"


def union_sql(item: ToUnion, here: Scope) -> str:
    """The object at the end of the one edge that has a key. Where none may be seen to have one, it is hidden."""
    here = here.of_several()
    reads = [here.may_read(here_edge(choice.relation, here)) for choice in item.choices]
    if all(read == NEVER for read in reads):
        return "NULL::json"
    cases, conditional = [], []
    for choice, read in zip(item.choices, reads, strict=True):
        if read == NEVER:
            continue
        tests = [f'{here.alias}."{choice.relation.join.local}" IS NOT NULL']
        if read != ALWAYS:
            conditional.append(here.lower(read))
            tests.insert(0, conditional[-1])
        cases.append(f"WHEN {' AND '.join(tests)} THEN {_end_sql(choice, here)}")
    if NEVER in reads:
        return f"CASE {' '.join(cases)} ELSE {here.writer.sentinel()} END"
    if conditional:
        cases.append(f"WHEN {' AND '.join(conditional)} THEN NULL")
        return f"CASE {' '.join(cases)} ELSE {here.writer.sentinel()} END"
    return f"CASE {' '.join(cases)} END"


def to_many_sql(item: ToMany, here: Scope) -> str:
    target = here.writer.catalog.types[item.relation.target]
    there = here.along(item.relation, target)
    conditions = [*join_conditions(item.relation, here, there), *edge_condition(item.relation, there)]
    conditions += there.row_conditions()
    if item.arguments.where is not None:
        conditions.append(filter_sql(item.arguments.where, there))
    limit = here.writer.sink.add(GivenSlot(item.arguments.size, Use.LIMIT), "bigint")
    order = order_sql(order_keys(item.arguments.order, there))
    inner = (
        f"SELECT {object_sql(item.selection, there)} FROM {there.source()}"
        f"{and_(conditions)}{order} LIMIT {limit}"
    )
    return aggregate(inner, there.alias + "o")


def aggregate(inner: str, row: str) -> str:
    """A JSON list of the rows of a subselect, in its order."""
    return f"(SELECT coalesce(json_agg(row_to_json({row})), '[]'::json) FROM ({inner}) {row})"


def new_scope(writer: Writer, type_: TypeDef, form: Form, as_of: AsOf = NOW) -> Scope:
    """The row of a root field."""
    return Scope(writer, writer.alias(), type_, form, as_of=as_of)
