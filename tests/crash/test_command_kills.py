"""Killed in the middle of a command: afterwards it happened once or not at all, and a repetition settles it.

Real processes, kill -9: of the writer at three moments of its transaction, and of PostgreSQL under load.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from kinfold.errors import KinfoldError
from kinfold.testing.command_world import CommandWorld, Family, global_id
from kinfold.testing.database import TestServer

WORKER = Path(__file__).with_name("command_worker.py")
TEXT = """
mutation Notice($input: NoticeDepartureInput!) {
  noticeDeparture(input: $input) { notice { id leaveOn } userErrors { code } }
}"""


@pytest.fixture(scope="module")
def own_server() -> Any:
    with TestServer() as server:
        yield server


@pytest.fixture(scope="module")
async def world(own_server: TestServer) -> AsyncIterator[CommandWorld]:
    opened = await CommandWorld.open(own_server.create_database("crash"))
    yield opened
    await opened.close()


def notice(family: Family) -> dict[str, Any]:
    return {
        "input": {
            "childId": global_id("Child", family.child),
            "parentIds": [global_id("Person", p) for p in (family.mother, family.father)],
            "destinationCode": "370200",
            "destination": "青岛市",
            "phone": "13000000000",
            "delegateId": global_id("Person", family.grandmother),
            "leaveOn": "2026-03-20",
        }
    }


async def effects(world: CommandWorld, family: Family) -> tuple[int, ...]:
    """Rows of the notice, of what follows, of the leaf, of the event, of the timeline, of the key."""
    child = "SELECT count(*) FROM core.{} WHERE child_id = $1"
    event = (
        "SELECT count(*) FROM core.outbox_event WHERE event = 'departure.noticed' AND $1 = ANY(subject_ids)"
    )
    story = "SELECT count(*) FROM core.timeline_event WHERE event = 'departure.noticed' AND person_id = $1"
    return (
        await world.count(child.format("departure_notice"), family.child),
        await world.count(child.format("delegation"), family.child),
        await world.count(child.format("registry_entry"), family.child),
        await world.count("SELECT count(*) FROM core.migration WHERE person_id = $1", family.mother),
        await world.count(event, family.child),
        await world.count(story, family.child),
    )


NOTHING, ONCE = (0,) * 6, (1,) * 6


@pytest.mark.spec(
    "T-14", "A writer killed before its commit leaves nothing, after it everything; once in both cases"
)
@pytest.mark.parametrize(
    ("moment", "left"), [("handled", NOTHING), ("written", NOTHING), ("committed", ONCE)]
)
async def test_killed_writer(world: CommandWorld, moment: str, left: tuple[int, ...]) -> None:
    family, key = await world.add_family(), uuid.uuid4()
    leaves = await world.count("SELECT count(*) FROM core.audit_leaf WHERE outcome = 'done'")
    order = {"url": world.url, "text": TEXT, "variables": notice(family), "key": str(key),
             "caller": str(family.mother), "moment": moment}  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, str(WORKER), json.dumps(order)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert worker.stdout is not None
        reached = await asyncio.to_thread(worker.stdout.readline)
        assert reached.strip() == moment
    finally:
        worker.kill()
        worker.wait()
        if worker.stdout is not None:
            worker.stdout.close()
    # The server notices the dead client when it next listens to it: its locks go with it.
    for _ in range(200):
        if not await world.count("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"):
            break
        await asyncio.sleep(0.02)
    assert await effects(world, family) == left
    done = 1 if left == ONCE else 0
    assert await world.count("SELECT count(*) FROM core.audit_leaf WHERE outcome = 'done'") == leaves + done
    caller = world.guardian(family.mother)
    first = await world.send(caller, TEXT, notice(family), key)
    assert first["noticeDeparture"]["userErrors"] == []
    assert first["noticeDeparture"]["notice"]["leaveOn"] == "2026-03-20"
    assert await world.send(caller, TEXT, notice(family), key) == first
    assert await effects(world, family) == ONCE
    assert await world.count("SELECT count(*) FROM core.audit_leaf WHERE outcome = 'done'") == leaves + 1


@pytest.mark.spec("T-14", "PostgreSQL killed under load: nothing acknowledged is lost, nothing is done twice")
async def test_killed_database(own_server: TestServer, world: CommandWorld) -> None:
    interrupted = 0
    for wait in (0.03, 0.08, 0.15):
        families = [await world.add_family() for _ in range(12)]
        keys = {family.child: uuid.uuid4() for family in families}
        acknowledged: set[uuid.UUID] = set()
        refused: list[str] = []

        async def write(
            family: Family,
            keys: dict[uuid.UUID, uuid.UUID] = keys,
            acknowledged: set[uuid.UUID] = acknowledged,
            refused: list[str] = refused,
        ) -> None:
            try:
                await world.send(world.guardian(family.mother), TEXT, notice(family), keys[family.child])
                acknowledged.add(family.child)
            except KinfoldError as told:
                refused.append(told.code)

        writers = [asyncio.create_task(write(family)) for family in families]
        await asyncio.sleep(wait)
        os.kill(own_server.postgres.pid, signal.SIGKILL)
        await asyncio.gather(*writers)
        assert set(refused) <= {"S101", "W106", "W107"}
        interrupted += len(refused)
        for _ in range(500):  # until the kill has arrived
            if own_server.postgres.revive():
                break
            await asyncio.sleep(0.01)
        await world.reopen()
        for family in families:
            if family.child in acknowledged:
                assert await effects(world, family) == ONCE
            await write(family)
            assert await effects(world, family) == ONCE
        assert len(acknowledged) == 12
    assert interrupted > 0
    done = "SELECT count(*) FROM core.audit_leaf WHERE outcome = 'done'"
    notices = await world.count("SELECT count(*) FROM core.departure_notice")
    assert await world.count(done) == notices
    assert await world.count("SELECT count(*) FROM core.idempotency_key") == notices
