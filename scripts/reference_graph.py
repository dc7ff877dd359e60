"""The reference pages about the graph, and about what rules may say.

In:  the assembled catalog, `policies/schema.yaml`. Out: lines of Markdown. Used by write_reference.py.
"""

from __future__ import annotations

from kinfold.assembly import assemble
from kinfold.catalog import Catalog, Field, Relation, Scalar, Sensitivity, Shape, TypeDef
from kinfold.catalog.derived import DerivedRelation
from kinfold.catalog.union import UnionRelation
from kinfold.policy.language.functions import _USAGE as FUNCTIONS
from kinfold.policy.load import SHIPPED, read_schema
from kinfold.policy.mask import MASKS
from kinfold.policy.rule import OBLIGATIONS
from markdown_table import MADE, table


def field_type(f: Field) -> str:
    """The GraphQL type without its nullability."""
    inner = f.enum if f.scalar is Scalar.ENUM and f.enum else f.scalar.value
    return f"[{inner}]" if f.is_list else inner


def write_type(t: TypeDef) -> list[str]:
    kind = f"Kind `{t.kind}`, owner `{t.owner}`."
    kind += " Part of the kind's rows." if t.condition else ""
    kind += " Valid in time." if t.is_temporal else ""
    lines = ["", f"### {t.name} · {t.title_zh} · {t.title_en}", "", kind, ""]
    rows: list[tuple[object, ...]] = []
    for f in t.fields.values():
        words = (("where", f.is_filterable), ("orderBy", f.sort_column), ("batch field", f.batch))
        uses = [word for word, is_on in words if is_on]
        rows.append(
            (
                f"`{f.name}`",
                field_type(f),
                f.owner,
                f.sensitivity.value,
                f.title_zh,
                f.title_en,
                ", ".join(uses),
            )
        )
    lines += table(["field", "type", "owner", "class", "中文", "English", "usable in"], rows)
    if t.relations:
        edges = [describe_edge(edge, t) for edge in t.relations.values()]
        lines += ["", *table(["relation", "leads to", "edge", "owner", "中文", "English"], edges)]
    return lines


def describe_edge(edge: Relation, t: TypeDef) -> tuple[str, ...]:
    if isinstance(edge, UnionRelation):
        choices = f"{t.name}: {', '.join(edge.choices)}"
        return (f"`{edge.name}`", edge.union, choices, edge.owner, edge.title_zh, edge.title_en)
    target = {
        Shape.ONE: edge.target,
        Shape.LIST: f"[{edge.target}]",
        Shape.CONNECTION: f"{edge.target}Connection",
    }
    holder = t.name if edge.shape is Shape.ONE else edge.target
    edge_name = f"{holder}.{edge.edge_field}"
    return (f"`{edge.name}`", target[edge.shape], edge_name, edge.owner, edge.title_zh, edge.title_en)


def write_derived(relation: DerivedRelation, catalog: Catalog) -> list[str]:
    """A derived list: its items, its arguments, the facts that it uses."""
    where = f"{relation.type}.{relation.name}"
    kinds = sorted({catalog.types[source.type].kind for source in relation.sources})
    facts = (
        f"`[{relation.object}]`, owner `{relation.owner}`. Derived from {', '.join(f'`{k}`' for k in kinds)}."
    )
    lines = ["", f"### {where} · {relation.title_zh} · {relation.title_en}", "", facts, ""]
    rows: list[tuple[object, ...]] = [
        (f"`{f.name}`", field_type(f), f.owner, f.sensitivity.value, f.title_zh, f.title_en)
        for f in relation.fields
    ]
    rows += [(f"`{e.name}`", e.target, "–", "–", e.title_zh, e.title_en) for e in relation.ends]
    lines += table(["field", "type", "owner", "class", "中文", "English"], rows)
    given = [
        (
            f"`{a.name}`",
            f"[{a.enum or a.scalar.value}]" if a.is_list else a.enum or a.scalar.value,
            a.title_zh,
            a.title_en,
        )
        for a in relation.arguments
    ]
    given.append(("`first`", "Int", "前若干条", "At most this many from the start"))
    return [*lines, "", *table(["argument", "type", "中文", "English"], given)]


def write_graph() -> list[str]:
    assembly = assemble()
    catalog: Catalog = assembly.catalog
    lines = [
        "# 数据图谱 The graph",
        "",
        MADE,
        "",
        "Sensitivity classes (`class`): " + (Sensitivity.__doc__ or ""),
        "",
    ]
    lines += [
        "The column `edge` names the attribute that is the edge: walking it needs the right to read it.",
        "",
    ]
    lines += ["## 查询入口 Fields of Query", ""]
    roots = [("`node`", "Node", "id", "platform", "按全局标识", "By global id")]
    for r in catalog.roots.values():
        target = r.target if r.shape is Shape.ONE else f"{r.target}Connection"
        argument = (
            r.key_argument if r.shape is Shape.ONE else "first, after, last, before, page, where, orderBy"
        )
        roots.append((f"`{r.name}`", target, argument, r.owner, r.title_zh, r.title_en))
    lines += table(["field", "type", "arguments", "owner", "中文", "English"], roots)
    if assembly.mutations:
        lines += ["", "## 写操作 Fields of Mutation", ""]
        rows = [(f"`{m.name}`", m.zh, m.en) for m in assembly.mutations.values()]
        lines += table(["field", "中文", "English"], rows)
    lines += ["", "## 类型 Types"]
    for t in catalog.types.values():
        lines += write_type(t)
    lines += ["", "## 推导的列表 Derived lists", "", "Made from rows that the caller may see, by"]
    lines[-1] += " [rules of law](../explanation/kin.md)."
    for relation in catalog.derived.values():
        lines += write_derived(relation, catalog)
    lines += ["", "## 代码表 Enums"]
    for enum in catalog.enums.values():
        lines += ["", f"### {enum.name}", ""]
        lines += table(
            ["code", "中文", "English"], [(f"`{c}`", zh, en) for c, (zh, en) in enum.values.items()]
        )
    lines += [
        "",
        "## 策略路径 Relations for rules",
        "",
        "A rule says `rel('name', value)`; the path is walked as declared.",
        "",
    ]
    paths = sorted(catalog.policy_relations.values(), key=lambda p: (p.kind, p.name))
    ways = [
        (p.kind, f"`{p.name}`", ".".join((p.start_type, *p.path, p.value_attribute)), p.owner) for p in paths
    ]
    return lines + table(["kind", "relation", "path", "owner"], ways)


def write_masks() -> list[str]:
    schema = read_schema(SHIPPED)
    lines = ["# 掩码与规则语言 Masks and the rule language", "", MADE, "", "## 掩码 Masks", ""]
    lines += ["Where two masks apply to one row, the earlier one is shown.", ""]
    masks = [(f"`{m.name}`", ", ".join(sorted(m.takes)), m.title_zh, m.title_en) for m in MASKS.values()]
    lines += table(["mask", "takes", "中文", "English"], masks)
    lines += [
        "",
        "## 函数 Functions",
        "",
        "Comparisons are `== != < <= > >=`, `in`, `not in`, joined with `&&`, `||`, `!`.",
        "",
    ]
    lines += table(
        ["function", "how it is written"], [(f"`{n}`", f"`{use}`") for n, use in FUNCTIONS.items()]
    )
    lines += [
        "",
        "## 调用者 The caller: `r.sub`",
        "",
        "`class` chooses rules; `parameter` is a bind value.",
        "",
    ]
    rows = [
        (f"`{s.name}`", s.type, "set" if s.is_set else "one", "class" if s.is_class else "parameter")
        for s in schema.subject.values()
    ]
    lines += table(["attribute", "type", "values", "use"], rows)
    lines += [
        "",
        "`r.env.today` is the county's date. `r.obj` has the attributes of the row: see [graph.md](graph.md).",
    ]
    lines += ["", "## 动作 Acts", "", ", ".join(f"`{act}`" for act in schema.acts) + "."]
    lines += ["", "## 义务 Obligations", "", "Carried in every decision. Which are executed: see the "]
    lines[-1] += "[architecture](../explanation/architecture.md)."
    lines += [
        "",
        *table(
            ["obligation", "takes"],
            [(f"`{n}`", "a number" if v else "nothing") for n, v in OBLIGATIONS.items()],
        ),
    ]
    lines += ["", "## 使用目的 Purposes", ""]
    purposes = []
    for p in schema.purposes.values():
        held = "; ".join(f"{d}: {', '.join(sorted(roles))}" for d, roles in p.held_by.items())
        purposes.append((f"`{p.name}`", p.title_zh, p.title_en, held or "–"))
    return lines + table(["purpose", "中文", "English", "held by"], purposes)
