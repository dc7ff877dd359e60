"""Derived lists, checked: every fact that they use exists, every token of their SQL has a meaning.

In:  what plugins declare, the types, the enums. Out: the lists by (type, name), or AssemblyError.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kinfold.assembly.errors import AssemblyError
from kinfold.catalog import EnumDef, Scalar, TypeDef
from kinfold.catalog.derived import TOKEN, DerivedRelation, FactSource


def collect_derived(
    declared: Iterable[tuple[str, DerivedRelation]],
    types: Mapping[str, TypeDef],
    enums: Mapping[str, EnumDef],
) -> dict[tuple[str, str], DerivedRelation]:
    """Every derived list, by the type that it belongs to and its name."""
    found: dict[tuple[str, str], DerivedRelation] = {}
    objects: set[str] = set()
    for plugin, relation in declared:
        where = f"Plugin {plugin}: {relation.type}.{relation.name}"
        owner = types.get(relation.type)
        if owner is None or not owner.has_jurisdiction:
            raise AssemblyError(f"{where} belongs to an unknown type, or to a reference table.")
        key = (relation.type, relation.name)
        if key in found or relation.name in {*owner.fields, *owner.relations, "id"}:
            raise AssemblyError(f"{where} exists already.")
        if relation.object in types or relation.object in enums or relation.object in objects:
            raise AssemblyError(f"{where} has items called {relation.object}, a name that is taken.")
        objects.add(relation.object)
        for source in relation.sources:
            _check_source(source, types, where)
        _check_names(relation, types, enums, where)
        for text in (relation.sql, *relation.parts.values()):
            _check_tokens(text, relation, where)
            _check_tables(text, types, where)
        found[key] = relation
    return found


def _check_source(source: FactSource, types: Mapping[str, TypeDef], where: str) -> None:
    type_ = types.get(source.type)
    if type_ is None or not type_.has_jurisdiction:
        raise AssemblyError(f"{where}: {source.name} are rows of no known type of a county.")
    about = () if source.about is None else (source.about,)
    for attribute in (*source.keys, *source.shows, *source.facts, *about):
        if attribute not in type_.attributes:
            raise AssemblyError(f"{where}: {source.type} has no attribute {attribute}.")
    if about and type_.condition is not None:
        raise AssemblyError(f"{where}: {source.type} is part of a kind, nobody can be asked about it.")


def _check_names(
    relation: DerivedRelation, types: Mapping[str, TypeDef], enums: Mapping[str, EnumDef], where: str
) -> None:
    used = [f.enum for f in relation.fields if f.scalar is Scalar.ENUM]
    used += [a.enum for a in relation.arguments if a.scalar is Scalar.ENUM]
    for enum in used:
        if enum not in enums:
            raise AssemblyError(f"{where} uses the unknown enum {enum}.")
    for end in relation.ends:
        if end.target not in types or not types[end.target].has_jurisdiction:
            raise AssemblyError(f"{where}.{end.name} leads to the unknown type {end.target}.")
    names = [f.name for f in relation.fields] + [end.name for end in relation.ends]
    if len(set(names)) != len(names):
        raise AssemblyError(f"{where} has two fields of one name.")
    arguments = [a.name for a in relation.arguments]
    if "first" in arguments or len(set(arguments)) != len(arguments):
        raise AssemblyError(f"{where} has two arguments of one name.")


def _check_tokens(text: str, relation: DerivedRelation, where: str) -> None:
    for knows, name, of in TOKEN.findall(text):
        source = relation.source(name)
        if knows:
            is_known = source is not None and source.about is not None and bool(of)
        elif of:
            is_known = name in relation.parts
        else:
            is_known = source is not None or name in relation.parts or name in ("row", "today", "of")
        if not is_known:
            raise AssemblyError(f"{where}: its SQL speaks of {name}, which is declared nowhere.")
    if "{" in TOKEN.sub("", text):
        raise AssemblyError(f"{where}: its SQL holds a brace that is no token.")


def _check_tables(text: str, types: Mapping[str, TypeDef], where: str) -> None:
    """A table named in the template would be read past the policy. Without its schema none is found at all."""
    schemas = {t.schema for t in types.values()} | {"public", "pg_catalog", "information_schema"}
    named = re.search(rf'\b({"|".join(sorted(schemas))})"?\s*\.', text, re.IGNORECASE)
    if named is not None:
        raise AssemblyError(
            f"{where}: its SQL names the schema {named[1]}; facts come from its sources only."
        )
