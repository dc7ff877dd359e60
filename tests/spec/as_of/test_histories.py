"""Random histories, random moments: the one statement against brute force over the list of all versions.

AS_OF_HISTORIES says how many histories a run makes (60 unless given); each is asked at four pairs of moments.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import kinfold.sql.source
import kinfold.sql.writer
import pytest
from as_it_was import AsItWas
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kinfold.catalog import TypeDef
from kinfold.identity.principal import Principal
from kinfold.plan.as_of import NOW as UNDATED
from kinfold.plan.as_of import AsOf
from kinfold.sql.writer import Scope
from kinfold.testing.command_world import COUNTY, NOW, TODAY, VILLAGE, CommandWorld
from kinfold.testing.database import TestServer
from questions import BODY, ORDER, WHERE, body, page
from versions import DAYS, FIRST, Histories, store

USUAL = 60
HISTORIES = int(os.environ.get("AS_OF_HISTORIES", str(USUAL)))
TOWN = "370999101"
TEXT = """
query Q($id: ID!, $v: Date, $k: DateTime, $v2: Date, $k2: DateTime) {
  then: children(%(page)s, asOf: {valid: $v, known: $k}) { totalCount pageInfo { hasNextPage } nodes { ...Body } }
  later: children(%(page)s, asOf: {valid: $v2, known: $k2}) { totalCount pageInfo { hasNextPage } nodes { ...Body } }
  one: child(id: $id, asOf: {valid: $v, known: $k}) { ...Body }
  now: child(id: $id) { ...Body }
}""" + BODY  # fmt: skip


class Difference(AssertionError):
    """The compiler and the brute force disagree."""


class County:
    """A database, and a plain function to ask it: hypothesis calls plain functions."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.world = self.runner.run(CommandWorld.open(url, size=1))
        self.asked = self.told = 0

    def close(self) -> None:
        self.runner.run(self.world.close())
        self.runner.close()

    def check(self, chance: Random) -> None:
        histories = Histories(chance)
        versions = histories.write()
        self.runner.run(store(self.world, versions))
        for _ in range(4):
            territory = chance.choice((COUNTY, TOWN, VILLAGE, VILLAGE))
            moments = [(chance.choice((None, *DAYS)), _known(chance)) for _ in range(2)]
            child = chance.choice(histories.children)
            where, order = chance.choice(list(WHERE)), chance.choice(list(ORDER))
            number, size = chance.choice(((1, 1), (2, 1), (1, 2), (1, 50)))
            window = f"page: {{number: {number}, size: {size}}}, where: {where}, orderBy: {order}"
            variables = {
                "id": f"Child:{COUNTY}:{child}",
                **{name: moment and moment.isoformat()
                   for (v, k), tail in zip(moments, ("", "2"), strict=True)
                   for name, moment in ((f"v{tail}", v), (f"k{tail}", k))},
            }  # fmt: skip
            found = self.runner.run(self.world.ask(_caller(territory), TEXT % {"page": window}, variables))
            views = [AsItWas(versions, territory, v or TODAY, k) for v, k in [*moments, (None, None)]]
            one = [next((body(was, p) for p in was.children() if p["id"] == child), None) for was in views]
            wanted: dict[str, Any] = {
                "then": page(views[0], where, order, number, size),
                "later": page(views[1], where, order, number, size),
                "one": one[0],
                "now": one[2],
            }
            self.asked += 1
            self.told += bool(found["then"]["nodes"])
            if found != wanted:
                raise Difference(f"{window}\n{variables}\nfound  {found}\nwanted {wanted}")


def _known(chance: Random) -> dt.datetime | None:
    """Now, unasked, or a moment at which something may just have been recorded."""
    if chance.random() < 0.15:
        return None
    moment = FIRST + dt.timedelta(hours=chance.choice(range(0, 24 * 40, 7)))
    return min(moment + dt.timedelta(microseconds=chance.choice((-1, 0, 0, 1))), NOW)


def _caller(territory: str) -> Principal:
    return Principal("caller", "civil_affairs", frozenset({"town_specialist"}), "child_protection", COUNTY,
                     regions=(territory,))  # fmt: skip


@pytest.fixture(scope="module")
def county(postgres: TestServer) -> Iterator[County]:
    opened = County(postgres.create_database("as_of_histories"))
    yield opened
    opened.close()


def compare(county: County, amount: int, *, derandomize: bool) -> None:
    @settings(max_examples=amount, derandomize=derandomize, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.randoms(use_true_random=False))
    def run(chance: Random) -> None:
        county.check(chance)

    run()


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@pytest.mark.spec("B.0/3", "True then, as known then: equal to brute force over all versions")
def test_equal_to_brute_force(county: County) -> None:
    county.asked = county.told = 0
    compare(county, HISTORIES, derandomize=HISTORIES <= USUAL)
    assert county.told > county.asked * 0.2  # most pages of one or two rows are not empty


def find_difference(county: County) -> str:
    for seed in range(60):
        try:
            county.check(Random(seed))
        except Difference as found:
            return str(found)
    return ""


def _live_only(type_: TypeDef, as_of: AsOf, sink: Any) -> str:
    return type_.qualified


def _policy_on_versions(scope: Scope, predicate: Any) -> str:
    return scope._lower_on(scope.alias, predicate)


def _forgotten(old: Callable[..., Scope]) -> Callable[..., Scope]:
    def beside(scope: Scope, *arguments: Any) -> Scope:
        made = old(scope, *arguments)
        object.__setattr__(made, "as_of", UNDATED)
        return made

    return beside


@pytest.mark.parametrize(
    "fault", ["live only", "policy on versions", "inherits nothing", "real day", "closed end"]
)
def test_a_broken_compiler_is_noticed(county: County, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison would see each of these faults."""
    assert find_difference(county) == ""
    if fault == "live only":
        monkeypatch.setattr(kinfold.sql.writer, "table_source", _live_only)
    elif fault == "policy on versions":
        monkeypatch.setattr(Scope, "lower", _policy_on_versions)
    elif fault == "inherits nothing":
        monkeypatch.setattr(Scope, "beside", _forgotten(Scope.beside))
    elif fault == "real day":
        monkeypatch.setattr(Scope, "today", lambda scope: f"DATE '{TODAY}'")
    else:
        honest = kinfold.sql.source.table_source
        monkeypatch.setattr(
            kinfold.sql.writer,
            "table_source",
            lambda *given: honest(*given).replace('"superseded_at" >', '"superseded_at" >='),
        )
    assert find_difference(county) != ""
