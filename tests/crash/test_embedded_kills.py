"""The embedded PostgreSQL under kill -9: of its parent, of everything, of its own making; and other owners.

Real servers, real processes, real signals.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import select
import signal
import subprocess
from pathlib import Path

import asyncpg
import pytest
from embedded_supervisor import Supervised, add_row, connected, is_alive, read_rows, wait_until
from kinfold.embedded.process import read_birth, stop_process

IS_ROOT = os.geteuid() == 0


@pytest.mark.parametrize("options", [(), ("--thread",)], ids=["kernel", "watchdog"])
async def test_server_dies_with_its_killed_parent(kept: Path, options: tuple[str, ...]) -> None:
    with Supervised(kept, *options) as supervised:
        supervised.kill()
        wait_until(lambda: not is_alive(supervised.facts["pid"]), 3)
        # In order, not by force: the next start needs no recovery.
        assert "database system is shut down" in Path(supervised.facts["log"]).read_text().splitlines()[-1]


async def test_acknowledged_rows_survive_kill_of_everything(root: Path) -> None:
    chance = random.Random(370999)
    acknowledged: set[tuple[int, int]] = set()
    kills = 3
    for round_number in range(kills):
        with Supervised(root / "state") as supervised:
            url = supervised.facts["url"]
            async with connected(url) as connection:
                await connection.execute(
                    "CREATE TABLE IF NOT EXISTS written (writer int, n int, PRIMARY KEY (writer, n))"
                )
            before = len(acknowledged)
            writers = [
                asyncio.create_task(_write_until_killed(url, writer, round_number, acknowledged))
                for writer in range(8)
            ]
            await asyncio.sleep(chance.uniform(0.3, 0.8))
            supervised.kill_everything()
            await asyncio.gather(*writers)
            assert len(acknowledged) - before > 50, "the kill came before the writers were at work"
    with Supervised(root / "state") as supervised:
        async with connected(supervised.facts["url"]) as connection:
            found = {tuple(row) for row in await connection.fetch("SELECT writer, n FROM written")}
        supervised.stop()
    assert acknowledged - found == set()
    # At most the one statement that each writer had under way at each kill.
    assert len(found - acknowledged) <= 8 * kills
    assert Path(supervised.facts["log"]).read_text().count("was not properly shut down") == kills


async def _write_until_killed(url: str, writer: int, start: int, acknowledged: set[tuple[int, int]]) -> None:
    n = start * 1_000_000
    try:
        connection = await asyncpg.connect(url)
        while True:
            n += 1
            await connection.execute("INSERT INTO written VALUES ($1, $2)", writer, n)
            acknowledged.add((writer, n))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return


async def test_orphan_is_waited_for_and_its_rows_kept(kept: Path) -> None:
    with Supervised(kept) as first:
        orphan = first.facts["pid"]
        os.kill(orphan, signal.SIGSTOP)  # it cannot follow its parent, as a busy one could not
        first.kill()
        with Supervised(kept, wait=False) as second:
            assert is_alive(orphan)
            assert second.process.stdout is not None
            answered, _, _ = select.select([second.process.stdout], [], [], 1)
            assert not answered, "it neither waited for the orphan nor told us"
            os.kill(orphan, signal.SIGCONT)
            second.facts = second.read()
            assert not is_alive(orphan)
            assert await read_rows(second) == ["kept"]
            second.stop()


def test_stubborn_process_is_ended_and_a_stranger_is_not() -> None:
    with subprocess.Popen(
        ["/bin/sh", "-c", "trap '' INT; echo ready; while :; do sleep 0.1; done"], stdout=subprocess.PIPE
    ) as stubborn:
        assert stubborn.stdout is not None
        assert stubborn.stdout.readline() == b"ready\n"
        birth = read_birth(stubborn.pid)
        assert birth is not None
        assert stop_process(stubborn.pid, "another birth")
        assert stubborn.poll() is None
        assert stop_process(stubborn.pid, birth, ((signal.SIGINT, 0.3), (signal.SIGKILL, 5.0)))
        assert stubborn.wait() == -signal.SIGKILL


async def test_number_of_a_dead_server_may_belong_to_somebody_else(kept: Path) -> None:
    with Supervised(kept) as first:
        home = Path(first.facts["data"]).parent
        record = json.loads((home / "server.json").read_text())
        lines = (home / "data" / "postmaster.pid").read_text().splitlines()
        first.kill_everything()
    owner = (home / "data").stat()
    identity = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if IS_ROOT else {}
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", **identity) as stranger:
        try:
            # The server's own check would refuse for ever: the number lives, and is of the same user.
            (home / "data" / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
            (home / "server.json").write_text(json.dumps({**record, "server": stranger.pid}))
            with Supervised(kept) as second:
                assert await read_rows(second) == ["kept"]
                assert stranger.poll() is None
                second.stop()
            assert stranger.poll() is None
        finally:
            stranger.kill()


async def test_second_owner_is_refused_and_the_first_is_unharmed(kept: Path) -> None:
    with Supervised(kept) as first:
        with Supervised(kept) as second:
            assert second.facts["code"] == "S005"
            assert second.facts["hint"]
            assert "正被" in second.facts["text"]
        # The lock is gone (somebody cleaned up): the living owner still counts.
        (Path(first.facts["data"]).parent / "lock").unlink()
        with Supervised(kept) as third:
            assert third.facts["code"] == "S005"
        assert await read_rows(first) == ["kept"]
        first.stop()


async def test_server_that_somebody_started_by_hand_is_left_alone(kept: Path) -> None:
    with Supervised(kept) as first:
        first.stop()
    data, bin_dir = Path(first.facts["data"]), Path(first.facts["bin"])
    owner = data.stat()
    identity = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if IS_ROOT else {}
    by_hand = subprocess.Popen(
        [bin_dir / "postgres", "-D", data, "-k", data, "-c", "listen_addresses="],
        cwd="/",
        stderr=subprocess.DEVNULL,
        **identity,
    )
    try:
        wait_until(lambda: "ready" in _read_text(data / "postmaster.pid"), 10)
        with Supervised(kept) as second:
            assert second.facts["code"] == "S005"
        assert by_hand.poll() is None
    finally:
        by_hand.send_signal(signal.SIGINT)
        by_hand.wait(20)


def _read_text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


async def test_kill_while_the_data_directory_is_made_leaves_nothing_half(root: Path) -> None:
    state = root / "state" / "embedded"
    with Supervised(root / "state", wait=False) as first:
        wait_until(lambda: any(state.glob("building-*/base")), 10)
        first.kill()
    assert not (state / "data").exists()
    with Supervised(root / "state") as second:
        await add_row(second, "whole")
        assert await read_rows(second) == ["whole"]
        second.stop()


async def test_dead_server_is_revived_under_the_same_address(kept: Path) -> None:
    with Supervised(kept) as supervised:
        assert supervised.order("revive")["revived"] is False
        os.kill(supervised.facts["pid"], signal.SIGKILL)
        wait_until(lambda: not is_alive(supervised.facts["pid"]), 5)
        answer = supervised.order("revive")
        assert answer["revived"] is True
        assert answer["url"] == supervised.facts["url"]
        assert await read_rows(supervised) == ["kept"]
        supervised.facts["pid"] = answer["pid"]
        # The revived one is as closely tied to its parent.
        supervised.kill()
        wait_until(lambda: not is_alive(answer["pid"]), 3)
