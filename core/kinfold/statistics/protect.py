"""Primary and complementary suppression with a proof for every hidden cell.

A cell is hidden when its count is 1 to `threshold` - 1 (primary). So that nobody can compute it from what is shown
(row and column totals, the total, the same question with fewer dimensions or for a part), further cells are hidden
(complementary). The proof is a *move*: another table of children that would be published in exactly the same way
but differs in the hidden cell. A move takes two base cells; on the axes on which they differ it adds one to and
takes one from the corners between them in turn, so it changes only margins that keep all these axes, each by one.
Every cell that a move changes is hidden; every hidden cell is changed by some move. The proof holds even against
somebody who knows of every hidden cell whether it is small: a move keeps small ones within 0 to `threshold` - 1 and
large ones at `threshold` or more. More cells hidden later cannot break it. A zero is shown unless a move needs it:
where a hidden cell is known to hold somebody, a few hidden cells with a small sum would be 1 each.

In:  a cube, how each of its cells may change (`Room`), which cells need hiding.
Out: `Shield`: hidden cells and moves; `is_closed` when no proof exists, and then nothing at all is shown.
Read next: village.py
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final, TypeAlias

from kinfold.statistics.cube import Base, Cube, Grid

ZERO_COST: Final = 20
IMPOSSIBLE: Final = 1 << 40
#: How many partners on each axis are tried before all are.
NEAR: Final = 2
#: How many base cells under a large cell are tried as the place of its move.
MANY: Final = 12


#: Lattice cells that become one more, and those that become one less.
Changes: TypeAlias = tuple[list[int], list[int]]


@dataclass(frozen=True, slots=True)
class Move:
    """One added at `start`, and in turn taken from and added to the corners towards `end`; `step` -1: the reverse."""

    start: Base
    end: Base
    step: int

    def changes(self, grid: Grid) -> Changes:
        """Every lattice cell that it changes."""
        return _changes(grid, self.start, self.end, self.step)


@dataclass(frozen=True, slots=True)
class Room:
    """What it costs that a lattice cell is one more (`up`), one less (`down`), hidden; IMPOSSIBLE where it cannot be."""

    up: Sequence[int]
    down: Sequence[int]
    cost: Sequence[int]


@dataclass
class Shield:
    """What is hidden, and the moves that prove it."""

    hidden: bytearray
    moves: list[Move] = field(default_factory=list)
    is_closed: bool = False

    def close(self) -> Shield:
        """Show nothing at all."""
        self.is_closed = True
        self.hidden = bytearray(b"\1") * len(self.hidden)
        return self


def count_room(values: Sequence[int], threshold: int) -> Room:
    """Counts: small ones stay below `threshold`, the others at it or above.

    A zero costs more to hide than its worth, since it may be one that everybody knows; so does a proof that needs
    a hidden cell with somebody in it to be possibly empty.
    """
    up = [IMPOSSIBLE if value == threshold - 1 else 0 for value in values]
    down = [IMPOSSIBLE if value in (0, threshold) else ZERO_COST if value == 1 else 0 for value in values]
    return Room(up, down, [value or ZERO_COST for value in values])


def small_cells(values: Sequence[int], threshold: int) -> list[int]:
    """Primary suppression: cells with somebody in them, but too few."""
    return [index for index, value in enumerate(values) if 0 < value < threshold]


def protect(
    cube: Cube,
    room: Room,
    exposed: Iterable[int],
    *,
    known: Iterable[Move] = (),
    pinned: int | None = None,
    shield: Shield | None = None,
    proved: Iterable[int] = (),
) -> Shield:
    """Hide `exposed` cells and what else it takes.

    `known` moves are tried first. `pinned`: only moves along this axis, so that its margins stay as they are.
    `shield` goes on from what is hidden already, of which `proved` needs no further proof.
    """
    shield = shield or Shield(bytearray(cube.grid.length))
    open_cells = _Unproved(cube, room, shield, pinned)
    for index in proved:
        open_cells.is_proved[index] = 1
    todo = sorted(set(exposed), key=lambda index: (-_any_count(cube.grid, index), index))
    for index in todo:
        shield.hidden[index] = 1
    for move in known:
        open_cells.try_known(move)
    for index in todo:
        if not open_cells.is_proved[index] and not open_cells.prove(index):
            return shield.close()
    return shield


def _any_count(grid: Grid, index: int) -> int:
    return sum(at == size for at, size in zip(grid.place(index), grid.sizes, strict=True))


def _changes(grid: Grid, start: Base, end: Base, step: int) -> Changes:
    more, less = [0], list[int]()
    for a, b, size, stride in zip(start, end, grid.sizes, grid.strides, strict=True):
        here = a * stride
        if a == b:
            there = size * stride
            more = [at + here for at in more] + [at + there for at in more]
            less = [at + here for at in less] + [at + there for at in less]
        else:
            there = b * stride
            more, less = (
                [at + here for at in more] + [at + there for at in less],
                [at + here for at in less] + [at + there for at in more],
            )
    return (more, less) if step > 0 else (less, more)


def _turned(changes: Changes, step: int) -> Changes:
    more, less = changes
    return changes if step > 0 else (less, more)


class _Unproved:
    """The search for moves: the cheapest for each cell, ties to the first in the order of the cube."""

    def __init__(self, cube: Cube, room: Room, shield: Shield, pinned: int | None) -> None:
        self.cube, self.room, self.shield, self.pinned = cube, room, shield, pinned
        self.is_proved = bytearray(cube.grid.length)

    def try_known(self, move: Move) -> None:
        """A move that costs nothing and is possible here proves what it changes."""
        changes = move.changes(self.cube.grid)
        for turned in (1, -1):
            if self._cost(_turned(changes, turned), 1) == 0:
                self._apply(Move(move.start, move.end, move.step * turned))
                return

    def prove(self, index: int) -> bool:
        """Find the cheapest move that changes the cell: near partners first, all of them where that fails."""
        grid = self.cube.grid
        place = grid.place(index)
        fixed = [i for i, (at, size) in enumerate(zip(place, grid.sizes, strict=True)) if at != size]
        starts = self.cube.counted_in(place)[:MANY]
        for count in (NEAR, max(grid.sizes)):
            best: tuple[int, Move] | None = None
            for start in starts:
                best = self._cheapest(start, fixed, count, best)
                if best is not None and best[0] == 0:
                    break
            if best is not None:
                self._apply(best[1])
                return True
        return False

    def _cheapest(
        self, start: Base, fixed: Sequence[int], count: int, best: tuple[int, Move] | None
    ) -> tuple[int, Move] | None:
        partners = [self._partners(start, i, count) if i in fixed else [start[i]] for i in range(len(start))]
        for end in product(*partners):
            if self.pinned is not None and start[self.pinned] == end[self.pinned]:
                continue
            changes = _changes(self.cube.grid, start, end, 1)
            for step in (1, -1):
                limit = IMPOSSIBLE if best is None else best[0]
                cost = self._cost(_turned(changes, step), limit)
                if cost < limit:
                    best = cost, Move(start, end, step)
                    if cost == 0:
                        return best
        return best

    def _partners(self, start: Base, axis: int, count: int) -> list[int]:
        """Other values on an axis, the cheapest to hide first, and at last the same value: no change along it."""
        grid = self.cube.grid
        base = grid.index(start)
        stride, size = grid.strides[axis], grid.sizes[axis]
        line = base - start[axis] * stride
        hidden, cost = self.shield.hidden, self.room.cost
        others = [b for b in range(size) if b != start[axis]]
        others.sort(key=lambda b: (not hidden[line + b * stride], cost[line + b * stride], b))
        return [*others[:count], start[axis]]

    def _cost(self, changes: Changes, limit: int) -> int:
        """What a move would cost; `limit` when it is impossible or not better."""
        hidden, cost = self.shield.hidden, self.room.cost
        total = 0
        for cells, room in zip(changes, (self.room.up, self.room.down), strict=True):
            for at in cells:
                total += room[at]
                if not hidden[at]:
                    total += cost[at] + 1
                if total >= limit:
                    return limit
        return total

    def _apply(self, move: Move) -> None:
        self.shield.moves.append(move)
        for cells in move.changes(self.cube.grid):
            for at in cells:
                self.shield.hidden[at] = 1
                self.is_proved[at] = 1
