"""What one caller may see of rows in memory, decided by the policy's closures and not by SQL.

In:  the rows, a bundle, a principal. Out: `Viewpoint`: is a row visible, may a field of it be read, what is shown.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from county_rows import ForRules, Row, Rows
from kinfold.catalog import Catalog, Field, Relation, Shape, TypeDef
from kinfold.identity.principal import Principal, SubjectClass
from kinfold.policy.access import ALWAYS, NEVER, FieldAccess, KindAccess
from kinfold.policy.attributes import find_attributes
from kinfold.policy.authorize import field_access
from kinfold.policy.closure import compile_closure, subject_values
from kinfold.policy.ir import Predicate
from kinfold.policy.mask import MASKS
from kinfold.policy.region import count_regions


class OpenBundle:
    """A policy that shows everything to everybody."""

    hash = "open"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def decide(self, kind: str, act: str, subject: SubjectClass, regions: int) -> KindAccess:
        fields = {name: FieldAccess(read=ALWAYS) for name in find_attributes(self._catalog, kind)}
        return KindAccess(kind, act, ALWAYS, fields, {}, (), ())


class Viewpoint:
    """Decisions for one caller, each made once."""

    def __init__(self, rows: Rows, bundle: Any, principal: Principal, today: dt.date) -> None:
        self.rows, self._bundle, self.principal = rows, bundle, principal
        self._env = {"today": today}
        self._subject = subject_values(principal)
        self._access: dict[str, KindAccess] = {}
        self._closures: dict[Predicate, Any] = {}
        self._visible: dict[tuple[int, str], bool] = {}
        self._listed: dict[str, list[Row]] = {}

    def access(self, kind: str) -> KindAccess:
        if kind not in self._access:
            self._access[kind] = self.decide(kind, "read")
        return self._access[kind]

    def decide(self, kind: str, act: str) -> KindAccess:
        count = count_regions(self.principal.regions)
        decided: KindAccess = self._bundle.decide(kind, act, self.principal.subject_class, count)
        return decided

    def field(self, type_: TypeDef, field: Field) -> FieldAccess:
        return field_access(self.access(type_.kind), field)

    def _holds(self, predicate: Predicate, kind: str, row: Row) -> bool:
        if predicate in (ALWAYS, NEVER):
            return predicate == ALWAYS
        if predicate not in self._closures:
            self._closures[predicate] = compile_closure(predicate)
        return bool(self._closures[predicate](self._subject, ForRules(self.rows, kind, row), self._env))

    def is_visible(self, type_: TypeDef, row: Row) -> bool:
        key = (id(row), type_.kind)
        if key not in self._visible:
            self._visible[key] = self._holds(self.access(type_.kind).row, type_.kind, row)
        return self._visible[key] and self.rows.is_of(type_, row)

    def visible_rows(self, type_: TypeDef) -> list[Row]:
        """Every row of a type that the caller may see."""
        if type_.name not in self._listed:
            self._listed[type_.name] = [row for row in self.rows.of(type_) if self.is_visible(type_, row)]
        return self._listed[type_.name]

    def may_read(self, type_: TypeDef, field: Field, row: Row) -> bool:
        return self._holds(self.field(type_, field).read, type_.kind, row)

    def show(self, type_: TypeDef, field: Field, row: Row) -> tuple[Any, bool]:
        """(what is shown, whether it is a mask's text)."""
        access = self.field(type_, field)
        if self._holds(access.read, type_.kind, row):
            return row[field.attribute], False
        for name, predicate in access.masks:
            if self._holds(predicate, type_.kind, row):
                return MASKS[name].apply(row[field.attribute]), True
        return None, False

    def may(self, type_: TypeDef, act: str, row: Row, field: Field | None = None) -> bool:
        """Would the caller's rules for an act let him do it to the row, and to one field of it?"""
        access = self.decide(type_.kind, act)
        if not self._holds(access.row, type_.kind, row):
            return False
        if field is None:
            return True
        return field.column is not None and self._holds(access.may_write(field.attribute), type_.kind, row)

    def mask(self, type_: TypeDef, field: Field, row: Row) -> str | None:
        """The name of the mask that stands in for the value."""
        access = self.field(type_, field)
        if self._holds(access.read, type_.kind, row):
            return None
        return next((name for name, mask in access.masks if self._holds(mask, type_.kind, row)), None)

    def walk(self, type_: TypeDef, edge: Relation, row: Row) -> list[Row] | None:
        """Visible rows at the other end of an edge that may be walked; None: this to-one edge may not be."""
        target = self.rows.catalog.types[edge.target]
        found = [there for there in self.rows.across(edge, row) if self.is_visible(target, there)]
        if edge.shape is Shape.ONE:
            key = type_.attributes[edge.edge_field or edge.join.local]
            return found if self.may_read(type_, key, row) else None
        key = target.attributes[edge.edge_field or edge.join.remote]
        return [there for there in found if self.may_read(target, key, there)]
