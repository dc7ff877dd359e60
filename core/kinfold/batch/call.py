"""One call of a plugin's batch function, within its time, whatever it does.

In:  a place, distinct keys, the date, the county. Out: JSON for every key; BatchFieldFailed or BatchFieldTooSlow.

A coroutine function runs on the event loop and must not block it. Any other runs in a thread of its own: one that
hangs cannot be stopped, only left behind, so each function has a few threads and no more. Threads do not keep the
process from ending.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import structlog

from kinfold.batch.errors import BatchFieldFailed, BatchFieldTooSlow
from kinfold.batch.value import write_value
from kinfold.catalog import Batch, BatchKey, BatchRequest
from kinfold.sql.batch_cell import BatchPlace

_log = structlog.get_logger("kinfold.batch")
#: Calls of one function at a time; those that hang count until they end.
AT_ONCE: Final = 8
Answers = dict[Any, Any]


class _Broken(Exception):
    """The function failed. `cause` is for the log: its kind and place, never its text."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__()
        self.cause = cause


class BatchCaller:
    """Calls batch functions. Holds nothing of a request."""

    def __init__(self) -> None:
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._left_behind: set[asyncio.Task[Answers]] = set()  # the loop itself holds tasks weakly

    async def call(self, place: BatchPlace, request: BatchRequest, trace_id: str) -> dict[BatchKey, bytes]:
        """The value of every key as JSON."""
        try:
            answers = await self._within_time(place.batch, request)
            return _check(answers, request.keys, place)
        except TimeoutError:
            _log.error("batch timeout", trace=trace_id, field=place.name, function=place.batch.name)
            raise BatchFieldTooSlow(f"Field {place.name}.") from None
        except Exception as wrong:
            cause = wrong.cause if isinstance(wrong, _Broken) else wrong
            _log.error(
                "batch fault", trace=trace_id, field=place.name, function=place.batch.name,
                kind=type(cause).__qualname__, at=_place(cause),
            )  # fmt: skip
            raise BatchFieldFailed(f"Field {place.name}.") from None

    async def _within_time(self, batch: Batch, request: BatchRequest) -> Answers:
        # Not wait_for: it would wait for a function that does not let itself be cancelled.
        task = asyncio.get_running_loop().create_task(self._compute(batch, request))
        try:
            await asyncio.wait({task}, timeout=batch.seconds)
        finally:
            if not task.done():
                task.cancel()
                self._left_behind.add(task)
                task.add_done_callback(self._forget)
        if not task.done() or task.cancelled():
            raise TimeoutError
        return task.result()

    def _forget(self, task: asyncio.Task[Answers]) -> None:
        self._left_behind.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that nothing complains of it

    async def _compute(self, batch: Batch, request: BatchRequest) -> Answers:
        slots = self._slots.setdefault(batch.name, asyncio.Semaphore(AT_ONCE))
        await slots.acquire()
        if not inspect.iscoroutinefunction(batch.compute):
            return await _in_thread(batch, request, slots)
        try:
            return _collect(await batch.compute(request))
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            raise _Broken(error) from None  # SystemExit too: a field does not end the server
        finally:
            slots.release()


async def _in_thread(batch: Batch, request: BatchRequest, slots: asyncio.Semaphore) -> Answers:
    """Run the function in a thread that holds a slot until the function really returns."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Answers] = loop.create_future()

    def settle(answers: Answers | None, error: BaseException | None) -> None:
        slots.release()
        if future.done():
            return  # nobody waits any more
        if answers is None:
            future.set_exception(_Broken(error or TypeError()))
        else:
            future.set_result(answers)

    def work() -> None:
        answers, error = None, None
        try:
            answers = _collect(batch.compute(request))
        except BaseException as caught:
            error = caught
        try:
            loop.call_soon_threadsafe(settle, answers, error)
        except RuntimeError:
            return  # the loop has ended meanwhile

    try:
        threading.Thread(target=work, name=f"batch {batch.name}", daemon=True).start()
    except RuntimeError as error:  # no thread to be had
        slots.release()
        raise _Broken(error) from None
    return await future


def _collect(answers: object) -> Answers:
    """A plain copy of what the function gave: from here on nothing of it is the plugin's."""
    if not isinstance(answers, Mapping):
        if inspect.iscoroutine(answers):
            answers.close()
        raise TypeError
    return dict(answers)


def _check(answers: Answers, keys: Sequence[BatchKey], place: BatchPlace) -> dict[BatchKey, bytes]:
    """A value for every key that was asked; what nobody asked for is not looked at."""
    return {key: write_value(answers[key], place.field, place.batch) for key in keys}


def _place(fault: BaseException) -> str:
    """File and line where a fault arose: all that may be told of it."""
    frames = list(traceback.walk_tb(fault.__traceback__))
    return f"{Path(frames[-1][0].f_code.co_filename).name}:{frames[-1][1]}" if frames else "?"
