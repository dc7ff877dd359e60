"""Readers over HTTP against writers of the same rows: is every answer as new as what was acknowledged before it was asked for?

In:  a running server, ids of children in pairs. Out: how many answers were checked; AssertionError at the first wrong one.

Two children of a pair are changed in one transaction to the same number. A reader notes the number that was acknowledged
last *before* it sends its request; the answer must show the same number on both, not below that one, and not above the
highest that was ever begun. Beside that, transactions that roll back, that save their place, that stay open for long.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from kinfold.testing.server import Client

Pair = tuple[str, str]
QUERY = "query Pair($a: ID!, $b: ID!) { a: person(id: $a) { id phone } b: person(id: $b) { id phone } }"


@dataclass
class Race:
    """`pause`: seconds between two changes of one writer, on average."""

    url: str
    client: Client
    database_url: str
    pairs: Sequence[Pair]
    pause: float = 0.01
    acknowledged: list[int] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    reads: int = 0
    writes: int = 0
    moved: int = 0  # answers that showed another number than the one before, on the same connection and pair

    async def run(self, reads: int, readers: int, writers: int, seed: int = 1) -> None:
        """Until `reads` answers were checked."""
        self.acknowledged = [0] * len(self.pairs)
        self.begun = [0] * len(self.pairs)
        loop = asyncio.get_running_loop()
        setup = await asyncpg.connect(self.database_url)
        for number in range(len(self.pairs)):
            await self._change(setup, number, 0)
        await setup.close()
        writing = [loop.create_task(self._write(seed + i, i, writers)) for i in range(writers)]
        writing.append(loop.create_task(self._disturb(seed)))
        try:
            share = reads // readers
            await asyncio.gather(*(self._read(seed + 100 + i, share) for i in range(readers)))
            for task in writing:
                assert not task.done() or task.cancelled() or task.exception() is None, task.exception()
        finally:
            for task in writing:
                task.cancel()
            await asyncio.gather(*writing, return_exceptions=True)

    async def _change(self, connection: asyncpg.Connection[Any], number: int, value: int) -> None:
        for one in self.pairs[number]:
            _, jurisdiction, id = one.split(":")
            await connection.execute(
                "UPDATE core.person SET phone = $1 WHERE jurisdiction = $2 AND id = $3::text::uuid",
                f"9{value:09d}", jurisdiction, id,
            )  # fmt: skip

    async def _write(self, seed: int, which: int, writers: int) -> None:
        """Changes of the pairs that are this writer's own; some stay open while others are committed."""
        draw = random.Random(seed)
        own = [n for n in range(len(self.pairs)) if n % writers == which]
        connection = await asyncpg.connect(self.database_url)
        try:
            while True:
                number = draw.choice(own)
                value = self.begun[number] = self.begun[number] + 1
                transaction = connection.transaction()
                await transaction.start()
                if draw.random() < 0.3:
                    async with connection.transaction():  # a savepoint has a number of its own
                        await self._change(connection, number, value)
                else:
                    await self._change(connection, number, value)
                if draw.random() < 0.3:
                    await asyncio.sleep(draw.random() * self.pause)
                if draw.random() < 0.1:
                    await transaction.rollback()
                else:
                    await transaction.commit()
                    self.acknowledged[number] = value
                    self.writes += 1
                await asyncio.sleep(draw.expovariate(1 / self.pause))
        finally:
            await connection.close()

    async def _disturb(self, seed: int) -> None:
        """Transactions that change nothing that is shown, and stay open across many others."""
        draw = random.Random(seed)
        connection = await asyncpg.connect(self.database_url)
        try:
            while True:
                async with connection.transaction():
                    await connection.execute("SELECT pg_current_xact_id()")
                    await asyncio.sleep(draw.random() * 10 * self.pause)
                await asyncio.sleep(draw.random() * 10 * self.pause)
        finally:
            await connection.close()

    async def _read(self, seed: int, count: int) -> None:
        draw = random.Random(seed)
        address = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        last: dict[int, int] = {}
        try:
            for _ in range(count):
                number = draw.randrange(len(self.pairs))
                floor = self.acknowledged[number]
                data = await self._ask(reader, writer, address.netloc, self.pairs[number])
                ceiling = self.begun[number]
                first, second = (int(data[name]["phone"][1:]) for name in ("a", "b"))
                assert first == second, f"two halves of one change differ: {first} and {second}"
                assert first >= floor, f"{first} was read although {floor} had been acknowledged before"
                assert first <= ceiling, f"{first} was read although only {ceiling} had begun"
                assert first >= last.get(number, 0), "an answer went back"
                self.moved += last.get(number) not in (None, first)
                last[number] = first
                self.reads += 1
        finally:
            writer.close()

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, pair: Pair
    ) -> dict[str, Any]:
        body = json.dumps({"query": QUERY, "variables": {"a": pair[0], "b": pair[1]}})
        while True:
            head = "".join(f"{name}: {value}\r\n" for name, value in self.client.headers.items())
            writer.write(
                f"POST /graphql HTTP/1.1\r\nhost: {host}\r\n{head}content-type: application/json\r\n"
                f"content-length: {len(body)}\r\n\r\n{body}".encode()
            )
            status = int((await reader.readline()).split()[1])
            size = 0
            while (line := await reader.readline()) != b"\r\n":
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    size = int(value)
            found = json.loads(await reader.readexactly(size))
            if status != 503:  # told to come back later
                assert "errors" not in found, found
                return found["data"]  # type: ignore[no-any-return]
            await asyncio.sleep(0.1)


async def find_pairs(client: Client, number: int) -> list[Pair]:
    """Children whose phone the client may see."""
    answer = client.ask("query($n: Int!) { children(first: $n) { nodes { id } } }", {"n": 2 * number})
    ids = [node["id"].replace("Child:", "Person:") for node in answer.data["children"]["nodes"]]
    return list(zip(ids[::2], ids[1::2], strict=True))


async def count_reads_of_rows(database_url: str) -> int:
    """How often the statement of the race reached PostgreSQL, by its own count since the last reset."""
    connection = await asyncpg.connect(database_url)
    try:
        return int(
            await connection.fetchval(
                "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid "
                'WHERE d.datname = current_database() AND query LIKE \'%AS "a"%AS "b"%\''
            )
        )
    finally:
        await connection.close()


async def start_counting(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        await connection.execute("SELECT pg_stat_statements_reset()")
    finally:
        await connection.close()
