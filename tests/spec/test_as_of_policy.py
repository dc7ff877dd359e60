"""Who may see an old version: whoever may see the row as it is today. What is shown is the version."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from kinfold.testing.command_world import (
    MARK,
    NOW,
    OTHER_VILLAGE,
    VILLAGE,
    CommandWorld,
    Family,
    global_id,
)
from kinfold.testing.database import TestServer

THEN = (NOW + dt.timedelta(hours=1)).isoformat()
MOVED = NOW + dt.timedelta(days=1)
LATER = NOW + dt.timedelta(days=9)


@pytest.fixture(scope="module")
async def world(postgres: TestServer) -> AsyncIterator[CommandWorld]:
    opened = await CommandWorld.open(postgres.create_database("as_of_policy"))
    yield opened
    await opened.close()


@pytest.fixture
async def family(world: CommandWorld) -> Family:
    """Everything known at NOW; asked nine days later."""
    world.clock.now = LATER
    return await world.add_family(school=await world.add_school())


async def move(world: CommandWorld, family: Family, village: str) -> None:
    """The child moves with everything about it, as the office of the new village takes it over."""
    await world.supersede("core.person", family.child, MOVED, region_code=village)
    for table in ("core.guardianship", "core.household_member"):
        key = "child_id" if table == "core.guardianship" else "person_id"
        for row in await world.rows(f"SELECT id FROM {table} WHERE {key} = $1", family.child):
            await world.supersede(table, row["id"], MOVED, region_code=village)


EVERY_DOOR = """
query Doors($id: ID!, $k: DateTime!, $mother: ID!, $v: RegionCode!) {
  child(id: $id, asOf: {known: $k}) { name regionCode guardianships { status } }
  node(id: $id, asOf: {known: $k}) { id }
  children(asOf: {known: $k}, where: {id: {eq: $id}}) { totalCount nodes { name } edges { cursor } }
  filtered: children(asOf: {known: $k}, where: {id: {eq: $id}, regionCode: {under: $v}}) { totalCount(mode: EXACT) }
  estimated: children(asOf: {known: $k}, where: {id: {eq: $id}}) { totalCount(mode: ESTIMATE) }
  person(id: $mother, asOf: {known: $k}) { guardianshipsHeld { child { name } } childLinks { junior { name } } }
}"""


async def through_every_door(world: CommandWorld, village: str, family: Family) -> Any:
    variables = {
        "id": global_id("Child", family.child),
        "mother": global_id("Person", family.mother),
        "k": THEN,
        "v": OTHER_VILLAGE,
    }
    return await world.ask(world.liaison(village), EVERY_DOOR, variables)


async def test_a_child_who_moved_away_is_invisible_in_the_past_too(
    world: CommandWorld, family: Family
) -> None:
    await move(world, family, OTHER_VILLAGE)
    found = await through_every_door(world, VILLAGE, family)
    assert (found["child"], found["node"]) == (None, None)
    assert found["children"] == {"totalCount": 0, "nodes": [], "edges": []}
    assert (found["filtered"]["totalCount"], found["estimated"]["totalCount"]) == (0, 0)
    assert found["person"]["guardianshipsHeld"] == []
    assert [link["junior"] for link in found["person"]["childLinks"]] == [None]


async def test_a_child_who_moved_in_is_visible_as_it_was(world: CommandWorld, family: Family) -> None:
    await move(world, family, OTHER_VILLAGE)
    found = await through_every_door(world, OTHER_VILLAGE, family)
    assert found["child"] == {
        "name": "李明",
        "regionCode": VILLAGE,
        "guardianships": [{"status": "EFFECTIVE"}, {"status": "EFFECTIVE"}],
    }
    assert found["node"] == {"id": global_id("Child", family.child)}
    assert found["children"]["totalCount"] == 1
    assert found["estimated"]["totalCount"] == 1
    assert found["filtered"]["totalCount"] == 0  # filters look at the version, and then it lived elsewhere
    assert found["person"] is None  # the mother did not move


async def test_a_guardian_whose_right_has_ended(world: CommandWorld, family: Family) -> None:
    [held] = await world.rows("SELECT id FROM core.guardianship WHERE guardian_id = $1", family.mother)
    text = "query Q($id: ID!, $k: DateTime) { child(id: $id, asOf: {known: $k}) { name } }"
    variables = {"id": global_id("Child", family.child), "k": THEN}
    mother = world.guardian(family.mother)
    assert (await world.ask(mother, text, variables))["child"] == {"name": "李明"}
    await world.supersede("core.guardianship", held["id"], MOVED, valid_to="2026-03-04", status="REVOKED")
    assert (await world.ask(mother, text, variables))["child"] is None
    day_of_right = text.replace("{known: $k}", '{known: $k, valid: "2026-03-03"}')
    assert (await world.ask(mother, day_of_right, variables))["child"] is None
    assert (await world.ask(world.guardian(family.father), text, variables))["child"] == {"name": "李明"}


async def test_the_day_of_the_question_opens_nothing(world: CommandWorld, family: Family) -> None:
    """Not yet guardian today: a day on which she will be does not help."""
    await world.add("core.guardianship", child_id=family.child, guardian_id=family.neighbour, kind="APPOINTED",
                    status="EFFECTIVE", valid_from="2026-06-01", region_code=VILLAGE)  # fmt: skip
    text = """query Q($id: ID!) { child(id: $id, asOf: {valid: "2026-07-01"}) { guardianships { kind } } }"""
    variables = {"id": global_id("Child", family.child)}
    assert (await world.ask(world.guardian(family.neighbour), text, variables))["child"] is None
    seen = (await world.ask(world.guardian(family.mother), text, variables))["child"]
    assert [one["kind"] for one in seen["guardianships"]] == ["PARENT", "PARENT", "APPOINTED"]


async def test_fields_are_opened_by_todays_row(world: CommandWorld, family: Family) -> None:
    """Who shares the home is shown with name, sex and age. The phone comes with the delegation, for old versions too."""
    await world.supersede("core.person", family.grandmother, MOVED, phone="13100000000", name="赵秀兰")
    text = (
        """query Q($id: ID!, $k: DateTime) { person(id: $id, asOf: {known: $k}) { name phone birthDate } }"""
    )
    variables = {"id": global_id("Person", family.grandmother), "k": THEN}
    mother = world.guardian(family.mother)
    hidden = MARK.strip('"').encode().decode("unicode_escape")
    assert (await world.ask(mother, text, variables))["person"] == {
        "name": "赵秀英",
        "phone": hidden,
        "birthDate": hidden,
    }
    await world.add("core.delegation", child_id=family.child, delegate_id=family.grandmother, status="EFFECTIVE",
                    relation="PATERNAL_GRANDPARENT", is_lineal=True, valid_from="2026-03-10",
                    region_code=VILLAGE)  # fmt: skip
    world.clock.now = LATER + dt.timedelta(days=3)
    seen = (await world.ask(mother, text, variables))["person"]
    assert seen == {"name": "赵秀英", "phone": None, "birthDate": hidden}  # then there was no number
    now = (await world.ask(mother, text, {**variables, "k": None}))["person"]
    assert now == {"name": "赵秀兰", "phone": "13100000000", "birthDate": hidden}


async def test_masks_hide_old_values_too(world: CommandWorld, family: Family) -> None:
    await world.supersede("core.person", family.child, MOVED, id_number="370999201705050011")
    await world.supersede(
        "core.person", family.child, MOVED + dt.timedelta(days=1), id_number="370999201705050089"
    )
    moment = (MOVED + dt.timedelta(hours=1)).isoformat()
    text = f"""query Q($id: ID!) {{ child(id: $id, asOf: {{known: "{moment}"}}) {{ idNumber }} }}"""
    seen = await world.ask(world.liaison(), text, {"id": global_id("Child", family.child)})
    assert seen["child"]["idNumber"].endswith("0011")
    assert "370999" not in seen["child"]["idNumber"]


async def test_a_version_about_somebody_else(world: CommandWorld, family: Family) -> None:
    """Entered for one child by mistake, corrected to another: his data stay his."""
    other = await world.add_family()
    entry = await world.add(
        "core.registry_entry", child_id=other.child, category="DISTRESSED", rule_version="t/1", state="ACTIVE",
        entry_reason="OTHER", explanation="金丝雀", valid_from="2026-03-01", region_code=VILLAGE,
    )  # fmt: skip
    assert entry is not None
    await world.supersede("core.registry_entry", entry, MOVED, child_id=family.child)
    text = """query Q($id: ID!, $k: DateTime) { node(id: $id, asOf: {known: $k}) {
              ... on RegistryEntry { explanation child { name } } } }"""
    variables = {"id": global_id("RegistryEntry", entry), "k": THEN}
    mother, stranger = world.guardian(family.mother), world.guardian(other.mother)
    now = {**variables, "k": None}
    assert (await world.ask(mother, text, now))["node"]["explanation"] == "金丝雀"
    assert (await world.ask(mother, text, variables))["node"] is None
    assert (await world.ask(stranger, text, variables))[
        "node"
    ] is None  # today the row is none of her business
    both = await world.ask(world.liaison(), text, variables)
    assert both["node"] == {"explanation": "金丝雀", "child": {"name": "李明"}}


async def test_a_version_without_a_row(world: CommandWorld, family: Family) -> None:
    """What was erased stays erased, whatever is left in a history."""
    person = await world.add_person("删", "2015-05-05")
    await world.supersede("core.person", person, MOVED, name="删二")
    text = """query Q($id: ID!, $k: DateTime) { child(id: $id, asOf: {known: $k}) { name }
              children(asOf: {known: $k}, where: {id: {eq: $id}}) { totalCount } }"""
    variables = {"id": global_id("Child", person), "k": THEN}
    seen = await world.ask(world.liaison(), text, variables)
    assert seen == {"child": {"name": "删"}, "children": {"totalCount": 1}}
    await world.database.execute("DELETE FROM core.person WHERE id = $1", person)
    assert await world.count("SELECT count(*) FROM core.person_history WHERE id = $1", person) == 1
    seen = await world.ask(world.liaison(), text, variables)
    assert seen == {"child": None, "children": {"totalCount": 0}}


async def test_edges_lead_where_they_led(world: CommandWorld, family: Family) -> None:
    """A filter and an order through relations follow the version's keys and see the version's values."""
    home = await world.add("core.household", kind="ACTUAL", region_code=VILLAGE, address="新家")
    await world.supersede("core.person", family.child, MOVED, household_id=home)
    text = """query Q($id: ID!, $k: DateTime, $home: ID!) {
      at: children(asOf: {known: $k}, where: {id: {eq: $id}, household: {id: {eq: $home}}},
                   orderBy: [{household: {field: ID}}]) { totalCount nodes { household { members { person { name } } } } }
    }"""

    async def asked(home_id: uuid.UUID, known: str | None) -> Any:
        variables = {
            "id": global_id("Child", family.child),
            "k": known,
            "home": global_id("Household", home_id),
        }
        return (await world.ask(world.liaison(), text, variables))["at"]

    assert home is not None
    [old] = await world.rows("SELECT household_id FROM core.person WHERE id = $1", family.mother)
    assert (await asked(home, None))["totalCount"] == 1
    assert (await asked(home, THEN))["totalCount"] == 0
    then = await asked(old["household_id"], THEN)
    assert then["totalCount"] == 1
    assert len(then["nodes"][0]["household"]["members"]) == 4


async def test_a_version_without_a_row_of_what_everybody_may_see(world: CommandWorld, family: Family) -> None:
    """No rule restricts the list of schools; a school whose row is gone is not in it, then either."""
    school = await world.add_school()
    await world.supersede("education.school", school, MOVED, name="新名")
    text = """query Q($id: ID!, $k: DateTime) { school(id: $id, asOf: {known: $k}) { isBoarding }
              schools(asOf: {known: $k}, where: {id: {eq: $id}}) { totalCount } }"""
    variables = {"id": global_id("School", school), "k": THEN}
    caller = world.guardian(family.mother)
    seen = await world.ask(caller, text, variables)
    assert seen == {"school": {"isBoarding": False}, "schools": {"totalCount": 1}}
    await world.database.execute("DELETE FROM education.school WHERE id = $1", school)
    assert await world.ask(caller, text, variables) == {"school": None, "schools": {"totalCount": 0}}
