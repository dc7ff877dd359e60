"""What all parts of the compiler share: the plan with its decisions, the catalog, slots, and fresh aliases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kinfold.catalog import Catalog, Field, Relation, Scalar, TypeDef
from kinfold.catalog.template import fill_template
from kinfold.plan.as_of import NOW, AsOf
from kinfold.plan.model import Identity, Selection
from kinfold.policy.access import ALWAYS, NEVER
from kinfold.policy.authorize import AuthorizedPlan
from kinfold.policy.ir import Predicate
from kinfold.sql.bind import GivenSlot, SentinelSlot, Sink
from kinfold.sql.predicate import Form, lower
from kinfold.sql.slot import EnvSlot
from kinfold.sql.source import is_dated, live_table, table_source
from kinfold.sql.territory import Reach
from kinfold.sql.today import LiveRow
from kinfold.sql.witness import KEY, Witness

if TYPE_CHECKING:
    from kinfold.sql.batch_cell import BatchPlace

PG_TYPE = {
    Scalar.ID: "uuid",
    Scalar.STRING: "text",
    Scalar.INT: "bigint",
    Scalar.FLOAT: "double precision",
    Scalar.BOOLEAN: "boolean",
    Scalar.DATE: "date",
    Scalar.DATETIME: "timestamptz",
    Scalar.REGION: "text",
    Scalar.ENUM: "text",
}


@dataclass(slots=True)
class Writer:
    """State of one compilation."""

    authorized: AuthorizedPlan
    catalog: Catalog
    sink: Sink = field(default_factory=Sink)
    has_sentinel: bool = False
    reach: Reach | None = None  # how wide the caller's only territory is
    is_witnessed: bool = False  # objects say which person they are about (witness.py)
    has_marks: bool = False
    witness_keys: dict[str, set[str]] = field(default_factory=dict)
    batches: list[BatchPlace] = field(default_factory=list)  # cells that Python computes (batch_cell.py)
    _aliases: int = 0

    def alias(self) -> str:
        self._aliases += 1
        return f"t{self._aliases}"

    def witness(self) -> Witness:
        """How the answer will say whom it is about."""
        keys = tuple((key, tuple(sorted(types))) for key, types in sorted(self.witness_keys.items()))
        return Witness(keys, self.has_marks)

    def sentinel(self) -> str:
        self.has_sentinel = True
        return self.sink.add(SentinelSlot(), "json")


@dataclass(frozen=True, slots=True)
class Scope:
    """One row in the statement: its alias, type, how relations in policies are to be written for it, and the moment
    that its root asks about. What is shown, filtered and sorted is the row at that moment; who may see it is decided
    on the row as it is today (decision 0019)."""

    writer: Writer
    alias: str
    type: TypeDef
    form: Form
    is_one_of_several: bool = False  # below a union: the same path stands for rows of other types as well
    is_about_parent: bool = False  # the row above is the person whom this one is about: said there already
    as_of: AsOf = NOW

    @property
    def kind(self) -> str:
        return self.type.kind

    def beside(self, type_: TypeDef, form: Form) -> Scope:
        """A further row of the statement, under a fresh alias."""
        return Scope(self.writer, self.writer.alias(), type_, form, self.is_one_of_several, as_of=self.as_of)

    def along(self, edge: Relation, target: TypeDef) -> Scope:
        """A row reached over a relation."""
        is_about_us = (
            self.type.kind == "core.Person"
            and edge.join.local == self.type.key_column
            and edge.join.remote == target.subject_column
        )
        return replace(self.beside(target, Form.PROBE), is_about_parent=is_about_us)

    def witness(self, selection: Selection) -> str:
        """The first column of the row's object: whom it is about. Empty when that is nobody, or said otherwise."""
        column = self.type.subject_column
        if not self.writer.is_witnessed or column is None or self.is_about_parent:
            return ""
        key = next((item.key for item in selection.items if isinstance(item, Identity)), None)
        if key is not None and column == self.type.key_column:
            self.writer.witness_keys.setdefault(key, set()).add(self.type.name)
            return ""
        self.writer.has_marks = True
        return f'{self.alias}."{column}" AS "{KEY}"'

    def of_several(self) -> Scope:
        """The same row, as what lies below a union sees it."""
        return replace(self, is_one_of_several=True)

    def hidden(self, pg_type: str) -> str:
        """A value that this class never sees. It is noted once for its path, below a union row by row."""
        return self.writer.sentinel() if self.is_one_of_several else f"NULL::{pg_type}"

    def column(self, field: Field) -> str:
        """SQL of an attribute: a column or its expression. Never masked: policies and joins need the truth."""
        if field.column is not None:
            return f'{self.alias}."{field.column}"'
        return f"({self.fill(field.expression or 'NULL')})"

    def today(self) -> str:
        """The day on which things are to be true: today, or that of `asOf(valid:)`."""
        slot = EnvSlot("today") if self.as_of.valid is None else GivenSlot(self.as_of.valid)
        return self.writer.sink.add(slot, "date")

    def fill(self, template: str) -> str:
        """SQL of a declared condition or expression for this row, at its moment."""
        return fill_template(template, self.alias, self.today, self._named)

    def _named(self, table: str) -> str:
        return table if self.as_of.known is None else self.source_of(self.writer.catalog.type_at(table))

    def source_of(self, type_: TypeDef) -> str:
        """What FROM takes for the rows of a type at this row's moment, without an alias."""
        return table_source(type_, self.as_of, self.writer.sink)

    def source(self) -> str:
        """What FROM takes for this row, with its alias."""
        return f"{self.source_of(self.type)} {self.alias}"

    def lower(self, predicate: Predicate) -> str:
        """SQL of a rule's predicate. It is true or not for the row as it is today; of an old version the live row is
        asked, and where there is none any more nothing is allowed."""
        if not is_dated(self.type, self.as_of):
            return self._lower_on(self.alias, predicate)
        live, key = f"{self.alias}_l", self.type.key_column
        conditions = [
            f'{live}."jurisdiction" = {self.alias}."jurisdiction"',
            f'{live}."{key}" = {self.alias}."{key}"',
        ]
        if predicate != ALWAYS:
            conditions.append(self._lower_on(live, predicate))
            about = self.type.subject_column
            if about is not None and about != key:
                # The row was once entered for somebody else: his data, so the right to them is needed as well.
                same = f'{live}."{about}" IS NOT DISTINCT FROM {self.alias}."{about}"'
                conditions.append(f"({same} OR {self._lower_on(self.alias, predicate)})")
        # In a wide territory nearly every row is allowed: the planner, which cannot see the bounds, must not begin there.
        barrier = " OFFSET 0" if self._reach() is Reach.WIDE else ""
        return f"EXISTS (SELECT 1 FROM {live_table(self.type)} {live}{and_(conditions)}{barrier})"

    def _reach(self) -> Reach | None:
        """How wide the caller's only territory is, where rows are scanned for."""
        return self.writer.reach if self.form is Form.SET else None

    def _lower_on(self, alias: str, predicate: Predicate) -> str:
        sink, catalog = self.writer.sink, self.writer.catalog
        return lower(predicate, LiveRow(alias, self.type, sink), sink, catalog, self.form, self._reach())

    def row_conditions(self) -> list[str]:
        """What makes the row visible: its type's condition and the policy's row predicate."""
        conditions = []
        if self.type.condition is not None:
            conditions.append(f"({self.fill(self.type.condition)})")
        if self.as_of.valid is not None and self.type.begins is not None:
            # Unknown is not later. Written so that no index is chosen for it: it leaves out next to nobody.
            conditions.append(f'(({self.alias}."{self.type.begins}" > {self.today()}) IS NOT TRUE)')
        row = self.writer.authorized.access(self.type).row
        if row != ALWAYS or is_dated(self.type, self.as_of):
            conditions.append(self.lower(row))
        return conditions

    def may_read(self, attribute: Field) -> Predicate:
        return self.writer.authorized.field(self.type, attribute).read

    def readable(self, attribute: Field) -> str:
        """SQL of the value where it may be read unmasked, NULL elsewhere (filters and orders see that world)."""
        read = self.may_read(attribute)
        if read == ALWAYS:
            return self.column(attribute)
        if read == NEVER:
            return f"NULL::{PG_TYPE[attribute.scalar]}"
        return f"CASE WHEN {self.lower(read)} THEN {self.column(attribute)} END"

    def global_id(self) -> str:
        """SQL of the node's global id, `Type:jurisdiction:uuid`; a reference table's key stands for itself."""
        if not self.type.has_jurisdiction:
            return f"'{self.type.name}:' || {self.alias}.\"{self.type.key_column}\""
        return f"'{self.type.name}:' || {self.alias}.\"jurisdiction\" || ':' || {self.alias}.\"id\"::text"


def and_(conditions: list[str]) -> str:
    """WHERE clause of these conditions."""
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def quote(key: str) -> str:
    """A response key as a column name. GraphQL names hold no quotes; the check keeps it so."""
    if not key.replace("_", "a").isalnum() or not key.isascii():
        raise ValueError("a response key is a GraphQL name")
    return f'"{key}"'
