"""The number of transactions that ended between two snapshots, against a model that knows each of them by name.

The model keeps what PostgreSQL keeps: ids in order, subtransactions with ids of their own that no snapshot lists, which
transaction has ended and how. Its snapshots are written as PostgreSQL writes them; the code under test sees only those.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kinfold.sql.answer_cache.snapshot import Snapshot, count_ended, read_snapshot


@dataclass
class Model:
    """Transactions of one server."""

    next_id: int = 100
    running: dict[int, list[int]] = field(default_factory=dict)  # with the ids of their subtransactions
    changed: set[int] = field(default_factory=set)  # committed, and changed rows that queries show
    recorded: set[int] = field(default_factory=set)  # committed, and wrote the record and nothing else
    highest_ended: int = 99

    def begin(self) -> int:
        self.next_id += 1
        self.running[self.next_id - 1] = []
        return self.next_id - 1

    def begin_within(self, parent: int) -> None:
        self.running[parent].append(self.next_id)
        self.next_id += 1

    def end(self, number: int, how: str) -> None:
        self.highest_ended = max(self.highest_ended, number, *self.running.pop(number), 0)
        if how == "change":
            self.changed.add(number)
        elif how == "record":
            self.recorded.add(number)

    def snapshot(self) -> Snapshot:
        xmax = self.highest_ended + 1
        listed = sorted(one for one in self.running if one < xmax)
        xmin = listed[0] if listed else xmax
        return read_snapshot(f"{xmin}:{xmax}:{','.join(map(str, listed))}")


STEPS = st.lists(
    st.tuples(st.sampled_from(["begin", "sub", "change", "record", "abort", "look"]), st.integers(0, 9)),
    max_size=60,
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=STEPS, between=STEPS)
def test_what_is_counted_is_what_ended(before: list[tuple[str, int]], between: list[tuple[str, int]]) -> None:
    model = Model()
    play(model, before)
    earlier, changed, recorded = model.snapshot(), set(model.changed), set(model.recorded)
    ended = ended_in(model, earlier)
    play(model, between)
    later = model.snapshot()
    found = count_ended(earlier, later)
    assert found == len(ended_in(model, later) - ended)
    new_changes, new_records = model.changed - changed, model.recorded - recorded
    assert found is not None
    assert found >= len(new_changes) + len(new_records)
    # The rule of the chain: equal to the number of records means that nothing else was committed.
    if found == len(new_records):
        assert not new_changes


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_records_alone_are_always_recognised(steps: list[tuple[str, int]]) -> None:
    """Beside transactions that stay open; otherwise the cache would never be used."""
    model = Model()
    play(model, steps)
    earlier = model.snapshot()
    started_later = [model.begin() for _ in range(5)]
    for number in started_later[::2]:
        model.end(number, "record")
    others = [one for one in model.running if one < earlier.xmax]
    found = count_ended(earlier, model.snapshot())
    # Ids of subtransactions above the earlier snapshot count as ended: too careful, never too careless.
    hidden = sum(earlier.xmax <= sub < model.snapshot().xmax for one in model.running.values() for sub in one)
    above = sum(1 for one in range(earlier.xmax, started_later[0]) if one not in model.running)
    assert found is not None
    assert 3 <= found <= 3 + hidden + above
    assert others == [one for one in model.running if one < earlier.xmax]


def test_never_backwards() -> None:
    older, newer = read_snapshot("100:110:100,105"), read_snapshot("105:112:105")
    assert count_ended(older, newer) == 3
    assert count_ended(newer, older) is None
    # As many ended, and yet from another history: the highest one is lower.
    assert count_ended(read_snapshot("100:110:100,105"), read_snapshot("108:108:")) is None


@pytest.mark.parametrize("text", ["", "1:2", "0:5:", "9:5:", "5:6:5,5", "a:b:", "1:2:3:4"])
def test_what_is_no_snapshot(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_snapshot(text)


def play(model: Model, steps: list[tuple[str, int]]) -> None:
    for what, which in steps:
        running = sorted(model.running)
        if what == "begin" or not running:
            model.begin()
        elif what == "sub":
            model.begin_within(running[which % len(running)])
        elif what == "look":
            model.snapshot()
        else:
            model.end(running[which % len(running)], what)


def ended_in(model: Model, snapshot: Snapshot) -> set[int]:
    """By name: every id that the snapshot holds to have ended."""
    listed = {int(one) for one in snapshot.text.split(":")[2].split(",") if one}
    return {one for one in range(100, snapshot.xmax) if one not in listed}
