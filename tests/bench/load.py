"""The load generator: a process of its own that asks one server for some seconds and prints what it saw as JSON.

    python -m tests.bench.load --port 8000 --requests FILE --seconds 5 --concurrency 16

In:  FILE: a JSON list of whole HTTP/1.1 requests; one is drawn at random each time. Loopback only.
Out: answered requests, seconds, bytes, latencies in ms; how many were told that the server is busy (503: not
     answered, asked again a little later); how many answers were no good: another status than 200,
     "errors" in the body, or a body without what every good one contains.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from pathlib import Path

import httptools
import uvloop

HOST = "127.0.0.1"
BUSY = 503
# A client that is told to come back later does so; the answers that it did not get are not counted as answered.
PAUSE_SECONDS = 0.1


class Caller(asyncio.Protocol):
    """One connection: asks, reads the whole answer, asks again until the time is over."""

    def __init__(
        self, requests: list[bytes], holds: bytes, ends_at: float, done: asyncio.Future[None], seed: int
    ) -> None:
        self._requests = requests
        self._holds = holds
        self._ends_at = ends_at
        self._done = done
        self._draw = random.Random(seed)
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self.latencies: list[float] = []
        self.bytes = 0
        self.refused = 0
        self.bad = 0
        self.first_bad = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._asked_at = time.perf_counter()
        self._transport.write(self._draw.choice(self._requests))  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, part: bytes) -> None:
        self._body.append(part)

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        self._body = []
        status = self._parser.get_status_code()
        pause = 0.0
        if status == BUSY:
            self.refused += 1
            pause = PAUSE_SECONDS
        else:
            self.latencies.append(now - self._asked_at)
            self.bytes += len(body)
            if status != 200 or b'"errors"' in body or self._holds not in body:
                self.bad += 1
                self.first_bad = self.first_bad or body[:300].decode(errors="replace")
        self._parser = httptools.HttpResponseParser(self)
        if now + pause < self._ends_at:
            if pause:
                asyncio.get_running_loop().call_later(pause, self._ask)
            else:
                self._ask()
        else:
            self._transport.close()
            self._finish()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._done.done():
            self.bad += 1
            self.first_bad = self.first_bad or f"the connection ended: {error}"
        self._finish()

    def _finish(self) -> None:
        if not self._done.done():
            self._done.set_result(None)


async def put_load(
    port: int, requests: list[bytes], holds: bytes, seconds: float, concurrency: int, seed: int
) -> dict[str, object]:
    """The whole run; ends by itself, at the latest a minute after its time."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    callers, ends = [], []
    for i in range(concurrency):
        done = loop.create_future()
        _, caller = await loop.create_connection(
            lambda i=i, done=done: Caller(requests, holds, began + seconds, done, seed * 1000 + i), HOST, port
        )
        callers.append(caller)
        ends.append(done)
    await asyncio.wait_for(asyncio.gather(*ends), seconds + 60)
    elapsed = time.perf_counter() - began
    latencies = sorted(1000 * one for caller in callers for one in caller.latencies)
    return {
        "requests": len(latencies),
        "seconds": elapsed,
        "bytes": sum(caller.bytes for caller in callers),
        "p50_ms": _at(latencies, 0.50),
        "p95_ms": _at(latencies, 0.95),
        "p99_ms": _at(latencies, 0.99),
        "refused": sum(caller.refused for caller in callers),
        "bad": sum(caller.bad for caller in callers),
        "first_bad": next((caller.first_bad for caller in callers if caller.first_bad), ""),
    }


def _at(values: list[float], share: float) -> float:
    return round(values[min(int(len(values) * share), len(values) - 1)], 3) if values else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--requests", type=Path, required=True)
    parser.add_argument("--holds", required=True, help="what every good answer contains")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--concurrency", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    requests = [one.encode("latin-1") for one in json.loads(given.requests.read_text())]
    found = uvloop.run(
        put_load(given.port, requests, given.holds.encode(), given.seconds, given.concurrency, given.seed)
    )
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
