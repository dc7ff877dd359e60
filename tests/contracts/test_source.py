"""One way into a table: every FROM of the compiler goes through `table_source`, every template through its places."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

import kinfold
import pytest
from kinfold.assembly import AssemblyError, assemble
from kinfold.assembly.templates import check_templates
from kinfold.catalog import Join, Relation, Shape
from kinfold.catalog.template import fill_template, find_unknown_place, name_live
from kinfold.plugin_api import API_LEVEL, FieldExtension, PluginInfo, hookimpl
from kinfold.plugin_api.history import history_indexes
from kinfold.plugin_api.model import Model
from sqlalchemy import Column, Index, MetaData, Table, Text, UniqueConstraint

SQL = Path(kinfold.__file__).parent / "sql"
# Tables as they stand: what policies walk, the size of a table for a sample. Everything else asks at a moment.
LIVE = {"policy_relation.py": "live_table", "count.py": "live_table", "writer.py": "live_table"}

# A table in the text of a statement. Divisions have no recorded time: they may be written out.
WRITTEN = re.compile(r'(?:FROM|JOIN) "?([a-z]+"?\."?[a-z_]+)')


def names_used(path: Path) -> set[str]:
    """Every attribute and name in a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
    return found


def test_only_one_module_of_the_compiler_names_tables() -> None:
    for path in sorted(SQL.glob("*.py")):
        used = names_used(path)
        if path.name != "source.py":
            assert not used & {"qualified", "history_table"}, path.name
            assert "live_table" not in used or path.name in LIVE, path.name
            assert WRITTEN.findall(path.read_text()) in ([], ["core.region"]), path.name
    assert {"qualified", "history_table"} <= names_used(SQL / "source.py")


def test_what_is_read_at_a_moment_is_read_by_the_scope() -> None:
    """`table_source` is called by Scope only: nobody passes a moment of his own."""
    callers = [path.name for path in SQL.glob("*.py") if "table_source" in names_used(path)]
    assert sorted(callers) == ["writer.py"]


def test_every_template_of_what_is_installed_can_follow() -> None:
    check_templates(assemble().catalog)


class Declares:
    """A plugin with one relation whose condition is under test."""

    def __init__(self, condition: str) -> None:
        self._condition = condition

    @hookimpl
    def plugin_info(self) -> PluginInfo:
        return PluginInfo("plain", "0.1.0", API_LEVEL, "education", "普通", "Plain")

    @hookimpl
    def graphql_extensions(self) -> Sequence[FieldExtension]:
        edge = Relation("cousins", "Person", Shape.LIST, Join("id", "household_id"), "亲", "Kin", "education",
                        edge_field="household_id", condition=self._condition)  # fmt: skip
        return [FieldExtension("Child", edge)]


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("EXISTS (SELECT 1 FROM core.kinship k WHERE k.junior_id = {row}.id)", "{table:core.kinship}"),
        ('EXISTS (SELECT 1 FROM "core" . "kinship" k WHERE k.junior_id = {row}.id)', "{table:core.kinship}"),
        ("EXISTS (SELECT 1 FROM CORE.Kinship_history k)", "{table:core.kinship}"),
        ("EXISTS (SELECT 1 FROM {table:core.cousin} k)", "unknown table core.cousin"),
        ("{row}.birth_date < {tomorrow}", "{tomorrow}"),
        ("{row}.name = {table}", "{table}"),
        ("{row:core.person}.name = 'x'", "{row:core.person}"),
    ],
)
def test_a_template_that_asof_could_not_follow(condition: str, wanted: str) -> None:
    with pytest.raises(AssemblyError) as told:
        assemble({"plain": Declares(condition)}, only=[])
    assert wanted in str(told.value)
    assert "Child.cousins" in str(told.value)


def test_a_template_that_can_be_followed() -> None:
    condition = (
        "EXISTS (SELECT 1 FROM {table:core.kinship} k WHERE k.junior_id = {row}.id AND '{}' <> k.kind)"
    )
    edge = assemble({"plain": Declares(condition)}, only=[]).catalog.types["Child"].relations["cousins"]
    assert edge.condition == condition
    filled = fill_template(condition, "t1", lambda: "$1", name_live)
    assert "FROM core.kinship k WHERE k.junior_id = t1.id AND '{}'" in filled
    assert find_unknown_place("{row} {today} {table:a.b} '{}'") is None


def test_indexes_of_a_history() -> None:
    """Plain ones, and what stands under unique and exclusion constraints; none that another one begins with."""
    live = Table(
        "toy", MetaData(),
        Column("jurisdiction", Text, primary_key=True), Column("id", Text, primary_key=True),
        Column("owner_id", Text), Column("kind", Text), Column("name", Text),
        UniqueConstraint("jurisdiction", "owner_id", "kind"),
    )  # fmt: skip
    Index("a", live.c.jurisdiction, live.c.owner_id)
    Index("b", live.c.jurisdiction, live.c.name)
    Index("c", live.c.name, postgresql_using="gin")
    Index("d", live.c.kind, postgresql_where=live.c.kind == "x")
    Index("e", live.c.jurisdiction, live.c.kind, info={"is_live_only": True})
    Index("f", live.c.jurisdiction, live.c.id)
    assert history_indexes(live) == (("jurisdiction", "name"), ("jurisdiction", "owner_id", "kind"))


def test_every_edge_of_a_history_has_its_index() -> None:
    """What a list joins by today is an index of the history too."""
    catalog = assemble().catalog
    for type_ in catalog.types.values():
        for edge in type_.relations.values():
            target = catalog.types[edge.target]
            if target.history_table is None:
                continue
            table = Model.metadata.tables[f"{target.schema}.{target.history_table}"]
            starts = [tuple(c.name for c in index.columns)[:2] for index in table.indexes]
            starts.append(("jurisdiction", "id"))
            assert ("jurisdiction", edge.join.remote) in starts, f"{type_.name}.{edge.name}"
