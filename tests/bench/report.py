"""What a run leaves behind: reports/bench.json with every slot, and a page for people made from nothing else.

In:  options, the record of a run. Out: the report as JSON; files in the checkout. Read next: page.py
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import asyncpg
from kinfold import __version__
from kinfold.identity.dev_provider.supervisor import find_node

from tests.bench.figures import MARKS, make_ratios
from tests.bench.options import ROOT, Options
from tests.bench.page import write_page
from tests.bench.query import QUERIES
from tests.bench.run import Record

REPORT = ROOT / "reports" / "bench.json"
PAGE = ROOT / "docs" / "reference" / "performance.md"
_PACKAGES = ("asyncpg", "graphql-core", "starlette", "strawberry-graphql", "uvicorn", "uvloop")
_POSTGRES = (
    "shared_buffers", "effective_cache_size", "work_mem", "fsync", "synchronous_commit", "random_page_cost",
    "max_connections", "jit",
)  # fmt: skip

Report = dict[str, Any]


def make_report(options: Options, record: Record, url: str, today: dt.date) -> Report:
    """Everything that was measured, and the figures taken from it."""
    ratios = make_ratios(record.slots)
    figures = {key: ratio.median for key, ratio in ratios.items() if not key.startswith("record_latency")}
    latency = {key: ratio.median for key, ratio in ratios.items() if key.startswith("record_latency")}
    for query, callers in record.breadth.items():
        figures |= {f"breadth.{query}.{name}": float(str(found["ratio"])) for name, found in callers.items()}
    values = {**figures, **latency}
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "size": options.size,
        "small_size": options.small,
        "machine": _describe_machine(),
        "versions": _versions(url),
        "settings": {
            "rounds": options.rounds,
            "seconds": options.seconds,
            "warm_seconds": options.warm_seconds,
            "concurrency": options.concurrency,
            "connections": options.connections,
            "peers": list(options.peers),
            "queries": list(options.queries),
            "today": today.isoformat(),
            "command": f"make bench SIZE={options.size} ROUNDS={options.rounds} SECONDS={options.seconds:g}",
            "postgresql": asyncio.run(_read_settings(url)),
        },
        "titles": {name: QUERIES[name].title for name in record.rehearsal},
        "figures": dict(sorted(figures.items())),
        "latency_ms": dict(sorted(latency.items())),
        "ranges": {key: asdict(ratio) for key, ratio in sorted(ratios.items())},
        "marks": [
            {"key": m.key, "bound": m.bound, "at_least": m.at_least, "value": values[m.key],
             "is_reached": m.is_reached(values[m.key])}
            for m in MARKS if m.key in values
        ],
        "breadth": record.breadth,
        "rehearsal": record.rehearsal,
        "failures": record.failures,
        "rounds": record.slots,
    }  # fmt: skip


def write_report(report: Report, options: Options) -> None:
    """Into the checkout, unless asked not to; always beside the databases as well."""
    text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    (options.directory / f"report-{options.size}.json").write_text(text, encoding="utf-8")
    if options.write_report:
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(text, encoding="utf-8")
        PAGE.write_text(write_page(report), encoding="utf-8")


def print_summary(report: Report) -> None:
    """The marks on standard output."""
    for mark in report["marks"]:
        sign = ">=" if mark["at_least"] else "<="
        reached = "reached" if mark["is_reached"] else "MISSED"
        sys.stdout.write(f"{mark['key']:<42}{mark['value']:>9.2f}  {sign} {mark['bound']:<6g}{reached}\n")


def _describe_machine() -> Mapping[str, object]:
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        "",
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "processor": model,
        "memory_gib": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}",
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _versions(url: str) -> Mapping[str, str]:
    found = {"kinfold": __version__, "python": platform.python_version()}
    found |= {name: version(name) for name in _PACKAGES}
    found["postgresql"] = asyncio.run(_ask(url, "SHOW server_version"))
    found["node"] = subprocess.run(
        [str(find_node()), "--version"], capture_output=True, text=True, check=False
    ).stdout.strip()
    package = Path(__file__).parent / "postgraphile" / "package.json"
    found |= {name: str(number) for name, number in json.loads(package.read_text())["dependencies"].items()}
    return found


async def _ask(url: str, text: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval(text))
    finally:
        await connection.close()


async def _read_settings(url: str) -> dict[str, str]:
    return {name: await _ask(url, f"SHOW {name}") for name in _POSTGRES}
