"""The compiler against graphql-core: random documents, the same rows, equal JSON to the byte.

DIFFERENTIAL_DOCUMENTS says how many documents each run of the whole asks (2,000 unless given, half of them under each
viewpoint). Up to that default the documents are the same in every run; a longer run takes new ones each time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import kinfold.plan.filter
import kinfold.sql.count
import kinfold.sql.filter
import kinfold.sql.page
import pytest
from harness import Difference, Harness, open_harness
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kinfold.document.errors import DocumentTooLarge
from kinfold.sql.writer import Scope

USUAL = 2_000
DOCUMENTS = int(os.environ.get("DIFFERENTIAL_DOCUMENTS", str(USUAL)))


@pytest.fixture(scope="module")
def everything(county_url: str) -> Iterator[Harness]:
    """A caller from whom nothing is hidden."""
    with open_harness(county_url, "county-civil-affairs", is_open=True) as harness:
        yield harness


@pytest.fixture(scope="module")
def school(county_url: str) -> Iterator[Harness]:
    """The school under the shipped rules; the resolvers filter by the policy's closures."""
    with open_harness(county_url, "school", is_open=False) as harness:
        yield harness


def compare_many(harness: Harness, amount: int) -> None:
    """Ask both about `amount` documents; a difference is shrunk before it is told."""

    @settings(
        max_examples=amount,
        derandomize=DOCUMENTS <= USUAL,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def run(chance: Random) -> None:
        harness.check(chance)

    harness.answered, harness.refused = 0, {}
    run()
    # Valid by construction; only now and then one is larger than a document may be.
    assert set(harness.refused) <= {DocumentTooLarge.code}
    assert harness.answered >= amount * 0.95


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_equal_for_a_caller_who_sees_everything(everything: Harness) -> None:
    compare_many(everything, DOCUMENTS // 2)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_equal_for_a_school(school: Harness) -> None:
    compare_many(school, DOCUMENTS - DOCUMENTS // 2)


def test_the_documents_reach_the_whole_language(everything: Harness) -> None:
    """What the generator never writes is not compared: every form must occur."""
    from documents import Documents

    texts = [Documents(Random(i), everything.view, everything.cursors).write()[0] for i in range(1_500)]
    forms = [
        "... on Node", "... on Party", "fragment F", "@include", "@skip", "$v", "= ", "__typename", "some:", "none:",
        "every:", "not:", "and:", "or:", "search:", "under:", "isNull:", "in: []", "notIn:", "startsWith:", "contains:",
        "lte:", "gt:", "orderBy:", "direction: DESC", "first:", "last:", "after:", "before:", "page:", "totalCount(mode",
        "startCursor", "endCursor", "edges", "node(id", "region(code", "party", "... {", "viewerCan", "read(field", "mask(field", "daysAbsentThisTerm", "lunarBirthday",
    ]  # fmt: skip
    missing = [form for form in forms if not any(form in text for text in texts)]
    assert missing == []


def find_difference(harness: Harness, most: int = 1_200) -> str:
    """The first difference among this many documents, or nothing."""
    for seed in range(most):
        try:
            harness.check(Random(seed))
        except Difference as difference:
            return str(difference)
    return ""


def turn(module: Any, name: str, key: str, value: str) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda monkeypatch: monkeypatch.setitem(getattr(module, name), key, value)


def replace(owner: Any, name: str, make: Callable[[Any], Any]) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda monkeypatch: monkeypatch.setattr(owner, name, make(getattr(owner, name)))


MUTATIONS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "lt means lte": turn(kinfold.sql.filter, "_COMPARE", "lt", "<="),
    "not turns eq into eq": turn(kinfold.plan.filter, "_INVERSE", "eq", "eq"),
    "not turns in into in": turn(kinfold.plan.filter, "_INVERSE", "in", "in"),
    "before means after": replace(
        kinfold.sql.page, "cursor_condition", lambda f: lambda *a, is_before: f(*a, is_before=False)
    ),
    "the last are the first": replace(
        kinfold.sql.page, "order_sql", lambda f: lambda keys, is_backward: f(keys, is_backward=False)
    ),
    "an edge forgets what it demands of the other row": replace(
        kinfold.sql.filter, "join_conditions", lambda f: lambda *a: f(*a)[:2]
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_broken_compiler_is_noticed(
    everything: Harness, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    MUTATIONS[name](monkeypatch)
    assert find_difference(everything)


def test_a_forgotten_row_policy_is_noticed(school: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_policy(scope: Scope) -> list[str]:
        if scope.type.condition is None:
            return []
        return [f"({scope.fill(scope.type.condition)})"]

    monkeypatch.setattr(Scope, "row_conditions", no_policy)
    assert find_difference(school, 200)


def test_a_forgotten_field_policy_is_noticed(school: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinfold.sql.filter, "edge_condition", lambda edge, there: [])
    monkeypatch.setattr("kinfold.sql.select.scalar_sql", lambda field, scope: scope.column(field))
    assert find_difference(school, 200)
