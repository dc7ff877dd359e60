"""Computed fields that plugins add to types, their own and those of others.

In:  what plugins declared with `graphql_fields`, the types and the attributes of their kinds.
Out: Fields by type and attribute, or AssemblyError.

On a kind of its own a plugin's field is an attribute like any other. On a kind of another it stands in the
plugin's namespace (`education.lunar_birthday`), and its owner is the plugin's department: nobody else's rules can
grant it, and it cannot take the name of anything that the kind's owner may add later.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kinfold.assembly.errors import AssemblyError
from kinfold.catalog import Batch, EnumDef, Field, Scalar, Sensitivity
from kinfold.plugin_api import BatchFieldSpec, ComputedSpec, PluginInfo, SqlFieldSpec

MAX_SECONDS: Final = 3.0
_ATTRIBUTE: Final = re.compile(r"[a-z][a-z0-9_]*")
AddedFieldSpec = SqlFieldSpec | BatchFieldSpec


def camel(snake: str) -> str:
    """`birth_date` → `birthDate`."""
    head, *rest = snake.split("_")
    return head + "".join(part.capitalize() for part in rest)


def computed_field(spec: ComputedSpec, attribute: str, added_by: str | None = None) -> Field:
    """A field that is SQL; `attribute` is its name in rules."""
    return Field(
        name=camel(spec.attribute),
        attribute=attribute,
        scalar=spec.scalar,
        sensitivity=Sensitivity(spec.sensitivity),
        owner=spec.owner,
        title_zh=spec.zh,
        title_en=spec.en,
        expression=spec.expression,
        is_filterable=spec.is_filterable,
        added_by=added_by,
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What exists before fields are added: the kind of each type, and the attributes of each kind."""

    kinds: Mapping[str, str]
    attributes: Mapping[str, Mapping[str, Field]]
    enums: Mapping[str, EnumDef]
    infos: Mapping[str, PluginInfo]
    departments: Collection[str]


def collect_added_fields(
    declared: Iterable[tuple[str, AddedFieldSpec]], known: Known
) -> dict[str, dict[str, Field]]:
    """Fields by type and attribute. The same attribute on two types of one kind must be the same field."""
    found: dict[str, dict[str, Field]] = {}
    of_kind: dict[tuple[str, str], Field] = {}
    for plugin, spec in declared:
        field = _make_field(plugin, spec, known)
        kind = known.kinds[spec.type]
        where = f"{spec.type}.{field.name}"
        of_type = found.setdefault(spec.type, {})
        taken = {f.name for f in (*known.attributes[kind].values(), *of_type.values())}
        if field.name in taken or field.attribute in of_type:
            raise AssemblyError(f"Plugin {plugin} adds {where}, which exists already.")
        if of_kind.setdefault((kind, field.attribute), field) != field:
            raise AssemblyError(f"Plugin {plugin} adds {where} in two different ways to types of {kind}.")
        of_type[field.attribute] = field
    return found


def _make_field(plugin: str, spec: AddedFieldSpec, known: Known) -> Field:
    what = spec.field if isinstance(spec, SqlFieldSpec) else spec
    where = f"{spec.type}.{camel(what.attribute)}"
    kind = known.kinds.get(spec.type)
    if kind is None:
        raise AssemblyError(f"Plugin {plugin} adds {where} to an unknown type.")
    if not _ATTRIBUTE.fullmatch(what.attribute):
        raise AssemblyError(f"{where} of plugin {plugin}: an attribute is written in snake_case.")
    is_own = kind.partition(".")[0] == plugin
    if not is_own and what.owner != known.infos[plugin].owner:
        raise AssemblyError(
            f"{where} of plugin {plugin} is owned by {what.owner}; a field that is added to a kind of another "
            f"is owned by the plugin's department, {known.infos[plugin].owner}."
        )
    if not is_own and what.owner == "platform":
        raise AssemblyError(
            f"{where} of plugin {plugin}: what the platform owns comes with the row; name a department."
        )
    if what.owner not in known.departments:
        raise AssemblyError(f"{where} is owned by the unknown department {what.owner}.")
    added_by = None if is_own else plugin
    attribute = what.attribute if is_own else f"{plugin}.{what.attribute}"
    if isinstance(spec, SqlFieldSpec):
        return computed_field(spec.field, attribute, added_by)
    return Field(
        name=camel(spec.attribute),
        attribute=attribute,
        scalar=Scalar.ENUM if spec.enum else spec.scalar,
        sensitivity=Sensitivity(spec.sensitivity),
        owner=spec.owner,
        title_zh=spec.zh,
        title_en=spec.en,
        enum=spec.enum,
        batch=_make_batch(spec, where, known.attributes[kind], known.enums),
        added_by=added_by,
    )


def _make_batch(
    spec: BatchFieldSpec, where: str, attributes: Mapping[str, Field], enums: Mapping[str, EnumDef]
) -> Batch:
    if spec.scalar is Scalar.ID or (spec.scalar is Scalar.ENUM and spec.enum is None):
        raise AssemblyError(f"{where}: a batch field is no id, and an enum names its list.")
    if spec.enum is not None and spec.enum not in enums:
        raise AssemblyError(f"{where} is of the unknown enum {spec.enum}.")
    if not 0 < spec.seconds <= MAX_SECONDS:
        raise AssemblyError(f"{where}: a batch function has more than 0 and at most {MAX_SECONDS} seconds.")
    needs: list[Field] = []
    for name in spec.needs:
        need = attributes.get(name)
        if need is None or need.is_list or need.batch is not None:
            raise AssemblyError(f"{where} needs {name}, which is no single value in the database.")
        needs.append(need)
    if not needs:
        raise AssemblyError(f"{where} needs nothing: name what it is computed from.")
    if max(need.sensitivity for need in needs) > Sensitivity(spec.sensitivity):
        raise AssemblyError(f"{where} is less sensitive than what it is computed from.")
    name = f"{spec.batch.__module__}.{getattr(spec.batch, '__qualname__', type(spec.batch).__qualname__)}"
    codes = tuple(enums[spec.enum].values) if spec.enum else ()
    return Batch(spec.batch, name, tuple(needs), spec.seconds, codes)
