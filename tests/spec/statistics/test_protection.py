"""No hidden cell can be computed from what is published: random small tables against an exact attacker."""

from __future__ import annotations

import random
from itertools import permutations, product

from attacker import is_determined, published_sums
from hypothesis import given, settings
from hypothesis import strategies as st
from kinfold.statistics.cube import Cube, Grid
from kinfold.statistics.protect import count_room, protect, small_cells

THRESHOLD = 5


def make_cube(sizes: tuple[int, ...], counts: list[int]) -> Cube:
    places = product(*(range(size) for size in sizes))
    return Cube(Grid(sizes), {p: n for p, n in zip(places, counts, strict=False) if n})


@st.composite
def cubes(draw: st.DrawFn) -> Cube:
    sizes = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)))
    cells = 1
    for size in sizes:
        cells *= size
    small = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12])
    return make_cube(sizes, draw(st.lists(small, min_size=cells, max_size=cells)))


def members_of(cube: Cube) -> tuple[list[tuple[int, ...]], dict[int, tuple[int, ...]]]:
    places = list(product(*(range(size) for size in cube.grid.sizes)))
    members: dict[int, list[int]] = {}
    for i, place in enumerate(places):
        for index in cube.grid.margins(place):
            members.setdefault(index, []).append(i)
    return places, {index: tuple(cells) for index, cells in members.items()}


def computed(cube: Cube, hidden: bytearray) -> list[int]:
    """The hidden cells, margins included, that the attacker computes."""
    places, members = members_of(cube)
    values = cube.values
    top = max(values, default=0) + 10
    sums = published_sums(members, values, hidden, THRESHOLD, top)
    return [
        index
        for index in range(cube.grid.length)
        if hidden[index] and is_determined(len(places), sums, members[index], values[index], top)
    ]


def shield_of(cube: Cube):
    values = cube.values
    return protect(cube, count_room(values, THRESHOLD), small_cells(values, THRESHOLD))


@settings(max_examples=300, deadline=None)
@given(cubes())
def test_no_hidden_cell_can_be_computed(cube: Cube) -> None:
    """Every margin is published with the table: totals, fewer dimensions, and slices are parts of it."""
    shield = shield_of(cube)
    assert all(shield.hidden[index] for index in small_cells(cube.values, THRESHOLD))
    if shield.is_closed:
        assert all(shield.hidden)  # nothing is shown, so there is nothing to compute from
        return
    assert computed(cube, shield.hidden) == []


def test_without_complementary_suppression_the_attacker_succeeds() -> None:
    """The same attacker, the same tables, primary suppression only: he must win, or he proves nothing."""
    table = make_cube((2, 3), [3, 9, 12, 7, 6, 9])
    primary = bytearray(table.grid.length)
    for index in small_cells(table.values, THRESHOLD):
        primary[index] = 1
    assert computed(table, primary) == [table.grid.index((0, 0))]
    rng = random.Random(1)
    won = 0
    for _ in range(60):
        cube = make_cube((3, 3), [rng.choice([0, 2, 4, 6, 9, 12]) for _ in range(9)])
        bare = bytearray(cube.grid.length)
        for index in small_cells(cube.values, THRESHOLD):
            bare[index] = 1
        won += bool(computed(cube, bare))
    assert won >= 30


def test_two_hidden_cells_with_a_telling_sum_are_not_enough() -> None:
    """A sum of 8 makes two primary cells 4 each, a sum of 2 makes them 1 each."""
    for pair in ([4, 4], [1, 1]):
        cube = make_cube((4,), [*pair, 9, 30])
        shield = shield_of(cube)
        hidden = [i for i in range(4) if shield.hidden[cube.grid.index((i,))]]
        assert hidden == [0, 1, 2]
        assert computed(cube, shield.hidden) == []


def test_what_is_large_stays_visible() -> None:
    """Protection costs little where counts are large: no cell is hidden without need."""
    assert not any(shield_of(make_cube((3, 3, 2), [40] * 18)).hidden)
    shield = shield_of(make_cube((3, 4), [3, 50, 60, 70, 40, 50, 60, 70, 40, 50, 60, 70]))
    assert sum(shield.hidden) == 4


def test_the_order_of_axes_and_of_rows_does_not_matter() -> None:
    rng = random.Random(7)
    counts = {p: rng.choice([1, 3, 4, 6, 8, 15]) for p in product(range(3), range(2), range(3))}
    first = shield_of(Cube(Grid((3, 2, 3)), counts))
    for _ in range(3):
        rows = list(counts.items())
        rng.shuffle(rows)
        assert shield_of(Cube(Grid((3, 2, 3)), dict(rows))).hidden == first.hidden
    for order in permutations(range(3)):
        sizes = tuple((3, 2, 3)[i] for i in order)
        turned = Cube(Grid(sizes), {tuple(p[i] for i in order): n for p, n in counts.items()})
        assert computed(turned, shield_of(turned).hidden) == []
