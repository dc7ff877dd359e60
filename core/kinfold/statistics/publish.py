"""From raw rows to what may be shown: two layers, the towns of a county and the villages of one town.

In:  rows `[division, value of each dimension…, count, (sum, largest) of each measure…]`, as PostgreSQL grouped them.
A division is a 12-digit number; its last three digits are the village. Rows of other towns come by town.
Out: `Published`: the count and sums of any lattice cell, or that it is hidden. Every question about one statistic,
whatever its dimensions and parts, is answered from this one object; that is what makes the answers consistent.
Never: shows a raw count that protect.py hides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Final, TypeAlias

from kinfold.statistics.cube import Base, Cube, Grid
from kinfold.statistics.dominance import amount_room, is_dominated
from kinfold.statistics.protect import Shield, count_room, protect, small_cells
from kinfold.statistics.village import protect_villages

#: A value of a dimension; None: not stated.
Value: TypeAlias = str | None
#: How many lattice cells one layer may have: above it, the answer would take too long to protect.
MAX_CELLS: Final = 60_000


class TableTooLarge(Exception):
    """One layer has more lattice cells than MAX_CELLS."""


@dataclass(frozen=True, slots=True)
class Measure:
    """`is_amount`: sums are shown and protected against dominance; otherwise only averages are."""

    is_amount: bool


@dataclass(frozen=True, slots=True)
class RawRow:
    division: int
    values: tuple[Value, ...]
    count: int
    sums: tuple[tuple[int, int], ...] = ()  # (sum, largest contribution) of each measure


@dataclass(frozen=True, slots=True)
class Place:
    """A division: the county (`level` 0), a town (1, its number ends in 000) or a village (2)."""

    level: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell or a sum of cells: `count` and each of `sums` is None where it is hidden."""

    count: int | None
    sums: tuple[int | None, ...]

    def plus(self, other: Shown) -> Shown:
        """Both together; hidden where one is."""
        return Shown(
            _add(self.count, other.count),
            tuple(_add(a, b) for a, b in zip(self.sums, other.sums, strict=True)),
        )


def _add(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def town_of(division: int) -> int:
    """The number of the town of a division; that of the county for those who belong to no town."""
    return division // 1000 * 1000


@dataclass
class _Layer:
    """One cube with its shields. Axis 0 is the town, or the village inside one."""

    divisions: dict[int, int]
    cube: Cube
    sums: list[list[int]]
    shield: Shield
    amounts: list[Shield | None] = field(default_factory=list)


@dataclass
class Published:
    """What may be shown of one statistic."""

    values: tuple[tuple[Value, ...], ...]  # of each dimension but the division
    towns: _Layer
    villages: _Layer | None
    measures: int

    def divisions(self, level: int) -> list[Place]:
        """All divisions of a level with somebody in them, in the order of their numbers."""
        layer = self.villages if level == 2 else self.towns
        if level == 0 or layer is None:
            return [Place(0)] if level == 0 else []
        return [Place(level, number) for number in sorted(layer.divisions)]

    def cell(self, place: Place, chosen: Sequence[Value | EllipsisType]) -> Shown:
        """A lattice cell: a value of each dimension, or `...` for all of them together."""
        layer = self.villages if place.level == 2 else self.towns
        empty = Shown(0, (0,) * self.measures)
        if layer is None:
            return empty
        grid = layer.cube.grid
        at = [grid.sizes[0] if place.level == 0 else layer.divisions.get(place.number)]
        for one, values in zip(chosen, self.values, strict=True):
            if isinstance(one, EllipsisType):
                at.append(len(values))
            else:
                at.append(values.index(one) if one in values else None)
        known = [one for one in at if one is not None]
        if layer.shield.is_closed:
            return Shown(None, (None,) * self.measures)
        if len(known) < len(at):
            return empty
        index = grid.index(known)
        count = None if layer.shield.hidden[index] else layer.cube.values[index]
        sums = tuple(
            None if count is None or (shield is not None and shield.hidden[index]) else sums[index]
            for shield, sums in zip(layer.amounts, layer.sums, strict=True)
        )
        return Shown(count, sums)

    def is_closed(self, level: int) -> bool:
        """Whether nothing at all can be shown at this level."""
        layer = self.villages if level == 2 else self.towns
        return layer is not None and layer.shield.is_closed


def publish(
    rows: Sequence[RawRow],
    values: Sequence[Sequence[Value]],
    measures: Sequence[Measure],
    threshold: int,
    town: int | None = None,
) -> Published:
    """Protect a statistic. `values`: those of each dimension in their order; `town`: show its villages as well."""
    above = _layer(rows, values, measures, by_village=False)
    counts = above.cube.values
    above.shield = protect(above.cube, count_room(counts, threshold), small_cells(counts, threshold))
    _protect_amounts(above, rows, values, measures, None, None)
    below = None
    if town is not None and town in above.divisions:
        inside = [row for row in rows if town_of(row.division) == town]
        below = _layer(inside, values, measures, by_village=True)
        counts = below.cube.values
        position = above.divisions[town]
        room = count_room(counts, threshold)
        below.shield = protect_villages(
            position, above.shield, below.cube, room, small_cells(counts, threshold)
        )
        _protect_amounts(below, inside, values, measures, above, position)
    return Published(tuple(tuple(one) for one in values), above, below, len(measures))


def _layer(
    rows: Sequence[RawRow],
    values: Sequence[Sequence[Value]],
    measures: Sequence[Measure],
    *,
    by_village: bool,
) -> _Layer:
    numbers = sorted({row.division if by_village else town_of(row.division) for row in rows})
    divisions = {number: at for at, number in enumerate(numbers)}
    grid = Grid((max(len(numbers), 1), *(len(one) for one in values)))
    if grid.length > MAX_CELLS:
        raise TableTooLarge
    base: dict[Base, int] = {}
    for row in rows:
        place = _base(row, divisions, values, by_village=by_village)
        base[place] = base.get(place, 0) + row.count
    cube = Cube(grid, base)
    sums = [[0] * grid.length for _ in measures]
    for row in rows:
        if row.sums:
            for index in grid.margins(_base(row, divisions, values, by_village=by_village)):
                for total, (amount, _) in zip(sums, row.sums, strict=True):
                    total[index] += amount
    return _Layer(divisions, cube, sums, Shield(bytearray(grid.length)))


def _base(
    row: RawRow, divisions: Mapping[int, int], values: Sequence[Sequence[Value]], *, by_village: bool
) -> Base:
    number = row.division if by_village else town_of(row.division)
    return (
        divisions[number],
        *(known.index(one) for one, known in zip(row.values, values, strict=True)),
    )


def _protect_amounts(
    layer: _Layer,
    rows: Sequence[RawRow],
    values: Sequence[Sequence[Value]],
    measures: Sequence[Measure],
    above: _Layer | None,
    town: int | None,
) -> None:
    """Sums of amounts are tables of their own: hidden where the count is, or where one member makes up most of it."""
    grid = layer.cube.grid
    for at, measure in enumerate(measures):
        if not measure.is_amount:
            layer.amounts.append(None)
            continue
        largest = [0] * grid.length
        for row in rows:
            for index in grid.margins(_base(row, layer.divisions, values, by_village=above is not None)):
                largest[index] = max(largest[index], row.sums[at][1])
        total = layer.sums[at]
        exposed = [
            index
            for index, hidden in enumerate(layer.shield.hidden)
            if (hidden and layer.cube.values[index]) or is_dominated(total[index], largest[index])
        ]
        room = amount_room(total, layer.cube.values)
        known = layer.shield.moves
        if above is None:
            found = protect(layer.cube, room, exposed, known=known)
        else:
            outer = above.amounts[at]
            if outer is None or town is None:
                raise LookupError("an amount is protected above before it is below")
            found = protect_villages(town, outer, layer.cube, room, exposed, known=known)
        for index, hidden in enumerate(layer.shield.hidden):
            found.hidden[index] |= hidden
        layer.amounts.append(found)
