"""Villages of one town, below a cube of towns that is protected already.

Axis 0 of the cube above is the town, of the cube here the village; the others are the same. Every move of the cube
above that touches the town is carried out in one of its villages (a lift), and the village cells which that changes
are hidden: so the proofs above stay proofs when villages are published as well, in this town and in all others.
Village cells that are too small are proved by moves between villages, which leave the town as it is.

In:  the shield above, the villages' cube. Out: a Shield of village cells (those with a village on axis 0).
"""

from __future__ import annotations

from collections.abc import Iterable

from kinfold.statistics.cube import Cube
from kinfold.statistics.protect import IMPOSSIBLE, Move, Room, Shield, protect


def protect_villages(
    town: int,
    above: Shield,
    cube: Cube,
    room: Room,
    exposed: Iterable[int],
    *,
    known: Iterable[Move] = (),
) -> Shield:
    """Hidden village cells of the town at position `town` of the cube above."""
    shield = Shield(bytearray(cube.grid.length))
    if above.is_closed:
        return shield.close()
    proved: set[int] = set()
    for start, end, step in _touching(town, above.moves):
        changed = _lift(cube, room, shield, start, end, step)
        if changed is None:
            return shield.close()
        proved.update(changed)
        for index in changed:
            shield.hidden[index] = 1
    villages = [index for index in exposed if cube.grid.place(index)[0] != cube.grid.sizes[0]]
    return protect(cube, room, villages, known=known, pinned=0, shield=shield, proved=proved)


def _touching(town: int, moves: Iterable[Move]) -> Iterable[tuple[tuple[int, ...], tuple[int, ...], int]]:
    """What each move does inside the town: start, end and step on the other axes."""
    for move in moves:
        if move.start[0] == town:
            yield move.start[1:], move.end[1:], move.step
        elif move.end[0] == town:
            yield move.start[1:], move.end[1:], -move.step


def _lift(
    cube: Cube, room: Room, shield: Shield, start: tuple[int, ...], end: tuple[int, ...], step: int
) -> list[int] | None:
    """The village cells that change in the village where it costs least; None when it is possible in none."""
    best: list[int] | None = None
    price = IMPOSSIBLE
    for village in range(cube.grid.sizes[0]):
        # A move within the village changes its margins as well; those without a village belong to the town.
        more, less = (
            [at for at in cells if cube.grid.place(at)[0] == village]
            for cells in Move((village, *start), (village, *end), step).changes(cube.grid)
        )
        cost = sum(room.up[at] for at in more) + sum(room.down[at] for at in less)
        cost += sum(room.cost[at] + 1 for at in (*more, *less) if not shield.hidden[at])
        if cost < price:
            price, best = cost, [*more, *less]
    return best
