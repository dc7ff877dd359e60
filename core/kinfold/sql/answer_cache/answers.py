"""One read: from memory when it can be shown to be what the database would say now, from the database otherwise.

In:  a Statement, what differs between two requests with it, what is to be made of the bytes.
Out: what was made of them, and they are as new as the moment at which they were asked for.

Why what comes from memory is right. It is labelled with the epoch of a snapshot that was taken *before* its statement
began; it is given out when a snapshot that was taken *after* the request came is of the same epoch. The statement's own
snapshot lies between the two, no row changed between the two, so all three see the same rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from kinfold.sql.answer_cache.chain import Chain
from kinfold.sql.answer_cache.store import AnswerStore, CacheCount, Key, make_key
from kinfold.sql.bind import BindContext
from kinfold.sql.compile import Statement
from kinfold.sql.read import Reader
from kinfold.sql.witness import take_witness

T = TypeVar("T")


class Answers:
    """Reads with `reader`; keeps at most `limit` bytes of answers, none when it is 0."""

    def __init__(self, reader: Reader, url: str, limit: int) -> None:
        self.reader = reader
        self._store = AnswerStore(limit)
        self._chain = Chain(url, self._store.clear) if limit else None
        self._running: dict[Key, asyncio.Future[None]] = {}

    @property
    def count(self) -> CacheCount:
        return self._store.count

    async def open(self) -> None:
        if self._chain is not None:
            await self._chain.validate()

    async def close(self) -> None:
        if self._chain is not None:
            await self._chain.close()
        self._store.clear()

    async def read(
        self,
        statement: Statement,
        context: BindContext,
        finish: Callable[[bytes, bytes], T],
        variant: Hashable,
    ) -> T:
        """What `finish` makes of JSON without marks and of the persons that it speaks of (ids, 16 bytes each).

        It is made once and kept: `variant` holds whatever decides it beside the statement and its bind values. Wrong
        values are refused before anything else.
        """
        values = self.reader.bind(statement, context)
        key = make_key(statement.serial, variant, values) if self._chain and statement.is_repeatable else None
        if key is None or self._chain is None:
            self.count.passed += 1
            return finish(*take_witness(await self.reader.fetch(statement, values), statement.witness))
        found = await self._recall(key, self._chain)
        if found is not None:
            self.count.hits += 1
            return cast(T, found)  # the key says which statement and variant, and so what was made
        self.count.misses += 1
        # Of a snapshot that was taken before the statement starts: never of a later one.
        epoch = self._chain.epoch
        if epoch is None:
            self._chain.revive()
        running = self._running[key] = asyncio.get_running_loop().create_future()
        try:
            data, persons = take_witness(await self.reader.fetch(statement, values), statement.witness)
            answer = finish(data, persons)
            if epoch is not None and epoch == self._chain.epoch:
                self._store.keep(key, epoch, answer, len(data) + len(persons))
            return answer
        finally:
            if self._running.get(key) is running:
                del self._running[key]
            running.set_result(None)

    async def _recall(self, key: Key, chain: Chain) -> object | None:
        """What is kept, once it is shown to be so still. What is not kept costs no validation."""
        running = self._running.get(key)
        if running is not None:
            # Somebody asks the database the same just now. That answer may be older than this request: it is waited
            # for, and then validated like any other.
            await asyncio.shield(running)
        if key not in self._store:
            return None
        found = self._store.find(key, await chain.validate())
        if found is None:
            self.count.stale += 1
        return found
