"""Ends work that nobody waits for any more: its time is over, or its client has gone.

In:  the ASGI `receive` (the body has been read), a deadline. Out: DeadlinePassed or ClientGone out of the block.

The task that does the work is cancelled, and the driver then cancels its statement in PostgreSQL. A quick request
pays for one timer that is taken back; only what outlasts QUICK_SECONDS gets a task that listens to its client.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive

from kinfold.errors import KinfoldError
from kinfold.transport.errors import ClientGone, DeadlinePassed
from kinfold.transport.limit import QUICK_SECONDS


class Cutoff:
    """`with Cutoff(receive, deadline): …` around the work of the running task.

    `deadline` is in seconds of the loop's clock. `heeds_client=False` lets the work end although nobody reads the
    answer: right for a change, which is done or refused a moment later, and told again to whoever repeats its key.
    """

    __slots__ = ("_deadline", "_heeds_client", "_loop", "_reason", "_receive", "_task", "_timer", "_watcher")

    def __init__(self, receive: Receive, deadline: float, *, heeds_client: bool = True) -> None:
        self._receive = receive
        self._deadline = deadline
        self._heeds_client = heeds_client
        self._reason: KinfoldError | None = None
        self._watcher: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a Cutoff needs a task to cancel")
        self._task = task
        if self._heeds_client:
            self._timer = self._loop.call_later(QUICK_SECONDS, self._listen)
        else:
            self._timer = self._loop.call_at(self._deadline, self._cut, DeadlinePassed())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        # Somebody else's cancellation (the server's, at its end) stays one.
        if self._reason is not None and self._task.uncancel() <= 0 and kind is asyncio.CancelledError:
            raise self._reason from None

    def _cut(self, reason: KinfoldError) -> None:
        self._reason = reason
        self._task.cancel()

    def _listen(self) -> None:
        self._watcher = self._loop.create_task(self._wait_for_end())

    async def _wait_for_end(self) -> None:
        try:
            async with asyncio.timeout_at(self._deadline):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            self._cut(DeadlinePassed())
        else:
            self._cut(ClientGone())
