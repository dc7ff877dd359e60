"""A database with the small catalog's tables, filled once; and a way to use it from a test that is not async."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import date
from typing import Any, TypeVar

import asyncpg
import pytest
import shadow
import world
from kinfold.catalog import Scalar
from kinfold.testing.database import TestServer
from walk import Walker

T = TypeVar("T")
ROWS = 140


class Database:
    """One connection with an event loop of its own: hypothesis calls plain functions."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.connection: asyncpg.Connection = self.run(asyncpg.connect(url, statement_cache_size=0))
        self.rows: list[dict[str, Any]] = []
        self.walker: Walker | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def fill(self) -> None:
        """The catalog's tables, with rows over hostile values."""
        self.run(shadow.create_tables(self.connection, world.CATALOG))
        tables = self.run(
            shadow.fill_tables(
                self.connection,
                world.CATALOG,
                rows=ROWS,
                seed=7,
                ids=world.IDS,
                jurisdictions=("370999", "370998"),
                extra={Scalar.DATE: world.edge_dates()},
            )
        )
        self.walker = Walker(tables)
        self.rows = [
            {**row, "@key": row["id"], "level_twice": None if row["level"] is None else row["level"] * 2}
            for row in tables["pol", "person"]
        ]

    def close(self) -> None:
        self.run(self.connection.close())
        self.runner.close()


@pytest.fixture(scope="session")
def policy_server() -> Iterator[TestServer]:
    with TestServer() as server:
        yield server


@pytest.fixture(scope="session")
def database(policy_server: TestServer) -> Iterator[Database]:
    opened = Database(policy_server.create_database("policy_world"))
    opened.fill()
    yield opened
    opened.close()


@pytest.fixture
def today() -> date:
    return date(2026, 3, 1)
