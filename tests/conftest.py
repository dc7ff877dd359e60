"""What every suite shares: one PostgreSQL and one real server with a small demo county per run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from kinfold.testing.database import TestServer
from kinfold.testing.server import RunningKinfold
from kinfold.testing.statements import StatementCounter

PERSONS = 4000


@pytest.fixture(scope="session")
def postgres() -> Iterator[TestServer]:
    """One real PostgreSQL for the run (no fsync: nothing here outlives it)."""
    with TestServer() as server:
        yield server


@pytest.fixture(scope="session")
def server(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKinfold]:
    """A running Kinfold over a demo county; tests must leave its data as they found it."""
    url = postgres.create_database("county")
    running = RunningKinfold(url, Path(tmp_path_factory.mktemp("state")), persons=PERSONS)
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
async def statements(server: RunningKinfold) -> StatementCounter:
    """Counts what PostgreSQL sees of the running server, from zero."""
    assert server.database_url is not None
    await asyncio.to_thread(server.await_warm)
    counter = StatementCounter(server.database_url)
    await counter.reset()
    return counter
