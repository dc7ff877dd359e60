"""Latency of the two marked reads over real HTTP, concurrency 1: the child's file, and 50 children of a town.

    python tests/bench/latency.py --url http://127.0.0.1:8000 --persona county-civil-affairs --rounds 300

Prints p50 and p95 in milliseconds of the whole round trip (client included, so the server's share is smaller).
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import sys
import time
from urllib.parse import urlsplit

from kinfold.identity.obtain import obtain_token
from kinfold.identity.personas import load_personas

CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"
SELECTION = """id name age isLeftBehind
  household { address members { relationToHead person { name phone } } }
  guardianships { kind status guardian { name phone } }
  delegations { relation delegate { name phone } }
  residences { kind place { name } }
  registryEntries { category state }
  enrolments { grade school { name kind } }"""
QUERIES = {
    "child file by id": (f"query Q($id: ID!) {{ child(id: $id) {{ {SELECTION} }} }}", {"id": CHILD}),
    "50 children of a town, nested": (
        f"query Q($town: RegionCode!) {{ children(first: 50, where: {{regionCode: {{under: $town}}}}) "
        f"{{ nodes {{ {SELECTION} }} }} }}",
        {"town": "370983109"},
    ),
}


def measure(url: str, persona: str, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds per query: p50, p95, and the answer's size in bytes."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=30)
    headers = {
        "content-type": "application/json",
        "authorization": f"Bearer {obtain_token(url, persona)}",
        "purpose": load_personas()[persona].purpose,
    }
    found: dict[str, dict[str, float]] = {}
    for name, (query, variables) in QUERIES.items():
        body = json.dumps({"query": query, "variables": variables})
        times, size = [], 0
        for i in range(rounds + 30):
            started = time.perf_counter()
            connection.request("POST", "/graphql", body, headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200 or b'"errors"' in content:
                raise SystemExit(content.decode())
            size = len(content)
            if i >= 30:  # the first ones warm plans and caches
                times.append((time.perf_counter() - started) * 1000)
        times.sort()
        found[name] = {
            "p50": round(statistics.median(times), 2),
            "p95": round(times[int(len(times) * 0.95)], 2),
            "bytes": size,
        }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--persona", default="county-civil-affairs")
    parser.add_argument("--rounds", type=int, default=300)
    given = parser.parse_args()
    json.dump(measure(given.url, given.persona, given.rounds), sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
