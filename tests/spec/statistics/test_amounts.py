"""Sums of amounts: hidden with their counts, and where one member makes up most of them."""

from __future__ import annotations

from itertools import product

from attacker import Sum, is_determined
from hypothesis import given, settings
from hypothesis import strategies as st
from kinfold.statistics.publish import Measure, Place, Published, RawRow, publish

TOWNS = (370999001000, 370999002000, 370999003000)
VALUES = ("A", "B")


def publish_days(rows: dict[tuple[int, str], tuple[int, int, int]]) -> Published:
    """(count, sum, largest) of each town and value."""
    raw = [RawRow(t, (v,), n, ((total, most),)) for (t, v), (n, total, most) in rows.items() if n]
    return publish(raw, [VALUES], [Measure(is_amount=True)], 5)


def test_one_member_with_most_of_a_sum_hides_it() -> None:
    rows = {place: (20, 40, 5) for place in product(TOWNS, VALUES)}
    rows[TOWNS[0], "A"] = (20, 40, 35)
    shown = publish_days(rows)
    dominated = shown.cell(Place(1, TOWNS[0]), ["A"])
    assert (dominated.count, dominated.sums) == (20, (None,))
    assert shown.cell(Place(0), [...]).sums == (240,)
    hidden = [p for p in rows if shown.cell(Place(1, p[0]), [p[1]]).sums == (None,)]
    assert len(hidden) == 4  # in its row, in its column, and across
    rows[TOWNS[0], "A"] = (20, 40, 34)  # 85 % and no more
    assert publish_days(rows).cell(Place(1, TOWNS[0]), ["A"]).sums == (40,)


def test_a_hidden_count_hides_its_sum() -> None:
    rows = {place: (20, 40, 5) for place in product(TOWNS, VALUES)}
    rows[TOWNS[0], "A"] = (3, 6, 3)
    shown = publish_days(rows)
    for place in rows:
        cell = shown.cell(Place(1, place[0]), [place[1]])
        assert cell.count is not None or cell.sums == (None,)
    assert shown.cell(Place(1, TOWNS[0]), ["A"]).count is None


@st.composite
def tables(draw: st.DrawFn) -> dict[tuple[int, str], tuple[int, int, int]]:
    found = {}
    for place in product(TOWNS, VALUES):
        count = draw(st.sampled_from([0, 3, 5, 8, 20]))
        days = draw(st.lists(st.integers(0, 9), min_size=min(count, 3), max_size=min(count, 3)))
        found[place] = (count, sum(days), max(days, default=0))
    return found


@settings(max_examples=150, deadline=None)
@given(tables())
def test_no_hidden_sum_can_be_computed(rows: dict[tuple[int, str], tuple[int, int, int]]) -> None:
    shown = publish_days(rows)
    cells = list(rows)
    known, hidden = [], []
    for town, value in product((*TOWNS, None), (*VALUES, ...)):
        members = tuple(
            i for i, (t, v) in enumerate(cells) if town in (t, None) and (value is ... or value == v)
        )
        place = Place(0) if town is None else Place(1, town)
        total = shown.cell(place, [value]).sums[0]
        if total is None:
            hidden.append((members, sum(rows[cells[i]][1] for i in members)))
        else:
            known.append(Sum(members, (total, total)))
    for i, place in enumerate(cells):  # where nobody is, there is no sum
        if rows[place][0] == 0:
            known.append(Sum((i,), (0, 0)))
    top = sum(total for _, total, _ in rows.values()) + 5
    for members, truth in hidden:
        if any(rows[cells[i]][0] for i in members):
            assert not is_determined(len(cells), known, members, truth, top)
