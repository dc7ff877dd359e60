"""From slots to figures: medians of the ratios that belong together in a round, and what was to be reached.

In:  slots and breadths as JSON. Out: figures by key, each with the range over the rounds; marks.

`cpu_ratio` of PostGraphile and Strawberry is theirs over ours. Of hand-written SQL and pgbench it is ours over
theirs, because there the question is what we cost on top; hand-written SQL keeps no record, so beside it stands
ours without the record. `rps_ratio` is always ours over theirs.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CALLERS = ("village", "town", "county")
QUERIES = ("point", "nested", "flat", "deep_page", "statistic")
PEERS = ("postgraphile_rls", "postgraphile", "strawberry", "hand_sql", "pgbench")
#: Peers that we are an addition to; of the others we are an alternative.
BELOW = ("hand_sql", "pgbench")
AT_ONCE = 16

JsonSlot = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A median with the range of the rounds."""

    median: float
    least: float
    most: float
    rounds: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What a figure was to reach."""

    key: str
    bound: float
    at_least: bool

    def is_reached(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


def _marks(prefix: str, bounds: Mapping[str, float], *, at_least: bool) -> list[Mark]:
    return [Mark(f"{prefix}.{query}", bound, at_least) for query, bound in bounds.items()]


_LISTS = ("nested", "flat", "deep_page", "statistic")
MARKS: Sequence[Mark] = (
    *_marks("cpu_ratio.postgraphile_rls", {"point": 3.5, "nested": 3.5, "flat": 4.0}, at_least=True),
    *_marks("rps_ratio.postgraphile_rls", {"point": 4.0, "nested": 4.5, "flat": 5.0}, at_least=True),
    *_marks("cpu_ratio.strawberry", {"point": 25.0, "nested": 35.0, "flat": 25.0}, at_least=True),
    *_marks("cpu_ratio.hand_sql", {"point": 1.15, "nested": 1.10, "flat": 1.10}, at_least=False),
    *_marks("rps_ratio.pgbench", {"nested": 0.85, "flat": 0.85}, at_least=True),
    *_marks("policy_overhead", dict.fromkeys(("point", *_LISTS), 1.10), at_least=False),
    *_marks("record_overhead", {"point": 1.30, **dict.fromkeys(_LISTS, 1.10)}, at_least=False),
    # A statistic reads every child and grows with the county; it has no mark for that.
    *_marks("growth", dict.fromkeys(("point", "nested", "flat", "deep_page"), 1.3), at_least=False),
    *(Mark(f"breadth.{query}.{caller}", 2.0, at_least=False) for query in _LISTS for caller in CALLERS),
    Mark("record_latency_ms.point", 1.0, at_least=False),
)


def required_keys(queries: Iterable[str], peers: Iterable[str] = PEERS) -> set[str]:
    """Keys that a whole report has for these queries."""
    keys: set[str] = set()
    for query in queries:
        keys |= {f"{kind}_ratio.{peer}.{query}" for kind in ("cpu", "rps") for peer in peers}
        keys |= {f"{name}.{query}" for name in ("policy_overhead", "record_overhead", "growth")}
        if query != "point":
            keys |= {f"breadth.{query}.{caller}" for caller in CALLERS}
    return keys


def make_ratios(slots: Sequence[JsonSlot]) -> dict[str, Ratio]:
    """Every figure that these slots allow, breadth excepted."""
    found: dict[str, Ratio] = {}
    for query in sorted({str(slot["query"]) for slot in slots}):
        at_once = _Rounds([s for s in slots if s["query"] == query and s["concurrency"] != 1])
        for peer in PEERS:
            ours = "ours_unrecorded" if peer == "hand_sql" else "ours"
            above, below = (ours, peer) if peer in BELOW else (peer, ours)
            _put(found, f"cpu_ratio.{peer}.{query}", at_once.ratios(above, below, "cpu_us"))
            _put(found, f"rps_ratio.{peer}.{query}", at_once.ratios(ours, peer, "rps"))
        for name, other in (("policy", "ours_unruled"), ("record", "ours_unrecorded")):
            _put(found, f"{name}_overhead.{query}", at_once.ratios("ours", other, "cpu_us"))
        _put(found, f"growth.{query}", at_once.ratios("ours", "ours_small", "cpu_us"))
        alone = _Rounds([s for s in slots if s["query"] == query and s["concurrency"] == 1])
        _put(found, f"record_latency_ms.{query}", alone.differences("ours", "ours_unrecorded", "p50_ms"))
    return found


class _Rounds:
    """The slots of one query, by target and round."""

    def __init__(self, slots: Sequence[JsonSlot]) -> None:
        self._slots = {(str(slot["target"]), int(slot["round"])): slot for slot in slots}
        self._numbers = sorted({int(slot["round"]) for slot in slots})

    def _pairs(self, a: str, b: str, field: str) -> list[tuple[float, float]]:
        return [
            (float(self._slots[a, n][field]), float(self._slots[b, n][field]))
            for n in self._numbers
            if (a, n) in self._slots and (b, n) in self._slots
        ]

    def ratios(self, a: str, b: str, field: str) -> list[float]:
        return [one / other for one, other in self._pairs(a, b, field) if other]

    def differences(self, a: str, b: str, field: str) -> list[float]:
        return [one - other for one, other in self._pairs(a, b, field)]


def _put(found: dict[str, Ratio], key: str, values: list[float]) -> None:
    if values:
        found[key] = Ratio(
            round(statistics.median(values), 3), round(min(values), 3), round(max(values), 3), len(values)
        )
