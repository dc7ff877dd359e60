"""T-24, the part of one server: SIGTERM under load, and nobody notices.

In:  a server of its own, clients that keep their connections and leave when they are told to.
Out: every request that was sent is answered; the process ends by itself, with no statement left behind.
"""

from __future__ import annotations

import http.client
import json
import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx2
from kinfold.testing.database import TestServer
from kinfold.testing.server import RunningKinfold

CLIENTS = 12
LOAD_SECONDS = 2.0
QUERY = json.dumps({"query": "{ children(first: 20) { nodes { id name residences { place { name } } } } }"})


@dataclass
class Load:
    """What the clients saw; `told_to_leave` counts those that were sent away politely."""

    address: str
    headers: dict[str, str]
    answered: int = 0
    told_to_leave: int = 0
    failed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run_client(self) -> None:
        target = urlsplit(self.address)
        line = http.client.HTTPConnection(target.hostname or "", target.port, timeout=30)
        try:
            while True:
                try:
                    line.request("POST", "/graphql", QUERY, self.headers)
                    answer = line.getresponse()
                    body = answer.read()
                except (OSError, http.client.HTTPException) as error:
                    with self.lock:
                        self.failed.append(type(error).__name__)
                    return
                with self.lock:
                    self.answered += 1
                    if answer.status != 200 or b'"errors"' in body:
                        self.failed.append(f"status {answer.status}")
                    if answer.getheader("connection") == "close":
                        self.told_to_leave += 1
                        return
        finally:
            line.close()


async def test_sigterm_under_load_fails_nobody(postgres: TestServer, tmp_path: Path) -> None:
    url = postgres.create_database("leaving")
    running = RunningKinfold(url, tmp_path, persons=600)
    running.start()
    try:
        headers = {"content-type": "application/json", **running.as_("county-civil-affairs").headers}
        load = Load(running.url, headers)
        threads = [threading.Thread(target=load.run_client) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        time.sleep(LOAD_SECONDS)
        sent = time.perf_counter()
        threading.Timer(0.05, check_not_ready, (running.url, seen := [])).start()
        code = running.stop(signal.SIGTERM)
        took = time.perf_counter() - sent
        for thread in threads:
            thread.join(10)
    finally:
        running.stop(signal.SIGKILL)
    assert load.failed == []
    assert load.answered >= 500
    assert load.told_to_leave == CLIENTS
    assert took < 5
    assert code in (0, -signal.SIGTERM)
    assert seen == [503]
    witness = await asyncpg.connect(url)
    try:
        left = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'kinfold%' AND datname = current_database()"
        assert await witness.fetchval(left) == 0
    finally:
        await witness.close()
    assert "Traceback" not in running.log()


def check_not_ready(url: str, seen: list[int]) -> None:
    """A balancer asks while the server is leaving; -1: it was not answered."""
    try:
        seen.append(httpx2.get(f"{url}/health/ready", timeout=5).status_code)
    except httpx2.HTTPError:
        seen.append(-1)
