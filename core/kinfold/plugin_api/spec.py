"""What a plugin declares: frozen descriptions, returned by its hooks once, at assembly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kinfold.catalog import BatchFunction, Relation, Scalar
from kinfold.plugin_api.model import Model


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """`id` is at once the PostgreSQL schema, the policy namespace and the address of the frontend."""

    id: str
    version: str
    api: str
    owner: str  # department
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class ComputedSpec:
    """A field that is SQL, not a column: a template (kinfold/catalog/template.py has its places)."""

    attribute: str
    scalar: Scalar
    expression: str
    owner: str
    sensitivity: str
    zh: str
    en: str
    is_filterable: bool = False


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A table as a policy kind. `kind` is `<plugin>.<Name>`; its rules decide every row and field of it.

    `keep_history=False` is for tables whose rows never change. `begins`: the date column from which on a row exists
    in the world (a person's birth), where the table has no `valid_from`; `asOf(valid:)` leaves out what began later.
    """

    model: type[Model]
    kind: str
    computed: tuple[ComputedSpec, ...] = ()
    keep_history: bool = True
    begins: str | None = None


@dataclass(frozen=True, slots=True)
class TypeSpec:
    """A GraphQL object type over a kind. `condition` (a template) says which rows it is."""

    name: str
    kind: str
    zh: str
    en: str
    condition: str | None = None
    without: frozenset[str] = frozenset()  # attributes that this view does not show
    order: tuple[str, ...] = ()  # default order of lists: attribute columns, "-" in front for descending


@dataclass(frozen=True, slots=True)
class FieldExtension:
    """A relation added to a type: a plugin's own or core's (`FieldExtension("Child", Relation(…))`)."""

    type: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class SqlFieldSpec:
    """A SQL field added to a type: a plugin's own or another's (`SqlFieldSpec("Child", ComputedSpec(…))`).

    On a kind of another plugin its name in rules is `<plugin>.<attribute>`, its owner is the plugin's
    department, and only rule files of that department grant it.
    """

    type: str
    field: ComputedSpec


@dataclass(frozen=True, slots=True)
class BatchFieldSpec:
    """A field that Python computes, once for every place of a document, after the statement.

    `batch` takes a BatchRequest and gives a mapping with an entry for every key: a value of `scalar`, or None for
    none. It may be `async`; otherwise it runs in a thread. It is stopped after `seconds` (at most 3); whatever
    goes wrong fails the whole request (X102, X103). `needs` are attributes of the row's kind; the field is shown
    where it and each of them may be read, and is null where one is missing. Never filterable, never sortable.
    Names and ownership as for SqlFieldSpec.
    """

    type: str
    attribute: str
    scalar: Scalar
    owner: str
    sensitivity: str
    zh: str
    en: str
    batch: BatchFunction
    needs: tuple[str, ...] = ("id",)
    enum: str | None = None
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class MigrationSpec:
    """Alembic scripts of a plugin: a labelled branch that depends on a published contract label of core."""

    directory: Path
    label: str
    depends_on: str


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A rule file shipped by a plugin as its defaults: only over kinds that it owns."""

    path: Path


@dataclass(frozen=True, slots=True)
class FrontendSpec:
    """A department's frontend: built files served under `/apps/<plugin>/`."""

    directory: Path
    title_zh: str
    title_en: str


ColumnFactory = Callable[..., Any]
