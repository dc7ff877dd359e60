"""A server of this suite's own: its data may change, and it may be kept busy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from kinfold.testing.database import TestServer
from kinfold.testing.server import RunningKinfold
from wire import Wire


@pytest.fixture(scope="session")
def spare(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKinfold]:
    """A small county behind a server of our own."""
    running = RunningKinfold(
        postgres.create_database("spare"), Path(tmp_path_factory.mktemp("spare")), persons=600
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def wire(server: RunningKinfold) -> Wire:
    """Requests of the county office, byte by byte."""
    return Wire(server)
