"""Load for the measurement of the answer cache: a process that asks one server for some seconds, and says what it saw.

    python tests/bench/cache_load.py --port 8000 --requests FILE --seconds 5 --concurrency 16

In:  FILE: a JSON list of whole HTTP/1.1 requests; one is drawn each time. Out: JSON: requests, seconds, refusals
(503, asked again), p50 and p95 in ms.
Ends with an error at the first answer that is no data.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from pathlib import Path

import httptools
import uvloop


class Caller(asyncio.Protocol):
    """One connection: asks, reads the whole answer, asks again until the time is over."""

    def __init__(self, requests: list[bytes], ends_at: float, done: asyncio.Future[None], seed: int) -> None:
        self._requests, self._ends_at, self._done = requests, ends_at, done
        self._draw = random.Random(seed)
        self._body: list[bytes] = []
        self.latencies: list[float] = []
        self.refused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._body.clear()
        self._is_coded = False
        self._asked_at = time.perf_counter()
        self._transport.write(self._draw.choice(self._requests))  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._is_coded = self._is_coded or name.lower() == b"content-encoding"

    def on_body(self, part: bytes) -> None:
        self._body.append(part)

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        start = self._body[0][:9] if self._body else b""
        if self._parser.get_status_code() == 503:
            self.refused += 1  # told to come back later: not counted as answered
            asyncio.get_running_loop().call_later(0.1, self._go_on)
            return
        # A compressed body is not looked into: that would cost more than asking.
        is_data = self._is_coded or start.startswith(b'{"data":{')
        if self._parser.get_status_code() != 200 or not is_data or len(b"".join(self._body)) < 1000:
            self._done.set_exception(RuntimeError(b"".join(self._body)[:300].decode(errors="replace")))
            self._transport.close()
            return
        self.latencies.append(now - self._asked_at)
        self._go_on()

    def _go_on(self) -> None:
        if time.perf_counter() < self._ends_at:
            self._ask()
        else:
            self._transport.close()
            self._done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(error or ConnectionResetError())


async def put_load(port: int, requests: list[bytes], seconds: float, concurrency: int) -> dict[str, float]:
    """The whole run."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    callers, ends = [], []
    for seed in range(concurrency):
        done: asyncio.Future[None] = loop.create_future()
        caller = Caller(requests, began + seconds, done, seed)
        await loop.create_connection(lambda caller=caller: caller, "127.0.0.1", port)  # type: ignore[misc]
        callers.append(caller)
        ends.append(done)
    await asyncio.wait_for(asyncio.gather(*ends), seconds + 30)
    latencies = sorted(1000 * one for caller in callers for one in caller.latencies)
    return {
        "requests": len(latencies),
        "seconds": time.perf_counter() - began,
        "refused": sum(caller.refused for caller in callers),
        "p50_ms": round(latencies[len(latencies) // 2], 3),
        "p95_ms": round(latencies[int(len(latencies) * 0.95)], 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--requests", type=Path, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--concurrency", type=int, required=True)
    given = parser.parse_args()
    requests = [one.encode("latin-1") for one in json.loads(given.requests.read_text())]
    print(json.dumps(uvloop.run(put_load(given.port, requests, given.seconds, given.concurrency))))


if __name__ == "__main__":
    main()
