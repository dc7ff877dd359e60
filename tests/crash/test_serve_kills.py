"""`kinfold serve` and its PostgreSQL killed together while the first county is being made: the next start is clean."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kinfold.testing.server import RunningKinfold

PERSONS = 6000


def children_of(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def start(state: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "KINFOLD_STATE_DIR": str(state),
        "KINFOLD_DEMO_PERSONS": str(PERSONS),
        "PORT": "0",
    }
    environment.pop("KINFOLD_DATABASE_URL", None)
    with (state / "serve.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "kinfold.cli", "serve"], env=environment, stdout=log, stderr=log
        )


@pytest.fixture
def open_state() -> Iterator[Path]:
    """A state folder that the database's own user can enter, so that its data lies in it and goes with it."""
    state = Path(tempfile.mkdtemp(prefix="kinfold-kills-"))
    state.chmod(0o711)
    yield state
    shutil.rmtree(state)


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="needs Linux's /proc to find the database's process"
)
@pytest.mark.parametrize("moment", ["import", "generate"])
def test_killed_in_the_middle_it_starts_clean(open_state: Path, moment: str) -> None:
    state = open_state
    process = start(state)
    partial = state / "demo" / "truth.jsonl.partial"
    deadline = time.monotonic() + 60
    wanted = (state / "embedded" / "server.log" if moment == "import" else partial).exists
    while not wanted() and time.monotonic() < deadline:
        time.sleep(0.02)
    was_seen = wanted()
    if moment == "generate":
        time.sleep(0.4)  # some households are on their way
    else:
        time.sleep(1.2)  # migrations and divisions are on their way
    for pid in [process.pid, *children_of(process.pid)]:
        os.kill(pid, signal.SIGKILL)
    process.wait(10)
    assert was_seen, (state / "serve.log").read_text()

    again = RunningKinfold(None, state, persons=PERSONS)
    again.start()
    try:
        office = again.as_("county-civil-affairs")
        data = office.ask(
            """{ regions(first: 1) { totalCount } children(first: 1) { totalCount }
                 child(id: "Child:370983:0190a000-0000-7000-8000-000000000002") { name enrolments { grade } } }"""
        ).data
        assert data["regions"]["totalCount"] == 651
        assert data["children"]["totalCount"] > PERSONS // 10
        assert data["child"]["enrolments"]
        assert (state / "demo" / "truth.jsonl").exists()
    finally:
        assert again.stop() == 0
