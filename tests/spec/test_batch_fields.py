"""Fields that Python computes: once for every place, only where they may be read, and never half an answer."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hostile_plugin import SECRET, SLOW, WRONG, Hostile, grant
from kinfold.batch.call import AT_ONCE
from kinfold.batch.errors import BatchFieldFailed, BatchFieldTooSlow
from kinfold.errors import KinfoldError
from kinfold.identity.principal import Principal
from kinfold.testing.command_world import COUNTY, MARK, VILLAGE, CommandWorld, Family, global_id
from kinfold.testing.database import TestServer
from trial_plugin import notice

HIDDEN = MARK.strip('"').replace("\\u0001", "\u0001")
CHILDREN = "{ children(first: 60) { nodes { %s } } }"


@pytest.fixture(scope="module")
def hostile() -> Hostile:
    return Hostile()


@pytest.fixture(scope="module")
async def world(
    postgres: TestServer, hostile: Hostile, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[CommandWorld]:
    """Fifty children of one village, two of them born on one day, one without a birth date that is known."""
    policies = grant(Path(tmp_path_factory.mktemp("hostile")))
    opened = await CommandWorld.open(
        postgres.create_database("batch_fields"), {"hostile": hostile}, policies=policies
    )
    for i in range(50):
        day = f"2016-{i % 12 + 1:02d}-{i // 12 + 1:02d}" if i else "2016-02-01"
        await opened.add_person(f"王{i}", day, "MALE" if i % 2 else "FEMALE")
    yield opened
    await opened.close()


@pytest.fixture
async def family(world: CommandWorld) -> Family:
    return await world.add_family(village="370999101202")


@pytest.fixture(autouse=True)
def forget(hostile: Hostile) -> None:
    hostile.asked.clear()


async def ask(world: CommandWorld, selection: str, **variables: Any) -> list[dict[str, Any]]:
    answer = await world.ask(world.liaison(), CHILDREN % selection, variables)
    nodes: list[dict[str, Any]] = answer["children"]["nodes"]
    return nodes


async def test_one_statement_and_one_call_for_fifty_rows(world: CommandWorld, hostile: Hostile) -> None:
    before = world.reader.statements
    nodes = await ask(world, "birthDate born")
    assert world.reader.statements == before + 1
    assert len(nodes) == 50
    assert {str(n["born"]) for n in nodes} == {"2016"}
    (keys,) = hostile.asked["born"]
    assert len(keys) == len(set(keys)) == len({n["birthDate"] for n in nodes}) < 50


async def test_every_place_is_a_call_of_its_own(world: CommandWorld, hostile: Hostile) -> None:
    text = """{ a: children(first: 3) { nodes { born again: born } edges { node { born } } }
                b: children(first: 1) { nodes { born } } c: children(first: 0) { nodes { born } } }"""
    answer = await world.ask(world.liaison(), text)
    assert answer["a"]["nodes"][0] == {"born": 2016, "again": 2016}
    assert answer["a"]["edges"][0]["node"] == {"born": 2016}
    assert answer["c"] == {"nodes": []}
    assert sorted(len(keys) for keys in hostile.asked["born"]) == [
        1,
        2,
        2,
        2,
    ]  # two were born on one day; no rows, no call


async def test_only_keys_of_rows_that_may_be_read_are_handed_over(
    world: CommandWorld, hostile: Hostile
) -> None:
    nodes = await ask(world, "id sex ownId")
    boys = [n for n in nodes if n["sex"] == "MALE"]
    assert 0 < len(boys) < len(nodes)
    for node in nodes:
        key = node["id"].rpartition(":")[2]
        assert node["ownId"] == (f"{COUNTY} {key}" if node in boys else HIDDEN)
    (keys,) = hostile.asked["own_id"]
    assert {str(key) for (key,) in keys} == {n["id"].rpartition(":")[2] for n in boys}
    assert all(isinstance(key, uuid.UUID) for (key,) in keys)


async def test_hidden_for_a_class_is_never_computed(world: CommandWorld, hostile: Hostile) -> None:
    """The school sees the children's birth dates, but no rule gives it the field."""
    school = await world.add_school()
    one = await world.add_family(school=school)
    text = "query Q($id: ID!) { child(id: $id) { birthDate born } }"
    answer = await world.ask(world.school(school), text, {"id": global_id("Child", one.child)})
    assert answer["child"] == {"birthDate": "2017-05-05", "born": None}
    assert not hostile.asked


async def test_what_it_is_computed_from_must_be_readable_too(world: CommandWorld, hostile: Hostile) -> None:
    """A rule gives the bureau `born`, and none the birth date: what is computed from it is hidden as well."""
    bureau = Principal(
        "b", "education", frozenset({"bureau"}), "education.oversight", COUNTY, regions=(VILLAGE,)
    )
    text = "{ children(first: 1) { nodes { born birthDate ownId viewerCan { read(field: BORN) } } } }"
    (node,) = (await world.ask(bureau, text))["children"]["nodes"]
    assert node.pop("ownId").startswith(COUNTY)
    assert node == {"born": None, "birthDate": None, "viewerCan": {"read": False}}
    assert set(hostile.asked) == {"own_id"}


async def test_a_missing_part_of_the_key_is_null_and_not_asked(world: CommandWorld, hostile: Hostile) -> None:
    with_phone = await world.add_person("王电", "2016-01-01", phone="13099990000")
    other = await world.add_person("李话", "2016-01-01", phone="13099990001")
    try:
        nodes = {n["name"]: n["told"] for n in await ask(world, "name told")}
        assert nodes["王电"] == "2026-03-02"
        assert nodes["李话"] is None  # the function's own answer
        assert nodes["王1"] is None
        (keys,) = hostile.asked["told"]
        assert sorted(keys) == [("李话", "13099990001"), ("王电", "13099990000")]
    finally:
        await world.database.execute("DELETE FROM core.person WHERE id = ANY ($1)", [with_phone, other])


async def test_an_infinite_date_is_a_missing_one(world: CommandWorld, hostile: Hostile) -> None:
    odd = await world.add_person("王无", "infinity")
    try:
        nodes = {n["name"]: n["born"] for n in await ask(world, "name born")}
        assert nodes["王无"] is None
        assert nodes["王1"] == 2016
    finally:
        await world.database.execute("DELETE FROM core.person WHERE id = $1", odd)


@pytest.mark.parametrize("name", WRONG)
async def test_a_function_that_does_not_keep_its_word_fails_the_request(
    world: CommandWorld, name: str
) -> None:
    field = "".join(part.title() if i else part for i, part in enumerate(name.split("_")))
    with structlog.testing.capture_logs() as logs, pytest.raises(BatchFieldFailed) as told:
        await ask(world, f"name born {field}")
    assert (told.value.code, told.value.status) == ("X102", 500)
    assert f"Child.{field}" in told.value.text
    fault = next(line for line in logs if line["event"] == "batch fault")
    assert (fault["field"], fault["trace"]) == (f"Child.{field}", "trace")
    # Neither a key nor an exception's text is in the message or in the log.
    for text in (told.value.text, str(logs)):
        assert "2016-" not in text
        assert SECRET not in text
        assert "UUID(" not in text


@pytest.mark.parametrize("name", SLOW)
async def test_a_function_that_hangs_is_left_behind(world: CommandWorld, name: str) -> None:
    field = "holdsOn" if name == "holds_on" else name
    started = time.monotonic()
    with pytest.raises(BatchFieldTooSlow) as told:
        await ask(world, f"name {field}")
    assert (told.value.code, told.value.status) == ("X103", 504)
    assert 0.3 <= time.monotonic() - started < 1.5


async def test_many_that_hang_neither_pile_up_nor_stop_others(world: CommandWorld) -> None:
    import threading

    async def refused() -> str:
        with pytest.raises(KinfoldError) as told:
            await ask(world, "hangs")
        return told.value.code

    started = time.monotonic()
    asked = [asyncio.create_task(refused()) for _ in range(AT_ONCE * 3)]
    nodes = await ask(world, "born")
    assert 2016 in {node["born"] for node in nodes}
    assert set(await asyncio.gather(*asked)) == {"X103"}
    assert time.monotonic() - started < 5.0
    hanging = [t for t in threading.enumerate() if "hostile_plugin.hangs" in t.name]
    assert 0 < len(hanging) <= AT_ONCE
    assert all(t.daemon for t in hanging)  # they do not keep the process from ending
    for thread in hanging:
        await asyncio.to_thread(thread.join)
    with pytest.raises(BatchFieldTooSlow):  # a place is free again, and taken
        await ask(world, "hangs")


async def test_a_cell_cannot_be_imitated_by_data(world: CommandWorld) -> None:
    name = '{"~b0" : ["2016-01-01"]}'
    odd = await world.add_person(name, "2016-01-01")
    try:
        nodes = await ask(world, "name born")
        assert name in {n["name"] for n in nodes}
    finally:
        await world.database.execute("DELETE FROM core.person WHERE id = $1", odd)


PAYLOAD = """mutation Notice($input: NoticeDepartureInput!) {
  noticeDeparture(input: $input) { child { %s } userErrors { code } } }"""


async def test_in_a_payload_too(world: CommandWorld, family: Family, hostile: Hostile) -> None:
    liaison = world.liaison("370999101202")
    answer = await world.send(liaison, PAYLOAD % "name born", notice(family))
    assert answer["noticeDeparture"] == {"child": {"name": "李明", "born": 2017}, "userErrors": []}
    assert len(hostile.asked["born"]) == 1


async def test_a_payload_that_fails_undoes_the_command(world: CommandWorld, family: Family) -> None:
    """An error means that nothing was done; without the field the same change goes through."""
    liaison = world.liaison("370999101202")
    count = "SELECT count(*) FROM core.departure_notice WHERE child_id = $1"
    for field, code in (("raises", "X102"), ("hangs", "X103")):
        with pytest.raises(KinfoldError) as told:
            await world.send(liaison, PAYLOAD % f"name {field}", notice(family))
        assert told.value.code == code
        assert await world.count(count, family.child) == 0
    await world.send(liaison, PAYLOAD % "name", notice(family))
    assert await world.count(count, family.child) == 1


def test_neither_filtered_nor_sorted_and_the_schema_says_so(world: CommandWorld) -> None:
    schema = world.documents.schema
    for name in ("born", "lunarBirthday"):
        assert name not in schema.type_map["ChildWhere"].fields
        assert "不可筛选" in schema.type_map["Child"].fields[name].description
        assert "neither filterable nor sortable" in schema.type_map["Child"].fields[name].description
    assert not {"BORN", "LUNAR_BIRTHDAY"} & set(schema.type_map["ChildOrderField"].values)
    assert {"BORN", "LUNAR_BIRTHDAY"} < set(schema.type_map["ChildField"].values)


async def test_viewer_can_tells_of_it_like_of_any_field(world: CommandWorld) -> None:
    nodes = await ask(
        world,
        "sex ownId viewerCan { read(field: OWN_ID) born: read(field: BORN) update(field: OWN_ID) mask(field: BORN) }",
    )
    for node in nodes:
        assert node["viewerCan"] == {
            "read": node["sex"] == "MALE", "born": True, "update": False, "mask": None,
        }  # fmt: skip
