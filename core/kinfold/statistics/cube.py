"""A table of counts over a few axes, with every margin: the lattice that questions are answered from.

In:  counts of base cells (one value on each axis). Out: the count of every lattice cell, where an axis may also
stand at ANY (summed over). A lattice cell is an index into flat lists; axis `i` has `sizes[i]` values and ANY is
the position `sizes[i]`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TypeAlias

#: A value on every axis, as positions.
Base: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class Grid:
    """The shape of a cube. Two cubes of one shape share indices."""

    sizes: tuple[int, ...]

    @cached_property
    def strides(self) -> tuple[int, ...]:
        found, step = [], 1
        for size in reversed(self.sizes):
            found.append(step)
            step *= size + 1
        return tuple(reversed(found))

    @property
    def length(self) -> int:
        """How many lattice cells there are."""
        return self.strides[0] * (self.sizes[0] + 1)

    def index(self, place: Sequence[int]) -> int:
        """The index of a lattice cell; `sizes[i]` on an axis is ANY."""
        return sum(at * stride for at, stride in zip(place, self.strides, strict=True))

    def place(self, index: int) -> tuple[int, ...]:
        """The positions behind an index."""
        return tuple(
            index // stride % (size + 1) for stride, size in zip(self.strides, self.sizes, strict=True)
        )

    def margins(self, base: Base) -> list[int]:
        """The lattice cells that count a base cell, itself included: two positions on each axis."""
        found = [0]
        for at, size, stride in zip(base, self.sizes, self.strides, strict=True):
            found = [index + step * stride for index in found for step in (at, size)]
        return found


@dataclass(frozen=True)
class Cube:
    """Counts of a grid: `base` those above zero, `values` of all lattice cells by index."""

    grid: Grid
    base: Mapping[Base, int]

    @cached_property
    def values(self) -> list[int]:
        found = [0] * self.grid.length
        for place, count in self.base.items():
            for index in self.grid.margins(place):
                found[index] += count
        return found

    def counted_in(self, place: tuple[int, ...]) -> list[Base]:
        """The base places of a lattice cell, the smallest count first and empty ones last."""
        found = product(
            *(range(size) if at == size else (at,) for at, size in zip(place, self.grid.sizes, strict=True))
        )
        return sorted(found, key=lambda one: (one not in self.base, self.base.get(one, 0), one))
