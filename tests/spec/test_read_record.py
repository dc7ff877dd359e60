"""Every read is recorded before its answer leaves: who, what for, which fields, about whom; and no value."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from kinfold.audit.leaf import verify_leaf
from kinfold.audit.pseudonym import hash_row, hash_subject, split_tokens
from kinfold.privacy.blind_index import load_or_create_key
from kinfold.testing.database import TestServer
from kinfold.testing.server import Client, RunningKinfold

CHILD = uuid.UUID("0190a000-0000-7000-8000-000000000002")
FILE = """query Q($id: ID!) { child(id: $id) { name household { address members { person { name } } }
  guardianships { guardian { name } } delegations { delegate { phone } } } }"""


@pytest.fixture(scope="module")
def recorded(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKinfold]:
    """A server of our own: these tests look at its record and break it."""
    state = Path(tmp_path_factory.mktemp("recorded"))
    running = RunningKinfold(postgres.create_database("recorded"), state, persons=600)
    running.start()
    yield running
    running.stop()


async def fetch(server: RunningKinfold, sql: str) -> list[asyncpg.Record]:
    assert server.database_url is not None
    connection = await asyncpg.connect(server.database_url)
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()


async def leaves(server: RunningKinfold) -> list[asyncpg.Record]:
    return await fetch(server, "SELECT * FROM core.audit_leaf ORDER BY at, id")


async def test_a_read_leaves_a_leaf(recorded: RunningKinfold) -> None:
    key = load_or_create_key(recorded.state_dir, "audit")
    before = len(await leaves(recorded))
    answer = recorded.as_("school").ask(FILE, {"id": f"Child:370983:{CHILD}"})
    child = answer.data["child"]
    (leaf,) = (await leaves(recorded))[before:]
    assert (leaf["department"], leaf["purpose"], leaf["outcome"]) == (
        "education",
        "education.enrolment",
        "read",
    )
    assert leaf["subject"] == hash_subject(key, "370983", "school")
    assert hash_row(key, "370983", CHILD) in split_tokens(leaf["subjects"])
    assert leaf["trace_id"] == answer.headers["x-trace-id"]
    assert "core.Person.name" in leaf["fields"]
    assert "core.Household.address" not in leaf["fields"]  # hidden from schools: nothing of it was read
    assert verify_leaf(dict(leaf))
    text = str(dict(leaf))
    for value in (child["name"], child["delegations"][0]["delegate"]["phone"], str(CHILD)):
        assert value not in text


async def test_everybody_in_the_answer_is_recorded(recorded: RunningKinfold) -> None:
    key = load_or_create_key(recorded.state_dir, "audit")
    office = recorded.as_("county-civil-affairs")
    before = len(await leaves(recorded))
    page = office.ask("{ children(first: 20) { nodes { id household { members { person { id } } } } } }")
    named = {
        uuid.UUID(i.rpartition(":")[2])
        for child in page.data["children"]["nodes"]
        for i in [
            child["id"],
            *(m["person"]["id"] for m in (child["household"] or {"members": []})["members"]),
        ]
    }
    (leaf,) = (await leaves(recorded))[before:]
    assert set(split_tokens(leaf["subjects"])) == {hash_row(key, "370983", one) for one in named}
    assert leaf["row_count"] == len(named)


async def test_the_mark_never_leaves(recorded: RunningKinfold) -> None:
    office = recorded.as_("county-civil-affairs")
    for query in (
        "{ children(first: 2) { nodes { name @skip(if: true) } edges { node { age } } } }",
        "{ children(first: 2) { nodes { guardianships { kind } parentLinks { kind } } } }",
        f'{{ node(id: "Child:370983:{CHILD}") {{ __typename }} }}',
    ):
        assert "~p" not in str(office.ask(query).data)


async def test_a_hidden_child_is_in_no_leaf(recorded: RunningKinfold) -> None:
    foreign = recorded.as_("county-civil-affairs").ask(
        '{ children(first: 1, where: {regionCode: {under: "370983001"}}) { nodes { id } } }'
    )
    before = len(await leaves(recorded))
    asked = foreign.data["children"]["nodes"][0]["id"]
    assert recorded.as_("school").ask(FILE, {"id": asked}).data == {"child": None}
    (leaf,) = (await leaves(recorded))[before:]
    assert leaf["row_count"] == 0


async def test_refusals_are_recorded(recorded: RunningKinfold) -> None:
    before = len(await leaves(recorded))
    bureau = recorded.as_("education-bureau")
    assert bureau.ask('{ children(where: {name: {eq: "x"}}) { totalCount } }').code == "P303"
    (leaf,) = (await leaves(recorded))[before:]
    assert (leaf["outcome"], leaf["fields"]) == ("refused", ["P303"])


async def test_many_reads_share_a_commit(recorded: RunningKinfold) -> None:
    clients = [Client(recorded.url, "school") for _ in range(8)]
    for client in clients:
        client.ask(FILE, {"id": f"Child:370983:{CHILD}"})
    before = len(await leaves(recorded))
    (commits,) = await fetch(recorded, "SELECT count(DISTINCT xmin::text) AS n FROM core.audit_leaf")

    def ask(client: Client) -> None:
        for _ in range(25):
            assert client.ask(FILE, {"id": f"Child:370983:{CHILD}"}).data["child"]

    with ThreadPoolExecutor(8) as pool:
        await asyncio.get_running_loop().run_in_executor(None, lambda: list(pool.map(ask, clients)))
    (later,) = await fetch(recorded, "SELECT count(DISTINCT xmin::text) AS n FROM core.audit_leaf")
    assert len(await leaves(recorded)) == before + 200
    assert later["n"] - commits["n"] < 200
    for client in clients:
        client.close()


async def test_what_cannot_be_recorded_is_not_answered(recorded: RunningKinfold) -> None:
    school = recorded.as_("school")
    await fetch(recorded, "ALTER TABLE core.audit_leaf RENAME TO audit_leaf_away")
    try:
        answer = school.ask(FILE, {"id": f"Child:370983:{CHILD}"})
        assert (answer.status, answer.code) == (503, "S401")
        assert "data" not in answer.body
    finally:
        await fetch(recorded, "ALTER TABLE core.audit_leaf_away RENAME TO audit_leaf")
    assert school.ask(FILE, {"id": f"Child:370983:{CHILD}"}).data["child"]
