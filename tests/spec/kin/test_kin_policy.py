"""Derived kinship never tells more than the rows that the caller may see; what is hidden is neither used nor hinted at."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kinfold.assembly import assemble
from kinfold.identity.principal import Principal
from kinfold.plan.build import build_plan
from kinfold.policy.authorize import authorize
from kinfold.policy.load import SHIPPED, load_policy
from kinfold.policy.region import count_regions
from kinfold.sql.bind import BindContext
from kinfold.sql.compile import Statement, compile_statement
from kinfold.sql.witness import take_witness
from kinfold.testing.command_world import (
    COUNTY,
    MARK,
    OTHER_VILLAGE,
    VILLAGE,
    CommandWorld,
    Family,
    global_id,
)
from kinfold.testing.database import TestServer

CARERS = "eligibleCarers(includeOthers: true) { relation isEligible reasons livesWithChild person { name } }"
QUERY = f"query Q($id: ID!) {{ child(id: $id) {{ kin {{ relation side person {{ name }} }} {CARERS} }} }}"


@dataclass
class Asked:
    """An answer with the statement that gave it."""

    child: dict[str, Any] | None
    statement: Statement
    persons: set[uuid.UUID]

    @property
    def kin(self) -> dict[str, str]:
        assert self.child is not None
        return {item["person"]["name"]: item["relation"] for item in self.child["kin"]}


async def ask(world: CommandWorld, principal: Principal, child: uuid.UUID, query: str = QUERY) -> Asked:
    document = world.documents.read(query, None, {"id": global_id("Child", child)})
    catalog = world.runner.catalog
    plan, regions = build_plan(document, catalog), count_regions(principal.regions)
    allowed = authorize(plan, principal.subject_class, regions, world.policy.bundle, catalog)
    statement = compile_statement(allowed, catalog, is_witnessed=True)
    context = BindContext(principal, world.runner.read_today(), bytes(32), MARK, document.variables)
    data, persons = take_witness(await world.reader.read(statement, context), statement.witness)
    ids = {uuid.UUID(bytes=persons[start : start + 16]) for start in range(0, len(persons), 16)}
    return Asked(json.loads(data)["child"], statement, ids)


def office() -> Principal:
    return Principal("office", "civil_affairs", frozenset({"county_office"}), "child_protection", COUNTY,
                     regions=(COUNTY,))  # fmt: skip


@pytest.fixture(scope="module")
async def world(postgres: TestServer) -> AsyncIterator[CommandWorld]:
    opened = await CommandWorld.open(postgres.create_database("kin_policy"))
    yield opened
    await opened.close()


@pytest.fixture
async def family(world: CommandWorld) -> Family:
    return await world.add_family(school=await world.add_school())


async def relate(
    world: CommandWorld, senior: uuid.UUID, junior: uuid.UUID, village: str, **more: Any
) -> None:
    row = {"kind": "PARENT_BIOLOGICAL", "valid_from": "2017-05-05", "region_code": village, **more}
    await world.add("core.kinship", senior_id=senior, junior_id=junior, **row)


async def test_a_school_gets_no_kin_and_no_hint(world: CommandWorld, family: Family) -> None:
    assert family.school is not None
    found = await ask(world, world.school(family.school, "education.enrolment"), family.child)
    assert found.child == {"kin": [], "eligibleCarers": []}
    assert found.statement.redactions == ()
    assert not found.statement.has_sentinel
    # Not even asked for: the statement reads nothing of kinship for this class.
    assert "core.kinship" not in found.statement.text.replace('"', "")
    assert found.persons == {family.child}


async def test_a_helper_sees_no_child_and_no_kin(world: CommandWorld, family: Family) -> None:
    helper = Principal(
        "helper", "helper", frozenset({"helper"}), "help.one_to_one", COUNTY, regions=(VILLAGE,)
    )
    found = await ask(world, helper, family.child)
    assert (found.child, found.statement.redactions) == (None, ())


async def test_a_guardian_sees_the_own_childs_parents_and_is_not_told_who_can_care(
    world: CommandWorld, family: Family
) -> None:
    found = await ask(world, world.guardian(family.mother), family.child)
    assert found.kin == {
        "王芳": "PARENT",
        "李强": "PARENT",
    }  # the edge of the grandmother is not about his child
    assert found.child is not None
    judged = {i["person"]["name"]: (i["isEligible"], i["reasons"]) for i in found.child["eligibleCarers"]}
    assert judged == {"王芳": (None, ["NOT_READABLE"]), "李强": (None, ["NOT_READABLE"])}
    only = "query Q($id: ID!) { child(id: $id) { eligibleCarers { relation } } }"
    assert (await ask(world, world.guardian(family.mother), family.child, only)).child == {
        "eligibleCarers": []
    }


async def test_a_relative_who_may_not_be_seen_is_not_in_the_list(world: CommandWorld, family: Family) -> None:
    """The edge stands in the caller's village, the aunt lives in another one."""
    aunt = await world.add_person("李静", "1985-01-01", region_code=OTHER_VILLAGE)
    await relate(world, family.grandmother, aunt, VILLAGE)
    liaison = await ask(world, world.liaison(), family.child)
    assert set(liaison.kin) == {"王芳", "李强", "赵秀英"}
    assert aunt not in liaison.persons
    assert (await ask(world, office(), family.child)).kin["李静"] == "AUNT"


async def test_the_walk_uses_only_edges_that_may_be_seen(world: CommandWorld, family: Family) -> None:
    """The aunt lives in the caller's village, her edge to the grandmother is another village's row."""
    aunt = await world.add_person("李静", "1985-01-01")
    await relate(world, family.grandmother, aunt, OTHER_VILLAGE)
    assert "李静" not in (await ask(world, world.liaison(), family.child)).kin
    assert (await ask(world, office(), family.child)).kin["李静"] == "AUNT"


async def test_a_hidden_adoption_neither_makes_nor_unmakes_kin(world: CommandWorld, family: Family) -> None:
    """Who sees the birth edges and not the adoption is shown what he sees: the secret is kept (Civil Code 1110)."""
    adopter = await world.add_person("孙丽", "1980-01-01")
    await relate(world, adopter, family.child, OTHER_VILLAGE, kind="PARENT_ADOPTIVE", valid_from="2020-01-01")
    assert set((await ask(world, world.liaison(), family.child)).kin) == {"王芳", "李强", "赵秀英"}
    assert (await ask(world, office(), family.child)).kin == {"孙丽": "PARENT"}


async def test_every_person_of_the_list_is_recorded(world: CommandWorld, family: Family) -> None:
    bare = "query Q($id: ID!) { child(id: $id) { id kin { relation } } }"
    found = await ask(world, world.liaison(), family.child, bare)
    assert found.child is not None
    assert found.child["kin"] == [{"relation": r} for r in ("PARENT", "PARENT", "GRANDPARENT")]
    assert found.persons == {family.child, family.mother, family.father, family.grandmother}
    assert {"core.Kinship", "core.Person"} <= set(found.statement.kinds)
    assert "core.Person.kin.relation" in found.statement.fields


class Changed:
    """The shipped policy with files replaced or taken away, in force while the test asks."""

    def __init__(self, world: CommandWorld, directory: Path, **files: str | None) -> None:
        target = directory / "policies"
        shutil.copytree(SHIPPED, target)
        for name, text in files.items():
            path = target / "civil_affairs" / f"{name}.yaml"
            path.unlink() if text is None else path.write_text(text, encoding="utf-8")
        assembly = assemble()
        given = [(name, file.path) for name, file in assembly.policies]
        self.world, self.policy, self.before = (
            world,
            load_policy(target, given, assembly.catalog),
            world.policy,
        )

    def __enter__(self) -> None:
        self.world.policy = self.policy

    def __exit__(self, *_: object) -> None:
        self.world.policy = self.before


@pytest.mark.spec("F3", "Nobody is called able to care on facts that the caller may not read")
async def test_without_the_right_to_facts_nobody_is_eligible(
    world: CommandWorld, family: Family, tmp_path: Path
) -> None:
    await world.add("core.migration", person_id=family.father, reason="WORK", destination_code="370200",
                    destination="青岛", left_on="2025-01-01", region_code=VILLAGE)  # fmt: skip
    with Changed(world, tmp_path, capacity_fact=None):
        found = await ask(world, world.liaison(), family.child)
    assert found.child is not None
    judged = {i["person"]["name"]: (i["isEligible"], i["reasons"]) for i in found.child["eligibleCarers"]}
    assert judged == {
        "王芳": (None, ["NOT_READABLE"]),
        "李强": (False, ["AWAY", "NOT_READABLE"]),
        "赵秀英": (None, ["NOT_READABLE"]),
    }


async def test_without_the_household_it_is_unknown_who_lives_there(
    world: CommandWorld, family: Family, tmp_path: Path
) -> None:
    with Changed(world, tmp_path, household_member=None):
        found = await ask(world, world.liaison(), family.child)
    assert found.child is not None
    assert {i["livesWithChild"] for i in found.child["eligibleCarers"]} == {None}
    assert {i["isEligible"] for i in found.child["eligibleCarers"]} == {True}


@pytest.mark.parametrize("key", ["senior_id", "junior_id", "kind"])
async def test_an_edge_whose_key_is_hidden_carries_nothing(
    world: CommandWorld, family: Family, tmp_path: Path, key: str
) -> None:
    shipped = (SHIPPED / "civil_affairs" / "kinship.yaml").read_text(encoding="utf-8")
    with Changed(world, tmp_path, kinship=shipped.replace(f"{key}, ", "")):
        found = await ask(world, world.liaison(), family.child)
    assert found.child == {"kin": [], "eligibleCarers": []}
    # As with every edge: the class is told that it is hidden where it does see rows.
    assert {(r.path, r.code) for r in found.statement.redactions} == {
        (("child", "kin"), "P310"),
        (("child", "eligibleCarers"), "P310"),
    }


ANY_EDGE = """
  - id: ca.liaison.any-edge
    effect: allow
    act: [read]
    purpose: [child_protection]
    when: "r.sub.department == 'civil_affairs' && has(r.sub.roles, 'village_liaison')"
    fields:
      read: [junior_id, kind, valid_from, valid_to, region_code]
    because: { zh: 试验, en: "Trial" }
    legal_basis: 试验
    review_by: 2027-06-30
tests:"""


async def test_a_row_is_used_only_where_its_own_keys_may_be_read(
    world: CommandWorld, family: Family, tmp_path: Path
) -> None:
    """Every edge of the county may be seen, but whose parent it names only in the own village."""
    aunt = await world.add_person("李静", "1985-01-01")
    await relate(world, family.grandmother, aunt, OTHER_VILLAGE)
    shipped = (SHIPPED / "civil_affairs" / "kinship.yaml").read_text(encoding="utf-8")
    with Changed(world, tmp_path, kinship=shipped.replace("\ntests:", ANY_EDGE)):
        found = await ask(world, world.liaison(), family.child)
    assert set(found.kin) == {"王芳", "李强", "赵秀英"}


async def test_without_the_right_to_sex_no_word_betrays_it(
    world: CommandWorld, family: Family, tmp_path: Path
) -> None:
    aunt = await world.add_person("李静", "1985-01-01")
    await relate(world, family.grandmother, aunt, VILLAGE)
    shipped = (SHIPPED / "civil_affairs" / "person.yaml").read_text(encoding="utf-8")
    with Changed(world, tmp_path, person=shipped.replace("[name, sex, ", "[name, ")):
        found = await ask(world, world.liaison(), family.child)
    assert found.kin["李静"] == "UNCLE_OR_AUNT"
    assert found.child is not None
    assert {item["side"] for item in found.child["kin"]} == {None}
