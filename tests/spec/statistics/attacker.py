"""Somebody who computes hidden cells from what is published, exactly and with whole numbers.

He knows every published cell of the lattice, zeros included, and even which hidden cells are small: those lie
between 0 and `threshold` - 1, other hidden ones at `threshold` or above. He searches
all tables of whole numbers that would be published in the same way: intervals are narrowed until nothing changes,
then one cell is split; complete, hence for small tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Interval = tuple[int, int]


@dataclass(frozen=True)
class Sum:
    """The cells at these positions add up to something within the interval."""

    cells: tuple[int, ...]
    within: Interval


def is_determined(cells: int, sums: Sequence[Sum], target: tuple[int, ...], truth: int, top: int) -> bool:
    """Whether every table that satisfies the sums has `truth` in the target (a sum of base cells)."""
    below = [*sums, Sum(target, (0, truth - 1))]
    above = [*sums, Sum(target, (truth + 1, top))]
    start = [(0, top)] * cells
    return not any(_is_possible(list(start), each) for each in (above, below))


def _is_possible(intervals: list[Interval], sums: Sequence[Sum]) -> bool:
    if not _narrow(intervals, sums):
        return False
    widest = max(range(len(intervals)), key=lambda i: intervals[i][1] - intervals[i][0], default=None)
    if widest is None or intervals[widest][0] == intervals[widest][1]:
        return True
    low, high = intervals[widest]
    middle = (low + high) // 2
    for part in ((low, middle), (middle + 1, high)):
        tried = list(intervals)
        tried[widest] = part
        if _is_possible(tried, sums):
            return True
    return False


def _narrow(intervals: list[Interval], sums: Sequence[Sum]) -> bool:
    """Bounds of each cell from each sum, until nothing changes; False when nothing is left."""
    changed = True
    while changed:
        changed = False
        for each in sums:
            low = sum(intervals[i][0] for i in each.cells)
            high = sum(intervals[i][1] for i in each.cells)
            if low > each.within[1] or high < each.within[0]:
                return False
            for i in each.cells:
                a, b = intervals[i]
                new = max(a, each.within[0] - (high - b)), min(b, each.within[1] - (low - a))
                if new[0] > new[1]:
                    return False
                if new != (a, b):
                    intervals[i] = new
                    low, high = low + new[0] - a, high + new[1] - b
                    changed = True
    return True


def published_sums(
    members: Mapping[int, tuple[int, ...]],
    values: Sequence[int],
    hidden: Sequence[int],
    threshold: int,
    top: int,
) -> list[Sum]:
    """What the attacker knows of each lattice cell; `members` are the base cells that it counts."""
    found = []
    for index, cells in members.items():
        value = values[index]
        if not hidden[index]:
            found.append(Sum(cells, (value, value)))
        elif value < threshold:
            found.append(Sum(cells, (0, threshold - 1)))
        else:
            found.append(Sum(cells, (threshold, top)))
    return found
