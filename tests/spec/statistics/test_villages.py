"""Villages are published town by town; together with the towns they must not give a hidden cell away."""

from __future__ import annotations

from itertools import product

from attacker import is_determined, published_sums
from hypothesis import given, settings
from hypothesis import strategies as st
from kinfold.statistics.cube import Cube, Grid
from kinfold.statistics.protect import Shield, count_room, protect, small_cells
from kinfold.statistics.village import protect_villages

THRESHOLD = 5
TOWNS, VILLAGES, OTHERS = 2, 2, 2


def shields(counts: dict[tuple[int, int, int], int]) -> tuple[Cube, Shield, list[tuple[Cube, Shield]]]:
    """The cube of towns and each town's cube of villages, protected as the platform does it."""
    by_town: dict[tuple[int, ...], int] = {}
    for (town, _, other), n in counts.items():
        by_town[town, other] = by_town.get((town, other), 0) + n
    towns = Cube(Grid((TOWNS, OTHERS)), {k: n for k, n in by_town.items() if n})
    above = protect(towns, count_room(towns.values, THRESHOLD), small_cells(towns.values, THRESHOLD))
    below = []
    for town in range(TOWNS):
        base = {(v, o): n for (t, v, o), n in counts.items() if t == town and n}
        cube = Cube(Grid((VILLAGES, OTHERS)), base)
        room = count_room(cube.values, THRESHOLD)
        below.append((cube, protect_villages(town, above, cube, room, small_cells(cube.values, THRESHOLD))))
    return towns, above, below


def computed(counts: dict[tuple[int, int, int], int]) -> list[tuple[str, int]]:
    towns, above, below = shields(counts)
    if above.is_closed:
        return []
    places = list(product(range(TOWNS), range(VILLAGES), range(OTHERS)))
    number = {place: i for i, place in enumerate(places)}
    top = sum(counts.values()) + 10
    sums, targets = [], []
    members: dict[int, tuple[int, ...]] = {}
    for index in range(towns.grid.length):
        town, other = towns.grid.place(index)
        members[index] = tuple(number[p] for p in places if town in (p[0], TOWNS) and other in (p[2], OTHERS))
    sums += published_sums(members, towns.values, above.hidden, THRESHOLD, top)
    targets += [("towns", i, members[i], towns.values[i]) for i in members if above.hidden[i]]
    for town, (cube, shield) in enumerate(below):
        if shield.is_closed:
            continue
        own: dict[int, tuple[int, ...]] = {}
        for index in range(cube.grid.length):
            village, other = cube.grid.place(index)
            if village != VILLAGES:
                own[index] = tuple(
                    number[p] for p in places if p[0] == town and p[1] == village and other in (p[2], OTHERS)
                )
        sums += published_sums(own, cube.values, shield.hidden, THRESHOLD, top)
        targets += [(f"town {town}", i, own[i], cube.values[i]) for i in own if shield.hidden[i]]
    return [(where, i) for where, i, cells, n in targets if is_determined(len(places), sums, cells, n, top)]


@st.composite
def counties(draw: st.DrawFn) -> dict[tuple[int, int, int], int]:
    small = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 9, 12])
    return {place: draw(small) for place in product(range(TOWNS), range(VILLAGES), range(OTHERS))}


@settings(max_examples=300, deadline=None)
@given(counties())
def test_towns_and_all_their_villages_together_give_nothing_away(
    counts: dict[tuple[int, int, int], int],
) -> None:
    assert computed(counts) == []


def test_a_hidden_town_cell_hides_a_village_below_it() -> None:
    """Were all its villages shown, their sum would be the hidden cell."""
    counts = {place: 20 for place in product(range(TOWNS), range(VILLAGES), range(OTHERS))}
    counts[0, 0, 0], counts[0, 1, 0] = 3, 0
    towns, above, below = shields(counts)
    assert above.hidden[towns.grid.index((0, 0))]
    for town, (cube, shield) in enumerate(below):
        for other in range(OTHERS):
            if above.hidden[towns.grid.index((town, other))]:
                assert any(shield.hidden[cube.grid.index((v, other))] for v in range(VILLAGES))
