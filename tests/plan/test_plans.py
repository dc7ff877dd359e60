"""Golden sets: every document compiles to the SQL on file and is answered with the JSON on file.

A difference is wanted or a fault: read it, then `python scripts/write_plans.py` writes the new files.
"""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import AsyncIterator
from pathlib import Path

import plan_county
import pytest
from kinfold.identity.personas import load_personas
from kinfold.sql.layout import cut
from kinfold.testing.database import TestServer
from plan_sets import ROOT, GoldenSet, list_orphans, load_sets
from plan_world import PlanWorld

SETS = load_sets()
# Callers that sign-in could bring but the policy schema does not know: not explained.
CANNOT_EXIST = {"policy/role-of-another-department", "territory/malformed"}


@pytest.fixture(scope="module")
async def world(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PlanWorld]:
    url = await asyncio.to_thread(postgres.create_database, "plans")
    await plan_county.fill(url)
    opened = await PlanWorld.open(url, Path(tmp_path_factory.mktemp("plans")))
    yield opened
    await opened.close()


@pytest.mark.parametrize("one", SETS, ids=[one.name for one in SETS])
async def test_set(world: PlanWorld, one: GoldenSet) -> None:
    made = await world.make(one)
    assert made.code == (one.refused or "")
    for raw, shown in made.statements:
        # What stands on file is what runs, but for white space; inside texts not even that.
        assert cut(shown) == cut(raw)
        assert "".join(shown.split()) == "".join(raw.split())
    for ending, text in ((".sql", made.sql), (".json", made.json)):
        if ending in one.made:
            path = one.path(ending)
            lines = path.read_text(encoding="utf-8").splitlines()
            name = str(path.relative_to(ROOT))
            difference = list(difflib.unified_diff(lines, text.splitlines(), name, "now", lineterm="", n=2))
            if difference:
                pytest.fail("\n".join([one.shows, *difference]), pytrace=False)
    if not one.is_sql_only and not one.refused and one.name not in CANNOT_EXIST:
        # An explanation shows the very statement that is executed.
        assert made.explained
        assert made.sql.endswith(f"{made.explained}\n;\n")


def test_there_are_many_sets_and_none_is_orphaned() -> None:
    assert len(SETS) >= 60
    assert list_orphans() == []


def test_every_set_says_what_it_shows() -> None:
    sentences = [one.shows for one in SETS]
    assert all(sentence.endswith(".") for sentence in sentences)
    assert len(set(sentences)) == len(sentences)


def test_every_persona_asks_something() -> None:
    assert set(load_personas()) - {one.principal.subject for one in SETS} == set()
