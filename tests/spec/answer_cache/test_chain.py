"""The chain of snapshots on a real PostgreSQL: records keep an epoch, everything else ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from kinfold.assembly import assemble
from kinfold.audit.record import ReadRecorder
from kinfold.migrations.upgrade import upgrade
from kinfold.sql.answer_cache.chain import Chain
from kinfold.testing.database import TestServer
from kinfold.testing.line import Line
from leaf import make_leaf

CHANGE = "UPDATE core.shown SET n = n + 1"


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[TestServer]:
    """One on which transactions can be prepared."""
    with TestServer({"max_prepared_transactions": "4"}) as server:
        yield server


@pytest.fixture(scope="module")
async def url(own_postgres: TestServer) -> str:
    found = own_postgres.create_database("chain")
    await upgrade(found, [spec.directory for _, spec in assemble().migrations])
    connection = await asyncpg.connect(found)
    await connection.execute("CREATE TABLE core.shown AS SELECT 1 AS n")
    await connection.close()
    return found


@pytest.fixture
async def chain(url: str) -> AsyncIterator[Chain]:
    opened = Chain(url, lambda: None)
    assert await opened.validate() is not None
    yield opened
    await opened.close()


@pytest.fixture
async def recorder(url: str) -> AsyncIterator[ReadRecorder]:
    opened = ReadRecorder(url, lists_commits=True)
    await opened.record(make_leaf())
    yield opened
    await opened.close()


@pytest.fixture
async def writer(url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


async def moves(chain: Chain) -> bool:
    """Has an epoch ended since the last time? Whatever ended it, the next look finds rest."""
    before = chain.epoch
    after = await chain.validate()
    assert await chain.validate() == after
    return before != after


async def test_nothing_and_records_keep_the_epoch(recorder: ReadRecorder, chain: Chain) -> None:
    assert not await moves(chain)
    for _ in range(3):
        await asyncio.gather(*(recorder.record(make_leaf()) for _ in range(5)))
        assert not await moves(chain)


async def test_a_record_that_is_not_listed_ends_it(url: str, chain: Chain) -> None:
    plain = ReadRecorder(url)
    await plain.record(make_leaf())
    await plain.close()
    assert await moves(chain)


async def test_a_change_ends_it_whatever_else_happens(
    recorder: ReadRecorder, chain: Chain, writer: asyncpg.Connection[Any]
) -> None:
    await recorder.record(make_leaf())
    await writer.execute(CHANGE)
    await recorder.record(make_leaf())
    assert await moves(chain)


async def test_a_change_that_began_long_ago_ends_it_when_it_is_committed(
    recorder: ReadRecorder, chain: Chain, writer: asyncpg.Connection[Any]
) -> None:
    change = writer.transaction()
    await change.start()
    await writer.execute(CHANGE)
    await recorder.record(make_leaf())  # a later number ends first
    assert not await moves(chain)
    await recorder.record(make_leaf())
    assert not await moves(chain)
    await change.commit()
    assert await moves(chain)


async def test_subtransactions(recorder: ReadRecorder, chain: Chain, writer: asyncpg.Connection[Any]) -> None:
    change = writer.transaction()
    await change.start()
    await writer.execute(CHANGE)
    for _ in range(70):  # more than a snapshot keeps in its cache
        async with writer.transaction():
            await writer.execute(CHANGE)
    await recorder.record(make_leaf())
    await chain.validate()  # their numbers count as ended already
    await change.commit()
    assert await moves(chain)


async def test_prepared_transactions(chain: Chain, writer: asyncpg.Connection[Any]) -> None:
    await writer.execute("BEGIN")
    await writer.execute(CHANGE)
    await writer.execute("PREPARE TRANSACTION 'one'")
    assert not await moves(chain)
    await writer.execute("COMMIT PREPARED 'one'")
    assert await moves(chain)


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE core.departure_notice",
        "CREATE TABLE core.trial (x int)",
        "DROP TABLE core.trial",
        "SELECT 1 FROM core.shown FOR UPDATE",  # changes nothing: too careful
        "DELETE FROM core.record_commit",
    ],
)
async def test_other_statements(chain: Chain, writer: asyncpg.Connection[Any], statement: str) -> None:
    await writer.execute(statement)
    assert await moves(chain)


async def test_what_other_databases_do_ends_it_too(own_postgres: TestServer, chain: Chain) -> None:
    connection = await asyncpg.connect(own_postgres.create_database("neighbour"))
    await connection.execute("CREATE TABLE t (x int)")
    await connection.close()
    assert await moves(chain)


async def test_what_was_rolled_back_does_no_harm(chain: Chain, writer: asyncpg.Connection[Any]) -> None:
    with pytest.raises(asyncpg.PostgresError):
        await writer.execute(f"{CHANGE}; SELECT 1 / 0")
    await chain.validate()
    assert not await moves(chain)
    await writer.execute(CHANGE)
    assert await moves(chain)


async def test_a_line_of_another_history_counts_for_nothing(
    recorder: ReadRecorder, chain: Chain, writer: asyncpg.Connection[Any]
) -> None:
    """As a restored dump would bring it: the number of a transaction that is still to come."""
    listed = await writer.fetchval(
        "INSERT INTO core.record_commit (xid) SELECT n FROM generate_series(1, 20) i, "
        "LATERAL (SELECT pg_current_xact_id()::text::bigint + i AS n) x RETURNING pg_current_xact_id()::text::bigint"
    )
    assert await moves(chain)
    assert await writer.fetchval(f"{CHANGE} RETURNING pg_current_xact_id()::text::bigint") == listed + 1
    assert await moves(chain)
    await recorder.record(make_leaf())  # finds its number taken, and is written all the same
    assert await moves(chain)


async def test_a_broken_connection_ends_it(chain: Chain, writer: asyncpg.Connection[Any]) -> None:
    before = chain.epoch
    await writer.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kinfold cache'"
    )
    after = await chain.validate()  # nothing, or the first epoch of another connection
    assert after != before
    assert await chain.validate() not in (before, None)


async def test_without_its_table_nothing_is_ever_valid(url: str, writer: asyncpg.Connection[Any]) -> None:
    await writer.execute("ALTER TABLE core.record_commit RENAME TO away")
    try:
        lost = Chain(url, lambda: None)
        assert [await lost.validate() for _ in range(3)] == [None, None, None]
        await lost.close()
    finally:
        await writer.execute("ALTER TABLE core.away RENAME TO record_commit")


async def test_old_numbers_are_forgotten_and_never_missed(
    recorder: ReadRecorder, chain: Chain, writer: asyncpg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kinfold.audit.record._KEPT_NUMBERS", 5)
    for _ in range(20):
        await recorder.record(make_leaf())
    await recorder._prune()
    kept = await writer.fetchval("SELECT count(*) FROM core.record_commit")
    assert 1 <= kept <= 7
    # The chain looked last before twenty records, of which it now finds a few: it begins anew.
    assert await moves(chain)
    await recorder._prune()
    assert not await moves(chain)


async def test_many_share_one_statement(chain: Chain) -> None:
    before = chain.validations
    found = await asyncio.gather(*(chain.validate() for _ in range(50)))
    assert len(set(found)) == 1
    assert chain.validations - before <= 2


async def test_whoever_goes_away_leaves_the_others(chain: Chain) -> None:
    waiting = [asyncio.create_task(chain.validate()) for _ in range(4)]
    await asyncio.sleep(0)
    waiting[1].cancel()
    assert [await one for i, one in enumerate(waiting) if i != 1] == [chain.epoch] * 3


async def test_whoever_comes_later_does_not_join(
    url: str, writer: asyncpg.Connection[Any], tmp_path: Path
) -> None:
    """PostgreSQL has answered, the answer is on its way, a change is committed: only an older request may take it."""
    async with Line(url, tmp_path) as line:
        chain = Chain(line.url, lambda: None)
        before = await chain.validate()
        line.hold()
        early = asyncio.create_task(chain.validate())
        await asyncio.wait_for(line.heard.wait(), 5)
        await writer.execute(CHANGE)
        late = asyncio.create_task(chain.validate())
        await asyncio.sleep(0.05)
        line.release()
        assert await early == before
        assert await late not in (before, None)
        await chain.close()
