"""What declarations say in SQL: only places that are filled in, and no table but by its place.

In:  the catalog. Out: nothing, or AssemblyError naming the declaration and what to write instead. A table that a
template names outright would show what is known now to somebody who asks what was known then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kinfold.assembly.errors import AssemblyError
from kinfold.catalog import Catalog, Scalar
from kinfold.catalog.template import find_tables, find_unknown_place, strip_places


def check_templates(catalog: Catalog) -> None:
    """AssemblyError at the first template that `asOf` could not follow, or that nobody could fill in."""
    tables = {f"{t.schema}.{t.table}" for t in catalog.types.values()}
    for where, template in _each_template(catalog):
        place = find_unknown_place(template)
        if place is not None:
            raise AssemblyError(f"{where}: nothing is filled in for {place}.")
        for table in sorted(find_tables(template) - tables):
            raise AssemblyError(f"{where} reads the unknown table {table}.")
        for table in sorted(tables):
            if _names(strip_places(template), table):
                raise AssemblyError(
                    f"{where} names {table}; write {{table:{table}}}, so that asOf can follow."
                )
    for t in catalog.types.values():
        begins = None if t.begins is None else t.attributes.get(t.begins)
        if t.begins is not None and (begins is None or begins.scalar is not Scalar.DATE):
            raise AssemblyError(f"{t.name} begins at {t.begins}, which is no date of it.")


def _each_template(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Every template of the catalog with the name of what brings it."""
    for where, template in _each_place(catalog):
        if template is not None:
            yield where, template


def _each_place(catalog: Catalog) -> Iterator[tuple[str, str | None]]:
    """Where a template may stand."""
    for t in catalog.types.values():
        yield f"Type {t.name}", t.condition
        yield from ((f"{t.kind}.{field.attribute}", field.expression) for field in t.attributes.values())
        yield from ((f"{t.name}.{edge.name}", edge.condition) for edge in t.relations.values())
    for relation in catalog.derived.values():
        where = f"{relation.type}.{relation.name}"
        yield from ((f"{where}, {source.name}", source.condition) for source in relation.sources)
    for spec in catalog.statistics.values():
        where = f"Statistic {spec.name}"
        yield where, spec.condition
        for dimension in spec.dimensions:
            yield f"{where}, {dimension.name}", dimension.expression
            yield f"{where}, {dimension.name}", dimension.condition
        yield from ((f"{where}, {measure.name}", measure.expression) for measure in spec.measures)


def _names(text: str, table: str) -> bool:
    """The table or its history is written out, with or without quotes."""
    schema, name = table.split(".")
    pattern = rf'(?<![\w.])"?{schema}"?\s*\.\s*"?{name}(_history)?"?(?!\w)'
    return re.search(pattern, text, re.IGNORECASE) is not None
