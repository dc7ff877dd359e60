"""A peer: pgbench with our own statement and realistic values: what PostgreSQL gives when nothing stands in front.

In:  what we send for several samples. Out: a Slot like any other; its server is nobody, so only the database has CPU.
Values that are the same in all samples and values that are numbers are parameters of the prepared statement (-M
prepared). Texts that differ (a child's id, a cursor) stand in the text, one script for each sample.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from kinfold.embedded.server import EmbeddedPostgres
from kinfold.sql.connection import READ_SETTINGS

from tests.bench.capture import Sent
from tests.bench.cpu import read_cpu
from tests.bench.slot import Slot, SlotFailed

SCRIPTS = 32
# In which its sessions end; their CPU is then in the postmaster's account.
SETTLE_SECONDS = 0.3
_PLACE = re.compile(r"\$(\d+)(?=::)")
_TPS = re.compile(r"tps = ([0-9.]+)")
_COUNT = re.compile(r"number of transactions actually processed: (\d+)")
_LATENCY = re.compile(r"latency average = ([0-9.]+) ms")


def write_scripts(sent: Sequence[Sent], folder: Path) -> list[str]:
    """Script files and variables for pgbench's command line."""
    texts = {one.text for one in sent}
    if len(texts) != 1:
        raise SlotFailed("several statements for one query")
    text = texts.pop()
    if re.search(r"(?<!:):[A-Za-z_]", text):
        raise SlotFailed("pgbench would take a part of the statement for a variable of its own")
    columns = list(zip(*(one.values for one in sent), strict=True))
    same = {i for i, values in enumerate(columns) if len({str(value) for value in values}) == 1}
    numbers = {
        i for i, values in enumerate(columns) if i not in same and all(isinstance(v, int) for v in values)
    }
    arguments = [part for i in sorted(same) for part in ("-D", f"p{i + 1}={_plain(columns[i][0])}")]
    if same | numbers == set(range(len(columns))):
        choices = "".join(_choice(i, columns[i]) for i in sorted(numbers))
        script = f"\\set i random(0, {len(sent) - 1})\n{choices}{_statement(text, {})}\n"
        return [*arguments, "-f", str(_write(folder / "all.sql", script))]
    for number, one in enumerate(sent[:SCRIPTS]):
        fixed = {i: one.values[i] for i in range(len(columns)) if i not in same}
        script = f"{_statement(text, fixed)}\n"
        arguments += ["-f", str(_write(folder / f"{number}.sql", script))]
    return arguments


def _write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def _choice(i: int, values: Sequence[object]) -> str:
    cases = " ".join(f"when :i = {k} then {value}" for k, value in enumerate(values))
    return f"\\set p{i + 1} case {cases} end\n"


def _statement(text: str, fixed: dict[int, object]) -> str:
    def place(found: re.Match[str]) -> str:
        i = int(found[1]) - 1
        if i in fixed:
            return "'" + _plain(fixed[i]).replace("'", "''") + "'"
        return f":p{i + 1}"

    return " ".join(_PLACE.sub(place, text).split()) + ";"


def _plain(value: object) -> str:
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, (list, tuple)):
        return "{" + ",".join(_plain(one) for one in value) + "}"
    return str(value)


def run_pgbench(
    server: EmbeddedPostgres,
    url: str,
    query: str,
    sent: Sequence[Sent],
    *,
    number: int,
    seconds: float,
    clients: int,
) -> Slot:
    """One slot of pgbench; SlotFailed with its message when it does not end well."""
    parts = urlsplit(url)
    settings = " ".join(
        f"-c {name}={str(value).replace(' ', chr(92) + ' ')}" for name, value in READ_SETTINGS.items()
    )
    environment = {
        "PGUSER": parts.username or "",
        "PGPASSWORD": parts.password or "",
        "PGHOST": parse_qs(parts.query)["host"][0],
        "PGPORT": parse_qs(parts.query)["port"][0],
        "PGOPTIONS": settings,
        "LC_ALL": "C.UTF-8",
    }
    with tempfile.TemporaryDirectory() as folder:
        command = [str(server.bin_dir / "pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "1"]
        command += ["-T", str(max(1, round(seconds))), "--random-seed", str(number + 1)]
        command += [*write_scripts(sent, Path(folder)), parts.path.lstrip("/")]
        before = read_cpu(server.pid)
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=seconds + 120, check=False
        )
        time.sleep(SETTLE_SECONDS)
        used = read_cpu(server.pid) - before
    rate, count, latency = (pattern.search(done.stdout) for pattern in (_TPS, _COUNT, _LATENCY))
    if done.returncode != 0 or rate is None or count is None or latency is None:
        raise SlotFailed(f"pgbench {query}: {done.stderr[-500:]}")
    requests = int(count[1])
    return Slot(
        target="pgbench", query=query, round=number, concurrency=clients, requests=requests,
        seconds=round(requests / float(rate[1]), 3), rps=round(float(rate[1]), 1),
        p50_ms=float(latency[1]), p95_ms=0.0, p99_ms=0.0, bytes=0, refused=0, server_us=0.0,
        database_us=round(used / requests * 1e6, 1),
    )  # fmt: skip
