"""Kinship and carers of families that were written by hand, each with what must be derived (families/*.yaml).

The words of the graph are said here once more, independently of the SQL: which relations are lineal, how many steps
away they are, which come first by law.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from family_notation import Family, each_row, read_families
from kinfold.commands.uuid7 import make_uuid7
from kinfold.testing.command_world import COUNTY, NOW, VILLAGE, CommandWorld, global_id
from kinfold.testing.database import TestServer

FAMILIES = read_families(Path(__file__).parent / "families")
LINEAL = {
    "PARENT",
    "GRANDPARENT",
    "GREAT_GRANDPARENT",
    "GREAT_GREAT_GRANDPARENT",
    "CHILD",
    "GRANDCHILD",
}
STEPS = {
    1: "PARENT CHILD STEP_PARENT",
    2: "GRANDPARENT GRANDCHILD SIBLING HALF_SIBLING STEP_GRANDPARENT STEP_SIBLING SIBLING_BY_MARRIAGE",
    3: "GREAT_GRANDPARENT UNCLE AUNT UNCLE_OR_AUNT NIECE_OR_NEPHEW UNCLE_BY_MARRIAGE AUNT_BY_MARRIAGE "
    "UNCLE_OR_AUNT_BY_MARRIAGE",
    4: "GREAT_GREAT_GRANDPARENT COUSIN GREAT_UNCLE_OR_AUNT",
}
DEGREE = {relation: degree for degree, words in STEPS.items() for relation in words.split()}
ORDER = {"PARENT": 1, "GRANDPARENT": 2, "SIBLING": 3, "HALF_SIBLING": 3}
QUERY = """
query Families($ids: [ID!]!) {
  children(first: 500, where: {id: {in: $ids}}) {
    nodes {
      id
      kin { relation isLineal degree side person { name } }
      eligibleCarers { relation person { name } }
      all: eligibleCarers(includeOthers: true) {
        relation isLineal livesWithChild needsAgreement isEligible reasons legalOrder person { name }
      }
    }
  }
}"""


@pytest.fixture(scope="module")
async def world(postgres: TestServer) -> AsyncIterator[CommandWorld]:
    """Every family in one database, in one transaction."""
    opened = await CommandWorld.open(postgres.create_database("families"))
    async with opened.database.transaction():
        for (table, keys), rows in itertools.groupby(
            each_row(FAMILIES), lambda row: (row.table, tuple(sorted(row.values)))
        ):
            own = {"jurisdiction": COUNTY, "region_code": VILLAGE, "recorded_at": NOW}
            values = [{**own, "id": make_uuid7(), **row.values} for row in rows]
            columns = ", ".join(dict.fromkeys([*own, "id", *keys]))
            await opened.database.execute(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, $1)",
                json.dumps(values, default=str),
            )
    await opened.database.execute("ANALYZE")
    yield opened
    await opened.close()


async def ask(world: CommandWorld, families: list[Family]) -> dict[str, Any]:
    """The answers about the families' children, by family."""
    names = {global_id("Child", f.ids[f.child]): f.name for f in families}
    answer = await world.ask(world.liaison(), QUERY, {"ids": list(names)})
    return {names[node["id"]]: node for node in answer["children"]["nodes"]}


def compare_kin(family: Family, found: list[dict[str, Any]]) -> list[str]:
    """Complaints about the list of kin."""
    by_name = {item["person"]["name"]: item for item in found}
    complaints = [] if len(by_name) == len(found) else ["somebody is there twice"]
    shown = {name: (item["relation"], item["side"]) for name, item in by_name.items()}
    if shown != family.kin:
        complaints.append(f"kin: found {shown}, wanted {family.kin}")
    for name, item in by_name.items():
        relation = item["relation"]
        if (item["isLineal"], item["degree"]) != (relation in LINEAL, DEGREE[relation]):
            complaints.append(f"{name}: {item}")
    return complaints


def compare_carers(family: Family, node: dict[str, Any]) -> list[str]:
    """Complaints about who could take over care."""
    complaints = []
    can = [(item["person"]["name"], item["livesWithChild"]) for item in node["all"] if item["isEligible"]]
    if can != family.carers:
        complaints.append(f"carers: found {can}, wanted {family.carers}")
    if [item["person"]["name"] for item in node["eligibleCarers"]] != [name for name, _ in family.carers]:
        complaints.append(f"eligibleCarers: found {node['eligibleCarers']}")
    cannot = {i["person"]["name"]: frozenset(i["reasons"]) for i in node["all"] if i["isEligible"] is False}
    if cannot != family.others:
        complaints.append(f"others: found {cannot}, wanted {family.others}")
    for item in node["all"]:
        relation, is_lineal = item["relation"], item["relation"] in LINEAL
        said = (item["isLineal"], item["needsAgreement"], item["legalOrder"])
        if said != (is_lineal, not is_lineal, ORDER.get(relation, 4)) or item["isEligible"] is None:
            complaints.append(f"{item}")
        if item["isEligible"] and item["reasons"]:
            complaints.append(f"eligible with an obstacle: {item}")
    return complaints


@pytest.mark.spec("F8", "Who is lineal is derived from births, adoptions and marriages")
@pytest.mark.spec("F3", "Care goes to adults who are able to give it, in the order that law gives")
async def test_every_family_is_understood(world: CommandWorld) -> None:
    complaints = []
    for today, group in itertools.groupby(sorted(FAMILIES, key=lambda f: f.today), lambda f: f.today):
        families = list(group)
        world.clock.now = dt.datetime.combine(today, dt.time(1), dt.UTC)
        answers = await ask(world, families)
        for family in families:
            node = answers.get(family.name)
            found = ["the child is no child"] if node is None else compare_kin(family, node["kin"])
            found += [] if node is None else compare_carers(family, node)
            complaints += [f"{family.file} {family.name}: {line}" for line in found]
    world.clock.now = NOW
    assert not complaints, "\n".join(complaints)


def test_there_are_two_hundred_families_with_a_story_each() -> None:
    assert len(FAMILIES) >= 200
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
    assert len({family.story for family in FAMILIES}) == len(FAMILIES)
