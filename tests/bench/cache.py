"""What the answer cache gains: 50 children, four levels deep, with and without it, at 0 and more writes a second.

    python tests/bench/cache.py --persons 20000 --seconds 6 --rounds 3 --out reports/cache.json

Starts a PostgreSQL of its own (durable, as in operation) with an invented county and two servers over it, one with the
cache and one without; loads them in turns. A writer changes one child a time in transactions of its own, which no server
knows of. CPU is what server and PostgreSQL together spent, from the kernel's accounts, the writer's statements included.
`different` says how many different requests the callers draw from: a list that many look at, and lists of all towns.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from kinfold.embedded.server import EmbeddedPostgres
from kinfold.testing.server import RunningKinfold

NESTED = """query Nested($town: RegionCode!, $first: Int!) {
  children(first: $first, where: {regionCode: {under: $town}}) { nodes {
    id name sex birthDate
    household { id address members { relationToHead person { id name phone } } }
    guardianships { kind status guardian { id name phone } }
    enrolments { grade className school { name } } } } }"""
# Towns with a whole page of children.
TOWNS = """SELECT left(region_code, 9) FROM core.person WHERE birth_date > current_date - 17 * 365
    GROUP BY 1 HAVING count(*) >= 50 ORDER BY 1"""
CALLER = "county-civil-affairs"
CACHE_BYTES = 64 * 2**20
HERE = Path(__file__).parent
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def start_postgres(directory: Path) -> Iterator[EmbeddedPostgres]:
    """Durable; ended with the measurement."""
    directory.mkdir(mode=0o711)
    postgres = EmbeddedPostgres(directory, extra_settings={"shared_buffers": "512MB"})
    postgres.start()
    try:
        yield postgres
    finally:
        postgres.stop()


@contextmanager
def start_server(url: str, directory: Path, persons: int, cache_bytes: int) -> Iterator[RunningKinfold]:
    """Without a line in the log for each request, which a terminal makes dear; the record of access is kept."""
    quiet = {"KINFOLD_LOG_LEVEL": "WARNING", "KINFOLD_CACHE_BYTES": str(cache_bytes)}
    server = RunningKinfold(url, directory, persons=persons, **quiet)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def write_requests(server: RunningKinfold, towns: list[str], different: int, coding: str, file: Path) -> None:
    """`different` whole requests: every town, then every town with one child less, and so on."""
    headers = server.as_(CALLER).headers
    requests = []
    for number in range(different):
        variables = {"town": towns[number % len(towns)], "first": 50 - number // len(towns)}
        body = json.dumps({"query": NESTED, "variables": variables}).encode()
        head = (
            f"POST /graphql HTTP/1.1\r\nhost: {urlsplit(server.url).netloc}\r\n"
            f"authorization: {headers['authorization']}\r\npurpose: {headers['purpose']}\r\n"
            f"accept-encoding: {coding}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        requests.append(head + body.decode())
    file.write_text(json.dumps(requests))


def read_cpu(pid: int) -> float:
    """CPU seconds of a process and its children."""
    parents, ticks = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents[int(entry.name)] = int(fields[1])
            ticks[int(entry.name)] = sum(map(int, fields[11:15]))
    tree = {pid}
    while more := {pid for pid, parent in parents.items() if parent in tree} - tree:
        tree |= more
    return sum(ticks[pid] for pid in tree) / _TICKS


async def write_steadily(url: str, rate: float, stop: asyncio.Event) -> int:
    """`rate` changes a second, each of another child, each in a transaction of its own. How many were made."""
    if rate == 0:
        return 0
    connection = await asyncpg.connect(url)
    try:
        ids = [r[0] for r in await connection.fetch("SELECT id FROM core.person ORDER BY id LIMIT 500")]
        began, made = time.monotonic(), 0
        while not stop.is_set():
            await connection.execute(
                "UPDATE core.person SET phone = $1 WHERE id = $2", f"138{made:08d}", ids[made % len(ids)]
            )
            made += 1
            await asyncio.sleep(max(0.0, began + made / rate - time.monotonic()))
        return made
    finally:
        await connection.close()


async def measure(
    server: RunningKinfold,
    postmaster: int,
    url: str,
    file: Path,
    rate: float,
    seconds: float,
    concurrency: int,
) -> dict[str, float]:
    """One load on one server: requests per second, CPU milliseconds per request, latency."""
    stop = asyncio.Event()
    writer = asyncio.create_task(write_steadily(url, rate, stop))
    await asyncio.sleep(0.1)
    before, began = [read_cpu(pid) for pid in (server.pid, postmaster)], time.monotonic()
    command = [sys.executable, str(HERE / "cache_load.py"), "--port", str(urlsplit(server.url).port),
               "--requests", str(file), "--seconds", str(seconds), "--concurrency", str(concurrency)]  # fmt: skip
    load = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    output, _ = await load.communicate()
    elapsed = time.monotonic() - began
    ours, theirs = (read_cpu(pid) - was for pid, was in zip((server.pid, postmaster), before, strict=True))
    stop.set()
    writes = await writer
    if load.returncode != 0:
        raise SystemExit("the load failed")
    found = json.loads(output)
    return {
        "requests_per_second": found["requests"] / found["seconds"],
        "cpu_ms_per_request": 1000 * (ours + theirs) / found["requests"],
        "database_cpu_ms_per_request": 1000 * theirs / found["requests"],
        "p50_ms": found["p50_ms"],
        "p95_ms": found["p95_ms"],
        "refused": found["refused"],
        "writes_per_second": writes / elapsed,
    }


def middle(rounds: list[Mapping[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(one[name] for one in rounds), 4) for name in rounds[0]}


async def run(given: argparse.Namespace, directory: Path) -> list[dict[str, object]]:
    """Every combination, the two servers in turns."""
    found: list[dict[str, object]] = []
    with (
        start_postgres(directory / "postgres") as postgres,
        start_server(postgres.url, directory / "off", given.persons, 0) as off,
        start_server(postgres.url, directory / "on", given.persons, CACHE_BYTES) as on,
    ):
        postmaster = int((postgres.data_dir / "postmaster.pid").read_text().split()[0])
        connection = await asyncpg.connect(postgres.url)
        await connection.execute("ANALYZE")
        towns = [row[0] for row in await connection.fetch(TOWNS)]
        await connection.close()
        file = directory / "requests.json"
        servers = {"off": off, "on": on}
        for different in given.different:
            for rate in given.rates:
                rounds: dict[str, list[Mapping[str, float]]] = {"off": [], "on": []}
                for number in range(given.rounds + 1):
                    for name, server in servers.items():
                        write_requests(server, towns, different, given.coding, file)
                        seconds = given.seconds if number else 2.0  # the first round warms
                        one = await measure(
                            server, postmaster, postgres.url, file, rate, seconds, given.concurrency
                        )
                        if number:
                            rounds[name].append(one)
                without, with_ = middle(rounds["off"]), middle(rounds["on"])
                gains = {
                    name: [
                        round(b[name] / a[name] if name.startswith("req") else a[name] / b[name], 2)
                        for a, b in zip(rounds["off"], rounds["on"], strict=True)
                    ]
                    for name in ("cpu_ms_per_request", "requests_per_second")
                }
                found.append({"different": different, "writes_per_second": rate, "without": without, "with": with_,
                              "gain_cpu": statistics.median(gains["cpu_ms_per_request"]),
                              "gain_requests_per_second": statistics.median(gains["requests_per_second"]),
                              "gains_by_round": gains})  # fmt: skip
                print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rates", type=float, nargs="+", default=[0.0, 10.0])
    parser.add_argument("--different", type=int, nargs="+", default=[1, 14, 140])
    parser.add_argument("--coding", default="zstd", help="what the callers accept: zstd, gzip, identity")
    parser.add_argument("--out", type=Path, default=Path("reports/cache.json"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kinfold-cache-") as directory:
        if os.geteuid() == 0:
            Path(directory).chmod(0o711)
        found = asyncio.run(run(given, Path(directory)))
    report = {"query": NESTED, "persons": given.persons, "concurrency": given.concurrency, "coding": given.coding,
              "cpus": os.cpu_count(), "rounds": given.rounds, "seconds": given.seconds, "results": found}  # fmt: skip
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
