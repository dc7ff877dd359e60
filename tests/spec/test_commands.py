"""Commands: one effect per key, one winner per row version, keys that grow.

Every stage but the transport is real: documents, plans, policies, PostgreSQL.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from kinfold.commands.errors import (
    KeyMissing,
    KeyReused,
    KeyRunning,
    NotAvailable,
    StaleVersion,
)
from kinfold.commands.execute import execute_mutation
from kinfold.commands.uuid7 import Uuid7Maker, make_uuid7
from kinfold.testing.command_world import (
    MARK,
    NOW,
    OTHER_VILLAGE,
    TODAY,
    VILLAGE,
    CommandWorld,
    Family,
    global_id,
)
from kinfold.testing.database import TestServer
from trial_plugin import EXPLAIN, NOTICE, Trial, leaves, notice


@pytest.fixture(scope="module")
async def world(postgres: TestServer) -> AsyncIterator[CommandWorld]:
    opened = await CommandWorld.open(postgres.create_database("commands"), {"trial": Trial()})
    yield opened
    await opened.close()


@pytest.fixture
async def family(world: CommandWorld) -> Family:
    world.clock.now = NOW
    return await world.add_family(school=await world.add_school())


async def test_a_key_is_needed(world: CommandWorld, family: Family) -> None:
    document = world.documents.read(NOTICE, None, notice(family))
    with pytest.raises(KeyMissing) as told:
        await execute_mutation(document, world.liaison(), None, "t", runner=world.runner, mutations=world.mutations, statements=world.statements, batches=world.batches,
                               cursor_secret=bytes(32), mark=MARK)  # fmt: skip
    assert told.value.status == 400


async def test_twenty_at_once_with_one_key_have_one_effect(world: CommandWorld, family: Family) -> None:
    key, trace = uuid.uuid4(), str(uuid.uuid4())
    waited = 0

    async def insist() -> bytes:
        nonlocal waited
        while True:
            try:
                return await world.send_raw(world.guardian(family.mother), NOTICE, notice(family), key, trace)
            except KeyRunning:
                waited += 1
                await asyncio.sleep(0.01)

    answers = await asyncio.gather(*(insist() for _ in range(20)))
    assert len(set(answers)) == 1
    assert waited > 0
    assert KeyRunning.status == 409
    assert (
        await world.count("SELECT count(*) FROM core.departure_notice WHERE child_id = $1", family.child) == 1
    )
    assert await world.count("SELECT count(*) FROM core.delegation WHERE child_id = $1", family.child) == 1
    outcomes = [leaf["outcome"] for leaf in await leaves(world, trace)]
    assert (outcomes.count("done"), outcomes.count("replayed")) == (1, 19)


async def test_a_key_stands_for_one_request_of_one_caller(world: CommandWorld, family: Family) -> None:
    key, other = uuid.uuid4(), await world.add_family()
    await world.send(world.liaison(), NOTICE, notice(family), key)
    with pytest.raises(KeyReused) as told:
        await world.send(world.liaison(), NOTICE, notice(family, phone="13000000001"), key)
    assert told.value.status == 422
    with pytest.raises(KeyReused):
        await world.send(world.liaison(), NOTICE.replace("{ id name }", "{ id }"), notice(family), key)
    answer = await world.send(
        world.guardian(other.mother), NOTICE, notice(other), key
    )  # another caller's own key
    assert answer["noticeDeparture"]["userErrors"] == []


async def test_a_replay_is_read_under_the_policy_of_today(world: CommandWorld, family: Family) -> None:
    key = uuid.uuid4()
    first = await world.send(world.guardian(family.mother), NOTICE, notice(family), key)
    assert first["noticeDeparture"]["notice"]["delegate"]["name"] == "赵秀英"
    await world.database.execute("UPDATE core.guardianship SET status = 'REVOKED', valid_to = $2 WHERE guardian_id = $1",
                                 family.mother, TODAY)  # fmt: skip
    second = await world.send(world.guardian(family.mother), NOTICE, notice(family), key)
    assert second["noticeDeparture"] == {
        "child": None,
        "notice": None,
        "registryEntries": [],
        "userErrors": [],
    }


async def test_a_refused_command_leaves_its_key_free(world: CommandWorld, family: Family) -> None:
    key = uuid.uuid4()
    late = notice(family, leaveOn="2026-03-01")
    assert (await world.send(world.liaison(), NOTICE, late, key))["noticeDeparture"]["userErrors"]
    assert (await world.send(world.liaison(), NOTICE, notice(family), key))["noticeDeparture"][
        "userErrors"
    ] == []


async def test_keys_are_kept_for_72_hours(world: CommandWorld, family: Family) -> None:
    key = uuid.uuid4()
    await world.send(world.liaison(), NOTICE, notice(family), key)
    world.clock.now = NOW + dt.timedelta(hours=71)
    assert await world.runner.forget_keys() == 0
    world.clock.now = NOW + dt.timedelta(hours=73)
    assert await world.runner.forget_keys() > 0
    assert await world.count("SELECT count(*) FROM core.idempotency_key WHERE key = $1", key) == 0


async def test_several_fields_run_in_order_and_a_repetition_goes_on(
    world: CommandWorld, family: Family
) -> None:
    other, key = await world.add_family(), uuid.uuid4()
    text = """mutation Two($one: NoticeDepartureInput!, $two: NoticeDepartureInput!) {
      __typename
      first: noticeDeparture(input: $one) { notice { id } problems: userErrors { c: code } userErrors { field } }
      second: noticeDeparture(input: $two) { __typename userErrors { code } }
    }"""
    foreign = notice(other, childId=global_id("Child", make_uuid7()))
    with pytest.raises(NotAvailable):
        await world.send(
            world.liaison(), text, {"one": notice(family)["input"], "two": foreign["input"]}, key
        )
    assert (
        await world.count("SELECT count(*) FROM core.departure_notice WHERE child_id = $1", family.child) == 1
    )
    both = {"one": notice(other)["input"], "two": notice(other)["input"]}
    answer = await world.send(world.liaison(), text, both)
    assert list(answer) == ["__typename", "first", "second"]
    assert answer["first"]["problems"] == answer["first"]["userErrors"] == []
    assert answer["second"] == {
        "__typename": "NoticeDeparturePayload",
        "userErrors": [{"code": "ALREADY_NOTICED"}],
    }
    literal = NOTICE.replace("($input: NoticeDepartureInput!)", "").replace(
        "$input", _literal(notice(other)["input"])
    )
    told = (await world.send(world.liaison(), literal))["noticeDeparture"]["userErrors"]
    assert [one["code"] for one in told] == ["ALREADY_NOTICED"]  # literals arrive as variables do


def _literal(values: dict[str, Any]) -> str:
    def one(value: Any) -> str:
        return "[" + ", ".join(map(one, value)) + "]" if isinstance(value, list) else f'"{value}"'

    return "{" + ", ".join(f"{name}: {one(value)}" for name, value in values.items()) + "}"


# --- versions -------------------------------------------------------------------------------------------------


async def _entry(world: CommandWorld, family: Family) -> uuid.UUID:
    found = await world.add("core.registry_entry", child_id=family.child, category="ORPHAN", rule_version="t/1",
                            state="PROPOSED", entry_reason="MOVED_IN", explanation="原", valid_from="2026-01-01",
                            region_code=VILLAGE)  # fmt: skip
    assert found is not None
    return found


async def test_a_stale_version_loses(world: CommandWorld, family: Family) -> None:
    entry = await _entry(world, family)

    def change(version: int, text: str) -> dict[str, Any]:
        return {
            "input": {"entryId": global_id("RegistryEntry", entry), "version": version, "explanation": text}
        }

    answer = await world.send(world.liaison(), EXPLAIN, change(1, "新"))
    assert answer["explainEntry"]["entry"] == {
        "id": global_id("RegistryEntry", entry),
        "version": 2,
        "explanation": "新",
    }
    with pytest.raises(StaleVersion) as told:
        await world.send(world.liaison(), EXPLAIN, change(1, "迟"))
    assert (told.value.code, told.value.status, told.value.current) == ("W409", 409, 2)
    assert "新" not in told.value.text
    with pytest.raises(NotAvailable):
        await world.send(world.liaison(OTHER_VILLAGE), EXPLAIN, change(2, "外"))
    with pytest.raises(NotAvailable):
        await world.send(world.school(family.school), EXPLAIN, change(2, "校"))
    [was] = await world.rows("SELECT * FROM core.registry_entry_history WHERE id = $1", entry)
    assert (was["version"], was["explanation"], was["superseded_at"]) == (1, "原", NOW)


@pytest.mark.spec("T-20", "Of concurrent editors of one version exactly one wins, every other is told W409")
async def test_concurrent_editors_lose_no_update(world: CommandWorld, family: Family) -> None:
    entry = await _entry(world, family)
    for version in range(1, 5):
        changes = [
            {
                "input": {
                    "entryId": global_id("RegistryEntry", entry),
                    "version": version,
                    "explanation": f"{n}",
                }
            }
            for n in range(8)
        ]
        done = await asyncio.gather(
            *(world.send(world.liaison(), EXPLAIN, one) for one in changes), return_exceptions=True
        )
        winners = [one for one in done if not isinstance(one, BaseException)]
        losers = [one for one in done if isinstance(one, StaleVersion)]
        assert (len(winners), len(losers)) == (1, 7)
        assert winners[0]["explainEntry"]["entry"]["version"] == version + 1
    assert await world.count("SELECT count(*) FROM core.registry_entry_history WHERE id = $1", entry) == 4


# --- keys of rows ---------------------------------------------------------------------------------------------


def test_uuid7_grows_even_when_the_clock_does_not() -> None:
    ticks = iter([5_000, 5_000, *([4_000] * 10_000)])
    maker = Uuid7Maker(lambda: next(ticks))
    made = [maker.make() for _ in range(10_002)]
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
    assert made[0].int >> 80 == 5_000
    assert made[-1].int >> 80 <= 5_005  # counts within the millisecond before it borrows the next
