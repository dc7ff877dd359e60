"""Kin, batch fields and `viewerCan` about another moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
from kinfold.testing.command_world import (
    NOW,
    OTHER_VILLAGE,
    VILLAGE,
    CommandWorld,
    Family,
    global_id,
)
from kinfold.testing.database import TestServer

THEN = (NOW + dt.timedelta(hours=1)).isoformat()
CHANGED = NOW + dt.timedelta(days=1)


@pytest.fixture(scope="module")
async def world(postgres: TestServer) -> AsyncIterator[CommandWorld]:
    opened = await CommandWorld.open(postgres.create_database("as_of_derived"))
    yield opened
    await opened.close()


@pytest.fixture
async def family(world: CommandWorld) -> Family:
    world.clock.now = NOW + dt.timedelta(days=9)
    return await world.add_family(school=await world.add_school())


async def kin(world: CommandWorld, family: Family, moment: str) -> list[tuple[str, str]]:
    text = (
        f"query Q($id: ID!) {{ child(id: $id, asOf: {moment}) {{ kin {{ relation person {{ name }} }} }} }}"
    )
    found = (await world.ask(world.liaison(), text, {"id": global_id("Child", family.child)}))["child"]
    return sorted((one["relation"], one["person"]["name"]) for one in found["kin"])


async def test_kin_as_known_then(world: CommandWorld, family: Family) -> None:
    """The grandmother was entered as the father's mother by mistake; the edge is corrected to the neighbour's."""
    [edge] = await world.rows("SELECT id FROM core.kinship WHERE senior_id = $1", family.grandmother)
    everybody = await kin(world, family, f'{{known: "{THEN}"}}')
    assert ("PATERNAL_GRANDMOTHER", "赵秀英") in everybody or any(name == "赵秀英" for _, name in everybody)
    await world.supersede("core.kinship", edge["id"], CHANGED, senior_id=family.neighbour)
    assert await kin(world, family, f'{{known: "{THEN}"}}') == everybody
    now = await kin(world, family, "null")
    assert [name for _, name in now if name == "赵秀英"] == []
    assert [name for _, name in now if name == "孙梅"] == ["孙梅"]


async def test_kin_on_a_day(world: CommandWorld, family: Family) -> None:
    """A marriage begins and ends; on its days there is a step-parent."""
    await world.add("core.kinship", senior_id=family.neighbour, junior_id=family.child, kind="PARENT_STEP",
                    valid_from="2026-03-05", valid_to="2026-03-08", region_code=VILLAGE)  # fmt: skip
    for day, expected in ((4, False), (5, True), (7, True), (8, False)):
        found = await kin(world, family, f'{{valid: "2026-03-{day:02}"}}')
        assert (("STEP_PARENT", "孙梅") in found) is expected, day


async def test_kin_who_may_not_be_seen_today(world: CommandWorld, family: Family) -> None:
    """The row policy of then does not help: the grandmother moved away since."""
    await world.supersede("core.person", family.grandmother, CHANGED, region_code=OTHER_VILLAGE)
    assert [name for _, name in await kin(world, family, f'{{known: "{THEN}"}}') if name == "赵秀英"] == []


async def test_carers_as_known_then(world: CommandWorld, family: Family) -> None:
    """That the grandmother could not care was recorded only the day after."""
    await world.add("core.capacity_fact", person_id=family.grandmother, kind="NONE", cause="SEVERE_ILLNESS",
                    valid_from="2026-01-01", region_code=VILLAGE, recorded_at=CHANGED)  # fmt: skip
    text = """query Q($id: ID!, $k: DateTime) { child(id: $id, asOf: {known: $k}) {
              eligibleCarers(includeOthers: true) { isEligible person { name } } } }"""
    for known, expected in ((THEN, True), (CHANGED.isoformat(), False), (None, False)):
        variables = {"id": global_id("Child", family.child), "k": known}
        found = (await world.ask(world.liaison(), text, variables))["child"]["eligibleCarers"]
        assert [c["isEligible"] for c in found if c["person"]["name"] == "赵秀英"] == [expected], known


async def test_python_is_told_the_day(world: CommandWorld, family: Family) -> None:
    text = """query Q($id: ID!, $v: Date) { then: child(id: $id, asOf: {valid: $v}) { nextLunarBirthday }
              now: child(id: $id) { nextLunarBirthday } }"""
    school = world.school(family.school)  # type: ignore[arg-type]
    variables: dict[str, Any] = {"id": global_id("Child", family.child), "v": "2020-01-01"}
    answer = await world.ask(school, text, variables)
    assert (
        answer["then"]["nextLunarBirthday"] < "2021-03-01" < "2026-03-01" < answer["now"]["nextLunarBirthday"]
    )


async def test_days_absent_of_a_term_then(world: CommandWorld, family: Family) -> None:
    """An added field in SQL reads another table: as it was known, on the day asked about."""
    for day, recorded in (("2026-02-24", NOW), ("2026-02-25", CHANGED)):
        await world.add("education.absence", child_id=family.child, school_id=family.school, absent_on=day,
                        reason="ILLNESS", region_code=VILLAGE, recorded_at=recorded)  # fmt: skip
    text = "query Q($id: ID!, $m: AsOf) { child(id: $id, asOf: $m) { daysAbsentThisTerm } }"
    for moment, expected in (
        (None, 2),
        ({"known": THEN}, 1),
        ({"valid": "2026-02-24"}, 1),
        ({"valid": "2025-12-01"}, 0),
    ):
        variables = {"id": global_id("Child", family.child), "m": moment}
        seen = await world.ask(world.school(family.school), text, variables)  # type: ignore[arg-type]
        assert seen["child"]["daysAbsentThisTerm"] == expected, moment


async def test_what_the_viewer_can_is_todays(world: CommandWorld, family: Family) -> None:
    """The mother may read the grandmother's phone since a delegation of today; a version of before says so too."""
    text = """query Q($id: ID!, $k: DateTime) { person(id: $id, asOf: {known: $k}) {
              name viewerCan { phone: read(field: PHONE) born: read(field: BIRTH_DATE) update } } }"""
    variables = {"id": global_id("Person", family.grandmother), "k": THEN}
    mother = world.guardian(family.mother)
    seen = (await world.ask(mother, text, variables))["person"]
    assert seen == {"name": "赵秀英", "viewerCan": {"phone": False, "born": False, "update": False}}
    await world.add("core.delegation", child_id=family.child, delegate_id=family.grandmother, status="EFFECTIVE",
                    relation="PATERNAL_GRANDPARENT", is_lineal=True, valid_from="2026-03-10", region_code=VILLAGE,
                    recorded_at=CHANGED)  # fmt: skip
    seen = (await world.ask(mother, text, variables))["person"]
    assert seen["viewerCan"] == {"phone": True, "born": False, "update": False}
