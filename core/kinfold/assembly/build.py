"""From declarations to the frozen Catalog: every column classified, every edge checked, names unique."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, LargeBinary, Table

from kinfold.assembly.added_field import Known, camel, collect_added_fields, computed_field
from kinfold.assembly.derived import collect_derived
from kinfold.assembly.errors import AssemblyError
from kinfold.assembly.statistic import collect_statistics
from kinfold.catalog import (
    Catalog,
    EnumDef,
    Field,
    Join,
    PolicyRelation,
    Relation,
    RootField,
    Scalar,
    Shape,
    TypeDef,
)
from kinfold.catalog.union import UnionRelation
from kinfold.plugin_api import FieldExtension, ModelSpec, PluginInfo, TypeSpec, column_info, history_of
from kinfold.plugin_api.model import TOWN_INDEX, Model

if TYPE_CHECKING:
    from kinfold.assembly.assemble import Declared

# Departments of the county, Chinese and English (requirements.md, role codes).
DEPARTMENTS: Mapping[str, tuple[str, str]] = {
    "civil_affairs": ("民政", "Civil affairs"),
    "education": ("教育", "Education"),
    "public_security": ("公安", "Public security"),
    "health_insurance": ("卫健医保", "Health and medical insurance"),
    "legal_aid": ("法律援助", "Legal aid"),
    "entrepreneurship": ("人社", "Employment and entrepreneurship"),
    "helper": ("帮扶人", "Helpers"),
    "family": ("家庭", "Families"),
    "platform": ("平台", "Platform"),
}


# Fields of every node, given by the platform.
RESERVED = frozenset({"id", "viewerCan"})


def build_catalog(declared: Declared, infos: Mapping[str, PluginInfo]) -> Catalog:
    """The catalog of all plugins, or AssemblyError naming the plugin and what to mend."""
    enums = _collect_enums(declared.all("enums"))
    models = _collect_models(declared.all("models"), infos)
    attributes = {spec.kind: _attributes_of(spec, enums) for spec in models.values()}
    relations = _collect_relations(declared.all("graphql_extensions"))
    kinds = {spec.name: spec.kind for _, spec in declared.all("graphql_types") if spec.kind in models}
    known = Known(kinds, attributes, enums, infos, DEPARTMENTS)
    added = collect_added_fields(declared.all("graphql_fields"), known)
    types: dict[str, TypeDef] = {}
    for plugin, spec in declared.all("graphql_types"):
        if spec.name in types:
            raise AssemblyError(f"Plugin {plugin} brings the type {spec.name}, which exists already.")
        if spec.kind not in models:
            raise AssemblyError(f"Type {spec.name} is over the unknown kind {spec.kind}.")
        edges = relations.pop(spec.name, {})
        of_type = {**attributes[spec.kind], **added.get(spec.name, {})}
        types[spec.name] = _build_type(spec, models[spec.kind], of_type, edges, infos[plugin])
    if relations:
        raise AssemblyError(f"Relations are added to the unknown type {sorted(relations)[0]}.")
    _check_edges(types)
    roots = _collect_roots(declared.all("queries"), types)
    policy_relations = _collect_policy_relations(declared.all("policy_relations"), types)
    statistics = collect_statistics(declared.all("statistics"), types)
    derived = collect_derived(declared.all("derived_relations"), types, enums)
    by_kind: dict[str, tuple[str, ...]] = {}
    for t in types.values():
        by_kind[t.kind] = (*by_kind.get(t.kind, ()), t.name)
    named = (sorted(types.items()), sorted(enums.items()), sorted(roots.items()), policy_relations)
    content = repr((*named, statistics, derived))
    return Catalog(
        types=types,
        enums=enums,
        roots=roots,
        policy_relations=policy_relations,
        departments=DEPARTMENTS,
        fingerprint=hashlib.sha256(content.encode()).hexdigest()[:16],
        types_by_kind=by_kind,
        statistics=statistics,
        derived=derived,
    )


def _collect_enums(declared: Iterable[tuple[str, EnumDef]]) -> dict[str, EnumDef]:
    enums: dict[str, EnumDef] = {}
    for plugin, enum in declared:
        if enum.name in enums:
            raise AssemblyError(f"Plugin {plugin} brings the enum {enum.name}, which exists already.")
        enums[enum.name] = enum
    return enums


def _collect_models(
    declared: Iterable[tuple[str, ModelSpec]], infos: Mapping[str, PluginInfo]
) -> dict[str, ModelSpec]:
    models: dict[str, ModelSpec] = {}
    for plugin, spec in declared:
        table = _table(spec)
        if not spec.kind.startswith(f"{plugin}."):
            raise AssemblyError(f"Plugin {plugin} declares the kind {spec.kind}; they begin with {plugin}.")
        if table.schema != plugin:
            raise AssemblyError(f"Table {table.name} of plugin {plugin} is not in the schema {plugin}.")
        if spec.kind in models:
            raise AssemblyError(f"The kind {spec.kind} is declared twice.")
        if spec.keep_history and f"{table.schema}.{table.name}_history" not in Model.metadata.tables:
            history_of(spec.model)
        models[spec.kind] = spec
    return models


def _table(spec: ModelSpec) -> Table:
    table = spec.model.__table__
    if isinstance(table, Table):
        return table
    raise AssemblyError(f"The model of {spec.kind} is not a table.")


def _attributes_of(spec: ModelSpec, enums: Mapping[str, EnumDef]) -> dict[str, Field]:
    table = _table(spec)
    # Keyed hashes are classified like every column, but no rule and no query can speak of bytes.
    found = {c.name: _field_of(c, spec, enums) for c in table.columns if not isinstance(c.type, LargeBinary)}
    for computed in spec.computed:
        if computed.attribute in found:
            raise AssemblyError(f"{spec.kind}.{computed.attribute} is both a column and computed.")
        _check_owner(computed.owner, f"{spec.kind}.{computed.attribute}")
        found[computed.attribute] = computed_field(computed, computed.attribute)
    return found


def _field_of(column: Column[Any], spec: ModelSpec, enums: Mapping[str, EnumDef]) -> Field:
    info = column_info(column)
    where = f"{spec.kind}.{column.name}"
    if info is None:
        raise AssemblyError(
            f"{where} says neither who owns it nor how sensitive it is (declare it with attr())."
        )
    _check_owner(info.owner, where)
    if info.enum is not None and info.enum not in enums:
        raise AssemblyError(f"{where} is of the unknown enum {info.enum}.")
    return Field(
        name=camel(column.name),
        attribute=column.name,
        scalar=info.scalar,
        sensitivity=info.sensitivity,
        owner=info.owner,
        title_zh=info.zh,
        title_en=info.en,
        column=column.name,
        enum=info.enum,
        is_list=info.is_list,
        nullable=bool(column.nullable),
        is_exposed=info.is_exposed,
        is_filterable=info.is_filterable,
        sort_column=None if info.sort_column is None else (info.sort_column or column.name),
        sort_is_text=info.scalar in (Scalar.STRING, Scalar.REGION),
        references=info.references,
    )


def _check_owner(owner: str, where: str) -> None:
    if owner not in DEPARTMENTS:
        raise AssemblyError(f"{where} is owned by the unknown department {owner}.")


def _collect_relations(declared: Iterable[tuple[str, FieldExtension]]) -> dict[str, dict[str, Relation]]:
    found: dict[str, dict[str, Relation]] = {}
    for plugin, extension in declared:
        edges = found.setdefault(extension.type, {})
        name = extension.relation.name
        if name in edges:
            raise AssemblyError(f"Plugin {plugin} adds {extension.type}.{name}, which exists already.")
        edges[name] = extension.relation
    return found


def _build_type(
    spec: TypeSpec,
    model: ModelSpec,
    attributes: Mapping[str, Field],
    edges: dict[str, Relation],
    info: PluginInfo,
) -> TypeDef:
    table = _table(model)
    fields = {f.name: f for f in attributes.values() if f.is_exposed and f.attribute not in spec.without}
    if "region_ord" in attributes and "region" not in edges and table.name != "region":
        edges["region"] = Relation(
            "region", "Region", Shape.ONE, Join("region_code", "code"), "责任区划", "Responsible division",
            "civil_affairs", edge_field="region_code",
        )  # fmt: skip
    clash = sorted(set(fields) & set(edges))
    if clash:
        raise AssemblyError(f"{spec.name}.{clash[0]} is both a field and a relation.")
    for name in RESERVED & {*fields, *edges}:
        raise AssemblyError(f"{spec.name}.{name} takes a name that every node has.")
    has_jurisdiction = "jurisdiction" in table.columns
    return TypeDef(
        name=spec.name,
        kind=spec.kind,
        schema=str(table.schema),
        table=table.name,
        owner=info.owner,
        title_zh=spec.zh,
        title_en=spec.en,
        fields=fields,
        attributes=attributes,
        relations=edges,
        condition=spec.condition,
        key_column="id" if has_jurisdiction else next(iter(table.primary_key.columns)).name,
        has_jurisdiction=has_jurisdiction,
        is_temporal="valid_from" in table.columns and "valid_to" in table.columns,
        history_table=f"{table.name}_history" if model.keep_history else None,
        has_town_index=any(TOWN_INDEX in index.info for index in table.indexes),
        order=spec.order,
        columns=tuple(table.columns.keys()),
        begins=model.begins,
    )


def _check_edges(types: Mapping[str, TypeDef]) -> None:
    for t in types.values():
        for edge in t.relations.values():
            where = f"{t.name}.{edge.name}"
            target = types.get(edge.target)
            if target is None:
                raise AssemblyError(f"{where} leads to the unknown type {edge.target}.")
            holder = t if edge.shape is Shape.ONE else target
            if edge.edge_field not in holder.attributes:
                raise AssemblyError(
                    f"{where}: {holder.name} has no attribute {edge.edge_field} that is the edge."
                )
            if edge.join.local not in t.attributes or edge.join.remote not in target.attributes:
                raise AssemblyError(f"{where} joins columns that do not exist.")
            if isinstance(edge, UnionRelation):
                _check_choices(t, edge, where)


def _check_choices(t: TypeDef, edge: UnionRelation, where: str) -> None:
    for choice in edge.choices:
        found = t.relations.get(choice)
        if found is None or found.shape is not Shape.ONE or isinstance(found, UnionRelation):
            raise AssemblyError(f"{where} may end at {choice}, which is no to-one relation of {t.name}.")


def _collect_roots(
    declared: Iterable[tuple[str, RootField]], types: Mapping[str, TypeDef]
) -> dict[str, RootField]:
    roots: dict[str, RootField] = {}
    for plugin, root in declared:
        if root.name in roots or root.name == "node":
            raise AssemblyError(f"Plugin {plugin} brings the query {root.name}, which exists already.")
        if root.target not in types:
            raise AssemblyError(f"The query {root.name} leads to the unknown type {root.target}.")
        roots[root.name] = root
    return roots


def _collect_policy_relations(
    declared: Iterable[tuple[str, PolicyRelation]], types: Mapping[str, TypeDef]
) -> dict[tuple[str, str], PolicyRelation]:
    found: dict[tuple[str, str], PolicyRelation] = {}
    for plugin, relation in declared:
        key = (relation.kind, relation.name)
        if key in found:
            raise AssemblyError(
                f"Plugin {plugin} brings the policy relation {relation.name} of {relation.kind} twice."
            )
        here = types.get(relation.start_type)
        if here is None or here.kind != relation.kind:
            raise AssemblyError(
                f"Policy relation {relation.name} does not start at a type of {relation.kind}."
            )
        for step in relation.path:
            edge = here.relations.get(step)
            if edge is None:
                raise AssemblyError(f"Policy relation {relation.name}: {here.name} has no relation {step}.")
            here = types[edge.target]
        if relation.value_attribute not in here.attributes:
            raise AssemblyError(
                f"Policy relation {relation.name} ends at {here.name} without {relation.value_attribute}."
            )
        found[key] = relation
    return found
