"""How derived lists are asked for: arguments, bounds, order, one statement, and data that goes in circles."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from kinfold.assembly import assemble
from kinfold.assembly.schema import build_schema
from kinfold.document.document import DocumentReader
from kinfold.plan.build import build_plan
from kinfold.plan.cost import NATURAL_ROWS, count_cost
from kinfold.plan.errors import PageWrong
from kinfold.testing.command_world import VILLAGE, CommandWorld, Family, global_id
from kinfold.testing.database import TestServer
from kinfold.testing.server import RunningKinfold
from kinfold.testing.statements import StatementCounter

LIST = """query Q($id: ID!, $relation: [KinRelation!], $lineal: Boolean, $first: Int) {
  child(id: $id) { kin(relation: $relation, lineal: $lineal, first: $first) { relation person { name } } }
}"""


@pytest.fixture(scope="module")
async def world(postgres: TestServer) -> AsyncIterator[CommandWorld]:
    opened = await CommandWorld.open(postgres.create_database("kin_query"))
    yield opened
    await opened.close()


@pytest.fixture
async def family(world: CommandWorld) -> Family:
    """The family of the kit, and the father's sister."""
    family = await world.add_family()
    aunt = await world.add_person("李静", "1985-01-01")
    await relate(world, family.grandmother, aunt)
    return family


async def relate(world: CommandWorld, senior: uuid.UUID, junior: uuid.UUID) -> None:
    await world.add("core.kinship", senior_id=senior, junior_id=junior, kind="PARENT_BIOLOGICAL",
                    valid_from="2000-01-01", region_code=VILLAGE)  # fmt: skip


async def ask(world: CommandWorld, child: uuid.UUID, **arguments: Any) -> list[str]:
    variables = {"id": global_id("Child", child), **arguments}
    answer = await world.ask(world.liaison(), LIST, variables)
    return [item["person"]["name"] for item in answer["child"]["kin"]]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({}, ["王芳", "李强", "赵秀英", "李静"]),
        ({"relation": ["AUNT"]}, ["李静"]),
        ({"relation": ["AUNT", "GRANDPARENT"]}, ["赵秀英", "李静"]),
        ({"relation": "PARENT"}, ["王芳", "李强"]),  # one value is a list of one
        ({"relation": []}, []),
        ({"relation": None, "lineal": None}, ["王芳", "李强", "赵秀英", "李静"]),
        ({"lineal": True}, ["王芳", "李强", "赵秀英"]),
        ({"lineal": False}, ["李静"]),
        ({"lineal": False, "relation": ["PARENT"]}, []),
        ({"first": 1}, ["王芳"]),
        ({"first": 0}, []),
        ({"first": 500}, ["王芳", "李强", "赵秀英", "李静"]),
    ],
)
async def test_arguments(
    world: CommandWorld, family: Family, arguments: dict[str, Any], names: list[str]
) -> None:
    assert await ask(world, family.child, **arguments) == names


async def test_literals_aliases_and_fragments(world: CommandWorld, family: Family) -> None:
    query = """query Q($id: ID!) { child(id: $id) {
      a: kin(relation: [AUNT, UNCLE], lineal: false, first: 3) { ...F r: relation __typename }
      b: kin(relation: PARENT) { person { id name kinOfNobody: __typename } person { name } }
    } }
    fragment F on Kin { degree person { name } }"""
    answer = await world.ask(world.liaison(), query, {"id": global_id("Child", family.child)})
    assert answer["child"]["a"] == [
        {"degree": 3, "person": {"name": "李静"}, "r": "AUNT", "__typename": "Kin"}
    ]
    assert [set(item["person"]) for item in answer["child"]["b"]] == [{"id", "name", "kinOfNobody"}] * 2


@pytest.mark.parametrize("first", [501, -1])
async def test_the_list_is_bounded(world: CommandWorld, family: Family, first: int) -> None:
    with pytest.raises(PageWrong):
        await ask(world, family.child, first=first)


async def test_further_edges_of_a_relative(world: CommandWorld, family: Family) -> None:
    """The end is a node like any other, with its own edges, lists and policy."""
    query = """query Q($id: ID!) { child(id: $id) { kin(relation: GRANDPARENT) { person {
      household { kind } memberships { kind } childLinks { kind junior { name } } } } } }"""
    answer = await world.ask(world.liaison(), query, {"id": global_id("Child", family.child)})
    [grandmother] = [item["person"] for item in answer["child"]["kin"]]
    assert grandmother["household"] == {"kind": "ACTUAL"}
    assert {link["junior"]["name"] for link in grandmother["childLinks"]} == {"李强", "李静"}


async def test_kin_of_another_day(world: CommandWorld, family: Family) -> None:
    """Before the adoption the birth parents were the parents; `asOf` asks about that day."""
    adopter = await world.add_person("孙丽", "1980-01-01")
    await world.add("core.kinship", senior_id=adopter, junior_id=family.child, kind="PARENT_ADOPTIVE",
                    valid_from="2020-01-01", region_code=VILLAGE)  # fmt: skip
    query = """query Q($id: ID!) {
      then: child(id: $id, asOf: { valid: "2019-12-31" }) { kin(relation: PARENT) { person { name } } }
      since: child(id: $id, asOf: { valid: "2020-01-01" }) { kin(relation: PARENT) { person { name } } }
      now: child(id: $id) { kin { relation person { name } } eligibleCarers { person { name } } }
    }"""
    answer = await world.ask(world.liaison(), query, {"id": global_id("Child", family.child)})
    assert {item["person"]["name"] for item in answer["then"]["kin"]} == {"王芳", "李强"}
    assert {item["person"]["name"] for item in answer["since"]["kin"]} == {"孙丽"}
    assert answer["now"] == {
        "kin": [{"relation": "PARENT", "person": {"name": "孙丽"}}],
        "eligibleCarers": [{"person": {"name": "孙丽"}}],
    }


async def test_circles_in_the_data_end(world: CommandWorld) -> None:
    """Twelve people, each recorded as parent of every other: wrong, and answered at once."""
    people = [await world.add_person(f"圈{n:02}", "2012-01-01") for n in range(12)]
    for senior, junior in itertools.permutations(people, 2):
        await relate(world, senior, junior)
    started = time.monotonic()
    found = await ask(world, people[0])
    assert time.monotonic() - started < 2
    assert sorted(found) == [f"圈{n:02}" for n in range(1, 12)]  # each once, and never the child itself


@pytest.mark.spec("F8", "Kin and carers of a whole page of children are one statement")
async def test_one_statement_for_a_page(server: RunningKinfold, statements: StatementCounter) -> None:
    query = """{ children(first: 20, where: {isLeftBehind: {eq: true}}) { nodes {
      name kin { relation isLineal degree side person { name } }
      eligibleCarers(includeOthers: true) { relation needsAgreement isEligible reasons person { name phone } }
    } } }"""
    office = server.as_("county-civil-affairs")
    assert office.ask(
        "{ children(first: 1) { nodes { name } } }"
    ).data  # the first record of access looks types up
    await statements.reset()
    nodes = office.ask(query).data["children"]["nodes"]
    seen = await statements.seen()
    assert [calls for _, calls in seen] == [1], seen
    assert sum(len(node["kin"]) for node in nodes) > 20
    for node in nodes:
        assert {c["isEligible"] for c in node["eligibleCarers"]} <= {True, False}


def test_a_school_learns_nothing_over_http(server: RunningKinfold) -> None:
    answer = server.as_("school").ask(
        "{ children(first: 5) { nodes { name kin { relation person { name } } eligibleCarers { relation } } } }"
    )
    nodes = answer.data["children"]["nodes"]
    assert len(nodes) == 5
    assert all(node["kin"] == node["eligibleCarers"] == [] for node in nodes)
    assert not [note for note in answer.redactions if {"kin", "eligibleCarers"} & set(map(str, note["path"]))]


def test_what_deriving_costs_is_in_the_bound() -> None:
    """A page of kin weighs what fifty derivations weigh, and the relatives behind them."""
    assembly = assemble()
    reader = DocumentReader(build_schema(assembly.catalog, assembly.mutations))

    def bound(selection: str) -> int:
        document = reader.read(f"{{ children(first: 50) {{ nodes {{ name {selection} }} }} }}", None, {})
        return count_cost(build_plan(document, assembly.catalog)).total(lambda size: 0)

    plain = bound("")
    for name in ("kin", "eligibleCarers"):
        weight = assembly.catalog.derived["Child", name].weight
        bare, whole = bound(f"{name} {{ relation }}"), bound(f"{name} {{ person {{ name }} }}")
        assert bare >= plain + 50 * weight
        assert whole > bare + 50 * NATURAL_ROWS
        assert bound(f"{name}(first: 1) {{ person {{ name }} }}") < whole
