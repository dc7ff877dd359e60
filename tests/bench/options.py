"""What can be asked of a run.

In:  the command line and BENCH_DIR. Out: Options.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from tests.bench.query import QUERIES

ROOT = Path(__file__).resolve().parents[2]
PEERS = ("postgraphile_rls", "postgraphile", "strawberry", "hand_sql", "pgbench")
#: Ours with one thing different; each is needed for a figure of its own.
VARIANTS = ("ours_unrecorded", "ours_unruled", "ours_small")
SMALL = 100_000


@dataclass(frozen=True, slots=True)
class Options:
    """One run. `seconds` is the length of a measured slot; `connections` are each server's to PostgreSQL."""

    size: int
    small: int
    rounds: int
    seconds: float
    warm_seconds: float
    concurrency: int
    connections: int
    peers: tuple[str, ...]
    queries: tuple[str, ...]
    directory: Path
    prepare_only: bool
    resume: bool
    write_report: bool


def default_directory() -> Path:
    """Where databases and npm packages of the benchmark are kept: BENCH_DIR, or the user's cache."""
    given = os.environ.get("BENCH_DIR")
    if given:
        return Path(given)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "kinfold" / "bench"


def read_options(arguments: list[str] | None = None) -> Options:
    """Options of the command line; ends the program with a message when they are wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure Kinfold beside PostGraphile, Strawberry, hand-written SQL and pgbench.",
    )
    parser.add_argument("--size", type=int, default=1_000_000, help="invented persons (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default: %(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=4.0, help="of a measured slot (default: %(default)s)"
    )
    parser.add_argument(
        "--warm", type=float, default=None, metavar="SECONDS",
        help="of warm-up a query for PostGraphile, a third of it for the others (default: 10, in short slots twice --seconds)",
    )  # fmt: skip
    parser.add_argument("--concurrency", type=int, default=16, help="requests at once (default: %(default)s)")
    parser.add_argument(
        "--connections", type=int, default=4, help="of each server to PostgreSQL (default: %(default)s)"
    )
    parser.add_argument("--peers", default=",".join(PEERS), help="by commas (default: %(default)s)")
    parser.add_argument("--queries", default=",".join(QUERIES), help="by commas (default: %(default)s)")
    parser.add_argument("--prepare", action="store_true", help="make the databases, then stop")
    parser.add_argument("--resume", action="store_true", help="keep the slots of a run that was cut off")
    parser.add_argument("--no-report", action="store_true", help="leave reports/ and docs/ as they are")
    given = parser.parse_args(arguments)
    peers, queries = _names(given.peers, PEERS, parser), _names(given.queries, tuple(QUERIES), parser)
    if given.size < 8_000 or given.rounds < 1 or given.seconds <= 0 or given.concurrency < 1:
        parser.error("--size is at least 8000; --rounds, --seconds and --concurrency are positive")
    return Options(
        size=given.size,
        small=min(SMALL, given.size // 2),
        rounds=given.rounds,
        seconds=given.seconds,
        warm_seconds=given.warm if given.warm is not None else _warm(given.seconds),
        concurrency=given.concurrency,
        connections=given.connections,
        peers=peers,
        queries=queries,
        directory=default_directory(),
        prepare_only=given.prepare,
        resume=given.resume,
        write_report=not given.no_report,
    )


def _warm(seconds: float) -> float:
    """An under-warmed PostGraphile would flatter us; a smoke run is not believed anyway."""
    return 10.0 if seconds >= 4 else seconds * 2


def _names(text: str, known: tuple[str, ...], parser: argparse.ArgumentParser) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    unknown = sorted(set(names) - set(known))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    return tuple(name for name in known if name in names)
