"""Keys of new rows: UUID version 7 (RFC 9562), growing within a process.

In:  nothing. Out: `make_uuid7`. 48 bits of milliseconds, 12 bits that count within one millisecond, 62 random
bits. A clock that goes back does not take the keys back with it.
"""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections.abc import Callable

_COUNTER = 1 << 12
# A random start leaves room to count upwards within the millisecond.
_START = 1 << 11


class Uuid7Maker:
    """Makes keys; `clock` gives milliseconds since 1970. Safe for threads."""

    def __init__(self, clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last = -1
        self._count = 0

    def make(self) -> uuid.UUID:
        """A key greater than every one that this maker made before."""
        with self._lock:
            now = self._clock()
            if now > self._last:
                self._last, self._count = now, secrets.randbelow(_START)
            else:
                self._count += 1
                if self._count == _COUNTER:
                    self._last, self._count = self._last + 1, secrets.randbelow(_START)
            milliseconds, count = self._last, self._count
        value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76 | count << 64 | 2 << 62 | secrets.randbits(62)
        return uuid.UUID(int=value)


make_uuid7 = Uuid7Maker().make
