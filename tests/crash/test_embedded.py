"""The embedded PostgreSQL in ordinary life: what it is, who may use it, what it never tells, which one is chosen.

Real servers in real processes. As root, the server runs as its own user.
"""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from pathlib import Path

import asyncpg
import pytest
from embedded_supervisor import (
    Supervised,
    add_row,
    children_of,
    connected,
    listening_tcp_inodes,
    permission_bits_for_others,
    read_rows,
    socket_inodes,
    wait_until,
)
from kinfold.embedded.account import choose_account, run_as
from kinfold.embedded.choose import choose_database
from kinfold.embedded.errors import (
    DatabaseTooOld,
    DatabaseUnreachable,
    ServerNotRunning,
    UnsafeServerParameter,
)
from kinfold.embedded.given import refuse_old
from kinfold.embedded.parameters import choose_parameters
from kinfold.embedded.server import EmbeddedPostgres
from kinfold.settings import load_settings
from kinfold.testing.database import TestServer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

IS_ROOT = os.geteuid() == 0
CANARY = "金丝雀-canary-370999199001011234"


async def test_rows_survive_stop_and_start(root: Path) -> None:
    with Supervised(root / "state") as first:
        await add_row(first, "before")
        assert "PostgreSQL 18" in first.facts["description"]
        assert first.facts["data"] in first.facts["description"]
        password = (root / "state" / "embedded" / "password").read_text()
        assert password in first.facts["url"]
        assert password not in first.facts["description"]
        first.stop()
    assert not Path(first.facts["url"].split("host=")[1].split("&")[0]).exists()
    with Supervised(root / "state") as second:
        assert await read_rows(second) == ["before"]
        assert second.facts["pid"] != first.facts["pid"]
        second.stop()


async def test_two_servers_run_side_by_side(running: Supervised, root: Path) -> None:
    with Supervised(root / "state") as other:
        await add_row(other, "other")
        async with connected(running.facts["url"]) as connection:
            assert await connection.fetchval("SELECT to_regclass('kept')") is None
        assert running.facts["pid"] != other.facts["pid"]
        other.stop()


async def test_sqlalchemy_takes_the_same_address(running: Supervised) -> None:
    engine = create_async_engine(running.facts["url"].replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT current_database()"))).scalar() == "kinfold"
    finally:
        await engine.dispose()


async def test_database_is_made_as_the_design_wants_it(running: Supervised) -> None:
    wanted = {
        "data_checksums": "on",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "jit": "off",
        "TimeZone": "UTC",
        "listen_addresses": "",
        "max_connections": "100",
        "shared_preload_libraries": "pg_stat_statements",
        "log_min_messages": "log",
    }
    async with connected(running.facts["url"]) as connection:
        rows = await connection.fetch(
            "SELECT name, setting FROM pg_settings WHERE name = ANY($1)", list(wanted)
        )
        assert dict(rows) == wanted
        row = await connection.fetchrow(
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) AS encoding "
            "FROM pg_database WHERE datname = current_database()"
        )
        assert tuple(row) == (b"b", "C.UTF-8", "UTF8")
        await connection.execute("CREATE EXTENSION pg_stat_statements")
        assert await connection.fetchval("SELECT count(*) FROM pg_stat_statements") > 0


async def test_nobody_enters_without_the_password(running: Supervised) -> None:
    user, rest = running.facts["url"].split("://")[1].split(":", 1)
    address = rest.split("@")[1]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://{user}:wrong@{address}")
    socket_directory = Path(address.split("host=")[1].split("&")[0])
    assert stat.S_IMODE(socket_directory.stat().st_mode) == 0o700


def test_server_has_a_clean_environment_and_no_tcp_port(running: Supervised) -> None:
    server = running.facts["pid"]
    environ = Path(f"/proc/{server}/environ").read_bytes().rstrip(b"\0").split(b"\0")
    assert sorted(environ) == [b"HOME=/nonexistent", b"LC_ALL=C.UTF-8", b"PATH=/usr/bin:/bin", b"TZ=UTC"]
    processes = [server, *children_of(server)]
    assert len(processes) > 4
    for pid in processes:
        assert b"canary-in-environment" not in Path(f"/proc/{pid}/environ").read_bytes()
        core = next(
            line for line in Path(f"/proc/{pid}/limits").read_text().splitlines() if "core file" in line
        )
        assert core.split()[4:6] == ["0", "0"]
    sockets = socket_inodes(processes)
    assert sockets
    assert not sockets & listening_tcp_inodes()


def test_helping_programs_run_as_the_server_does() -> None:
    account = choose_account()
    assert account.uid != 0
    assert run_as(account, ["/usr/bin/id", "-u"]).stdout.strip() == str(account.uid)
    assert run_as(account, ["/usr/bin/id", "-G"]).stdout.strip() == str(account.gid) or not IS_ROOT
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KINFOLD_TEST_SECRET", "canary-in-environment")
        assert "canary" not in run_as(account, ["/usr/bin/env"]).stdout


def test_nothing_is_readable_for_others(running: Supervised) -> None:
    data = Path(running.facts["data"])
    assert not permission_bits_for_others(data)
    state = Path(running.facts["log"]).parent
    files = [path for path in state.iterdir() if path.is_file()]
    assert {"lock", "password", "server.json", "server.log"} <= {path.name for path in files}
    for path in files:
        assert path.stat().st_mode & 0o077 == 0, path
        assert path.stat().st_uid == os.geteuid(), path
    if IS_ROOT:
        assert data.stat().st_uid == Path(f"/proc/{running.facts['pid']}").stat().st_uid != 0


async def test_no_value_reaches_the_log(root: Path) -> None:
    with Supervised(root / "state") as supervised:
        url = supervised.facts["url"]
        async with connected(url) as connection:
            await connection.execute(
                "CREATE TABLE person (id_number text PRIMARY KEY, age int CHECK (age < 18))"
            )
            await connection.execute("INSERT INTO person VALUES ($1, 7)", CANARY)
            wrong = [
                ("INSERT INTO person VALUES ($1, 7)", [CANARY]),
                (f"INSERT INTO person VALUES ('{CANARY}-2', 99)", []),
                (f"SELECT '{CANARY}'::int", []),
                ("SELECT $1::text::date", [CANARY]),
                (f'SELECT * FROM "{CANARY}"', []),
                (f"SELEC '{CANARY}'", []),
                (f"DO $$ BEGIN RAISE EXCEPTION '{CANARY}'; END $$", []),
                (f"DO $$ BEGIN RAISE WARNING '{CANARY}'; END $$; SELECT 1/0", []),
                (f"SET LOCAL statement_timeout = 20; SELECT pg_sleep(9), '{CANARY}'", []),
            ]
            for statement, arguments in wrong:
                with pytest.raises(asyncpg.PostgresError):
                    await connection.execute(statement, *arguments)
            await connection.execute(f"CREATE ROLE reader PASSWORD '{CANARY}'")
        # A session ended by an administrator, then one that crashes in the middle of a statement: the
        # server's own note about a crash quotes the statement, unless told not to.
        for end in ("terminate", "crash"):
            victim, other = await asyncpg.connect(url), await asyncpg.connect(url)
            pid = victim.get_server_pid()
            busy = asyncio.create_task(victim.execute(f"SELECT pg_sleep(9), '{CANARY}'"))
            while (
                await other.fetchval("SELECT wait_event FROM pg_stat_activity WHERE pid = $1", pid)
                != "PgSleep"
            ):
                await asyncio.sleep(0.01)
            if end == "terminate":
                await other.execute("SELECT pg_terminate_backend($1)", pid)
            else:
                os.kill(pid, signal.SIGKILL)
            with pytest.raises((asyncpg.PostgresError, OSError, asyncpg.InterfaceError)):
                await busy
            for connection in (victim, other):
                connection.terminate()
        log = Path(supervised.facts["log"])
        wait_until(lambda: log.read_text().count("ready to accept connections") == 2, 10)
        supervised.stop()
        written = log.read_text()
        assert "was terminated by signal 9" in written
        assert "canary" not in written
        assert "金丝雀" not in written
        assert "person" not in written
        assert "SELECT" not in written


def test_caches_follow_the_memory() -> None:
    gigabyte = 1024**3
    sizes = [
        choose_parameters({}, fsync=True, memory=n)["shared_buffers"]
        for n in (gigabyte // 4, gigabyte, 64 * gigabyte)
    ]
    assert sizes == ["64MB", "128MB", "512MB"]


def test_settings_that_protect_values_are_not_for_change(root: Path) -> None:
    for name in ("listen_addresses", "log_statement", "LOG_MIN_MESSAGES", "log_error_verbosity"):
        with pytest.raises(UnsafeServerParameter):
            EmbeddedPostgres(root / "state", extra_settings={name: "x"})
    with pytest.raises(ServerNotRunning):
        _ = EmbeddedPostgres(root / "state").url
    assert list(root.iterdir()) == []


async def test_choice_follows_the_settings(root: Path) -> None:
    with TestServer() as server:
        url = server.create_database("given")
        with choose_database(load_settings(database_url=url)) as database:
            assert database.url == url
            assert "KINFOLD_DATABASE_URL" in database.description
            description = database.description
            assert "PostgreSQL 18" in description
            assert database.revive() is False
        password = url.split("kinfold:")[1].split("@")[0]
        assert password not in description
        for wrong in (url.replace(password, "wrong-canary"), url.replace("/given?", "/missing_canary?")):
            with (
                pytest.raises(DatabaseUnreachable) as refusal,
                choose_database(load_settings(database_url=wrong)),
            ):
                pass
            assert "canary" not in refusal.value.text + refusal.value.advice
    with pytest.raises(DatabaseUnreachable), choose_database(load_settings(database_url=url)):
        pass
    with pytest.raises(DatabaseUnreachable):
        choose_database(load_settings(database_url="mysql://canary@localhost/x"))
    refuse_old(150000, "15.0")
    with pytest.raises(DatabaseTooOld):
        refuse_old(140012, "14.12")
    with choose_database(load_settings(state_dir=root / "state", database_url=None)) as database:
        assert str(root / "state") in database.description
        async with connected(database.url) as connection:
            assert await connection.fetchval("SELECT 1") == 1


async def test_test_server_copies_databases_and_leaves_nothing() -> None:
    with TestServer() as server:
        async with connected(server.create_database("origin")) as connection:
            assert await connection.fetchval("SHOW fsync") == "off"
            await connection.execute("CREATE TABLE word AS SELECT 'copied' AS word")
        copy = server.create_database("copy_1", template="origin")
        connection = await asyncpg.connect(copy)
        assert await connection.fetchval("SELECT word FROM word") == "copied"
        server.drop_database("copy_1")  # although somebody is connected
        server.drop_database("copy_1")
        connection.terminate()
        with pytest.raises(asyncpg.InvalidCatalogNameError):
            await asyncpg.connect(copy)
        with pytest.raises(ValueError, match="database name"):
            server.create_database('x"; DROP TABLE word')
        home = server.postgres.data_dir.parent
    assert not home.exists()
