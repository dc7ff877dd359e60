"""Derived lists: a declared template becomes a correlated subselect over rows that the caller may see.

In:  a Derived of the plan, the row that it belongs to. Out: a scalar subselect that yields a JSON list.
Never: a fact past the policy. A template names no table; each of its sources is written here, with the row policy of
its kind, the rights to its keys, and the shared jurisdiction. Read next: catalog/derived.py
"""

from __future__ import annotations

from dataclasses import replace

from kinfold.catalog import Field
from kinfold.catalog.derived import TOKEN, DerivedArgument, DerivedEnd, DerivedRelation, FactSource
from kinfold.plan.as_of import NOW
from kinfold.plan.model import Derived, End, Given, Scalar, Typename
from kinfold.policy.access import ALWAYS, NEVER
from kinfold.sql.bind import GivenSlot, Use
from kinfold.sql.predicate import Form
from kinfold.sql.select import aggregate, object_sql
from kinfold.sql.witness import KEY
from kinfold.sql.writer import PG_TYPE, Scope, and_, quote

_TERRITORY = ("region_code", "region_ord")


def derived_sql(item: Derived, here: Scope) -> str:
    """The list; empty without asking when a fact that it needs is never seen by this class."""
    relation = item.relation
    if any(_is_never(source, here) for source in relation.sources if source.is_needed):
        return "'[]'::json"
    row = here.writer.alias()
    columns = [f"{_column(each, row, here)} AS {quote(each.key)}" for each in item.items]
    if here.writer.is_witnessed:
        here.writer.has_marks = True
        columns.insert(0, f'{row}."{relation.subject}" AS "{KEY}"')
    conditions = [_argument_sql(argument, value, row, here) for argument, value in item.arguments]
    conditions += [_is_visible(end, row, here) for end in relation.ends]
    limit = here.writer.sink.add(GivenSlot(item.size, Use.LIMIT), "bigint")
    inner = (
        f"SELECT {', '.join(columns)} FROM ({_fill(relation.sql, relation, here)}) {row}{and_(conditions)} "
        f"ORDER BY {relation.order.replace('{item}', row)} LIMIT {limit}"
    )
    return aggregate(inner, row + "o")


def _column(item: Scalar | Typename | End, row: str, here: Scope) -> str:
    match item:
        case Typename():
            return f"'{item.name}'::text"
        case End():
            return _end_sql(item, row, here)
        case Scalar():
            return f'{row}."{item.field.column}"'


def _end_sql(item: End, row: str, here: Scope) -> str:
    """The node behind an item, under its own row policy. The item itself says already whom it is about."""
    target = here.writer.catalog.types[item.end.target]
    there = replace(here.beside(target, Form.PROBE), is_about_parent=True)
    where = and_(_at_the_end(item.end, row, here, there))
    found = f"SELECT {object_sql(item.selection, there)} FROM {there.source()}{where}"
    return f"(SELECT row_to_json({there.alias}o) FROM ({found}) {there.alias}o)"


def _is_visible(end: DerivedEnd, row: str, here: Scope) -> str:
    """Whatever the template does: no item leads to a node that may not be seen."""
    there = here.beside(here.writer.catalog.types[end.target], Form.PROBE)
    where = and_(_at_the_end(end, row, here, there))
    return f"EXISTS (SELECT 1 FROM {there.source()}{where})"


def _at_the_end(end: DerivedEnd, row: str, here: Scope, there: Scope) -> list[str]:
    return [
        f'{there.alias}."jurisdiction" = {here.alias}."jurisdiction"',
        f'{there.alias}."{there.type.key_column}" = {row}."{end.column}"',
        *(f"({condition}) IS TRUE" for condition in there.row_conditions()),
    ]


def _argument_sql(argument: DerivedArgument, value: Given, row: str, here: Scope) -> str:
    pg_type = PG_TYPE[argument.scalar]
    slot = GivenSlot(value, Use.LIST if argument.is_list else Use.VALUE)
    place = here.writer.sink.add(slot, f"{pg_type}[]" if argument.is_list else pg_type)
    return f"({argument.condition.replace('{item}', row).replace('{value}', place)})"


def _fill(text: str, relation: DerivedRelation, here: Scope) -> str:
    """The template with every token replaced, parts of parts included; assembly has checked that all are known."""
    pieces, end = [], 0
    for token in TOKEN.finditer(text):
        pieces += [text[end : token.start()], _token(token[1], token[2], token[3], relation, here)]
        end = token.end()
    return "".join([*pieces, text[end:]])


def _token(knows: str | None, name: str, of: str | None, relation: DerivedRelation, here: Scope) -> str:
    if knows and of:
        source = relation.source(name)
        of = here.alias if of == "row" else of
        return "false" if source is None else _knows_sql(source, of, here)
    if name == "row":
        return here.alias
    if name == "today":
        return here.today()
    if name in relation.parts:
        return _fill(relation.parts[name].replace("{of}", of or ""), relation, here)
    source = relation.source(name)
    if source is None:
        raise LookupError(name)
    return _source_sql(source, here)


def _is_never(source: FactSource, here: Scope) -> bool:
    type_ = here.writer.catalog.types[source.type]
    if here.writer.authorized.access(type_).row == NEVER:
        return True
    return any(
        here.writer.authorized.field(type_, type_.attributes[key]).read == NEVER for key in source.keys
    )


def _source_sql(source: FactSource, here: Scope) -> str:
    """The rows of a source that the caller may see, of the county of the row in question."""
    type_ = here.writer.catalog.types[source.type]
    there = here.beside(type_, Form.PROBE)
    own = [name for name in ("jurisdiction", type_.key_column, *_TERRITORY) if name in type_.attributes]
    columns = [
        f'{there.column(type_.attributes[name])} AS "{name}"'
        for name in dict.fromkeys([*own, *source.keys, *source.facts])
    ]
    for name in source.shows:
        columns.append(f'{there.readable(type_.attributes[name])} AS "{name}"')
        columns.append(f'{_is_readable(type_.attributes[name], there)} AS "{name}_known"')
    conditions = [f'{there.alias}."jurisdiction" = {here.alias}."jurisdiction"']
    # A template looks rows up by key. As a truth test the policy stays a filter: a generic plan would take the
    # territory for its way in and read all of it at every step.
    conditions += [f"({right}) IS TRUE" for right in _rights(source, there)]
    if source.condition is not None:
        conditions.append(f"({there.fill(source.condition)})")
    return f"(SELECT {', '.join(columns)} FROM {there.source()}{and_(conditions)})"


def _rights(source: FactSource, there: Scope) -> list[str]:
    """What makes a row of the source count: it may be seen, and its keys may be read."""
    reads = [there.may_read(there.type.attributes[key]) for key in source.keys]
    return [*there.row_conditions(), *(there.lower(read) for read in reads if read != ALWAYS)]


def _is_readable(field: Field, there: Scope) -> str:
    read = there.may_read(field)
    return "true" if read == ALWAYS else "false" if read == NEVER else f"({there.lower(read)} IS TRUE)"


def _knows_sql(source: FactSource, person: str, here: Scope) -> str:
    """Would a row of this source about `person` be seen, if it stood where the person lives?

    Asked of a row that does not exist: so the answer tells nothing about rows that do. What the policy would look
    for in the row itself is missing there, and missing is not allowed. It is always asked about today's right.
    """
    type_ = here.writer.catalog.types[source.type]
    there = replace(here.beside(type_, Form.PROBE), as_of=NOW)
    given = {"jurisdiction": f'{person}."jurisdiction"', source.about: f'{person}."id"'}
    given |= {name: f'{person}."{name}"' for name in _TERRITORY}
    columns = []
    for attribute, field in type_.attributes.items():
        if field.column is not None:
            pg_type = PG_TYPE[field.scalar] + ("[]" if field.is_list else "")
            columns.append(f'{given.get(attribute, f"NULL::{pg_type}")} AS "{field.column}"')
    conditions = _rights(source, there)
    if not conditions:
        return "true"
    return f"EXISTS (SELECT 1 FROM (SELECT {', '.join(columns)}) {there.alias}{and_(conditions)})"
