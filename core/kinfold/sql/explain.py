"""What PostgreSQL would do with a statement, without doing it.

In:  a connection set up for reads, a statement's text. Out: the plan as PostgreSQL's JSON, and how long it took.
Never: executes the statement, and never sends a bind value: the plan is the generic one, which is also the one that
requests run (`force_generic_plan`). So no value of a person can stand in it, and no count of rows that nobody may see.

`EXPLAIN (GENERIC_PLAN)` would be one statement instead of three, but came with PostgreSQL 16 only and, over the
protocol that the driver speaks, wants values for the placeholders all the same. Under a prepared name the nulls that
stand for them are never looked at.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import orjson

from kinfold.sql.connection import Connection

_NAME: Final = "kinfold_explained"


@dataclass(frozen=True, slots=True)
class Explained:
    """`plan` as PostgreSQL describes it; `prepare_ms` for taking the text, `planning_ms` for planning it."""

    plan: dict[str, Any]
    prepare_ms: float
    planning_ms: float
    server: str


async def explain(connection: Connection, text: str, places: int) -> Explained:
    """The plan of a text with so many placeholders. What fails half-way leaves no connection behind."""
    raw = connection.raw
    nulls = f"({', '.join(['NULL'] * places)})" if places else ""
    try:
        started = time.perf_counter()
        await raw.execute(f"PREPARE {_NAME} AS {text}")
        prepare_ms = (time.perf_counter() - started) * 1000
        found = await raw.fetchval(
            f"EXPLAIN (FORMAT JSON, COSTS ON, VERBOSE OFF, SUMMARY ON) EXECUTE {_NAME}{nulls}"
        )
        await raw.execute(f"DEALLOCATE {_NAME}")
    except BaseException:
        connection.abandon()
        raise
    (only,) = orjson.loads(found)
    return Explained(
        only["Plan"], prepare_ms, only["Planning Time"], server=f"PostgreSQL {raw.get_server_version().major}"
    )
