"""A server that keeps answers, over a county of its own that these tests change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from kinfold.testing.database import TestServer
from kinfold.testing.server import RunningKinfold


@pytest.fixture(scope="module")
def keeping(
    request: pytest.FixtureRequest, postgres: TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningKinfold]:
    name = request.module.__name__.rpartition(".")[2]
    url, state = postgres.create_database(name), Path(tmp_path_factory.mktemp(name))
    running = RunningKinfold(url, state, persons=600, KINFOLD_CACHE_BYTES="8000000")
    running.start()
    yield running
    running.stop()
