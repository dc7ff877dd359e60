"""Answers in memory, bounded by their bytes; the one used longest ago goes first.

In:  a key, an answer, the epoch in which it was read. Out: the answer, if it was read in the epoch that is asked for.
Never: on disk; in a log. What it holds are personal data.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final

#: One answer may take at most this part of the whole.
_SHARE: Final = 8
#: What an entry weighs beside its bytes: objects, places in tables (bytes; measured as about 700).
_ENTRY: Final = 1024
_ELEMENT: Final = 64
#: The part of its bytes that an answer takes once more in two codings (measured: 10 % and 11 % for lists).
_CODED: Final = 4
Key = tuple[Any, ...]


@dataclass(slots=True)
class CacheCount:
    """What the cache did since the start; no value of anybody.

    `stale`: an answer was there and could not be used any more. `passed`: statements that are never kept.
    """

    hits: int = 0
    misses: int = 0
    stale: int = 0
    passed: int = 0
    bytes: int = 0
    entries: int = 0


def make_key(serial: int, variant: Hashable, values: Sequence[Any]) -> Key | None:
    """Everything that an answer depends on beside the rows: the statement and its bind values, exactly; and `variant`,
    what else decides what is made of it.

    None when a value cannot be part of a key. Python holds 1, 1.0 and True equal, and 0.0 and -0.0: a key does not.
    """
    try:
        return (serial, variant, *[_exact(value) for value in values])
    except TypeError:
        return None


def _exact(value: Any) -> Any:
    kind = value.__class__
    if kind is str or value is None:
        return value
    if kind is list or kind is tuple:
        return (list, *[_exact(one) for one in value])
    if kind is float:
        return (float, value.hex())
    if kind in (int, bool, bytes, dt.date) or isinstance(value, uuid.UUID):
        return (kind, value)
    if kind is dt.datetime:
        return (kind, value.isoformat())
    raise TypeError(kind)


class AnswerStore:
    """At most `limit` bytes of answers."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[Key, tuple[int, int, object]] = OrderedDict()
        self.count = CacheCount()

    def __contains__(self, key: Key) -> bool:
        return key in self._kept

    def find(self, key: Key, epoch: int | None) -> object | None:
        """The answer, if it was read in this epoch; an older one is forgotten."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept[0] != epoch:
            self._forget(key)
            return None
        self._kept.move_to_end(key)
        return kept[2]

    def keep(self, key: Key, epoch: int, answer: object, size: int) -> None:
        """Keep it, and let go what was used longest ago. An answer too large for its share is not kept.

        `size`: bytes of the answer; what its compressed forms, its key and its place in our tables take is added.
        """
        weight = _ENTRY + size + size // _CODED + _weigh(key)
        if weight * _SHARE > self._limit:
            return
        self._forget(key)
        self._kept[key] = (epoch, weight, answer)
        self.count.bytes += weight
        while self.count.bytes > self._limit:
            self._forget(next(iter(self._kept)))
        self.count.entries = len(self._kept)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self.count.bytes = self.count.entries = 0

    def _forget(self, key: Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self.count.bytes -= kept[1]
            self.count.entries = len(self._kept)


def _weigh(part: Any) -> int:
    if isinstance(part, tuple):
        return _ELEMENT + sum(map(_weigh, part))
    return _ELEMENT + (4 * len(part) if isinstance(part, str | bytes) else 0)
