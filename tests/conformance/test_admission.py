"""Who is let in when too much is asked at once: bounded in number and time, fair between departments.

In:  lanes by themselves, and a server whose four read connections are held by a table lock.
Out: places, turns, refusals; 503 with Retry-After, told before the body is looked at.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor

import asyncpg
import pytest
from kinfold.testing.server import RunningKinfold
from kinfold.transport.admission import Lane
from kinfold.transport.errors import ServerBusy
from kinfold.transport.limit import MAX_WAITING, WAIT_SECONDS
from wire import TYPENAME, Heard, Wire

PLACES = 4  # the default of KINFOLD_READ_CONNECTIONS
READ = json.dumps({"query": "{ children(first: 1) { nodes { residences { place { name } } } } }"}).encode()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def queue_up(lane: Lane, department: str, log: list[str]) -> asyncio.Task[None]:
    async def go() -> None:
        await lane.enter(department)
        log.append(department)

    return asyncio.create_task(go())


async def visit(lane: Lane, department: str) -> None:
    await lane.enter(department)
    lane.leave(department)


async def test_who_is_alone_may_hold_every_place_and_in_company_all_but_one() -> None:
    lane = Lane(4, seconds=0.05)
    for _ in range(4):
        await lane.enter("education")
    with pytest.raises(ServerBusy):
        await lane.enter("civil_affairs")
    # From now on there is company: the place that becomes free is not for who has all of them.
    lane.leave("education")
    with pytest.raises(ServerBusy):
        await lane.enter("education")
    await asyncio.wait_for(lane.enter("civil_affairs"), 0.01)


async def test_in_company_no_department_holds_the_last_place() -> None:
    lane = Lane(4, seconds=0.05)
    await visit(lane, "police")
    for _ in range(3):
        await lane.enter("education")
    with pytest.raises(ServerBusy):
        await lane.enter("education")
    await asyncio.wait_for(lane.enter("civil_affairs"), 0.01)
    with pytest.raises(ServerBusy):
        await lane.enter("legal_aid")
    lane.leave("civil_affairs")
    await asyncio.wait_for(lane.enter("legal_aid"), 0.01)


async def test_a_lane_of_one_place_serves_everybody() -> None:
    lane = Lane(1)
    for department in ("education", "civil_affairs"):
        await asyncio.wait_for(visit(lane, department), 0.01)


async def test_departments_take_turns_each_in_its_own_order() -> None:
    lane, log = Lane(2), []
    await lane.enter("police")
    await lane.enter("hospital")
    tasks = [queue_up(lane, "education", log) for _ in range(4)]
    await settle()
    tasks += [queue_up(lane, "civil_affairs", log) for _ in range(2)]
    await settle()
    lane.leave("police")
    for _ in range(6):
        await settle()
        lane.leave(log[-1])
    await asyncio.gather(*tasks)
    assert log == ["education", "civil_affairs", "education", "civil_affairs", "education", "education"]


async def test_the_queue_is_bounded_and_the_greedy_make_room() -> None:
    lane, log = Lane(1, waiting=4, seconds=5), []
    await lane.enter("police")
    greedy = [queue_up(lane, "education", log) for _ in range(4)]
    await settle()
    started = time.perf_counter()
    with pytest.raises(ServerBusy):
        await lane.enter("education")
    assert time.perf_counter() - started < 0.02
    other = [queue_up(lane, "civil_affairs", log) for _ in range(2)]
    await settle()
    assert [task.done() for task in greedy] == [False, False, True, True]  # the newest of them
    with pytest.raises(ServerBusy):
        await lane.enter("civil_affairs")  # two against two: nobody is greedy any more
    lane.leave("police")
    for _ in range(4):
        await settle()
        lane.leave(log[-1])
    assert Counter(log) == {"education": 2, "civil_affairs": 2}
    with pytest.raises(ServerBusy):
        await greedy[3]
    with pytest.raises(ServerBusy):
        await greedy[2]
    await asyncio.gather(*greedy[:2], *other)


async def test_who_gives_up_while_waiting_leaves_no_trace() -> None:
    lane, log = Lane(1, seconds=5), []
    await lane.enter("police")
    first, second = queue_up(lane, "education", log), queue_up(lane, "education", log)
    await settle()
    first.cancel()
    await settle()
    lane.leave("police")
    await settle()
    assert log == ["education"]
    assert second.done()
    # Cancelled in the very moment in which its turn came: the place goes on to the next one.
    third, fourth = queue_up(lane, "education", log), queue_up(lane, "hospital", log)
    await settle()
    lane.leave("education")
    third.cancel()
    await settle()
    assert log == ["education", "hospital"]
    lane.leave("hospital")
    await asyncio.wait_for(lane.enter("police"), 0.01)
    with contextlib.suppress(asyncio.CancelledError):
        await first
    with contextlib.suppress(asyncio.CancelledError):
        await third
    await fourth


@contextlib.asynccontextmanager
async def held(server: RunningKinfold, table: str) -> AsyncIterator[asyncpg.Connection]:  # type: ignore[type-arg]
    """Nobody reads the table until the end of the block; gives a second connection, to look."""
    holder, witness = (
        await asyncpg.connect(server.database_url),
        await asyncpg.connect(server.database_url),
    )
    try:
        async with holder.transaction():
            await holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield witness
    finally:
        await holder.close()
        await witness.close()


async def wait_for_readers(witness: asyncpg.Connection, count: int) -> None:  # type: ignore[type-arg]
    query = """SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND datname = current_database()
               AND application_name = 'kinfold read'"""
    deadline = time.perf_counter() + 3
    while await witness.fetchval(query) != count:
        assert time.perf_counter() < deadline
        await asyncio.sleep(0.005)


def ask_timed(wire: Wire, body: bytes, headers: dict[str, str] | None = None) -> tuple[Heard, float]:
    started = time.perf_counter()
    heard = wire.send(body, headers)
    return heard, time.perf_counter() - started


async def test_a_crowd_of_one_department_is_sent_away_and_the_others_are_served(
    spare: RunningKinfold,
) -> None:
    crowd, other = Wire(spare, "education-bureau"), Wire(spare, "county-civil-affairs")
    report = Wire(spare, "school")
    assert other.send().status == 200  # there is company
    with ThreadPoolExecutor(MAX_WAITING + 40) as pool:
        async with held(spare, "core.residence") as witness:
            at_work = [pool.submit(crowd.send, READ) for _ in range(PLACES - 1)]
            await wait_for_readers(witness, PLACES - 1)
            # One more than may wait; none of them is JSON, and nobody gets so far as to notice.
            rest = [pool.submit(ask_timed, crowd, b"no JSON") for _ in range(MAX_WAITING + 20)]
            served, took = await asyncio.to_thread(ask_timed, other, TYPENAME)
            assert (served.status, took < WAIT_SECONDS) == (200, True)
            change = {"idempotency-key": str(uuid.uuid4())}
            assert (await asyncio.to_thread(report.send, TYPENAME, change)).status == 200
            refused = [await asyncio.to_thread(one.result) for one in rest]
            assert {(heard.status, heard.code) for heard, _ in refused} == {(503, "T113")}
            assert {heard.headers["retry-after"] for heard, _ in refused} == {"1"}
            assert max(seconds for _, seconds in refused) < WAIT_SECONDS + 0.5
            waited = sum(seconds > WAIT_SECONDS - 0.05 for _, seconds in refused)
            assert MAX_WAITING // 2 <= waited <= MAX_WAITING  # the rest was told at once
        assert {one.result().status for one in at_work} == {200}
    assert crowd.send(READ).status == 200


async def test_who_waits_a_moment_is_served(spare: RunningKinfold) -> None:
    crowd = Wire(spare, "education-bureau")
    assert Wire(spare, "county-civil-affairs").send().status == 200
    with ThreadPoolExecutor(20) as pool:
        async with held(spare, "core.residence") as witness:
            asked: list[Future[Heard]] = [pool.submit(crowd.send, READ) for _ in range(20)]
            await wait_for_readers(witness, PLACES - 1)
        assert {one.result().status for one in asked} == {200}
