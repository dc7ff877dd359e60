"""An end that nobody notices: SIGTERM first tells the clients to leave, and only then stops the server.

In:  SIGTERM. Out: `is_draining`, and the signal passed on to whoever had it before (the HTTP server).

A server that closes its idle connections at once cuts off every request that is on its way to it just then. So for a
moment everything is still answered, with `Connection: close`, and readiness is denied; a client that heeds either
has then left of its own accord. Source: reliability plan, section 8.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from types import FrameType
from typing import Any

from kinfold.transport.limit import DRAIN_QUIET_SECONDS, DRAIN_SECONDS

_STEP_SECONDS = 0.05


class Drain:
    """`install` once the server runs; `note_request` for every request."""

    def __init__(self) -> None:
        self.is_draining = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._previous: Any = None
        self._last_request = 0.0
        self._end = 0.0

    def install(self) -> None:
        """Stand in front of the present handler; without one, or outside the main thread, there is nothing to do."""
        if threading.current_thread() is not threading.main_thread():
            return
        previous = signal.getsignal(signal.SIGTERM)
        if not callable(previous):
            return
        self._loop = asyncio.get_running_loop()
        self._previous = previous
        signal.signal(signal.SIGTERM, self._begin)

    def note_request(self, now: float) -> None:
        """A client is still there; `now` is the loop's time."""
        self._last_request = now

    def _begin(self, number: int, frame: FrameType | None) -> None:
        if self.is_draining or self._loop is None:
            self._previous(number, frame)  # whoever asks twice is in a hurry
            return
        self.is_draining = True
        self._loop.call_soon_threadsafe(self._start)

    def _start(self) -> None:
        now = asyncio.get_running_loop().time()
        self._last_request = now
        self._end = now + DRAIN_SECONDS
        self._step()

    def _step(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now >= self._end or now - self._last_request >= DRAIN_QUIET_SECONDS:
            self._previous(signal.SIGTERM, None)
        else:
            loop.call_later(_STEP_SECONDS, self._step)
