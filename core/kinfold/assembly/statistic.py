"""Statistics at assembly: checked against the types, and as GraphQL types.

In:  what plugins declare. Out: specs by name, or AssemblyError; the field `statistics` of Query with its types
`<Name>Statistic`, `<Name>Cell`, `<Name>Dimension`, `<Name>StatisticWhere`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from kinfold.assembly.errors import AssemblyError
from kinfold.assembly.late_type import Namespace, define, make_field
from kinfold.catalog import Dimension, StatisticMeasure, StatisticSpec, TypeDef
from kinfold.catalog.statistic import MAX_DIMENSIONS, REGION, SMALLEST


def collect_statistics(
    declared: Iterable[tuple[str, StatisticSpec]], types: Mapping[str, TypeDef]
) -> dict[str, StatisticSpec]:
    """Specs by name; AssemblyError names the plugin and what to mend."""
    found: dict[str, StatisticSpec] = {}
    for plugin, spec in declared:
        where = f"Statistic {spec.name} of plugin {plugin}"
        if spec.name in found:
            raise AssemblyError(f"{where} exists already.")
        type_ = types.get(spec.type)
        if type_ is None or not {"region_code", "region_ord"} <= type_.attributes.keys():
            raise AssemblyError(f"{where} counts {spec.type}, which is no type with a responsible division.")
        if spec.suppressed_below < SMALLEST:
            raise AssemblyError(f"{where} shows counts below {SMALLEST}.")
        if not 1 <= len(spec.dimensions) <= MAX_DIMENSIONS:
            raise AssemblyError(f"{where} has no dimension, or more than {MAX_DIMENSIONS}.")
        if len({d.name for d in spec.dimensions}) < len(spec.dimensions):
            raise AssemblyError(f"{where} has two dimensions of one name.")
        used: tuple[Dimension | StatisticMeasure, ...] = (*spec.dimensions, *spec.measures)
        for one in used:
            _check_source(one, type_, types, f"{where}: {one.name}")
        for dimension in spec.dimensions:
            _check_dimension(dimension, f"{where}: {dimension.name}")
        found[spec.name] = spec
    return found


def _check_source(
    one: Dimension | StatisticMeasure, type_: TypeDef, types: Mapping[str, TypeDef], where: str
) -> None:
    there = type_
    if one.relation is not None:
        edge = type_.relations.get(one.relation)
        if edge is None:
            raise AssemblyError(f"{where} follows {one.relation}, which is no relation of {type_.name}.")
        there = types[edge.target]
    if not one.attributes:
        raise AssemblyError(f"{where} names no attribute whose right it needs.")
    attribute = one.attribute if isinstance(one, Dimension) else None
    for name in (*one.attributes, *([attribute] if attribute else [])):
        if name not in there.attributes:
            raise AssemblyError(f"{where} uses {name}, which is no attribute of {there.name}.")


def _check_dimension(one: Dimension, where: str) -> None:
    if (one.attribute is None) == (one.expression is None):
        raise AssemblyError(f"{where} takes its value from an attribute or from an expression.")
    if one.name == REGION or not one.name.replace("_", "A").isalnum() or one.name != one.name.upper():
        raise AssemblyError(f"{where} is not the name of a member: capitals and underscores.")
    if one.ages and (one.attribute is None or one.values is None or len(one.ages) != len(one.values)):
        raise AssemblyError(f"{where} has ages but not a value for each band of them.")
    for code in one.values or {}:
        if not code.isidentifier():
            raise AssemblyError(f"{where} has the value {code}, which is no GraphQL name.")
    if one.absent is not None and one.absent not in (one.values or {}):
        raise AssemblyError(f"{where} calls nothing {one.absent}, which is not among its values.")


def statistics_field(statistics: Mapping[str, StatisticSpec], space: Namespace) -> StrawberryField:
    """Define every type of the statistics; the field of Query that leads to them."""
    region = [
        make_field("code", "RegionCode", space, description="区划代码 Division code"),
        make_field("name", "str | None", space, description="名称 Name"),
        make_field("level", "RegionLevel", space, description="层级 Level"),
    ]
    define(
        strawberry.type,
        "StatisticRegion",
        region,
        space,
        description="统计中的区划 A division of a statistic",
    )
    levels = {"COUNTY": "县 County", "TOWN": "镇（街道） Town", "VILLAGE": "村（社区） Village"}
    _enum("StatisticLevel", levels, space)
    fields = []
    for spec in statistics.values():
        _add_types(spec, space)
        made = make_field(spec.name, f"{spec.title}Statistic", space, description=f"{spec.zh} {spec.en}")
        made.arguments = _arguments(spec, space)
        fields.append(made)
    define(strawberry.type, "Statistics", fields, space, description="统计（小于5的单元不公开） Statistics")
    return make_field(
        "statistics", "Statistics", space, description="统计 Statistics, with small cells suppressed"
    )


def _enum(name: str, texts: Mapping[str, str], space: Namespace) -> None:
    described = {code: strawberry.enum_value(code, description=text) for code, text in texts.items()}
    members = enum.Enum(name, described)  # type: ignore[misc]
    space[name] = strawberry.enum(members, name=name)


def _value_type(spec: StatisticSpec, one: Dimension, space: Namespace) -> str:
    if not one.values:
        return "str"
    if one.enum is not None:
        return one.enum
    name = f"{spec.title}{one.field[0].upper()}{one.field[1:]}"
    if name not in space:
        _enum(name, {code: f"{zh} {en}" for code, (zh, en) in one.values.items()}, space)
    return name


def _arguments(spec: StatisticSpec, space: Namespace) -> list[StrawberryArgument]:
    def argument(
        name: str, annotation: str, text: str, default: object = strawberry.UNSET
    ) -> StrawberryArgument:
        return StrawberryArgument(
            python_name=name,
            graphql_name=name,
            type_annotation=StrawberryAnnotation(annotation, namespace=space),
            description=text,
            default=default,
        )

    level = space["StatisticLevel"].TOWN
    return [
        argument("by", f"list[{spec.title}Dimension]", "分组维度 Dimensions of the table"),
        argument("level", "StatisticLevel", "REGION 的层级 Level of REGION", level),
        argument("within", "RegionCode | None", "范围 Only this county, town or village", None),
        argument("where", f"{spec.title}StatisticWhere | None", "只看这些取值 Only these values", None),
    ]


def _add_types(spec: StatisticSpec, space: Namespace) -> None:
    text = f"{spec.zh} {spec.en}"
    _enum(
        f"{spec.title}Dimension",
        {REGION: "区划 Division", **{d.name: f"{d.zh} {d.en}" for d in spec.dimensions}},
        space,
    )
    cell = [make_field("region", "StatisticRegion | None", space, description="区划 Division")]
    where = []
    for one in spec.dimensions:
        annotation = _value_type(spec, one, space)
        described = f"{one.zh} {one.en}"
        cell.append(make_field(one.field, f"{annotation} | None", space, description=described))
        where.append(
            make_field(
                one.field,
                f"list[{annotation}] | None",
                space,
                default=strawberry.UNSET,
                description=described,
            )
        )
    cell.append(
        make_field("count", "int | None", space, description="人数（不公开则为空） Count; null if hidden")
    )
    cell.append(make_field("isSuppressed", "bool", space, description="是否不公开 Whether it is hidden"))
    for measure in spec.measures:
        if measure.is_amount:
            described = f"{measure.zh}合计 {measure.en}, sum"
            cell.append(make_field(measure.total_field, "int | None", space, description=described))
        described = f"{measure.zh}平均 {measure.en}, average"
        cell.append(make_field(measure.average_field, "float | None", space, description=described))
    define(strawberry.type, f"{spec.title}Cell", cell, space, description=text)
    define(strawberry.input, f"{spec.title}StatisticWhere", where, space)
    table = [
        make_field(
            "cells", f"list[{spec.title}Cell]", space, description="单元 Cells; those not listed are zero"
        ),
        make_field("total", "int | None", space, description="合计 Total; null if hidden"),
        make_field("suppressedBelow", "int", space, description="小于此数不公开 Counts below are hidden"),
    ]
    define(strawberry.type, f"{spec.title}Statistic", table, space, description=text)
