"""The frozen description of the graph that every stage reads.

A *kind* (`core.Person`) is what policy rules speak of: one table, one set of rows, one set of rules.
A *type* (`Child`, `Person`) is a GraphQL view of a kind. Two types over one table share their kind, so
there is never a second door to the same row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kinfold.catalog.batch import Batch
from kinfold.catalog.statistic import StatisticSpec

if TYPE_CHECKING:
    from kinfold.catalog.derived import DerivedRelation


class Sensitivity(StrEnum):
    """S0 public · S1 internal, not about a person · S2 personal · S3 sensitive personal · S4 restricted."""

    S0 = "S0"
    S1 = "S1"
    S2 = "S2"
    S3 = "S3"
    S4 = "S4"


class Scalar(StrEnum):
    """What a field's value is. ENUM fields carry the enum's name as well."""

    ID = "ID"  # a UUID of this jurisdiction; rendered as a global id
    STRING = "String"
    INT = "Int"
    FLOAT = "Float"
    BOOLEAN = "Boolean"
    DATE = "Date"
    DATETIME = "DateTime"
    REGION = "RegionCode"
    ENUM = "Enum"


class Shape(StrEnum):
    """ONE: an object or null · LIST: a list with a natural bound · CONNECTION: grows with the county, paged."""

    ONE = "one"
    LIST = "list"
    CONNECTION = "connection"


@dataclass(frozen=True, slots=True)
class EnumDef:
    """A closed list of codes; `values` maps code -> (Chinese, English)."""

    name: str
    values: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of a kind.

    `column` is its column; a computed field has `expression` instead: a template (template.py); a batch field has
    `batch` and no SQL. `attribute` (snake_case) is its name in policy rules (`r.obj.birth_date`), `name` (camelCase)
    its name in GraphQL. `is_exposed=False`: policy and joins only. `added_by` is the plugin that added the field to a
    kind of another: then only rules of the field's owner grant it, and its attribute begins with the plugin's id and a dot.
    """

    name: str
    attribute: str
    scalar: Scalar
    sensitivity: Sensitivity
    owner: str
    title_zh: str
    title_en: str
    column: str | None = None
    expression: str | None = None
    enum: str | None = None
    is_list: bool = False
    nullable: bool = True
    is_exposed: bool = True
    is_filterable: bool = False
    sort_column: str | None = None  # what orderBy compares (a stored sort key); None: not sortable
    sort_is_text: bool = False  # compared with COLLATE "C"
    references: str | None = None  # the kind that this foreign key points to
    batch: Batch | None = None
    added_by: str | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """`local` column of this row equals `remote` column of the other one (the jurisdiction is added by itself)."""

    local: str
    remote: str


@dataclass(frozen=True, slots=True)
class Relation:
    """An edge of the graph.

    `edge_field` names the attribute (on this kind for ONE, on the target's kind for LIST and CONNECTION)
    that *is* the edge: walking it needs the right to read it. `condition` is a template (template.py) about
    the target's row.
    """

    name: str
    target: str  # type name
    shape: Shape
    join: Join
    title_zh: str
    title_en: str
    owner: str
    edge_field: str | None = None
    condition: str | None = None
    order: tuple[str, ...] = ()  # default order: columns of the target, "-" in front for descending


@dataclass(frozen=True, slots=True)
class TypeDef:
    """A GraphQL object type over a kind's table.

    `columns` are all columns of the table: what a version of a row consists of. `begins` names the date from
    which on a row exists in the world where that is no interval: a person's birth.
    """

    name: str
    kind: str
    schema: str
    table: str
    owner: str
    title_zh: str
    title_en: str
    fields: Mapping[str, Field]  # by GraphQL name
    attributes: Mapping[str, Field]  # by policy attribute name; same objects, unexposed ones included
    relations: Mapping[str, Relation]
    condition: str | None = None  # a template: which rows of the table are this type
    key_column: str = "id"
    has_jurisdiction: bool = True  # False: a reference table (regions, codes)
    is_temporal: bool = False  # has valid_from / valid_to
    history_table: str | None = None
    has_town_index: bool = False  # an index in the order of the default list within each town
    order: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    begins: str | None = None

    @property
    def qualified(self) -> str:
        return f'"{self.schema}"."{self.table}"'

    @property
    def subject_column(self) -> str | None:
        """The column that names the person whom a row is about; the record of access speaks of these."""
        if self.kind == "core.Person":
            return self.key_column
        return next(
            (name for name in ("child_id", "person_id", "junior_id") if name in self.attributes), None
        )


@dataclass(frozen=True, slots=True)
class PolicyRelation:
    """`rel(name, value)`: the row is related to `value`.

    `path` walks declared relations from the kind's type (`guardianshipsHeld.child.enrolments`), with their
    joins and conditions, and ends at `value_attribute` of the last kind. Generated, never hand-written SQL.
    """

    kind: str
    name: str
    path: tuple[str, ...]
    value_attribute: str
    owner: str
    start_type: str


@dataclass(frozen=True, slots=True)
class RootField:
    """A field of Query: one by key, or a connection over the whole type."""

    name: str
    target: str
    shape: Shape
    title_zh: str
    title_en: str
    owner: str
    key_argument: str = "id"  # for ONE: "id" (global id) or the name of a unique attribute


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that exists, after assembly. `fingerprint` changes whenever anything in it does."""

    types: Mapping[str, TypeDef]
    enums: Mapping[str, EnumDef]
    roots: Mapping[str, RootField]
    policy_relations: Mapping[tuple[str, str], PolicyRelation]  # by (kind, name)
    departments: Mapping[str, tuple[str, str]]
    fingerprint: str
    types_by_kind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    statistics: Mapping[str, StatisticSpec] = field(default_factory=dict)
    derived: Mapping[tuple[str, str], DerivedRelation] = field(default_factory=dict)  # by (type, name)

    def type_of_kind(self, kind: str) -> TypeDef:
        """The widest type over a kind: the first that has no condition of its own."""
        names = self.types_by_kind[kind]
        for name in names:
            if self.types[name].condition is None:
                return self.types[name]
        return self.types[names[0]]

    def type_at(self, table: str) -> TypeDef:
        """A type over a table that a template names, `core.registry_entry`; KeyError when there is none."""
        for type_ in self.types.values():
            if f"{type_.schema}.{type_.table}" == table:
                return type_
        raise KeyError(table)
