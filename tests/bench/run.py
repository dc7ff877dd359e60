"""A whole run: rehearsal, warm-up, interleaved rounds, breadth. Everything that was measured is kept at once.

In:  running servers, the database server. Out: a Record; a slot that fails is named in it and the run goes on.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
from kinfold.embedded.server import EmbeddedPostgres
from kinfold.errors import KinfoldError

from tests.bench.breadth import measure_breadth
from tests.bench.capture import Capture, Sent, caller, open_capture
from tests.bench.launch import CALLERS, Servers
from tests.bench.options import Options
from tests.bench.pgbench import run_pgbench
from tests.bench.process import DidNotStart
from tests.bench.progress import say
from tests.bench.query import Query
from tests.bench.rehearsal import rehearse
from tests.bench.slot import Slot, SlotFailed, put_load, run_slot
from tests.bench.target import Target

ALONE = ("ours", "ours_unrecorded")
_PASSING = (SlotFailed, DidNotStart, OSError, RuntimeError, ValueError)


@dataclass
class Record:
    """What a run has found so far. `journal`: one line of JSON for each slot, for a run that is cut off."""

    journal: Path
    slots: list[dict[str, Any]] = field(default_factory=list)
    rehearsal: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    breadth: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def open(self, *, resume: bool) -> None:
        if resume and self.journal.exists():
            self.slots = [json.loads(line) for line in self.journal.read_text().splitlines()]
            say(f"resume: {len(self.slots)} slots are there")
        else:
            self.journal.parent.mkdir(parents=True, exist_ok=True)
            self.journal.write_text("")

    def has(self, target: str, query: str, number: int, concurrency: int) -> bool:
        wanted = (target, query, number, concurrency)
        return any((s["target"], s["query"], s["round"], s["concurrency"]) == wanted for s in self.slots)

    def add(self, slot: Slot) -> None:
        self.slots.append(slot.as_json())
        with self.journal.open("a") as journal:
            journal.write(json.dumps(slot.as_json()) + "\n")
        say(
            f"  {slot.query:<10} round {slot.round + 1} {slot.target:<17} c={slot.concurrency:<3}"
            f"{slot.cpu_us:>10.0f} µs CPU (database {slot.database_us:.0f}) {slot.rps:>8.0f}/s  p50 {slot.p50_ms:.2f} ms"
        )

    def fail(self, where: str, failure: BaseException) -> None:
        self.failures[where] = f"{type(failure).__name__}: {failure}".strip().splitlines()[-1][:300]
        say(f"  {where}: left out: {self.failures[where]}")


class Run:
    """One run over started servers."""

    def __init__(
        self, options: Options, servers: Servers, database: EmbeddedPostgres, record: Record
    ) -> None:
        self._options = options
        self._servers = servers
        self._database = database
        self._record = record
        self._sent: dict[str, list[Sent]] = {}

    def run(self) -> None:
        """Query by query, each with its rehearsal, warm-up and rounds; breadth at the end."""
        self._record.failures.update(self._servers.failures)
        queries = self._servers.queries
        asyncio.run(self._capture(queries))
        for query in queries:
            say(f"{query.name}: {query.title}")
            self._rehearse(query)
            self._warm(query)
            for number in range(self._options.rounds):
                self._round(query, number)
        asyncio.run(self._breadths(queries))

    async def _capture(self, queries: Sequence[Query]) -> None:
        """Our statements for pgbench, with the values of every sample."""
        ours = self._servers.targets["ours"]
        async with open_capture(self._servers.urls["large"], self._state()) as capture:
            for query in queries:
                principal = caller(CALLERS["county"], self._servers.tokens["county"], query.purpose)
                try:
                    requests = await asyncio.to_thread(ours.requests, query)
                    bodies = [json.loads(request.partition("\r\n\r\n")[2]) for request in requests]
                    self._sent[query.name] = [
                        await capture.take(body["query"], body["variables"], principal) for body in bodies
                    ]
                except (KinfoldError, *_PASSING) as failure:
                    self._record.fail(f"our statement of {query.name}", failure)

    def _state(self) -> Path:
        return self._options.directory / "state" / "ours"

    def _rehearse(self, query: Query) -> None:
        found = asyncio.run(rehearse(self._servers.targets, query))
        self._record.rehearsal[query.name] = {name: one.as_json() for name, one in found.items()}
        for name, one in found.items():
            if not one.is_same:
                say(f"  {name}: {one.difference}")

    def _able(self, query: Query) -> Mapping[str, Target]:
        """Targets that answered every request of the query."""
        answered = self._record.rehearsal[query.name]
        return {name: t for name, t in self._servers.targets.items() if answered[name]["requests"]}

    def _at_once(self, query: Query) -> int:
        return min(query.at_once, self._options.concurrency)

    def _warm(self, query: Query) -> None:
        for name, target in self._able(query).items():
            seconds = (
                self._options.warm_seconds
                if name.startswith("postgraphile")
                else self._options.warm_seconds / 3
            )
            try:
                put_load(
                    target.port,
                    target.requests(query),
                    seconds,
                    self._options.concurrency,
                    seed=0,
                    holds=query.holds,
                )
            except _PASSING as failure:
                self._record.fail(f"{name} {query.name} warm-up", failure)

    def _round(self, query: Query, number: int) -> None:
        for name, target in self._able(query).items():
            self._measure(name, query, number, self._at_once(query), target)
        if "pgbench" in self._options.peers and query.name in self._sent:
            self._pgbench(query, number)
        for name in ALONE:
            if name in self._able(query):
                self._measure(name, query, number, 1, self._servers.targets[name])

    def _measure(self, name: str, query: Query, number: int, concurrency: int, target: Target) -> None:
        if self._record.has(name, query.name, number, concurrency):
            return
        seconds = self._options.seconds if concurrency > 1 else self._options.seconds / 2
        try:
            slot = run_slot(
                target, query.name, target.requests(query), database_pid=self._database.pid, number=number,
                seconds=seconds, concurrency=concurrency, holds=query.holds,
            )  # fmt: skip
        except _PASSING as failure:
            self._record.fail(f"{name} {query.name} round {number + 1}", failure)
        else:
            self._record.add(slot)

    def _pgbench(self, query: Query, number: int) -> None:
        clients = min(self._options.connections, self._at_once(query))
        if self._record.has("pgbench", query.name, number, clients):
            return
        try:
            slot = run_pgbench(
                self._database, self._servers.urls["large"], query.name, self._sent[query.name],
                number=number, seconds=self._options.seconds, clients=clients,
            )  # fmt: skip
        except _PASSING as failure:
            self._record.fail(f"pgbench {query.name} round {number + 1}", failure)
        else:
            self._record.add(slot)

    async def _breadths(self, queries: Sequence[Query]) -> None:
        async with open_capture(self._servers.urls["large"], self._state()) as capture:
            for query in [one for one in queries if one.whole_document]:
                for breadth in CALLERS:
                    try:
                        await self._breadth(capture, query, breadth)
                    except (KinfoldError, asyncpg.PostgresError, *_PASSING) as failure:
                        self._record.fail(f"breadth {query.name} {breadth}", failure)

    async def _breadth(self, capture: Capture, query: Query, breadth: str) -> None:
        principal = caller(CALLERS[breadth], self._servers.tokens[breadth], query.purpose)
        sent = await capture.take(query.whole_document, {}, principal)
        found = await measure_breadth(self._servers.urls["large"], sent)
        self._record.breadth.setdefault(query.name, {})[breadth] = found.as_json()
        say(f"  breadth {query.name} {breadth}: {found.ratio:.2f} of the best plan")
