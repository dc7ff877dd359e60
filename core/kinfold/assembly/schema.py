"""The GraphQL schema, made late by Strawberry from core plus what plugins add.

In:  a Catalog and the mutations.   Out: a graphql-core schema (`GraphQLSchema`) to check documents against.
Never: resolvers. Execution is the pipeline's; only introspection is answered from this schema itself.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from typing import NewType, cast

import strawberry
from graphql import GraphQLSchema
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from kinfold.assembly.derived_schema import add_derived_object, derived_field
from kinfold.assembly.inputs import build_inputs
from kinfold.assembly.late_type import Namespace, add_union, define, make_field
from kinfold.assembly.statistic import statistics_field
from kinfold.assembly.viewer_can import add_viewer_can, add_viewer_can_of
from kinfold.catalog import Catalog, Field, Relation, RootField, Scalar, Shape, TypeDef
from kinfold.catalog.union import UnionRelation, unions_of
from kinfold.plugin_api import InputField, MutationSpec

RegionCode = NewType("RegionCode", str)
VIEWER_CAN = "调用者对该记录的权限 What the caller may do with it"
BATCH = "；由程序批量计算，不可筛选、排序 Computed in batches: neither filterable nor sortable"
_SCALARS = {
    Scalar.ID: "strawberry.ID",
    Scalar.STRING: "str",
    Scalar.INT: "int",
    Scalar.FLOAT: "float",
    Scalar.BOOLEAN: "bool",
    Scalar.DATE: "dt.date",
    Scalar.DATETIME: "dt.datetime",
    Scalar.REGION: "RegionCode",
}


def scalar_annotation(scalar: Scalar, enum_name: str | None, is_list: bool) -> str:
    """The Python annotation (as text) of a scalar field, without its nullability."""
    inner = enum_name if scalar is Scalar.ENUM and enum_name else _SCALARS[scalar]
    return f"list[{inner}]" if is_list else inner


def build_schema(catalog: Catalog, mutations: Mapping[str, MutationSpec]) -> GraphQLSchema:
    """Every type, root and mutation of the catalog as one schema."""
    space: Namespace = {"strawberry": strawberry, "dt": dt, "RegionCode": RegionCode}
    for definition in catalog.enums.values():
        texts = {code: f"{zh} {en}" for code, (zh, en) in definition.values.items()}
        described = {code: strawberry.enum_value(code, description=texts[code]) for code in definition.values}
        members = enum.Enum(definition.name, described)  # type: ignore[misc]
        space[definition.name] = strawberry.enum(members, name=definition.name)
    add_viewer_can(space)
    node = [
        _field("id", "strawberry.ID", space, "全局标识 Global id"),
        _field("viewerCan", "ViewerCan", space, VIEWER_CAN),
    ]
    define(strawberry.interface, "Node", node, space)
    _add_page_info(space)
    build_inputs(catalog, space)
    for relation in catalog.derived.values():
        add_derived_object(relation, space, scalar_annotation)
    for t in catalog.types.values():
        _add_type(t, catalog, space)
    for union, parts in unions_of(catalog).items():
        add_union(union, parts, space)
    query = _query_type(catalog, space)
    mutation = _mutation_type(mutations, space) if mutations else None
    schema = strawberry.Schema(
        query=query,
        mutation=mutation,
        types=[space[name] for name in catalog.types],
        config=StrawberryConfig(
            auto_camel_case=False,
            scalar_map={
                RegionCode: strawberry.scalar(
                    name="RegionCode", description="区划代码 Division code, 2 to 12 digits"
                )
            },
        ),
    )
    return schema._schema


def _field(
    name: str,
    annotation: str,
    space: Namespace,
    description: str,
    arguments: list[StrawberryArgument] | None = None,
) -> StrawberryField:
    made = make_field(name, annotation, space, description=description)
    if arguments:
        made.arguments = arguments
    return made


def _argument(
    name: str, annotation: str, space: Namespace, description: str = "", default: object = strawberry.UNSET
) -> StrawberryArgument:
    return StrawberryArgument(
        python_name=name,
        graphql_name=name,
        type_annotation=StrawberryAnnotation(annotation, namespace=space),
        description=description or None,
        default=default,
    )


def _add_page_info(space: Namespace) -> None:
    fields = [
        _field("hasNextPage", "bool", space, "后面还有 Whether more follow"),
        _field("hasPreviousPage", "bool", space, "前面还有 Whether some come before"),
        _field("startCursor", "str | None", space, "首个游标 Cursor of the first"),
        _field("endCursor", "str | None", space, "末个游标 Cursor of the last"),
    ]
    define(strawberry.type, "PageInfo", fields, space)
    size = make_field("size", "int", space, description="每页条数 Rows on a page", default=50)
    number = _field("number", "int", space, "页码（从 1 开始） Number of the page, from 1")
    define(strawberry.input, "PageInput", [number, size], space)
    modes = {
        "CAPPED": "至多数到 10000 Counted up to 10,000",
        "EXACT": "精确 Counted to the end",
        "ESTIMATE": "估算：10000 以内精确 Exact up to 10,000, beyond it estimated from a sample",
    }
    described = {mode: strawberry.enum_value(mode, description=text) for mode, text in modes.items()}
    count_mode = enum.Enum("CountMode", described)  # type: ignore[misc]
    space["CountMode"] = strawberry.enum(count_mode, name="CountMode")


def _list_arguments(target: str, space: Namespace, shape: Shape, *, root: bool) -> list[StrawberryArgument]:
    page = [_argument("first", "int | None", space, "前若干条 At most this many from the start", None)]
    if shape is Shape.CONNECTION:
        page += [
            _argument("after", "str | None", space, "游标之后 Only after this cursor", None),
            _argument("last", "int | None", space, "后若干条 At most this many from the end", None),
            _argument("before", "str | None", space, "游标之前 Only before this cursor", None),
        ]
    if root:
        page.append(_argument("page", "PageInput | None", space, "按页码 By page number", None))
    page.append(_argument("where", f"{target}Where | None", space, "筛选 Filter", None))
    page.append(_argument("orderBy", f"list[{target}Order] | None", space, "排序 Order", None))
    return page


def _as_of(space: Namespace) -> StrawberryArgument:
    return _argument("asOf", "AsOf | None", space, "当时属实、当时已知 True then, as known then", None)


def _relation_field(edge: Relation, space: Namespace) -> StrawberryField:
    text = f"{edge.title_zh} {edge.title_en}"
    if isinstance(edge, UnionRelation):
        return _field(edge.name, f"{edge.union} | None", space, text)
    if edge.shape is Shape.ONE:
        return _field(edge.name, f"{edge.target} | None", space, text)
    annotation = f"{edge.target}Connection" if edge.shape is Shape.CONNECTION else f"list[{edge.target}]"
    arguments = _list_arguments(edge.target, space, edge.shape, root=False)
    return _field(edge.name, annotation, space, text, arguments)


def _scalar_field(f: Field, space: Namespace) -> StrawberryField:
    annotation = scalar_annotation(f.scalar, f.enum, f.is_list)
    always = f.attribute == "version"
    text = f"{f.title_zh} {f.title_en}{BATCH if f.batch is not None else ''}"
    return _field(f.name, annotation if always else f"{annotation} | None", space, text)


def _add_type(t: TypeDef, catalog: Catalog, space: Namespace) -> None:
    fields = [_field("id", "strawberry.ID", space, "全局标识 Global id")]
    fields += [_scalar_field(f, space) for f in t.fields.values()]
    fields += [_relation_field(edge, space) for edge in t.relations.values()]
    derived = [relation for (owner, _), relation in catalog.derived.items() if owner == t.name]
    fields += [derived_field(relation, space, scalar_annotation, _argument) for relation in derived]
    add_viewer_can_of(t, space)
    fields.append(_field("viewerCan", f"{t.name}ViewerCan", space, VIEWER_CAN))
    define(strawberry.type, t.name, fields, space, space["Node"], description=f"{t.title_zh} {t.title_en}")
    edge = [_field("cursor", "str", space, "游标 Cursor"), _field("node", t.name, space, t.title_zh)]
    define(strawberry.type, f"{t.name}Edge", edge, space)
    connection = [
        _field("nodes", f"list[{t.name}]", space, "本页 This page"),
        _field("edges", f"list[{t.name}Edge]", space, "本页及游标 This page with cursors"),
        _field("pageInfo", "PageInfo", space, "分页 Page"),
        _field(
            "totalCount",
            "int",
            space,
            "总数 How many in all; counted up to 10,000 unless another mode is asked for",
            [_argument("mode", "CountMode", space, "计数方式 How to count", space["CountMode"].CAPPED)],
        ),
    ]
    define(strawberry.type, f"{t.name}Connection", connection, space)


def _root_field(root: RootField, space: Namespace) -> StrawberryField:
    text = f"{root.title_zh} {root.title_en}"
    if root.shape is Shape.ONE:
        kind = "strawberry.ID" if root.key_argument == "id" else "RegionCode"
        key = _argument(root.key_argument, kind, space)
        return _field(root.name, f"{root.target} | None", space, text, [key, _as_of(space)])
    arguments = [*_list_arguments(root.target, space, root.shape, root=True), _as_of(space)]
    return _field(root.name, f"{root.target}Connection", space, text, arguments)


def _query_type(catalog: Catalog, space: Namespace) -> type:
    by_id = [_argument("id", "strawberry.ID", space), _as_of(space)]
    fields = [_field("node", "Node | None", space, "按全局标识 By global id", by_id)]
    fields += [_root_field(root, space) for root in catalog.roots.values()]
    if catalog.statistics:
        fields.append(statistics_field(catalog.statistics, space))
    define(strawberry.type, "Query", fields, space)
    return cast(type, space["Query"])


def _input_annotation(f: InputField) -> str:
    if f.of:
        inner = f"{f.name[0].upper()}{f.name[1:]}Input"
    else:
        inner = scalar_annotation(f.scalar, f.enum, False)
    inner = f"list[{inner}]" if f.is_list else inner
    return inner if f.required else f"{inner} | None"


def _add_input(name: str, fields: tuple[InputField, ...], space: Namespace) -> None:
    made: list[StrawberryField] = []
    for f in fields:
        if f.of:
            _add_input(f"{f.name[0].upper()}{f.name[1:]}Input", f.of, space)
        one = _field(f.name, _input_annotation(f), space, f"{f.zh} {f.en}".strip())
        if not f.required:
            one.default = None
        made.append(one)
    if name in space:
        raise ValueError(f"Two inputs are called {name}.")
    define(strawberry.input, name, made, space)


def _mutation_type(mutations: Mapping[str, MutationSpec], space: Namespace) -> type:
    error = [
        _field("code", "str", space, "代码 Code"),
        _field("field", "str", space, "输入项 Input field"),
        _field("message", "str", space, "说明 What to mend, Chinese then English"),
    ]
    define(strawberry.type, "UserError", error, space)
    fields: list[StrawberryField] = []
    for spec in mutations.values():
        title = f"{spec.name[0].upper()}{spec.name[1:]}"
        _add_input(f"{title}Input", spec.inputs, space)
        payload = [
            _field(
                p.name,
                f"list[{p.target}]" if p.is_list else f"{p.target} | None",
                space,
                f"{p.zh} {p.en}".strip(),
            )
            for p in spec.payload
        ]
        payload.append(
            _field("userErrors", "list[UserError]", space, "可改正的问题 Problems that you can mend")
        )
        define(strawberry.type, f"{title}Payload", payload, space)
        fields.append(
            _field(
                spec.name,
                f"{title}Payload",
                space,
                f"{spec.zh} {spec.en}",
                [_argument("input", f"{title}Input", space)],
            )
        )
    define(strawberry.type, "Mutation", fields, space)
    return cast(type, space["Mutation"])
