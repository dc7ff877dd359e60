"""Draws from one generator of random numbers: shares, weighted tables, days.

In:  a text that names the stream (seed and village). Out: the same draws in every run and on every machine.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")
_ONE_DAY = dt.timedelta(days=1)


class Table(Generic[T]):
    """Values with weights, prepared once for many draws."""

    __slots__ = ("bounds", "total", "values")

    def __init__(self, rows: Iterable[tuple[T, float]]) -> None:
        pairs = tuple(rows)
        self.values = tuple(value for value, _ in pairs)
        self.bounds = tuple(accumulate(weight for _, weight in pairs))
        self.total = self.bounds[-1]


class Draw:
    """One stream of draws."""

    __slots__ = ("rng", "share")

    def __init__(self, stream: str) -> None:
        # Not for secrets: equal seeds must give equal counties.
        self.rng = random.Random(stream)  # noqa: S311
        self.share = self.rng.random

    def happens(self, probability: float) -> bool:
        return self.share() < probability

    def pick(self, table: Table[T]) -> T:
        return table.values[bisect(table.bounds, self.share() * table.total)]

    def one_of(self, values: Sequence[T]) -> T:
        return values[int(self.share() * len(values))]

    def between(self, low: int, high: int) -> int:
        """An integer, both ends included."""
        return low + int(self.share() * (high - low + 1))

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        """A day, both ends included; `first` if the interval is empty."""
        days = (last - first).days
        return first + _ONE_DAY * self.between(0, days) if days > 0 else first

    def log_normal(self, median: float, sigma: float) -> float:
        return median * math.exp(self.rng.gauss(0.0, sigma))
