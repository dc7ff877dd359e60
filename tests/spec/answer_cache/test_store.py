"""Answers in memory: bounded by bytes, forgotten in order of use, found only in their own epoch and by their exact key."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from kinfold.sql.answer_cache.store import AnswerStore, make_key


def key(*values: object) -> tuple[object, ...]:
    found = make_key(1, None, values)
    assert found is not None
    return found


def test_found_in_its_epoch_only() -> None:
    store = AnswerStore(100_000)
    store.keep(key("a"), 3, b"data", 4)
    assert store.find(key("a"), 3) == b"data"
    assert store.find(key("a"), 4) is None
    assert key("a") not in store  # and is forgotten then
    store.keep(key("a"), 3, b"data", 4)
    assert store.find(key("a"), None) is None


def test_bounded_and_the_one_used_longest_ago_goes_first() -> None:
    store = AnswerStore(100_000)
    for number in range(12):
        store.keep(key(number), 1, b"", 7_000)
        store.find(key(0), 1)
    assert store.count.bytes <= 100_000
    assert key(0) in store
    assert key(1) not in store
    assert key(11) in store
    store.clear()
    assert (store.count.bytes, store.count.entries) == (0, 0)
    assert key(0) not in store


def test_the_same_key_again_is_weighed_once() -> None:
    store = AnswerStore(100_000)
    for size in (9_000, 5_000, 7_000):
        store.keep(key("a"), 1, b"", size)
    assert store.count.entries == 1
    assert 7_000 < store.count.bytes < 10_500


def test_one_answer_cannot_drive_out_all_others() -> None:
    store = AnswerStore(100_000)
    store.keep(key("small"), 1, b"", 1)
    store.keep(key("large"), 1, b"", 20_000)
    store.keep(key("x" * 20_000), 1, b"", 1)  # a large key weighs as well
    assert (key("small") in store, key("large") in store, key("x" * 20_000) in store) == (True, False, False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        (0.0, -0.0),
        ("1", 1),
        ([1], 1),
        ([], None),
        (["a", "b"], ["b", "a"]),
        (b"a", "a"),
        (dt.date(2025, 1, 1), dt.date(2025, 1, 2)),
        (dt.date(2025, 1, 1), "2025-01-01"),
        (uuid.UUID(int=1), uuid.UUID(int=2)),
        ([["a"], "b"], [["a", "b"]]),
    ],
)
def test_values_that_differ_have_keys_that_differ(one: object, other: object) -> None:
    assert key(one) != key(other)
    assert key(one) == key(one)
    assert len({key(one), key(other)}) == 2


def test_statements_that_differ_have_keys_that_differ() -> None:
    assert make_key(1, 0, ["a"]) != make_key(2, 0, ["a"]) != make_key(2, 1, ["a"])


def test_what_cannot_be_compared_is_not_kept() -> None:
    assert make_key(1, 0, [{"a": 1}]) is None
    assert make_key(1, 0, [object()]) is None
