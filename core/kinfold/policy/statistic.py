"""The decision on statistics: the act `aggregate`, asked for every kind that a table is made of.

In:  the tables of a plan, the caller's class. Out: for each table the dimensions that this class may group by, and
the decisions on its kinds; StatisticRefused when one that is asked for is not among them.
A dimension needs each of its attributes readable on every row that counts: a value that is hidden on some rows
would make the others' sum tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kinfold.catalog import Catalog, Dimension, Shape, StatisticMeasure, StatisticSpec, TypeDef
from kinfold.catalog.statistic import REGION
from kinfold.errors import PolicyError
from kinfold.identity.principal import SubjectClass
from kinfold.plan.statistic import StatisticTable
from kinfold.policy.access import ALWAYS, KindAccess
from kinfold.policy.bundle import Bundle
from kinfold.policy.region import RegionCount

AGGREGATE = "aggregate"
_REGION_KIND = "core.Region"


class StatisticRefused(PolicyError):
    """The caller may not count these rows, or not by this dimension."""

    code = "P320"
    message = "You may not ask for this statistic, or not by this dimension, for this purpose."
    message_zh = "无权按该用途或该维度查询此项统计。"
    hint = "Send the header `Purpose: statistics`, and leave out dimensions that your department may not group by."


@dataclass(frozen=True, slots=True)
class TableAccess:
    """What a class of callers may see of one table: `dimensions` in their order, names of divisions or not."""

    row: KindAccess
    related: Mapping[str, KindAccess]  # by relation
    dimensions: tuple[Dimension, ...]
    has_names: bool


@dataclass(frozen=True, slots=True)
class _Open:
    """What a class may count by, of all that a statistic declares."""

    row: KindAccess
    related: Mapping[str, KindAccess]
    dimensions: tuple[Dimension, ...]
    measures: tuple[StatisticMeasure, ...]


def decide_table(
    table: StatisticTable, subject: SubjectClass, region_count: RegionCount, bundle: Bundle, catalog: Catalog
) -> TableAccess:
    """The decision on one table, or StatisticRefused."""
    found = _open(table.spec, catalog, bundle, subject, region_count)
    if found is None:
        raise StatisticRefused
    names = {REGION, *(d.name for d in found.dimensions)}
    if not table.names <= names or not set(table.measures) <= set(found.measures):
        raise StatisticRefused
    regions = bundle.decide(_REGION_KIND, "read", subject, region_count)
    has_names = regions.row == ALWAYS and _reads(regions, ["name"])
    return TableAccess(found.row, found.related, found.dimensions, has_names)


def narrow_statistic(
    spec: StatisticSpec, catalog: Catalog, bundle: Bundle, subject: SubjectClass, region_count: RegionCount
) -> StatisticSpec | None:
    """The statistic with what a class may count by; None when it may count nothing."""
    found = _open(spec, catalog, bundle, subject, region_count)
    if found is None:
        return None
    return replace(spec, dimensions=found.dimensions, measures=found.measures)


def _open(
    spec: StatisticSpec, catalog: Catalog, bundle: Bundle, subject: SubjectClass, region_count: RegionCount
) -> _Open | None:
    def decide(kind: str) -> KindAccess:
        return bundle.decide(kind, AGGREGATE, subject, region_count)

    type_ = catalog.types[spec.type]
    row = decide(type_.kind)
    if row.is_refused or not _reads(row, ["region_code"]):
        return None
    used: tuple[Dimension | StatisticMeasure, ...] = (*spec.dimensions, *spec.measures)
    related = {
        one.relation: decide(catalog.types[type_.relations[one.relation].target].kind)
        for one in used
        if one.relation is not None
    }
    return _Open(
        row,
        related,
        tuple(d for d in spec.dimensions if _may_use(d, type_, row, related)),
        tuple(m for m in spec.measures if _may_use(m, type_, row, related)),
    )


def _may_use(
    one: Dimension | StatisticMeasure, type_: TypeDef, row: KindAccess, related: Mapping[str, KindAccess]
) -> bool:
    """Every attribute readable on every row; through a relation the edge as well."""
    if one.relation is None:
        return _reads(row, one.attributes)
    edge = type_.relations[one.relation]
    there = related[one.relation]
    if there.is_refused:
        return False
    if edge.shape is Shape.ONE:
        return _reads(row, [edge.edge_field or edge.join.local]) and _reads(there, one.attributes)
    return _reads(there, [edge.edge_field or edge.join.remote, *one.attributes])


def _reads(access: KindAccess, attributes: Iterable[str]) -> bool:
    return all(access.field(attribute).read == ALWAYS for attribute in attributes)
