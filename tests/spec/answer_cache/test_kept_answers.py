"""What is kept is given to nobody else, for no other purpose, territory, day or policy; every answer is recorded."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from kinfold.app import Kinfold, TokenIssuer, build_app
from kinfold.document.request import GraphQLRequest
from kinfold.identity.personas import load_personas
from kinfold.identity.principal import Principal
from kinfold.policy.bundle import Bundle
from kinfold.settings import Settings
from kinfold.sql.answer_cache.answers import Answers
from kinfold.sql.answer_cache.store import CacheCount
from kinfold.sql.read import Reader
from kinfold.testing.line import Line
from kinfold.testing.server import RunningKinfold

LIST = """query Q($n: Int!) { children(first: $n) { nodes { id name age phone
  household { address members { relationToHead person { name phone } } }
  guardianships { kind guardian { name } } } pageInfo { endCursor hasNextPage } } }"""
PLAIN = "query Q($n: Int!) { children(first: $n) { nodes { id name age phone } } }"
CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"
FILE = f'{{ child(id: "{CHILD}") {{ id name phone }} }}'


@pytest.fixture(scope="module")
async def opened(keeping: RunningKinfold) -> AsyncIterator[Kinfold]:
    """A second process in effect: over the same database, with a cache of its own."""
    assert keeping.database_url is not None
    settings = Settings(state_dir=keeping.state_dir, cache_bytes=8_000_000)
    opened = build_app(settings, keeping.database_url, TokenIssuer("http://127.0.0.1:1"))
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def app(opened: Kinfold) -> Kinfold:
    """It, with nothing kept."""
    opened.answers._store.clear()
    opened.answers._store.count = CacheCount()
    return opened


@pytest.fixture
async def database(keeping: RunningKinfold) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(keeping.database_url)
    yield connection
    await connection.close()


def principal(persona: str, **changes: Any) -> Principal:
    found = load_personas()[persona]
    return replace(
        Principal(persona, found.department, frozenset(found.roles), found.purpose, found.jurisdiction,
                  regions=found.regions, organisations=found.organisations, person=found.person), **changes
    )  # fmt: skip


async def ask(
    app: Kinfold, caller: Principal, query: str, variables: dict[str, Any] | None = None, trace: str = "t"
) -> dict[str, Any]:
    """What the caller is answered, and whether it came from memory (`hit`)."""
    before = replace(app.answers.count)
    reply = await app.pipeline.answer(GraphQLRequest(query, None, variables or {}, None), caller, trace)
    now = app.answers.count
    assert now.hits + now.misses + now.passed == before.hits + before.misses + before.passed + 1
    return {**json.loads(reply.body), "hit": now.hits > before.hits, "body": reply.body}


OFFICE = principal("county-civil-affairs")


async def test_the_same_request_again_comes_from_memory(app: Kinfold) -> None:
    first, second = [await ask(app, OFFICE, LIST, {"n": 5}) for _ in range(2)]
    assert (first["hit"], second["hit"]) == (False, True)
    assert first["body"] == second["body"]
    assert "~p" not in first["body"].decode()


@pytest.mark.parametrize("query", [LIST, PLAIN, "query Q($n: Int!) { children(first: $n) { totalCount } }"])
@pytest.mark.parametrize(
    "other",
    [
        principal("county-civil-affairs", subject="somebody-else"),
        principal("county-civil-affairs", purpose="statistics"),
        principal("county-civil-affairs", regions=("370983109",)),
        principal("county-civil-affairs", regions=("370983109", "370983001")),
        principal("county-civil-affairs", regions=()),
        principal("county-civil-affairs", jurisdiction="370982"),
        principal("county-civil-affairs", roles=frozenset({"town_specialist"})),
        principal("town-specialist"),
        principal("village-liaison"),
        principal("education-bureau"),
        principal("police"),
        principal("guardian"),
    ],
    ids=lambda one: (
        f"{one.department}-{'-'.join(one.roles)}-{one.subject}-{one.purpose}-{'-'.join(one.regions)}"
    ),
)
async def test_another_caller_gets_what_the_database_says(app: Kinfold, query: str, other: Principal) -> None:
    """Whatever was kept for one caller: the answer of the other one is that of a process without any."""
    for _ in range(2):
        await ask(app, OFFICE, query, {"n": 5})
    found = await ask(app, other, query, {"n": 5})
    again = await ask(app, other, query, {"n": 5})
    app.answers._store.clear()
    fresh = await ask(app, other, query, {"n": 5})
    assert not fresh["hit"]
    assert found["body"] == again["body"] == fresh["body"]
    is_shared = other.subject == "somebody-else" and "endCursor" not in query
    # Two officers of one class and territory are told the same, unless the answer is signed for one of them.
    assert found["hit"] is is_shared
    assert again["hit"]


@pytest.mark.parametrize(
    ("caller", "other"),
    [
        (principal("guardian"), principal("guardian", person="0190a000-0000-7000-8000-000000000009")),
        (principal("school"), principal("school", organisations=("0190a000-0000-7000-8000-000000000009",))),
        (principal("town-specialist"), principal("town-specialist", regions=("370983001",))),
        (principal("village-liaison"), principal("village-liaison", regions=("370983109202",))),
        (principal("school"), principal("counsellor")),
    ],
)
async def test_attributes_that_a_rule_reads_part_the_answers(
    app: Kinfold, caller: Principal, other: Principal
) -> None:
    own = await ask(app, caller, PLAIN, {"n": 50})
    found = await ask(app, other, PLAIN, {"n": 50})
    assert not found["hit"]
    assert own["data"]["children"]["nodes"]
    if other.department != "education" or other.organisations != caller.organisations:
        assert own["data"] != found["data"]


async def test_variables_part_the_answers(app: Kinfold) -> None:
    five = await ask(app, OFFICE, PLAIN, {"n": 5})
    four = await ask(app, OFFICE, PLAIN, {"n": 4})
    assert not four["hit"]
    assert five["data"]["children"]["nodes"][:4] == four["data"]["children"]["nodes"]


async def test_the_day_parts_the_answers(app: Kinfold) -> None:
    await ask(app, OFFICE, PLAIN, {"n": 5})
    today = app.pipeline.today()
    app.pipeline.today = lambda: today + dt.timedelta(days=365)
    later = await ask(app, OFFICE, PLAIN, {"n": 5})
    assert not later["hit"]
    app.pipeline.today = lambda: today
    assert (await ask(app, OFFICE, PLAIN, {"n": 5}))["hit"]


async def test_the_policy_parts_the_answers(app: Kinfold) -> None:
    before = await ask(app, OFFICE, PLAIN, {"n": 5})
    assert before["data"]["children"]["nodes"]
    old = app.pipeline.bundle
    app.pipeline.bundle = Bundle(())  # nobody may read anything
    closed = await ask(app, OFFICE, PLAIN, {"n": 5})
    assert not closed["hit"]
    assert closed["data"]["children"]["nodes"] == []
    app.pipeline.bundle = old
    assert (await ask(app, OFFICE, PLAIN, {"n": 5}))["data"] == before["data"]


async def test_every_answer_is_recorded_with_its_own_caller(
    app: Kinfold, database: asyncpg.Connection[Any]
) -> None:
    callers = [OFFICE, replace(OFFICE, subject="somebody-else"), OFFICE]
    hits = [
        (await ask(app, caller, PLAIN, {"n": 7}, trace=f"trace-{number}"))["hit"]
        for number, caller in enumerate(callers)
    ]
    assert hits == [False, True, True]
    leaves = await database.fetch(
        "SELECT * FROM core.audit_leaf WHERE trace_id LIKE 'trace-%' ORDER BY trace_id"
    )
    assert [leaf["trace_id"] for leaf in leaves] == ["trace-0", "trace-1", "trace-2"]
    assert {leaf["row_count"] for leaf in leaves} == {7}
    assert len({leaf["subjects"] for leaf in leaves}) == 1
    assert leaves[0]["subject"] == leaves[2]["subject"] != leaves[1]["subject"]
    assert len({leaf["id"] for leaf in leaves}) == 3


async def test_what_cannot_be_recorded_is_not_answered_from_memory_either(
    keeping: RunningKinfold, database: asyncpg.Connection[Any]
) -> None:
    school = keeping.as_("school")
    for _ in range(2):
        assert school.ask(FILE).data["child"]
    await database.execute("ALTER TABLE core.audit_leaf ADD CONSTRAINT refuses CHECK (false) NOT VALID")
    try:
        for _ in range(2):
            answer = school.ask(FILE)
            assert (answer.status, answer.code) == (503, "S401")
    finally:
        await database.execute("ALTER TABLE core.audit_leaf DROP CONSTRAINT refuses")


async def test_a_change_is_seen_at_once(app: Kinfold, database: asyncpg.Connection[Any]) -> None:
    await ask(app, OFFICE, FILE)
    for number in range(5):
        await database.execute(
            "UPDATE core.person SET phone = $1 WHERE id = $2::text::uuid", f"9{number:09d}", CHILD[-36:]
        )
        assert (await ask(app, OFFICE, FILE))["data"]["child"]["phone"] == f"9{number:09d}"
        again = await ask(app, OFFICE, FILE)
        assert again["hit"]
        assert again["data"]["child"]["phone"] == f"9{number:09d}"
    assert app.answers.count.stale >= 4


async def test_records_of_other_processes_do_no_harm(app: Kinfold, keeping: RunningKinfold) -> None:
    await ask(app, OFFICE, PLAIN, {"n": 5})
    for _ in range(3):
        keeping.as_("school").ask(FILE)
        assert (await ask(app, OFFICE, PLAIN, {"n": 5}))["hit"]


async def test_who_asks_while_another_asks_the_same_waits_and_validates(app: Kinfold) -> None:
    found = await asyncio.gather(
        *(
            app.pipeline.answer(GraphQLRequest(LIST, None, {"n": 9}, None), OFFICE, f"t{number}")
            for number in range(12)
        )
    )
    assert len({reply.body for reply in found}) == 1
    assert app.answers.count.misses == 1
    assert app.answers.count.hits == 11


async def test_what_is_waited_for_may_fail(app: Kinfold, database: asyncpg.Connection[Any]) -> None:
    """Who waited asks the database then, and nobody hangs."""
    await database.execute("BEGIN; LOCK TABLE core.person IN ACCESS EXCLUSIVE MODE")
    request = GraphQLRequest(PLAIN, None, {"n": 3}, None)
    tasks = [asyncio.create_task(app.pipeline.answer(request, OFFICE, f"t{n}")) for n in range(3)]
    await asyncio.sleep(0.2)
    tasks[0].cancel()
    await asyncio.sleep(0.1)
    await database.execute("ROLLBACK")
    done = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
    assert isinstance(done[0], asyncio.CancelledError)
    assert [json.loads(one.body)["data"] for one in done[1:]]  # type: ignore[union-attr]


async def test_an_estimate_is_not_kept(app: Kinfold) -> None:
    """The planner's figures change without any change of a row."""
    query = "{ children { totalCount(mode: ESTIMATE) } }"
    before = app.answers.count.passed
    for _ in range(2):
        assert not (await ask(app, OFFICE, query))["hit"]
    assert app.answers.count.passed == before + 2


async def test_without_its_connection_the_database_is_asked(
    app: Kinfold, database: asyncpg.Connection[Any]
) -> None:
    await ask(app, OFFICE, FILE)
    await database.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kinfold cache'"
    )
    answers = [await ask(app, OFFICE, FILE)]
    for _ in range(30):
        await asyncio.sleep(0.1)
        answers.append(await ask(app, OFFICE, FILE))
    assert not answers[0]["hit"]
    assert answers[-1]["hit"]  # it came back by itself
    assert len({json.dumps(one["data"]) for one in answers}) == 1


async def test_an_answer_that_was_overtaken_is_not_kept(
    app: Kinfold, keeping: RunningKinfold, database: asyncpg.Connection[Any], tmp_path: Path
) -> None:
    """PostgreSQL has answered; a change is committed, and noticed, while that answer is still on its way to us."""
    assert keeping.database_url is not None
    document = app.pipeline.documents.read(FILE, None, {})
    statement, context = (
        app.pipeline.prepare(document, OFFICE).statement,
        app.pipeline.context(document, OFFICE),
    )
    async with Line(keeping.database_url, tmp_path) as line:
        reader = Reader(line.url, 1)
        answers = Answers(reader, keeping.database_url, 8_000_000)
        await reader.open()
        await answers.open()

        async def read() -> str:
            data = await answers.read(statement, context, lambda data, _: data, None)
            return str(json.loads(data)["child"]["phone"])

        first = await read()
        assert first != "912345678"
        answers._store.clear()
        line.hold()
        overtaken = asyncio.create_task(read())
        await asyncio.wait_for(line.heard.wait(), 5)
        await database.execute(
            "UPDATE core.person SET phone = '912345678' WHERE id = $1::text::uuid", CHILD[-36:]
        )
        assert answers._chain is not None
        await answers._chain.validate()
        line.release()
        assert await overtaken == first  # it was asked for before the change was made
        assert [await read(), await read()] == ["912345678"] * 2
        await answers.close()
        await reader.close()
