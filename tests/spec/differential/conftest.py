"""A small demo county for tests that run the read pipeline inside their own process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import kinfold.graph.region
import pytest
from engine import BLIND, TODAY, Engine
from kinfold.assembly import assemble
from kinfold.demo.generate import generate_county
from kinfold.intake.regions import import_regions
from kinfold.migrations.upgrade import upgrade
from kinfold.testing.database import TestServer

PERSONS = 1_200
FEICHENG = Path(kinfold.graph.region.__file__).with_name("regions-feicheng.csv")


@pytest.fixture(scope="session")
def county_url(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database with the real divisions and an invented county."""
    url = postgres.create_database("differential")
    truth = tmp_path_factory.mktemp("truth") / "truth.jsonl"

    async def make() -> None:
        assembly = assemble()
        await upgrade(url, [spec.directory for _, spec in assembly.migrations])
        await import_regions(url, FEICHENG)
        await generate_county(
            url,
            persons=PERSONS,
            seed=3,
            as_of=TODAY,
            truth_path=truth,
            sources=assembly.demo,
            blind_index=BLIND,
        )

    with asyncio.Runner() as runner:
        runner.run(make())
    return url


@pytest.fixture
async def engine(county_url: str) -> AsyncIterator[Engine]:
    opened = await Engine.open(county_url)
    yield opened
    await opened.close()
