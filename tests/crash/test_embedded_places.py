"""The embedded PostgreSQL in closed homes, over lost, foreign or older data: it works, or refuses and says why.

As root one test becomes an ordinary user for good; run by an ordinary user, it is the plain case.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from pathlib import Path

import asyncpg
import pytest
from embedded_supervisor import (
    Supervised,
    add_row,
    copy_package,
    is_alive,
    permission_bits_for_others,
    read_rows,
    wait_until,
)

IS_ROOT = os.geteuid() == 0


async def test_other_major_version_is_refused_untouched(kept: Path) -> None:
    with Supervised(kept) as first:
        first.stop()
    data = Path(first.facts["data"])
    log = Path(first.facts["log"]).read_bytes()
    (data / "PG_VERSION").write_text("17\n")
    before = sorted((path, path.lstat().st_mtime_ns) for path in data.rglob("*"))
    with Supervised(kept) as second:
        assert second.facts["code"] == "S004"
        assert "17 ≠ 18" in second.facts["text"]
        assert "主版本" in second.facts["text"]
        assert "KINFOLD_STATE_DIR" in second.facts["hint"]
    assert sorted((path, path.lstat().st_mtime_ns) for path in data.rglob("*")) == before
    assert Path(first.facts["log"]).read_bytes() == log
    (data / "PG_VERSION").write_text("18\n")
    with Supervised(kept) as third:
        assert await read_rows(third) == ["kept"]
        third.stop()


def test_state_directory_that_cannot_be_made_is_refused(root: Path) -> None:
    (root / "file").write_text("")
    with Supervised(root / "file" / "state") as supervised:
        assert supervised.facts["code"] == "S011"


def test_lost_data_directory_is_refused_instead_of_an_empty_one(root: Path) -> None:
    state = root / "state" / "embedded"
    state.mkdir(parents=True)
    (state / "location").write_text(f"{root}/elsewhere/data\n")
    with Supervised(root / "state") as supervised:
        assert supervised.facts["code"] == "S006"
    assert sorted(path.name for path in state.iterdir()) == ["location"]


async def test_lost_password_is_renewed(kept: Path) -> None:
    with Supervised(kept) as first:
        first.stop()
    password = kept / "embedded" / "password"
    old = password.read_text()
    password.unlink()
    with Supervised(kept) as second:
        assert await read_rows(second) == ["kept"]
        assert password.read_text() != old
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(second.facts["url"].replace(password.read_text(), old))
        second.stop()


async def test_closed_home_is_worked_around_and_stays_closed(root: Path) -> None:
    """Programs and state both below a 0700 home: as root, data and programs go where the server's user can go."""
    home, shared = root / "home", root / "shared"
    home.mkdir(mode=0o700)
    site = copy_package(home / "site")
    for path in (site, *site.rglob("*")):  # as installed under a strict umask
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o700)
    options = ("--shared-root", str(shared))
    with Supervised(home / "state", *options, site=site) as first:
        await add_row(first, "kept")
        data, programs = Path(first.facts["data"]), Path(first.facts["bin"])
        if IS_ROOT:
            assert data.is_relative_to(shared / "databases")
            assert programs.is_relative_to(shared / "postgresql")
            # The password of the role stays below the closed home.
            names = sorted(path.name for path in (home / "state" / "embedded").iterdir())
            assert names == ["location", "password", "server.log"]
            assert all(path.stat().st_mode & 0o077 == 0 for path in (home / "state" / "embedded").iterdir())
            assert not [path for path in data.parent.iterdir() if path.name == "password"]
            assert stat.S_IMODE(data.parent.parent.stat().st_mode) == 0o711
            # What other users of the machine find: nothing of the data, nothing to write.
            writable = [
                path for path in shared.rglob("*") if path.lstat().st_mode & 0o022 and not path.is_symlink()
            ]
            assert not writable
        else:
            assert data.is_relative_to(home)
            assert programs.is_relative_to(site)
        assert not permission_bits_for_others(data)
        copied = (programs / "postgres").stat().st_ino
        first.stop()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    with Supervised(home / "state", *options, site=site) as second:
        assert await read_rows(second) == ["kept"]
        assert (Path(second.facts["bin"]) / "postgres").stat().st_ino == copied
        second.stop()
    if IS_ROOT:
        # A copy that a power cut left broken is made again.
        (programs / "postgres").write_bytes(b"")
        with Supervised(home / "state", *options, site=site) as third:
            assert await read_rows(third) == ["kept"]
            third.stop()
        shutil.rmtree(data.parent)
        with Supervised(home / "state", *options, site=site) as fourth:
            assert fourth.facts["code"] == "S006"
        assert list((shared / "postgresql").iterdir()) == [programs.parents[2]]


async def test_ordinary_user_runs_everything_below_a_closed_home(root: Path) -> None:
    home = root / "home"
    home.mkdir(mode=0o700)
    site = copy_package(home / "site")
    options: tuple[str, ...] = ()
    user = os.geteuid()
    if IS_ROOT:
        nobody = pwd.getpwnam("nobody")
        user = nobody.pw_uid
        for path in (home, *home.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
        options = ("--uid", str(nobody.pw_uid), "--gid", str(nobody.pw_gid))
    with Supervised(home / "state", *options, site=site) as first:
        assert first.facts["uid"] == user != 0
        assert Path(first.facts["data"]).is_relative_to(home / "state")
        assert Path(first.facts["bin"]).is_relative_to(site)
        await add_row(first, "kept")
        assert not permission_bits_for_others(home / "state")
        assert all(path.lstat().st_uid == user for path in (home / "state").rglob("*"))
        assert Path(f"/proc/{first.facts['pid']}").stat().st_uid == user
        first.kill()
        wait_until(lambda: not is_alive(first.facts["pid"]), 3)
    with Supervised(home / "state", *options, site=site) as second:
        assert await read_rows(second) == ["kept"]
        second.stop()
    if IS_ROOT:
        with Supervised(home / "state", site=site) as intruder:
            assert intruder.facts["code"] == "S007"
