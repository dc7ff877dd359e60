"""`rel(name, who)` becomes SQL: a walk over declared relations, with everything that they declare.

In:  a Related leaf, the row, the catalog's PolicyRelation (a path of relation names and a value attribute).
Out: one condition. Every step carries its join, its own condition, the condition of the type it reaches, and
the caller's jurisdiction where the table has one; nothing is written by hand, so nothing can be forgotten.
It walks the live tables on the real day, under `asOf` too.

SET is `row.key = ANY(ARRAY(SELECT …))`: computed once, for scans. PROBE is a correlated EXISTS: for rows that
are reached by key. Both also demand that the row is of the caller's jurisdiction.
"""

from __future__ import annotations

from dataclasses import dataclass

from kinfold.catalog.model import Catalog, PolicyRelation, TypeDef
from kinfold.policy.ir import Related
from kinfold.sql.row_scope import PG_TYPES, Form, RowScope
from kinfold.sql.slot import SlotSink, SubjectSlot
from kinfold.sql.source import live_table
from kinfold.sql.today import column_today, fill_today


@dataclass(frozen=True, slots=True)
class _Walk:
    """The tables behind the row: `near` is the first step's column that equals the row's `local`."""

    local: str
    near: str
    tables: str
    conditions: tuple[str, ...]
    value: str


def lower_related(leaf: Related, row: RowScope, slots: SlotSink, catalog: Catalog, form: Form) -> str:
    """SQL of `rel`; negated, a row without any walk counts and an absent `who` does not."""
    relation = catalog.policy_relations[leaf.kind, leaf.name]
    if not relation.path:
        return _negate(leaf, *_own_value(leaf, relation, row, slots, catalog))
    walk = _walk(relation, row, slots, catalog)
    pg_type = PG_TYPES[leaf.who.type]
    who = slots.add(SubjectSlot(leaf.who.name), pg_type + ("[]" if leaf.who.is_set else ""))
    match_value = f"{walk.value} = ANY ({who})" if leaf.who.is_set else f"{walk.value} = {who}"
    home = _home(relation, row, slots, catalog)
    if form is Form.PROBE:
        inner = [*home, f"{walk.near} = {walk.local}", *walk.conditions, match_value]
        test = f"EXISTS (SELECT 1 FROM {walk.tables} WHERE {' AND '.join(inner)})"
    else:
        inner = [*walk.conditions, match_value]
        array = f"ARRAY(SELECT {walk.near} FROM {walk.tables} WHERE {' AND '.join(inner)})"
        test = f"({' AND '.join([*home, f'{walk.local} = ANY ({array})'])})"
    return _negate(leaf, test, who)


def _own_value(
    leaf: Related, relation: PolicyRelation, row: RowScope, slots: SlotSink, catalog: Catalog
) -> tuple[str, str]:
    """A relation without a step: the row's own attribute, with the row's own conditions."""
    field = catalog.types[relation.start_type].attributes[relation.value_attribute]
    who = slots.add(SubjectSlot(leaf.who.name), PG_TYPES[leaf.who.type] + ("[]" if leaf.who.is_set else ""))
    value = row.column(field)
    match_value = f"{value} = ANY ({who})" if leaf.who.is_set else f"{value} = {who}"
    return f"({' AND '.join([*_home(relation, row, slots, catalog), match_value])})", who


def _negate(leaf: Related, test: str, who: str) -> str:
    """The walk itself is never unknown: a missing key on either side is no walk. Only `who` can be missing."""
    if not leaf.negated:
        return test
    test = f"({test} IS NOT TRUE)"
    return f"({test} AND {who} IS NOT NULL)" if leaf.who.nullable else test


def lower_related_values(relation: PolicyRelation, row: RowScope, slots: SlotSink, catalog: Catalog) -> str:
    """SQL of the array of all values that the row is related to, for evaluators outside the database."""
    home = _home(relation, row, slots, catalog)
    if not relation.path:
        value = row.column(catalog.types[relation.start_type].attributes[relation.value_attribute])
        return f"ARRAY(SELECT {value} WHERE {' AND '.join([*home, f'{value} IS NOT NULL'])})"
    walk = _walk(relation, row, slots, catalog)
    inner = [
        *home,
        f"{walk.near} = {walk.local}",
        *walk.conditions,
        f"{walk.value} IS NOT NULL",
    ]
    return f"ARRAY(SELECT DISTINCT {walk.value} FROM {walk.tables} WHERE {' AND '.join(inner)})"


def _home(relation: PolicyRelation, row: RowScope, slots: SlotSink, catalog: Catalog) -> list[str]:
    """What the row itself must be: of the caller's jurisdiction, and of the type from which the walk starts."""
    start = catalog.types[relation.start_type]
    found = [f'{row.alias}."jurisdiction" = {_jurisdiction(slots)}'] if start.has_jurisdiction else []
    if start.condition is not None:
        found.append(f"({fill_today(start.condition, row.alias, slots)})")
    return found


def _jurisdiction(slots: SlotSink) -> str:
    return slots.add(SubjectSlot("jurisdiction"), "text")


def _walk(relation: PolicyRelation, row: RowScope, slots: SlotSink, catalog: Catalog) -> _Walk:
    here: TypeDef = catalog.types[relation.start_type]
    alias = row.alias
    first_local = first_near = ""
    tables: list[str] = []
    conditions: list[str] = []
    for step, name in enumerate(relation.path, start=1):
        edge = here.relations[name]
        target = catalog.types[edge.target]
        # Built from the row's alias: unique within this row, and never equal to it.
        there = f"{row.alias}_r{step}"
        on = [f'{alias}."{edge.join.local}" = {there}."{edge.join.remote}"']
        limits = [text for text in (edge.condition, target.condition) if text is not None]
        limits = [f"({fill_today(text, there, slots)})" for text in limits]
        if target.has_jurisdiction:
            limits.append(f'{there}."jurisdiction" = {_jurisdiction(slots)}')
        if step == 1:
            first_local, first_near = f'{alias}."{edge.join.local}"', f'{there}."{edge.join.remote}"'
            tables.append(f"{live_table(target)} AS {there}")
            conditions.extend(limits)
        else:
            tables.append(f"JOIN {live_table(target)} AS {there} ON {' AND '.join([*on, *limits])}")
        here, alias = target, there
    value = column_today(here.attributes[relation.value_attribute], alias, slots)
    return _Walk(first_local, first_near, " ".join(tables), tuple(conditions), value)
