"""One slot: a target under load for some seconds, with the CPU that server and database took for it.

In:  a target, its requests, seconds, concurrency. Out: a Slot. Nobody else is loaded meanwhile.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.cpu import read_cpu
from tests.bench.target import Target


class SlotFailed(RuntimeError):
    """Load that did not end well; no figure is taken from it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What one target did in one slot. CPU in microseconds an answered request, without the load generator's own.

    `refused`: requests that were told to come back later; what they cost is in the CPU of the others.
    """

    target: str
    query: str
    round: int
    concurrency: int
    requests: int
    seconds: float
    rps: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    bytes: float
    refused: int
    server_us: float
    database_us: float

    @property
    def cpu_us(self) -> float:
        """Server and database together."""
        return self.server_us + self.database_us

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "cpu_us": round(self.cpu_us, 1)}


def run_slot(
    target: Target,
    query: str,
    requests: Sequence[str],
    *,
    database_pid: int,
    number: int,
    seconds: float,
    concurrency: int,
    holds: str,
) -> Slot:
    """Load the target. SlotFailed when a single answer was no good."""
    target.process.require_running()
    server, database = read_cpu(target.pid), read_cpu(database_pid)
    found = put_load(target.port, requests, seconds, concurrency, seed=number + 1, holds=holds)
    server, database = read_cpu(target.pid) - server, read_cpu(database_pid) - database
    if found["bad"] or not found["requests"]:
        raise SlotFailed(f"{target.name} {query}: {found['bad']} bad answers: {found['first_bad']}")
    count = int(str(found["requests"]))
    elapsed = float(str(found["seconds"]))
    return Slot(
        target=target.name,
        query=query,
        round=number,
        concurrency=concurrency,
        requests=count,
        seconds=round(elapsed, 3),
        rps=round(count / elapsed, 1),
        p50_ms=float(str(found["p50_ms"])),
        p95_ms=float(str(found["p95_ms"])),
        p99_ms=float(str(found["p99_ms"])),
        bytes=round(int(str(found["bytes"])) / count),
        refused=int(str(found["refused"])),
        server_us=round(server / count * 1e6, 1),
        database_us=round(database / count * 1e6, 1),
    )


def put_load(
    port: int, requests: Sequence[str], seconds: float, concurrency: int, *, seed: int, holds: str
) -> dict[str, object]:
    """Run the load generator's process; what it printed."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(list(requests), file)
        file.flush()
        command = [sys.executable, "-m", "tests.bench.load", "--port", str(port), "--requests", file.name]
        command += [
            "--holds",
            holds,
            "--seconds",
            str(seconds),
            "--concurrency",
            str(concurrency),
            "--seed",
            str(seed),
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=seconds + 120,
            check=False,
            cwd=Path(__file__).parents[2],
        )
    if done.returncode != 0:
        raise SlotFailed(done.stderr[-500:])
    found: dict[str, object] = json.loads(done.stdout)
    return found
