"""Stage 3 of 5 — policy.

In:  a Plan (what the caller wants), the caller's class, the bundle in force.
Out: an AuthorizedPlan — the same tree with a decision for every kind in it — or Refused.
Never: talks to the database.   Read next: kinfold/sql/compile.py

This module is the gate: only `authorize` can make an AuthorizedPlan, and the sql stage compiles nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from kinfold.catalog import Catalog, Field, TypeDef
from kinfold.errors import PolicyError
from kinfold.identity.principal import SubjectClass
from kinfold.plan.comparison import Comparison, each_comparison
from kinfold.plan.facts import fact_kinds
from kinfold.plan.model import (
    Derived,
    Item,
    Page,
    Plan,
    Scalar,
    StatisticTable,
    ToMany,
    ToOne,
    ToUnion,
    ViewerCan,
)
from kinfold.policy.access import ALWAYS, NEVER, FieldAccess, KindAccess
from kinfold.policy.bundle import Bundle
from kinfold.policy.ir import all_of
from kinfold.policy.region import RegionCount
from kinfold.policy.statistic import TableAccess, decide_table

_SEAL: Final = object()
HIDDEN_CODE: Final = "P310"
MASKED_CODE: Final = "P311"


class ComparisonRefused(PolicyError):
    """A filter or an order by a field that the caller may not read."""

    code = "P303"
    message = "Filtering or sorting by a field needs the same right as reading it."
    message_zh = "无权按该字段筛选或排序。"
    hint = "Leave the field out of where and orderBy."


@dataclass(frozen=True, slots=True)
class Redaction:
    """A field that is hidden or masked wherever it stands; `*` in the path is any index of a list."""

    path: tuple[str, ...]
    code: str


@final
class AuthorizedPlan:
    """A plan with its decisions. Made by `authorize` only."""

    __slots__ = ("_access", "_tables", "_writing", "plan", "policy_version", "redactions")

    def __init__(
        self,
        plan: Plan,
        access: Mapping[str, KindAccess],
        redactions: tuple[Redaction, ...],
        policy_version: str,
        tables: Mapping[StatisticTable, TableAccess] | None = None,
        *,
        seal: object,
        writing: Mapping[tuple[str, str], KindAccess] | None = None,
    ) -> None:
        if seal is not _SEAL:
            raise TypeError("Only kinfold.policy.authorize makes an AuthorizedPlan.")
        self.plan = plan
        self._access = access
        self._tables = tables or {}
        self._writing = writing or {}
        self.redactions = redactions
        self.policy_version = policy_version

    def access(self, type_: TypeDef) -> KindAccess:
        """The decision for the kind behind a type."""
        return self._access[type_.kind]

    def table(self, table: StatisticTable) -> TableAccess:
        """The decision for a table of counts."""
        return self._tables[table]

    def writing(self, type_: TypeDef, act: str) -> KindAccess:
        """The decision for another act than reading, where the plan asks what the caller can do."""
        return self._writing[type_.kind, act]

    def field(self, type_: TypeDef, field: Field) -> FieldAccess:
        """The decision for a field on a visible row."""
        return field_access(self._access[type_.kind], field)


_OPEN: Final = FieldAccess(read=ALWAYS)


def field_access(access: KindAccess, field: Field) -> FieldAccess:
    """A field's decision. What the platform itself owns (row version, recording time) comes with the row.

    A batch field is shown where everything that it is computed from may be read as well: only then may those
    values leave the database.
    """
    if field.batch is not None:
        reads = [field_access(access, need).read for need in field.batch.needs]
        return FieldAccess(all_of((access.field(field.attribute).read, *reads)))
    return _OPEN if field.owner == "platform" else access.field(field.attribute)


def authorize(
    plan: Plan, subject: SubjectClass, region_count: RegionCount, bundle: Bundle, catalog: Catalog
) -> AuthorizedPlan:
    """Decide every kind that the plan touches; refuse comparisons with what may not be read."""
    comparisons = list(each_comparison(plan, catalog))
    kinds = {selection.type.kind for _, selection in plan.selections()}
    kinds.update(compared.type.kind for compared in comparisons)
    kinds.update(fact_kinds(plan, catalog))
    access = {kind: bundle.decide(kind, "read", subject, region_count) for kind in sorted(kinds)}
    for compared in comparisons:
        _check_comparison(access[compared.type.kind], compared)
    tables = {
        table: decide_table(table, subject, region_count, bundle, catalog) for table in plan.statistics()
    }
    redactions = tuple(_redactions(plan, access, catalog))
    writing = {
        (kind, act): bundle.decide(kind, act, subject, region_count) for kind, act in _asked_acts(plan)
    }
    return AuthorizedPlan(plan, access, redactions, bundle.hash, tables, seal=_SEAL, writing=writing)


def _asked_acts(plan: Plan) -> set[tuple[str, str]]:
    """What `viewerCan` asks about, besides reading."""
    return {
        (selection.type.kind, ability.name)
        for _, selection in plan.selections()
        for item in selection.items
        if isinstance(item, ViewerCan)
        for ability in item.abilities
        if ability.name in ("update", "delete")
    }


def _check_comparison(access: KindAccess, compared: Comparison) -> None:
    """What no row of the class ever shows may not be compared. Where there is no row, there is nothing to refuse."""
    field = compared.field
    if field is not None and access.row != NEVER and field_access(access, field).read == NEVER:
        raise ComparisonRefused(f"Field {compared.name}.")


def _redactions(plan: Plan, access: Mapping[str, KindAccess], catalog: Catalog) -> list[Redaction]:
    """What is hidden or masked for the whole class. Below a hidden edge there is nothing left to note."""
    found: list[Redaction] = []
    hidden: list[tuple[str, ...]] = []
    for path, selection, is_one_of_several in plan.placed_selections():
        if any(path[: len(edge)] == edge for edge in hidden):
            continue
        if access[selection.type.kind].row == NEVER:
            # No row, nothing to explain, here or below: not allowed and not found are one answer. (Below a union
            # another type may stand at the same place.)
            if not is_one_of_several:
                hidden.append(path)
            continue
        for item in selection.items:
            code = _item_code(selection.type, item, access, catalog)
            if code is None:
                continue
            if is_one_of_several and code == HIDDEN_CODE and isinstance(item, (Scalar, ToOne)):
                continue  # another type may show it under the same path: the statement marks each row itself
            found.append(Redaction((*path, item.key), code))
            if not isinstance(item, Scalar):
                hidden.append((*path, item.key))
    return found


def _item_code(type_: TypeDef, item: Item, access: Mapping[str, KindAccess], catalog: Catalog) -> str | None:
    decision = access[type_.kind]
    if isinstance(item, Scalar):
        return _code(field_access(decision, item.field))
    if isinstance(item, (ToOne, ToUnion)):
        edges = [item.relation] if isinstance(item, ToOne) else [choice.relation for choice in item.choices]
        keys = [type_.attributes[edge.edge_field or edge.join.local] for edge in edges]
        is_hidden = all(field_access(decision, key).read == NEVER for key in keys)
        return HIDDEN_CODE if is_hidden else None
    if isinstance(item, Derived):
        return HIDDEN_CODE if _is_underivable(item, access, catalog) else None
    if isinstance(item, (ToMany, Page)) and item.relation is not None:
        target = catalog.types[item.relation.target]
        edge = target.attributes[item.relation.edge_field or item.relation.join.remote]
        there = access[target.kind]
        if there.row != NEVER and field_access(there, edge).read == NEVER:
            return HIDDEN_CODE
    return None


def _is_underivable(item: Derived, access: Mapping[str, KindAccess], catalog: Catalog) -> bool:
    """The facts have rows for this class, but a key of theirs is hidden on all of them."""
    for source in item.relation.sources:
        type_ = catalog.types[source.type]
        there = access[type_.kind]
        keys = [type_.attributes[key] for key in source.keys]
        if (
            source.is_needed
            and there.row != NEVER
            and any(field_access(there, k).read == NEVER for k in keys)
        ):
            return True
    return False


def _code(access: FieldAccess) -> str | None:
    if access.is_hidden:
        return HIDDEN_CODE
    return MASKED_CODE if access.read == NEVER else None
