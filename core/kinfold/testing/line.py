"""A line to PostgreSQL that can be stopped: bytes pass, answers are held back while a test wants it so.

In:  the address of a server on a local socket, a folder. Out: an address that leads there through us.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Self


class Line:
    """`hold` keeps answers back, `heard` is set when one is being kept, `release` lets them go on."""

    def __init__(self, url: str, directory: Path) -> None:
        found = re.search(r"host=([^&]+)&port=(\d+)", url)
        assert found is not None
        self._server = Path(found[1]) / f".s.PGSQL.{found[2]}"
        self._socket = directory / f".s.PGSQL.{found[2]}"
        self.url = url.replace(found[1], str(directory))
        self.heard = asyncio.Event()
        self._may_pass = asyncio.Event()
        self._may_pass.set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_unix_server(self._accept, self._socket)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def hold(self) -> None:
        self._may_pass.clear()
        self.heard.clear()

    def release(self) -> None:
        self._may_pass.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._server)
        for task in (self._pass(reader, back, is_answer=False), self._pass(there, writer, is_answer=True)):
            self._tasks.add(asyncio.create_task(task))

    async def _pass(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        try:
            while data := await source.read(65536):
                if is_answer and not self._may_pass.is_set():
                    self.heard.set()
                    await self._may_pass.wait()
                target.write(data)
                await target.drain()
        finally:
            target.close()
