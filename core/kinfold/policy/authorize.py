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
from kinfold.plan.model import (
    AllOf,
    AnyOf,
    Filter,
    ListArguments,
    Page,
    Plan,
    RootPage,
    Scalar,
    Selection,
    Test,
    ToMany,
    ToOne,
    all_items,
)
from kinfold.policy.access import ALWAYS, NEVER, FieldAccess, KindAccess
from kinfold.policy.bundle import Bundle
from kinfold.policy.region import RegionCount

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

    __slots__ = ("_access", "plan", "policy_version", "redactions")

    def __init__(
        self,
        plan: Plan,
        access: Mapping[str, KindAccess],
        redactions: tuple[Redaction, ...],
        policy_version: str,
        *,
        seal: object,
    ) -> None:
        if seal is not _SEAL:
            raise TypeError("Only kinfold.policy.authorize makes an AuthorizedPlan.")
        self.plan = plan
        self._access = access
        self.redactions = redactions
        self.policy_version = policy_version

    def access(self, type_: TypeDef) -> KindAccess:
        """The decision for the kind behind a type."""
        return self._access[type_.kind]

    def field(self, type_: TypeDef, field: Field) -> FieldAccess:
        """The decision for a field on a visible row."""
        return field_access(self._access[type_.kind], field)


_OPEN: Final = FieldAccess(read=ALWAYS)


def field_access(access: KindAccess, field: Field) -> FieldAccess:
    """A field's decision. What the platform itself owns (row version, recording time) comes with the row."""
    return _OPEN if field.owner == "platform" else access.field(field.attribute)


def authorize(
    plan: Plan, subject: SubjectClass, region_count: RegionCount, bundle: Bundle, catalog: Catalog
) -> AuthorizedPlan:
    """Decide every kind that the plan touches; refuse comparisons with what may not be read."""
    access: dict[str, KindAccess] = {}
    for kind in _kinds(plan, catalog):
        access[kind] = bundle.decide(kind, "read", subject, region_count)
    for type_, arguments in _lists(plan, catalog):
        _check_comparisons(access[type_.kind], arguments)
    redactions = tuple(_redactions(plan, access, catalog))
    return AuthorizedPlan(plan, access, redactions, bundle.hash, seal=_SEAL)


def _kinds(plan: Plan, catalog: Catalog) -> set[str]:
    kinds = {selection.type.kind for _, selection in plan.selections()}
    for type_, _ in _lists(plan, catalog):
        kinds.add(type_.kind)
    return kinds


def _lists(plan: Plan, catalog: Catalog) -> list[tuple[TypeDef, ListArguments]]:
    found: list[tuple[TypeDef, ListArguments]] = []
    for root in plan.roots:
        if isinstance(root, RootPage):
            found += _of_page(root.page, catalog)
        elif (selection := getattr(root, "selection", None)) is not None:
            found += _of_selection(selection, catalog)
    return found


def _of_page(page: Page, catalog: Catalog) -> list[tuple[TypeDef, ListArguments]]:
    found = [(page.type, page.arguments)]
    for part in page.parts:
        if part.selection is not None:
            found += _of_selection(part.selection, catalog)
    return found


def _of_selection(selection: Selection, catalog: Catalog) -> list[tuple[TypeDef, ListArguments]]:
    found: list[tuple[TypeDef, ListArguments]] = []
    for item in all_items(selection):
        if isinstance(item, ToMany):
            found.append((catalog.types[item.relation.target], item.arguments))
        elif isinstance(item, Page):
            found.append((item.type, item.arguments))
    return found


def _check_comparisons(access: KindAccess, arguments: ListArguments) -> None:
    for field in [*_filtered(arguments.where), *(o.field for o in arguments.order if not o.is_default)]:
        if field is not None and access.row != NEVER and field_access(access, field).read == NEVER:
            raise ComparisonRefused(f"Field {field.name}.")


def _filtered(where: Filter | None) -> list[Field | None]:
    if where is None:
        return []
    if isinstance(where, Test):
        return [where.field]
    if isinstance(where, (AllOf, AnyOf)):
        return [field for part in where.parts for field in _filtered(part)]
    return []


def _redactions(plan: Plan, access: Mapping[str, KindAccess], catalog: Catalog) -> list[Redaction]:
    """What is hidden or masked for the whole class. Below a hidden edge there is nothing left to note."""
    found: list[Redaction] = []
    hidden: list[tuple[str, ...]] = []
    for path, selection in plan.selections():
        if any(path[: len(edge)] == edge for edge in hidden):
            continue
        decision = access[selection.type.kind]
        if decision.row == NEVER:
            continue  # no row, nothing to explain: not allowed and not found are one answer
        for item in selection.items:
            code = None
            if isinstance(item, Scalar):
                code = _code(field_access(decision, item.field))
            elif isinstance(item, ToOne):
                edge = selection.type.attributes[item.relation.edge_field or item.relation.join.local]
                code = _edge_code(field_access(decision, edge))
            elif isinstance(item, (ToMany, Page)) and item.relation is not None:
                target = catalog.types[item.relation.target]
                edge = target.attributes[item.relation.edge_field or item.relation.join.remote]
                if access[target.kind].row != NEVER:
                    code = _edge_code(field_access(access[target.kind], edge))
            if code is not None:
                found.append(Redaction((*path, item.key), code))
                if not isinstance(item, Scalar):
                    hidden.append((*path, item.key))
    return found


def _code(access: FieldAccess) -> str | None:
    if access.is_hidden:
        return HIDDEN_CODE
    return MASKED_CODE if access.read == NEVER else None


def _edge_code(access: FieldAccess) -> str | None:
    return HIDDEN_CODE if access.read == NEVER else None
