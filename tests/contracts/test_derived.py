"""A plugin may derive a list of its own; assembly refuses a declaration that does not add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from kinfold.assembly import AssemblyError, assemble
from kinfold.catalog import Field, Scalar, Sensitivity
from kinfold.plugin_api import (
    DerivedArgument,
    DerivedEnd,
    DerivedRelation,
    FactSource,
    PluginInfo,
    hookimpl,
)
from kinfold.testing.command_world import OTHER_VILLAGE, VILLAGE, CommandWorld, global_id
from kinfold.testing.database import TestServer

HOUSEMATES = DerivedRelation(
    type="Child",
    name="housemates",
    object="Housemate",
    title_zh="同住的人",
    title_en="Who lives with the child",
    object_zh="同住人",
    object_en="Somebody in the same household",
    owner="education",
    sources=(
        FactSource("member", "HouseholdMember", ("person_id", "household_id"), about="person_id"),
        FactSource("someone", "Person", shows=("sex",)),
    ),
    parts={"mates": "(SELECT b.person_id FROM {member} a JOIN {member} b ON b.household_id = a.household_id "
                    "WHERE a.person_id = {of})"},
    sql="SELECT m.person_id, coalesce(p.sex, '?') AS sex, {knows member of p} AS is_sure FROM (SELECT {row}.id) t "
        "CROSS JOIN LATERAL {mates of t.id} m JOIN {someone} p ON p.id = m.person_id",
    fields=(
        Field("sexCode", "sex", Scalar.STRING, Sensitivity.S3, "education", "性别", "Sex", column="sex", nullable=False),
        Field("isSure", "is_sure", Scalar.BOOLEAN, Sensitivity.S3, "education", "可知", "Known", column="is_sure"),
    ),
    ends=(DerivedEnd("person", "Person", "person_id", "人员", "Person"),),
    arguments=(DerivedArgument("sex", Scalar.STRING, "{item}.sex = {value}", "性别", "Sex"),),
    order="{item}.person_id",
    subject="person_id",
    weight=5,
)  # fmt: skip


class Deriver:
    """A plugin with one derived list."""

    def __init__(self, *relations: DerivedRelation) -> None:
        self.relations = relations

    @hookimpl
    def plugin_info(self) -> PluginInfo:
        return PluginInfo("deriver", "1.0", "1.0", "education", "示例", "Sample")

    @hookimpl
    def derived_relations(self) -> Sequence[DerivedRelation]:
        return self.relations


async def test_a_plugin_derives_a_list_of_its_own(postgres: TestServer) -> None:
    world = await CommandWorld.open(postgres.create_database("derived"), {"deriver": Deriver(HOUSEMATES)})
    try:
        family = await world.add_family()
        query = """query Q($id: ID!) { child(id: $id) {
          housemates(sex: "FEMALE") { sexCode isSure person { name } } all: housemates { person { id } } } }"""
        found = await world.ask(world.liaison(), query, {"id": global_id("Child", family.child)})
        assert found["child"]["housemates"] == [
            {"sexCode": "FEMALE", "isSure": True, "person": {"name": name}} for name in ("王芳", "赵秀英")
        ]
        assert len(found["child"]["all"]) == 4
        other = world.liaison(VILLAGE[:-1] + "2")
        assert (await world.ask(other, query, {"id": global_id("Child", family.child)})) == {"child": None}
    finally:
        await world.close()


async def test_no_template_can_show_whom_the_caller_may_not_see(postgres: TestServer) -> None:
    """A careless template that never asks for the person: the compiler asks."""
    careless = replace(
        HOUSEMATES,
        sources=HOUSEMATES.sources[:1],
        sql="SELECT m.person_id, '?' AS sex, true AS is_sure FROM (SELECT {row}.id) t CROSS JOIN LATERAL {mates of t.id} m",
    )
    world = await CommandWorld.open(postgres.create_database("careless"), {"deriver": Deriver(careless)})
    try:
        family = await world.add_family()
        await world.database.execute(
            "UPDATE core.person SET region_code = $1 WHERE id = $2", OTHER_VILLAGE, family.grandmother
        )
        query = "query Q($id: ID!) { child(id: $id) { housemates { sexCode } all: housemates { person { name } } } }"
        found = await world.ask(world.liaison(), query, {"id": global_id("Child", family.child)})
        assert len(found["child"]["housemates"]) == 3
        assert "赵秀英" not in {item["person"]["name"] for item in found["child"]["all"]}
    finally:
        await world.close()


def changed_source(**changes: Any) -> DerivedRelation:
    return replace(HOUSEMATES, sources=(replace(HOUSEMATES.sources[0], **changes), HOUSEMATES.sources[1]))


@pytest.mark.parametrize(
    ("relation", "word"),
    [
        (replace(HOUSEMATES, type="Nobody"), "unknown type"),
        (replace(HOUSEMATES, type="Region"), "reference table"),
        (replace(HOUSEMATES, name="household"), "exists already"),
        (replace(HOUSEMATES, name="kin"), "exists already"),
        (replace(HOUSEMATES, object="Person"), "taken"),
        (replace(HOUSEMATES, object="Kin"), "taken"),
        (changed_source(type="Nobody"), "no known type"),
        (changed_source(type="Region"), "no known type"),
        (changed_source(keys=("nothing",)), "nothing"),
        (changed_source(about="nothing"), "nothing"),
        (changed_source(about=None), "member, which is declared nowhere"),
        (replace(HOUSEMATES, sources=HOUSEMATES.sources[:1]), "someone, which is declared nowhere"),
        (replace(HOUSEMATES, parts={}), "mates, which is declared nowhere"),
        (replace(HOUSEMATES, sql="SELECT '{' AS sex"), "brace"),
        (replace(HOUSEMATES, sql="SELECT id AS person_id FROM core.person"), "names the schema core"),
        (replace(HOUSEMATES, parts={"mates": 'SELECT id FROM "education" . school'}), "names the schema education"),
        (replace(HOUSEMATES, sql="SELECT 1 FROM pg_catalog.pg_class"), "names the schema pg_catalog"),
        (replace(HOUSEMATES, ends=(replace(HOUSEMATES.ends[0], target="Nobody"),)), "Nobody"),
        (replace(HOUSEMATES, ends=(*HOUSEMATES.ends, *HOUSEMATES.ends)), "one name"),
        (replace(HOUSEMATES, arguments=(replace(HOUSEMATES.arguments[0], name="first"),)), "one name"),
        (replace(HOUSEMATES, fields=(replace(HOUSEMATES.fields[0], scalar=Scalar.ENUM, enum="No"),)), "enum No"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_refused(relation: DerivedRelation, word: str) -> None:
    with pytest.raises(AssemblyError) as caught:
        assemble({"deriver": Deriver(relation)})
    assert word in str(caught.value)
    assert "deriver" in str(caught.value)


def test_core_derives_through_the_same_hook() -> None:
    catalog = assemble(only=[]).catalog
    assert {("Child", "kin"), ("Child", "eligibleCarers")} == set(catalog.derived)
    assert assemble({"deriver": Deriver(HOUSEMATES)}).catalog.fingerprint != assemble().catalog.fingerprint
