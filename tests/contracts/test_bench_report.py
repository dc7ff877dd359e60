"""The published measurements: whole, taken from their own rounds, and the page says what the report says."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.bench.figures import MARKS, make_ratios, required_keys
from tests.bench.options import ROOT
from tests.bench.page import write_page
from tests.bench.query import QUERIES
from tests.bench.report import PAGE, REPORT

LEAST_ROUNDS = 5


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return dict(json.loads(REPORT.read_text(encoding="utf-8")))


def offered() -> list[str]:
    """Queries whose root the schema has: a new root asks for a new run."""
    schema = (ROOT / "schema" / "kinfold.graphql").read_text(encoding="utf-8")
    found = re.search(r"^type Query \{(.*?)^\}", schema, re.DOTALL | re.MULTILINE)
    assert found
    roots = set(re.findall(r"^  (\w+)[(:]", found[1], re.MULTILINE))
    return [name for name, query in QUERIES.items() if query.root in roots]


def test_every_figure_is_there(report: dict[str, Any]) -> None:
    assert len(offered()) >= 4
    missing = required_keys(offered()) - report["figures"].keys()
    assert not missing, f"run `make bench` again, it lacks {sorted(missing)}"
    assert all(isinstance(value, float) and value > 0 for value in report["figures"].values())


def test_every_figure_has_its_rounds(report: dict[str, Any]) -> None:
    for key, found in report["ranges"].items():
        assert found["rounds"] >= LEAST_ROUNDS, key
        assert found["least"] <= found["median"] <= found["most"], key


def test_the_figures_are_those_of_the_rounds(report: dict[str, Any]) -> None:
    again = make_ratios(report["rounds"])
    published = {**report["figures"], **report["latency_ms"]}
    assert {key: ratio.median for key, ratio in again.items()} == {
        key: value for key, value in published.items() if not key.startswith("breadth.")
    }


def test_no_mark_is_left_unsaid(report: dict[str, Any]) -> None:
    values = {**report["figures"], **report["latency_ms"]}
    said = {mark["key"]: (mark["bound"], mark["value"], mark["is_reached"]) for mark in report["marks"]}
    for mark in MARKS:
        if mark.key.split(".")[-1] in offered() or mark.key in values:
            value = values[mark.key]
            assert said[mark.key] == (mark.bound, value, mark.is_reached(value))


def test_everybody_answered_the_same(report: dict[str, Any]) -> None:
    for query, targets in report["rehearsal"].items():
        for name, found in targets.items():
            assert found["is_same"], f"{name} {query}: {found['difference']}"
            # A statistic has no variables, so there is one request; the others are drawn from many.
            assert found["requests"] >= (1 if QUERIES[query].draws == "county" else 10)
            assert found["objects"] > 0 or not QUERIES[query].is_compared


def test_the_page_is_made_from_the_report(report: dict[str, Any]) -> None:
    assert PAGE.read_text(encoding="utf-8") == write_page(report), "made by `make bench`; do not edit"
