"""T-21: requests that are cut at any moment leave nothing behind: no statement, no lock, no connection, no place.

In:  a server of our own with ten read connections, raw sockets, and PostgreSQL's own view of who does what.
Out: what PostgreSQL says afterwards. Statements are held with a table lock: no query has to be slow by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import http.client
import json
import os
import random
import socket
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from kinfold.sql.connection import READ_SETTINGS, WRITE_SETTINGS, Connections, connect
from kinfold.testing.database import TestServer
from kinfold.testing.server import RunningKinfold
from kinfold.transport.limit import REQUEST_SECONDS, WAIT_SECONDS

READS = 10
CUTS = 3_000 if os.environ.get("CI") else 10_000
AT_ONCE = 40
SCHOOL = "School:370983:0190a000-0000-7000-8000-000000000001"
CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"
POINT = {"query": f'{{ child(id: "{CHILD}") {{ id name household {{ members {{ person {{ name }} }} }} }} }}'}
PAGE = {
    "query": """{ children(first: 100) { nodes { id name household { members { person { name phone } } }
    guardianships { guardian { name phone } } delegations { delegate { name } } residences { place { name } } } } }"""
}
ABSENCE = "mutation A($input: RegisterAbsenceInput!) { registerAbsence(input: $input) { absences { id } } }"


@pytest.fixture(scope="module")
def cut(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKinfold]:
    """A server of our own: these tests hold its tables."""
    url = postgres.create_database("cut")
    running = RunningKinfold(
        url, Path(tmp_path_factory.mktemp("cut")), persons=1500, KINFOLD_READ_CONNECTIONS=str(READS)
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def witness(cut: RunningKinfold) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection that is not the server's."""
    connection = await asyncpg.connect(cut.database_url)
    yield connection
    await connection.close()


async def look(witness: asyncpg.Connection[Any], kind: str = "kinfold%") -> list[str]:
    """The state of each of the server's connections."""
    rows = await witness.fetch(
        "SELECT state FROM pg_stat_activity WHERE application_name LIKE $1 AND datname = current_database()",
        kind,
    )
    return [row["state"] for row in rows]


async def wait_until_active(witness: asyncpg.Connection[Any], count: int, seconds: float, kind: str) -> float:
    """Seconds until exactly so many statements run; fails when that does not come."""
    started = time.perf_counter()
    while (await look(witness, kind)).count("active") != count:
        assert time.perf_counter() - started < seconds, await look(witness)
        await asyncio.sleep(0.005)
    return time.perf_counter() - started


@contextlib.asynccontextmanager
async def held(url: str, table: str) -> AsyncIterator[None]:
    """Nobody reads or writes the table until the end of the block."""
    holder = await asyncpg.connect(url)
    try:
        async with holder.transaction():
            await holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await holder.close()


def make_request(
    server: RunningKinfold, persona: str, body: dict[str, Any], key: uuid.UUID | None = None
) -> bytes:
    """A whole POST as bytes."""
    purpose = "education.attendance" if key else None
    content = json.dumps(body).encode()
    headers = {"host": "x", "content-type": "application/json", "content-length": str(len(content))}
    headers |= server.as_(persona, purpose).headers
    if key:
        headers["idempotency-key"] = str(key)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /graphql HTTP/1.1\r\n{head}\r\n".encode() + content


def absence(day: int = 0) -> dict[str, Any]:
    on = dt.datetime.now(ZoneInfo("Asia/Shanghai")).date() - dt.timedelta(days=day)
    given = {
        "schoolId": SCHOOL,
        "absentOn": on.isoformat(),
        "pupils": [{"childId": CHILD, "reason": "ILLNESS"}],
    }
    return {"query": ABSENCE, "variables": {"input": given}}


def open_line(server: RunningKinfold) -> socket.socket:
    address = urlsplit(server.url)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=30)


def read_answer(line: socket.socket) -> tuple[int, bytes]:
    """Status and body of the next answer on a line."""
    answer = http.client.HTTPResponse(line)
    answer.begin()
    return answer.status, answer.read()


async def test_a_statement_ends_when_its_client_goes(
    cut: RunningKinfold, witness: asyncpg.Connection[Any]
) -> None:
    request = make_request(cut, "county-civil-affairs", POINT)
    async with held(str(cut.database_url), "core.person"):
        with open_line(cut) as line:
            line.sendall(request)
            await wait_until_active(witness, 1, 2, "kinfold read")
        assert await wait_until_active(witness, 0, 2, "kinfold read") < 0.5
    assert "T115" in cut.log()
    assert cut.as_("county-civil-affairs").ask(POINT["query"]).data["child"]["id"] == CHILD


async def test_a_statement_ends_at_the_deadline(
    cut: RunningKinfold, witness: asyncpg.Connection[Any]
) -> None:
    request = make_request(cut, "county-civil-affairs", POINT)
    async with held(str(cut.database_url), "core.person"):
        with open_line(cut) as line:
            started = time.perf_counter()
            line.sendall(request)
            await wait_until_active(witness, 1, 2, "kinfold read")
            await asyncio.sleep(started + REQUEST_SECONDS - 0.5 - time.perf_counter())
            assert (await look(witness, "kinfold read")).count("active") == 1  # not a moment too early
            status, body = await asyncio.to_thread(read_answer, line)
            took = time.perf_counter() - started
            assert status == 504
            assert json.loads(body)["errors"][0]["extensions"]["code"] == "T114"
            assert REQUEST_SECONDS - 0.1 < took < REQUEST_SECONDS + 0.5
            await wait_until_active(witness, 0, 0.5, "kinfold read")


async def test_a_change_ends_well_although_its_client_has_gone(
    cut: RunningKinfold, witness: asyncpg.Connection[Any]
) -> None:
    before = await witness.fetchval("SELECT count(*) FROM education.absence")
    key = uuid.uuid4()
    async with held(str(cut.database_url), "education.absence"):
        with open_line(cut) as line:
            line.sendall(make_request(cut, "school", absence(), key))
            await wait_until_active(witness, 1, 2, "kinfold write")
        await asyncio.sleep(0.2)
        assert (await look(witness, "kinfold write")).count("active") == 1
    await wait_until_active(witness, 0, 2, "kinfold write")
    deadline = time.perf_counter() + 2
    while await witness.fetchval("SELECT count(*) FROM education.absence") != before + 1:
        assert time.perf_counter() < deadline
        await asyncio.sleep(0.01)
    again = cut.as_("school", "education.attendance").change(ABSENCE, absence()["variables"], key)
    assert len(again.data["registerAbsence"]["absences"]) == 1  # told what was done
    assert await witness.fetchval("SELECT count(*) FROM education.absence") == before + 1


@dataclass
class Cutter:
    """Sends requests and hangs up; `moments` counts how far each one came."""

    server: RunningKinfold
    requests: list[bytes]
    chance: random.Random
    moments: Counter[str] = field(default_factory=Counter)

    async def cut_once(self) -> None:
        address = urlsplit(self.server.url)
        request = self.chance.choice(self.requests)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        moment = self.chance.choices(
            ["connected", "in the head", "in the body", "at work", "in the answer", "whole"],
            [1, 2, 2, 12, 3, 1],
        )[0]
        self.moments[moment] += 1
        head = request.index(b"\r\n\r\n") + 4
        with contextlib.suppress(ConnectionError):
            match moment:
                case "in the head":
                    writer.write(request[: self.chance.randrange(1, head)])
                case "in the body":
                    writer.write(request[: self.chance.randrange(head, len(request))])
                case "at work":
                    writer.write(request)
                    await asyncio.sleep(self.chance.expovariate(1 / 0.03))
                case "in the answer":
                    writer.write(request)
                    await reader.read(self.chance.randrange(1, 500))
                case "whole":
                    writer.write(request)
                    assert (await reader.readline()).split()[1] in (b"200", b"409", b"503")
        if self.chance.random() < 0.5:
            writer.transport.abort()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def run(self, cuts: int) -> None:
        left = iter(range(cuts))

        async def work() -> None:
            for _ in left:
                await self.cut_once()

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())


async def test_many_cuts_leave_nothing_behind(cut: RunningKinfold, witness: asyncpg.Connection[Any]) -> None:
    requests = [make_request(cut, who, POINT) for who in ("county-civil-affairs", "school")]
    requests += [make_request(cut, who, PAGE) for who in ("county-civil-affairs", "education-bureau")] * 2
    requests += [make_request(cut, "school", absence(1), uuid.uuid4())]
    cutter = Cutter(cut, requests, random.Random(21))
    started = time.perf_counter()
    await cutter.run(CUTS)
    took = time.perf_counter() - started
    assert took < 60
    assert sum(cutter.moments.values()) == CUTS
    assert min(cutter.moments.values()) > CUTS / 50
    office = cut.as_("county-civil-affairs")
    asked = time.perf_counter()
    assert office.ask(POINT["query"]).data["child"]["id"] == CHILD
    next_request = time.perf_counter() - asked
    assert next_request < 0.1

    await wait_until_active(witness, 0, 2, "kinfold%")
    states = await look(witness)
    assert set(states) == {"idle"}, states
    assert len(await look(witness, "kinfold read")) <= READS
    locks = await witness.fetchval(
        "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.application_name LIKE 'kinfold%'"
    )
    assert locks == 0
    log = cut.log()
    assert log.count("status=499") > CUTS / 50  # many were stopped at work …
    assert "T109" not in log  # … and none was taken for a fault of ours
    assert "Traceback" not in log
    await assert_every_place_is_there(cut, witness)
    print(f"{CUTS} cuts in {took:.1f} s, next request {next_request * 1000:.1f} ms, {dict(cutter.moments)}")


async def assert_every_place_is_there(cut: RunningKinfold, witness: asyncpg.Connection[Any]) -> None:
    """All places and all connections can be in use at once: none was lost, and there is none too many."""
    lines = [open_line(cut) for _ in range(READS + 4)]
    try:
        async with held(str(cut.database_url), "core.person"):
            for number, line in enumerate(lines):
                who = "county-civil-affairs" if number % 2 else "education-bureau"
                line.sendall(make_request(cut, who, PAGE))
            await wait_until_active(witness, READS, 3, "kinfold read")
            await asyncio.sleep(WAIT_SECONDS + 0.1)  # by now the rest has been sent away
            assert await look(witness, "kinfold read") == ["active"] * READS
        answers = Counter([(await asyncio.to_thread(read_answer, line))[0] for line in lines])
        assert answers == {200: READS, 503: 4}
    finally:
        for line in lines:
            line.close()


async def test_a_statement_cut_while_it_is_prepared_is_not_kept(cut: RunningKinfold) -> None:
    """PostgreSQL would keep it under a name that nobody knows, 200 KB each."""
    kept = []
    for delay in [n * 0.0001 for n in range(40)]:
        connections = Connections(str(cut.database_url), 1, READ_SETTINGS)
        await connections.open()
        connection = await connections.take()
        text = f"SELECT to_json(count(*)) FROM core.person p JOIN core.guardianship g ON g.child_id = p.id AND {delay} < 1"
        task = asyncio.create_task(connection.fetch_json(text, []))
        await asyncio.sleep(delay)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        connections.give_back(connection)
        connection = await connections.take()
        own = len(connection._prepared)
        named = await connection.raw.fetchval(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement = $1", text
        )
        kept.append(named - own)
        connections.give_back(connection)
        await connections.close()
    assert set(kept) == {0}, kept


async def test_a_connection_cut_while_it_is_made_is_closed_and_its_place_kept(
    cut: RunningKinfold, witness: asyncpg.Connection[Any]
) -> None:
    settings = {**READ_SETTINGS, "application_name": "kinfold cut"}
    started = time.perf_counter()
    await (await connect(str(cut.database_url), settings)).close()
    whole = time.perf_counter() - started
    connections = Connections(str(cut.database_url), 2, settings)
    await connections.open()
    first = await connections.take()
    made = 0
    for n in range(120):
        task = asyncio.create_task(connections.take())
        await asyncio.sleep(whole * n / 120)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            second = await task
            made += 1
            await second.close()
            connections.give_back(second)
    assert 0 < made < 120  # cut early, in the middle, and too late
    second = await asyncio.wait_for(connections.take(), 2)
    deadline = time.perf_counter() + 2
    while len(await look(witness, "kinfold cut")) != 2:
        assert time.perf_counter() < deadline, await look(witness, "kinfold cut")
        await asyncio.sleep(0.01)
    for connection in (first, second):
        connections.give_back(connection)
    await connections.close()


async def test_an_abandoned_connection_ends_its_statement_in_the_database(
    cut: RunningKinfold, witness: asyncpg.Connection[Any]
) -> None:
    connection = await connect(str(cut.database_url), {**WRITE_SETTINGS, "application_name": "kinfold left"})
    task = asyncio.create_task(connection.raw.execute("SELECT pg_sleep(30)"))
    await wait_until_active(witness, 1, 2, "kinfold left")
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    connection.abandon()
    assert not connection.is_usable
    deadline = time.perf_counter() + 1
    while await look(witness, "kinfold left"):
        assert time.perf_counter() < deadline, await look(witness, "kinfold left")
        await asyncio.sleep(0.005)
