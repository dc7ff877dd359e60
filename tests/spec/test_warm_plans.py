"""Plans of registered operations are made before anybody asks, for the classes of callers that can exist."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from kinfold.assembly import assemble
from kinfold.assembly.schema import build_schema
from kinfold.document.document import DocumentReader
from kinfold.document.registry import register_operations
from kinfold.identity.personas import load_personas
from kinfold.policy.load import SHIPPED, read_schema
from kinfold.policy.schema import may_hold
from kinfold.testing.database import TestServer
from kinfold.testing.server import RunningKinfold
from kinfold.warm import MAX_PREPARED, each_class

ASSEMBLY = assemble()
QUERIES = [
    one
    for one in register_operations(
        ASSEMBLY.operations, DocumentReader(build_schema(ASSEMBLY.catalog, ASSEMBLY.mutations))
    )
    if not one.operation.is_mutation
]


@pytest.fixture(scope="module")
def warm(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKinfold]:
    """A server of its own, warmed and asked by nobody yet."""
    running = RunningKinfold(
        postgres.create_database("warm"), Path(tmp_path_factory.mktemp("warm")), persons=600
    )
    running.start()
    running.await_warm()
    yield running
    running.stop()


def lies_inside(sample: Mapping[str, Any], regions: Collection[str]) -> bool:
    """Whether the sample asks for nothing wider than the caller's territory."""
    codes = [
        value for value in sample.values() if isinstance(value, str) and value.isdigit() and len(value) > 1
    ]
    return not regions or all(
        any(code.startswith(own) for own in regions) for code in codes if len(code) < 18
    )


async def test_first_requests_of_registered_operations_compile_nothing(warm: RunningKinfold) -> None:
    before = warm.plans()
    assert before["plans"]["compiled"] == 0
    assert before["warm"]["operations"] == len(QUERIES) + 2
    assert warm.database_url is not None
    asked = 0
    for name, persona in load_personas().items():
        client = warm.as_(name)
        for one in QUERIES:
            for sample in one.file.samples:
                if sample.get("after") == "x" or not lies_inside(sample, persona.regions):
                    continue
                body = {"documentId": f"sha256:{one.file.digest}", "variables": dict(sample)}
                answer = client.post(json.dumps(body).encode())
                # Whoever may see no row of an operation is not warmed for it; who sees something is.
                sees = answer.status == 200 and answer.body["extensions"]["cost"]["rows"] > 3
                asked += sees
                after = warm.plans()["plans"]["compiled"]
                assert not sees or after == before["plans"]["compiled"], (name, one.operation.name, sample)
                before["plans"]["compiled"] = after
    assert asked > 60  # it is not everybody's empty answer that was counted


async def test_a_document_of_ones_own_is_compiled_once(warm: RunningKinfold) -> None:
    client = warm.as_("town-specialist")
    counts = []
    for _ in range(3):
        client.ask("{ children(first: 3) { nodes { id birthDate } } }")
        counts.append(warm.plans()["plans"])
    assert [c["compiled"] - counts[0]["compiled"] for c in counts] == [0, 0, 0]
    assert [c["reused"] - counts[0]["reused"] for c in counts] == [0, 1, 2]


async def test_statements_stand_planned_on_every_read_connection(warm: RunningKinfold) -> None:
    """As many connections as there are places, each with the statements; no person was read for it."""
    shown = warm.plans()["warm"]
    assert shown["prepared"] == 4 * MAX_PREPARED
    assert warm.database_url is not None
    connection = await asyncpg.connect(warm.database_url)
    try:
        open_ones = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'kinfold read'"
        )
    finally:
        await connection.close()
    assert open_ones == 4


def test_classes_are_those_that_may_state_their_purpose() -> None:
    schema = read_schema(SHIPPED)
    classes = list(each_class(schema))
    assert len(classes) == len(set(classes)) > 20
    for one in classes:
        assert may_hold(schema, one.department, one.roles, one.purpose)
    personas = {(p.department, frozenset(p.roles), p.purpose) for p in load_personas().values()}
    assert personas <= {(one.department, one.roles, one.purpose) for one in classes}
