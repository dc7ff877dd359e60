"""Stage 4 of 5 — sql.

In:  an AuthorizedPlan, and nothing else: a query without a decision does not type-check.
Out: one Statement, whatever the nesting; its text holds no value of any request.
Never: decides who may see what.   Read next: kinfold/sql/read.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from kinfold.catalog import Catalog
from kinfold.plan.facts import fact_kinds
from kinfold.plan.model import (
    Const,
    Derived,
    Given,
    Result,
    Root,
    RootConstant,
    RootMany,
    RootOne,
    RootPage,
    RootStatistics,
    Scalar,
    StatisticTable,
)
from kinfold.policy.authorize import AuthorizedPlan, Redaction
from kinfold.sql.answer_cache.repeatable import is_repeatable
from kinfold.sql.batch_cell import BatchPlace
from kinfold.sql.bind import AnySlot, GivenSlot, Use
from kinfold.sql.page import page_sql
from kinfold.sql.predicate import Form
from kinfold.sql.select import new_scope, object_sql
from kinfold.sql.statistic import StatisticRows, statistic_sql
from kinfold.sql.territory import Reach
from kinfold.sql.witness import Witness
from kinfold.sql.writer import Scope, Writer, and_, quote

_PLACEHOLDER = re.compile(r"\$([0-9]+)::")
_serials = count(1)


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that answers a whole plan with one JSON value, and where its bind values come from.

    `chains` are the `first`s of nested pages (their product is bounded when values are bound); `has_sentinel`
    says that hidden cells may stand in the result as marks. `serial` is of this compilation alone, so it stands for
    document, class of caller and policy; `is_repeatable`: rows and values decide the answer, nothing else.
    """

    text: str
    slots: tuple[tuple[AnySlot, str], ...]
    chains: tuple[tuple[Given, ...], ...]
    redactions: tuple[Redaction, ...]
    has_sentinel: bool
    policy_version: str
    witness: Witness = Witness()  # noqa: RUF009  (frozen)
    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    statistics: tuple[StatisticRows, ...] = ()  # raw counts in the answer, which must not leave as they are
    batches: tuple[BatchPlace, ...] = ()  # cells of the result that Python still has to compute
    is_repeatable: bool = False
    serial: int = field(default_factory=lambda: next(_serials), compare=False)


def compile_statement(
    authorized: AuthorizedPlan,
    catalog: Catalog,
    *,
    reach: Reach | None = None,
    is_witnessed: bool = False,
) -> Statement:
    """The one statement of an authorized plan.

    `reach`: how wide the only territory is of the callers that it is for. `is_witnessed`: its objects say which
    person they are about.
    """
    writer = Writer(authorized, catalog, reach=reach, is_witnessed=is_witnessed)
    columns = ", ".join(f"{_root_sql(root, writer)} AS {quote(root.key)}" for root in authorized.plan.roots)
    text, slots = drop_unused(f"SELECT row_to_json(r) FROM (SELECT {columns}) r", writer.sink.slots)
    return Statement(
        text=text,
        slots=slots,
        chains=tuple(authorized.plan.pages()),
        redactions=authorized.redactions,
        has_sentinel=writer.has_sentinel,
        policy_version=authorized.policy_version,
        witness=writer.witness(),
        kinds=tuple(sorted(set(_kinds(authorized, catalog)))),
        fields=tuple(sorted(set(_shown_fields(authorized)))),
        statistics=tuple(_statistics(authorized)),
        batches=tuple(writer.batches),
        is_repeatable=is_repeatable(text),
    )


def _kinds(authorized: AuthorizedPlan, catalog: Catalog) -> Iterator[str]:
    """Kinds that the answer speaks of, those of the facts behind its derived lists among them."""
    yield from fact_kinds(authorized.plan, catalog)
    for _, selection in authorized.plan.selections():
        yield selection.type.kind
    for table in authorized.plan.statistics():
        access = authorized.table(table)
        used = {d.relation for d in access.dimensions} | {m.relation for m in table.measures}
        yield access.row.kind
        yield from (access.related[relation].kind for relation in used if relation is not None)


def _statistics(authorized: AuthorizedPlan) -> Iterator[StatisticRows]:
    for root in authorized.plan.roots:
        if isinstance(root, RootStatistics):
            for table in root.tables():
                yield StatisticRows((root.key, table.key), table, authorized.table(table).dimensions)


def _shown_fields(authorized: AuthorizedPlan) -> Iterator[str]:
    """`kind.attribute` of every field that the answer may show: what the record of access names."""
    for _, selection, *_ in authorized.plan.selections():
        for item in selection.items:
            if isinstance(item, Scalar) and not authorized.field(selection.type, item.field).is_hidden:
                yield f"{selection.type.kind}.{item.field.attribute}"
            elif isinstance(item, Derived):
                place = f"{selection.type.kind}.{item.relation.name}"
                yield from (
                    f"{place}.{each.field.attribute}" for each in item.items if isinstance(each, Scalar)
                )
    for table in authorized.plan.statistics():
        yield from (f"statistics.{table.spec.name}.{name}" for name in table.names)


def drop_unused(
    text: str, slots: tuple[tuple[AnySlot, str], ...]
) -> tuple[str, tuple[tuple[AnySlot, str], ...]]:
    """Renumber placeholders so that every slot is used: a page that only counts has no limit, for example."""
    used = sorted({int(n) for n in _PLACEHOLDER.findall(text)})
    places = {old: new for new, old in enumerate(used, start=1)}
    renumbered = _PLACEHOLDER.sub(lambda m: f"${places[int(m[1])]}::", text)
    return renumbered, tuple(slots[old - 1] for old in used)


def _root_sql(root: Root, writer: Writer) -> str:
    match root:
        case RootConstant():
            return _constant_sql(root, writer)
        case RootPage():
            return page_sql(root.page, writer, None, root.as_of)
        case RootOne():
            return _one_sql(root, writer)
        case RootMany():
            return _many_sql(root, writer)
        case RootStatistics():
            return _statistics_sql(root, writer)


def _statistics_sql(root: RootStatistics, writer: Writer) -> str:
    """Every table under its response key; what the result stage writes itself is left null here."""
    columns = [
        f"{statistic_sql(part, writer.authorized.table(part), writer)} AS {quote(part.key)}"
        if isinstance(part, StatisticTable)
        else f"'Statistics'::text AS {quote(part.key)}"
        for part in root.parts
    ]
    row = writer.alias()
    return f"(SELECT row_to_json({row}) FROM (SELECT {', '.join(columns)}) {row})"


def _constant_sql(root: RootConstant, writer: Writer) -> str:
    if isinstance(root.value, Const):
        return f"'{root.value.value}'::text"
    return f"{writer.sink.add(GivenSlot(root.value), 'json')}"


def _one_sql(root: RootOne, writer: Writer) -> str:
    if root.selection is None:
        return "NULL::json"
    scope = new_scope(writer, root.selection.type, Form.PROBE, root.as_of)
    conditions = [*_key_conditions(root, scope), *scope.row_conditions()]
    row = scope.alias + "o"
    inner = f"SELECT {object_sql(root.selection, scope)} FROM {scope.source()}{and_(conditions)}"
    return f"(SELECT row_to_json({row}) FROM ({inner}) {row})"


def _key_conditions(root: RootOne, scope: Scope) -> list[str]:
    sink = scope.writer.sink
    if root.root is not None and root.root.key_argument != "id":
        code = sink.add(GivenSlot(root.id, Use.REGION), "text")
        return [f'{scope.alias}."{root.root.key_argument}" = {code}']
    if not scope.type.has_jurisdiction:
        code = sink.add(GivenSlot(root.id, Use.REFERENCE), "text")
        return [f'{scope.alias}."{scope.type.key_column}" = {code}']
    jurisdiction = sink.add(GivenSlot(root.id, Use.JURISDICTION), "text")
    key = sink.add(GivenSlot(root.id, Use.UUID), "uuid")
    return [f'{scope.alias}."jurisdiction" = {jurisdiction}', f'{scope.alias}."id" = {key}']


def _many_sql(root: RootMany, writer: Writer) -> str:
    scope = new_scope(writer, root.selection.type, Form.PROBE)
    ids = writer.sink.add(GivenSlot(root.ids, Use.UUID_LIST), "uuid[]")
    jurisdiction = writer.sink.add(GivenSlot(Result("jurisdiction")), "text")
    given = scope.alias + "g"
    conditions = [
        f'{scope.alias}."jurisdiction" = {jurisdiction}',
        f'{scope.alias}."id" = {given}.id',
        *scope.row_conditions(),
    ]
    row = scope.alias + "o"
    inner = (
        f"SELECT {object_sql(root.selection, scope)} FROM unnest({ids}) WITH ORDINALITY AS {given}(id, place) "
        f"JOIN {scope.source()} ON true{and_(conditions)} ORDER BY {given}.place"
    )
    return f"(SELECT coalesce(json_agg(row_to_json({row})), '[]'::json) FROM ({inner}) {row})"
