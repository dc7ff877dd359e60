"""Search by name, and by identity number: what is found, what is not, and by whom.

The oracle is Python over all names of the county; the index is PostgreSQL's.
"""

from __future__ import annotations

import importlib
import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from engine import BLIND, TODAY, Engine, persona
from kinfold.assembly import assemble
from kinfold.graph.person.search_key import search_key, search_words
from kinfold.graph.person.sort_key import sort_key
from kinfold.migrations.upgrade import upgrade
from kinfold.testing.database import TestServer

OFFICE = persona("county-civil-affairs")
QUERY = (
    "query S($q: String!) { children(first: 500, where: {name: {search: $q}}) { totalCount nodes { name } } }"
)
NAMES = [
    "王浩宇", "王浩然", "李秀英", "单雪", "欧阳娜娜", "买买提·艾力", "吕布", "曾华", "𬱟𫖯", "Anna Wang", "O'Neil",
    "王 小明", "ＷＡＮＧ", "张三丰", "1号", "·", "",
]  # fmt: skip


@pytest.fixture
async def db(county_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(county_url)
    yield connection
    await connection.close()


async def explain(connection: asyncpg.Connection[Any], text: str) -> str:
    """PostgreSQL's plan for a statement whose values it does not know, as the read connections have it."""
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    await connection.execute(f"PREPARE asked AS {text}")
    nothing = ", ".join("NULL" for _ in set(re.findall(r"\$[0-9]+", text)))
    rows = await connection.fetch(f"EXPLAIN EXECUTE asked({nothing})")
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize(
    ("typed", "found", "missed"),
    [
        ("王浩宇", "王浩宇", "王浩然"),
        ("浩", "王浩宇", "李秀英"),
        ("浩宇", "王浩宇", "王浩然"),
        ("wang", "王浩宇", "李秀英"),
        ("Wáng Hàoyǔ", "王浩宇", "王浩然"),
        ("wang2 hao4 yu3", "王浩宇", "王浩然"),
        ("ｈａｏｙｕ", "王浩宇", "王浩然"),
        ("why", "王浩宇", "王浩然"),
        ("hy", "王浩宇", "李秀英"),
        ("haoyu wang", "王浩宇", "王浩然"),
        ("王hy", "王浩宇", "王浩然"),
        ("shanxue", "单雪", "李秀英"),
        ("lv", "吕布", "李秀英"),
        ("lǚ bu", "吕布", "王浩宇"),
        ("nana", "欧阳娜娜", "王浩宇"),
        ("艾力", "买买提·艾力", "王浩宇"),
        ("买买提·艾力", "买买提·艾力", "王浩宇"),
    ],
)
def test_what_people_type(typed: str, found: str, missed: str) -> None:
    def is_found(name: str) -> bool:
        words = search_words(typed)
        return bool(words) and all(f"|{word}" in search_key(name) for word in words)

    assert is_found(found)
    assert not is_found(missed)


async def test_the_migration_makes_the_same_key(postgres: TestServer) -> None:
    """Rows from before the column: the backfill's SQL and Python agree on every name, odd ones included."""
    url = postgres.create_database("search_backfill")
    await upgrade(url, [spec.directory for _, spec in assemble().migrations])
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "INSERT INTO core.region (code, level, name, name_sort, valid_from) VALUES ('370999', 'COUNTY', 'x', 'x', "
            "'2000-01-01')"
        )
        await connection.executemany(
            "INSERT INTO core.person (jurisdiction, id, name, name_sort, sex, life_status, hukou_kind, region_code) "
            "VALUES ('370999', $1, $2, $3, 'MALE', 'ALIVE', 'RURAL', '370999')",
            [(uuid.uuid4(), name, sort_key(name)) for name in NAMES],
        )
        script = importlib.import_module("kinfold.migrations.versions.core_0002_name_search")
        backfill = [s for s in script.STATEMENTS if s.startswith("UPDATE core.person SET")]
        assert len(backfill) == 1
        await connection.execute(backfill[0])
        rows = await connection.fetch("SELECT name, name_search FROM core.person")
        assert {row["name"]: row["name_search"] for row in rows} == {name: search_key(name) for name in NAMES}
    finally:
        await connection.close()


async def test_the_demo_county_has_its_keys(db: asyncpg.Connection[Any]) -> None:
    rows = await db.fetch("SELECT name, name_search FROM core.person")
    assert len(rows) > 1000
    assert all(row["name_search"] == search_key(row["name"]) for row in rows)


@pytest.mark.parametrize(
    "typed", ["王", "wang", "wh", "zhang", "z", "xiaoy", "李l", "伟", "zi xuan", "不存在", "qqq"]
)
async def test_found_is_what_python_finds(engine: Engine, db: asyncpg.Connection[Any], typed: str) -> None:
    rows = await db.fetch(
        "SELECT name, name_search FROM core.person WHERE birth_date > ($1::date - interval '18 years')::date",
        TODAY,
    )
    wanted = sorted(
        row["name"] for row in rows if all(f"|{w}" in row["name_search"] for w in search_words(typed))
    )
    page = (await engine.ask(OFFICE, QUERY, {"q": typed})).data["children"]
    assert page["totalCount"] == len(wanted)
    assert sorted(node["name"] for node in page["nodes"]) == wanted
    inverse = (await engine.ask(OFFICE, QUERY.replace("where: {name: {search: $q}}", "where: {not: {name: {search: $q}}}"), {"q": typed})).data  # fmt: skip
    assert inverse["children"]["totalCount"] == len(rows) - len(wanted)


async def test_a_search_has_no_patterns_and_something_to_look_for(engine: Engine) -> None:
    for typed in ("", "%", "_", "  ", "·", "12345", "%%%\\", "字" * 65, " ".join("abcdefghi")):
        assert (await engine.ask(OFFICE, QUERY, {"q": typed})).code == "Q110", typed
    some = (await engine.ask(OFFICE, QUERY, {"q": "wang"})).data["children"]["totalCount"]
    assert (await engine.ask(OFFICE, QUERY, {"q": "w%ang_\\"})).data["children"]["totalCount"] <= some


async def test_a_search_needs_the_right_to_read_the_name(engine: Engine) -> None:
    assert (await engine.ask(persona("education-bureau"), QUERY, {"q": "wang"})).code == "P303"
    school = (await engine.ask(persona("school"), QUERY, {"q": "w"})).data["children"]
    county = (await engine.ask(OFFICE, QUERY, {"q": "w"})).data["children"]
    assert {n["name"] for n in school["nodes"]} < {n["name"] for n in county["nodes"]}


async def test_the_index_answers(engine: Engine, db: asyncpg.Connection[Any]) -> None:
    """By index even with the pattern unknown: the plan that every search of this shape gets."""
    document = engine.documents.read("query S($q: String!) { children(where: {name: {search: $q}}) { totalCount } }", None, {"q": "x"})  # fmt: skip
    text = engine.compile(document, OFFICE).text
    await db.execute("SET enable_seqscan = off")
    await db.execute("SET enable_indexscan = off")  # the table is so small that any index would do
    plan = await explain(db, text)
    assert "person_name_search_idx" in plan


async def test_counting_beyond_the_cap(
    engine: Engine, db: asyncpg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CAPPED stops; EXACT and a sample go on. The sample of a small table is all of it, rounded to hundreds."""
    monkeypatch.setattr("kinfold.sql.count.COUNT_CAP", 100)
    await db.execute("ANALYZE core.person")
    query = "{ children { a: totalCount b: totalCount(mode: EXACT) c: totalCount(mode: ESTIMATE) } }"
    found = (await engine.ask(OFFICE, query)).data["children"]
    assert found["a"] == 100 < found["b"]
    assert found["c"] == max(100, round(found["b"], -2))
    few = '{ children(where: {name: {search: "zhang"}}) { a: totalCount c: totalCount(mode: ESTIMATE) } }'
    found = (await engine.ask(OFFICE, few)).data["children"]
    assert 0 < found["a"] == found["c"] < 100


async def test_by_identity_number(engine: Engine, db: asyncpg.Connection[Any]) -> None:
    row = await db.fetchrow(
        "SELECT id, id_number FROM core.person WHERE id_number IS NOT NULL "
        "AND birth_date > ($1::date - interval '17 years')::date LIMIT 1",
        TODAY,
    )
    by_number = "query N($n: String!) { children(where: {idNumber: {eq: $n}}) { nodes { id } } }"
    number = row["id_number"]
    typed = [
        number,
        f" {number[:6]} {number[6:14]}-{number[14:]}",
        number.translate({48 + i: 0xFF10 + i for i in range(10)}),
    ]
    for spelling in typed:
        found = (await engine.ask(OFFICE, by_number, {"n": spelling})).data["children"]["nodes"]
        assert [node["id"].split(":")[2] for node in found] == [str(row["id"])]
    for wrong in (number[:-1], number[:17], "", "%", "370999190001010000"):
        assert (await engine.ask(OFFICE, by_number, {"n": wrong})).data["children"]["nodes"] == []
    document = engine.documents.read(by_number, None, {"n": number})
    statement = engine.compile(document, OFFICE)
    assert "id_number_index" in statement.text
    assert '"id_number" =' not in statement.text
    assert number not in repr(statement)
    await db.execute("SET enable_seqscan = off")
    plan = await explain(db, statement.text)
    assert "person_jurisdiction_id_number_index_idx" in plan


async def test_the_number_is_exact_or_nothing(engine: Engine) -> None:
    for operator in ("startsWith", "contains", "in", "ne", "search", "isNull"):
        query = f'{{ children(where: {{idNumber: {{{operator}: "3"}}}}) {{ totalCount }} }}'
        assert (await engine.ask(OFFICE, query)).code == "D102"
    for name in ("education-bureau", "village-liaison"):
        answer = await engine.ask(persona(name), '{ children(where: {idNumber: {eq: "3"}}) { totalCount } }')
        shown = await engine.ask(persona(name), "{ children(first: 1) { nodes { idNumber } } }")
        is_masked = any(note["path"][-1] == "idNumber" for note in shown.notes)
        assert answer.code == ("P303" if is_masked else ""), name
    assert BLIND.index("3") != BLIND.index("4")


async def test_without_a_key_no_number_is_looked_up(engine: Engine) -> None:
    engine.context = lambda document, principal: _without_key(document, principal)  # type: ignore[method-assign]
    answer = await engine.ask(OFFICE, '{ children(where: {idNumber: {eq: "3"}}) { totalCount } }')
    assert answer.code == "Q111"


def _without_key(document: Any, principal: Any) -> Any:
    from kinfold.sql.bind import BindContext

    return BindContext(principal, TODAY, bytes(32), '"mark"', document.variables)
