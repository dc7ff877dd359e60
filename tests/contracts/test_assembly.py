"""Assembly refuses what breaks the contract, naming the plugin and what to mend."""

from __future__ import annotations

import itertools
import types
from typing import Any

import pytest
from kinfold.assembly import AssemblyError, assemble
from kinfold.catalog import Join, Relation, Scalar, Shape
from kinfold.plugin_api import (
    FieldExtension,
    Model,
    ModelSpec,
    PluginInfo,
    Row,
    TypeSpec,
    attr,
    hookimpl,
    row_constraints,
)
from sqlalchemy import Column, Text


class Plain:
    """A small plugin that keeps the contract; tests break one thing at a time."""

    name = "plain"

    @hookimpl
    def plugin_info(self) -> PluginInfo:
        return PluginInfo(self.name, "1.0", "1.0", "education", "示例", "Sample")


def refusal(plugin: Any, name: str = "plain") -> str:
    with pytest.raises(AssemblyError) as caught:
        assemble({name: plugin})
    assert caught.value.code == "X101"
    assert caught.value.advice
    return str(caught.value)


def test_a_plain_plugin_is_accepted() -> None:
    assert "plain" in assemble({"plain": Plain()}).plugins


def test_core_works_without_any_plugin() -> None:
    catalog = assemble(only=[]).catalog
    assert "Child" in catalog.types
    assert "enrolments" not in catalog.types["Child"].relations


def test_without_plugin_info() -> None:
    assert "plain" in refusal(types.SimpleNamespace())


def test_name_and_id_must_agree() -> None:
    assert "equal" in refusal(Plain(), "other")


def test_another_api_level() -> None:
    class Future(Plain):
        @hookimpl
        def plugin_info(self) -> PluginInfo:
            return PluginInfo("plain", "1.0", "2.0", "education", "示例", "Sample")

    assert "2.0" in refusal(Future())


def test_an_unknown_hook() -> None:
    class Misspelt(Plain):
        @hookimpl
        def graphql_type(self) -> list[TypeSpec]:
            return []

    assert "graphql_type" in refusal(Misspelt())


def test_a_field_that_exists_already_names_both() -> None:
    class Clash(Plain):
        @hookimpl
        def graphql_extensions(self) -> list[FieldExtension]:
            edge = Relation(
                "name",
                "Region",
                Shape.ONE,
                Join("region_code", "code"),
                "重",
                "Clash",
                "education",
                "region_code",
            )
            return [FieldExtension("Child", edge)]

    assert "Child.name" in refusal(Clash())

    class Twice(Plain):
        @hookimpl
        def graphql_extensions(self) -> list[FieldExtension]:
            edge = Relation(
                "household",
                "Household",
                Shape.ONE,
                Join("household_id", "id"),
                "重",
                "Clash",
                "education",
                "household_id",
            )
            return [FieldExtension("Child", edge)]

    assert "Child.household" in refusal(Twice())


def test_an_edge_to_nowhere() -> None:
    class Lost(Plain):
        @hookimpl
        def graphql_extensions(self) -> list[FieldExtension]:
            return [
                FieldExtension(
                    "Child",
                    Relation("toys", "Toy", Shape.LIST, Join("id", "child_id"), "玩具", "Toys", "education"),
                )
            ]

    assert "Toy" in refusal(Lost())


_SERIAL = itertools.count()  # a class name is used once only


def make_model(schema: str, table: str, **columns: Any) -> type[Model]:
    body = {
        "__tablename__": table,
        "__table_args__": row_constraints(schema=schema, governed=False),
        **columns,
    }
    return type(f"{table.title()}{next(_SERIAL)}", (Row, Model), body)


def drop(model: type[Model]) -> None:
    Model.metadata.remove(model.__table__)  # type: ignore[arg-type]
    for name in [n for n in Model.metadata.tables if n.endswith(f"{model.__tablename__}_history")]:
        Model.metadata.remove(Model.metadata.tables[name])


@pytest.mark.parametrize(
    ("schema", "kind", "column", "wanted"),
    [
        ("plain", "plain.Toy", Column("colour", Text), "how sensitive"),
        ("plain", "plain.Toy", attr(Text, owner="nobody", sensitivity="S1", zh="色", en="Colour"), "unknown department"),
        ("plain", "plain.Toy", attr(Text, owner="education", sensitivity="S1", zh="色", en="Colour", enum="Colour"), "unknown enum"),
        ("core", "plain.Toy", attr(Text, owner="education", sensitivity="S1", zh="色", en="Colour"), "not in the schema"),
        ("plain", "core.Toy", attr(Text, owner="education", sensitivity="S1", zh="色", en="Colour"), "begin with plain"),
    ],
)  # fmt: skip
def test_a_column_that_is_not_classified(schema: str, kind: str, column: Any, wanted: str) -> None:
    model = make_model(schema, "toy", colour=column)
    try:

        class Careless(Plain):
            @hookimpl
            def models(self) -> list[ModelSpec]:
                return [ModelSpec(model, kind)]

        assert wanted in refusal(Careless())
    finally:
        drop(model)


def test_sensitivity_is_one_of_five() -> None:
    with pytest.raises(ValueError, match="S9"):
        attr(Text, owner="education", sensitivity="S9", zh="色", en="Colour")


def test_every_field_says_who_owns_it_in_two_languages() -> None:
    catalog = assemble().catalog
    for t in catalog.types.values():
        assert t.title_zh
        assert t.title_en
        for field in t.attributes.values():
            assert field.owner in catalog.departments, (t.name, field.attribute)
            assert field.title_zh, (t.name, field.attribute)
            assert field.title_en, (t.name, field.attribute)
            assert field.scalar in Scalar
