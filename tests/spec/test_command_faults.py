"""Commands that fail: nothing of them remains but the record that somebody tried.

Faults are made in the database, in handlers, and by cutting a command off.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import uuid
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import yaml
from kinfold.audit.leaf import COLUMNS, verify_leaf
from kinfold.audit.pseudonym import hash_row, hash_subject, split_tokens
from kinfold.commands.errors import (
    AlreadyThere,
    AuditUnavailable,
    CommandFailed,
    NotAvailable,
    PeriodOverlaps,
    ReferenceBroken,
    ValueRefused,
)
from kinfold.commands.uuid7 import make_uuid7
from kinfold.document.errors import IdMalformed
from kinfold.errors import KinfoldError
from kinfold.policy.bundle import Bundle
from kinfold.policy.load import SHIPPED
from kinfold.policy.source import PolicySource, load_sources
from kinfold.testing.command_world import (
    COUNTY,
    HASH_KEY,
    NOW,
    VILLAGE,
    CommandWorld,
    Family,
    global_id,
)
from kinfold.testing.database import TestServer
from trial_plugin import CANARY, FAIL, NOTICE, Trial, leaves, notice, snapshot


@pytest.fixture(scope="module")
async def world(postgres: TestServer) -> AsyncIterator[CommandWorld]:
    opened = await CommandWorld.open(postgres.create_database("command_faults"), {"trial": Trial()})
    yield opened
    await opened.close()


@pytest.fixture
async def family(world: CommandWorld) -> Family:
    world.clock.now = NOW
    return await world.add_family(school=await world.add_school())


async def test_the_leaf_says_who_and_what_and_betrays_a_change(world: CommandWorld, family: Family) -> None:
    caller, trace = world.guardian(family.mother), str(uuid.uuid4())
    answer = await world.send(caller, NOTICE, notice(family), trace_id=trace)
    [leaf] = await leaves(world, trace)
    assert (leaf["operation"], leaf["outcome"], leaf["purpose"]) == (
        "noticeDeparture",
        "done",
        "family.own_record",
    )
    assert leaf["subject"] == hash_subject(HASH_KEY, COUNTY, caller.subject)
    noticed = uuid.UUID(answer["noticeDeparture"]["notice"]["id"].rpartition(":")[2])
    assert hash_row(HASH_KEY, COUNTY, noticed) in split_tokens(leaf["subjects"])
    assert leaf["kinds"] == [
        "core.Delegation",
        "core.DepartureNotice",
        "core.Migration",
        "core.RegistryEntry",
    ]
    assert "core.DepartureNotice.phone" in leaf["fields"]
    assert leaf["row_count"] == len(split_tokens(leaf["subjects"])) == 5
    assert leaf["policy_version"] == world.policy.bundle.hash
    assert verify_leaf(leaf)
    for name in COLUMNS:
        value = leaf[name]
        changed: Any
        if isinstance(value, list):
            changed = value[:-1]
        elif isinstance(value, dt.datetime):
            changed = value + dt.timedelta(microseconds=1)
        elif isinstance(value, uuid.UUID):
            changed = make_uuid7()
        else:
            changed = value + type(value)(1) if isinstance(value, int) else value + value[:1]
        assert not verify_leaf({**leaf, name: changed}), name
    await world.database.execute("UPDATE core.audit_leaf SET row_count = 4 WHERE id = $1", leaf["id"])
    [forged] = await leaves(world, trace)
    assert not verify_leaf(forged)


async def test_no_value_of_a_person_is_recorded_beside_the_data(world: CommandWorld, family: Family) -> None:
    key, trace = uuid.uuid4(), str(uuid.uuid4())
    secret = notice(family, destination=CANARY, phone=CANARY)
    await world.send(world.guardian(family.mother), NOTICE, secret, key, trace)
    assert await world.count("SELECT count(*) FROM core.departure_notice WHERE destination = $1", CANARY) == 1
    for table in ("audit_leaf", "outbox_event", "timeline_event", "idempotency_key"):
        stored = await world.count(
            f"SELECT count(*) FROM core.{table} t WHERE t::text LIKE '%' || $1 || '%'", CANARY
        )
        assert stored == 0, table
        names = await world.count(f"SELECT count(*) FROM core.{table} t WHERE t::text ~ '李明|王芳|赵秀英'")
        assert names == 0, table
    subject = world.guardian(family.mother).subject
    assert (
        await world.count(
            "SELECT count(*) FROM core.audit_leaf t WHERE t::text LIKE '%' || $1 || '%'", subject
        )
        == 0
    )


@pytest.mark.spec("T-17", "While audit cannot be written nothing is done and nothing is answered")
async def test_without_the_audit_record_nothing_happens(world: CommandWorld, family: Family) -> None:
    before = await snapshot(world)
    await world.database.execute("ALTER TABLE core.audit_leaf ADD CONSTRAINT refuses CHECK (false) NOT VALID")
    try:
        with pytest.raises(AuditUnavailable) as told:
            await world.send(world.liaison(), NOTICE, notice(family))
        assert told.value.status == 503
        assert await snapshot(world) == before
        with pytest.raises(AuditUnavailable):  # a refusal is not answered either
            await world.send(world.school(family.school), NOTICE, notice(family))
        with pytest.raises(AuditUnavailable):
            await world.send(world.liaison(), NOTICE, notice(family, leaveOn="2026-03-01"))
    finally:
        await world.database.execute("ALTER TABLE core.audit_leaf DROP CONSTRAINT refuses")
    assert (await world.send(world.liaison(), NOTICE, notice(family)))["noticeDeparture"]["userErrors"] == []


@pytest.mark.parametrize("table", ["outbox_event", "timeline_event", "idempotency_key"])
async def test_the_change_and_what_is_told_of_it_are_one(
    world: CommandWorld, family: Family, table: str
) -> None:
    before, trace = await snapshot(world), str(uuid.uuid4())
    await world.database.execute(f"ALTER TABLE core.{table} ADD CONSTRAINT refuses CHECK (false) NOT VALID")
    try:
        with pytest.raises(CommandFailed):
            await world.send(world.liaison(), NOTICE, notice(family), trace_id=trace)
    finally:
        await world.database.execute(f"ALTER TABLE core.{table} DROP CONSTRAINT refuses")
    assert await snapshot(world) == before
    assert [leaf["outcome"] for leaf in await leaves(world, trace)] == ["failed"]


# --- walls ----------------------------------------------------------------------------------------------------


async def test_what_the_user_can_mend_rolls_back_what_was_written(
    world: CommandWorld, family: Family
) -> None:
    before, key, trace = await snapshot(world), uuid.uuid4(), str(uuid.uuid4())
    variables = {"input": {"childId": global_id("Child", family.child), "how": "mend"}}
    answer = await world.send(world.liaison(), FAIL, variables, key, trace)
    assert answer == {"fail": {"userErrors": [{"code": "MEND"}]}}
    assert await snapshot(world) == before
    assert [leaf["outcome"] for leaf in await leaves(world, trace)] == ["refused"]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("overlap", PeriodOverlaps),
        ("reference", ReferenceBroken),
        ("unique", AlreadyThere),
        ("missing", ValueRefused),
        ("fault", CommandFailed),
        ("undeclared", CommandFailed),
        ("outside", NotAvailable),
        ("probe", NotAvailable),
        ("event", CommandFailed),
    ],
)
async def test_walls_have_codes_and_no_values(
    world: CommandWorld, family: Family, how: str, expected: type[KinfoldError]
) -> None:
    before, trace = await snapshot(world), str(uuid.uuid4())
    variables = {"input": {"childId": global_id("Child", family.child), "how": how,
                           "schoolId": global_id("School", family.school)}}  # fmt: skip
    caller = world.school(family.school) if how == "unique" else world.liaison()
    with pytest.raises(expected) as told:
        await world.send(caller, FAIL, variables, trace_id=trace)
    assert type(told.value) is expected
    said = f"{told.value.text} {told.value.advice}"
    assert CANARY not in said
    assert not any(
        word in said for word in ("registry_entry", "absence", "person", VILLAGE, str(family.child))
    )
    assert await snapshot(world) == before
    [leaf] = await leaves(world, trace)
    assert leaf["outcome"] == ("failed" if expected is CommandFailed else "refused")
    assert verify_leaf(leaf)


async def test_no_consequence_without_a_deed(world: CommandWorld, family: Family) -> None:
    text = "mutation C($input: ConcludeInput!) { conclude(input: $input) { userErrors { code } } }"
    asked = {"input": {"childId": global_id("Child", family.child)}}
    spec = world.mutations["conclude"]
    with pytest.raises(CommandFailed):  # not declared
        await world.send(world.liaison(), text, asked)
    world.mutations["conclude"] = dataclasses.replace(spec, consequences=("education.Absence",))
    with pytest.raises(NotAvailable):
        await world.send(world.liaison(), text, asked)


@pytest.mark.parametrize("attribute", ["phone", "told_school_at"])
async def test_a_field_that_no_rule_lets_the_caller_write_refuses_the_row(
    world: CommandWorld, family: Family, attribute: str
) -> None:
    full = world.policy.bundle
    rules = [
        dataclasses.replace(rule, write=tuple(w for w in rule.write if w != attribute)) for rule in full.rules
    ]
    world.runner._bundle = lambda: Bundle(rules)  # the policy in force changes between two requests
    try:
        with pytest.raises(NotAvailable):
            await world.send(world.guardian(family.mother), NOTICE, notice(family))
    finally:
        world.runner._bundle = lambda: full
    answer = await world.send(world.guardian(family.mother), NOTICE, notice(family))
    assert answer["noticeDeparture"]["userErrors"] == []


async def test_a_field_may_be_writable_on_some_rows_only(world: CommandWorld, family: Family) -> None:
    """A second rule lets guardians write the phone, but only of notices to one place."""
    full, catalog = world.policy.bundle, world.runner.catalog
    path = SHIPPED / "family" / "departure_notice.yaml"
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    [rule] = [one for one in whole["rules"] if one["id"] == "family.departure-notice.file"]
    some = {**rule, "id": "family.departure-notice.phone", "fields": {"write": ["phone"]}}
    some["when"] = f"({rule['when']}) && r.obj.destination_code == '370100'"
    text = yaml.safe_dump({**whole, "rules": [some], "tests": []}, allow_unicode=True)
    source = PolicySource("family/departure_notice.yaml", text)
    added = load_sources([source], schema=world.policy.schema, catalog=catalog).rules
    rules = [
        dataclasses.replace(one, write=tuple(w for w in one.write if w != "phone")) for one in full.rules
    ]
    world.runner._bundle = lambda: Bundle([*rules, *added])
    try:
        with pytest.raises(NotAvailable):
            await world.send(world.guardian(family.mother), NOTICE, notice(family))
        elsewhere = notice(family, destinationCode="370100")
        answer = await world.send(world.guardian(family.mother), NOTICE, elsewhere)
        assert answer["noticeDeparture"]["userErrors"] == []
    finally:
        world.runner._bundle = lambda: full


async def test_an_id_of_another_type_is_no_id(world: CommandWorld, family: Family) -> None:
    for wrong in (global_id("Person", family.child), "nonsense"):
        with pytest.raises(IdMalformed):
            await world.send(world.liaison(), NOTICE, notice(family, childId=wrong))


@pytest.mark.spec("T-21", "A cancelled command leaves no effect, no lock and no open transaction")
async def test_cancelling_at_any_moment(world: CommandWorld, family: Family) -> None:
    before, cancelled = await snapshot(world), 0
    for turn in range(12):
        task = asyncio.create_task(world.send(world.liaison(), NOTICE, notice(family)))
        await asyncio.sleep(0.002 * turn)
        if task.done():
            break
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        cancelled += 1
        assert await snapshot(world) == before
    assert cancelled > 2
    idle = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    )
    for _ in range(100):
        if await world.count(idle) == 0:
            break
        await asyncio.sleep(0.02)
    assert await world.count(idle) == 0
    fresh = await world.add_family()
    assert (await world.send(world.liaison(), NOTICE, notice(fresh)))["noticeDeparture"]["userErrors"] == []


async def test_a_locked_row_is_told_and_not_waited_for_without_end(
    world: CommandWorld, family: Family
) -> None:
    blocker = await asyncpg.connect(world.url)
    try:
        async with blocker.transaction():
            await blocker.execute("SELECT 1 FROM core.person WHERE id = $1 FOR UPDATE", family.child)
            with pytest.raises(KinfoldError) as told:
                await world.send(world.liaison(), NOTICE, notice(family))
        assert told.value.code == "W105"
    finally:
        await blocker.close()
