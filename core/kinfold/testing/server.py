"""A real server for tests: `kinfold serve` as its own process, over a real PostgreSQL, asked over real HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from kinfold.identity.obtain import obtain_token
from kinfold.identity.personas import load_personas

START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A GraphQL response over HTTP."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Any:
        """The data; fails the test with the errors when there are any."""
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def code(self) -> str:
        """The code of the first error; fails the test when there is none."""
        assert self.body.get("errors"), self.body
        return str(self.body["errors"][0]["extensions"]["code"])

    @property
    def redactions(self) -> list[dict[str, Any]]:
        return list(self.body.get("extensions", {}).get("redactions", []))


class Client:
    """A persona that asks a running server. Signs in once, with the real code + PKCE flow."""

    def __init__(self, base_url: str, persona: str | None, purpose: str | None = None) -> None:
        self.base_url = base_url
        self.persona = persona
        self.headers: dict[str, str] = {}
        if persona is not None:
            self.headers["authorization"] = f"Bearer {obtain_token(base_url, persona)}"
            self.headers["purpose"] = purpose or load_personas()[persona].purpose
        self._http = httpx2.Client(base_url=base_url, timeout=30)

    def ask(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        operation: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """POST a document."""
        body = {"query": query, "variables": variables or {}, "operationName": operation}
        return self.post(json.dumps(body).encode(), headers)

    def change(self, query: str, variables: dict[str, Any], key: uuid.UUID | None = None) -> Answer:
        """POST a mutation with an idempotency key (a fresh one unless given)."""
        return self.ask(query, variables, headers={"idempotency-key": str(key or uuid.uuid4())})

    def post(self, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        """POST raw bytes as JSON."""
        base = {"content-type": "application/json", "accept": "application/graphql-response+json"}
        answer = self._http.post(
            "/graphql", content=body, headers={**base, **self.headers, **(headers or {})}
        )
        return Answer(answer.status_code, json.loads(answer.content), dict(answer.headers))

    def close(self) -> None:
        self._http.close()


class RunningKinfold:
    """`kinfold serve` as a child process on a free port of loopback."""

    def __init__(
        self, database_url: str | None, state_dir: Path, *, persons: int = 3000, **environment: str
    ) -> None:
        self.database_url = database_url
        self.state_dir = state_dir
        self.log_file = state_dir / "serve.log"
        self._environment = {
            **os.environ,
            "KINFOLD_STATE_DIR": str(state_dir),
            "KINFOLD_DEMO_PERSONS": str(persons),
            "PORT": "0",
            **environment,
        }
        if database_url is not None:
            self._environment["KINFOLD_DATABASE_URL"] = database_url
        self._clients: dict[tuple[str | None, str | None], Client] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        """Start and wait until it is ready."""
        self.state_dir.mkdir(parents=True, exist_ok=True)
        address = self.state_dir / "address"
        address.unlink(missing_ok=True)
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kinfold.cli", "serve"],
                env=self._environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if address.exists():
                self.url = address.read_text().strip()
                if self._is_ready():
                    return
            time.sleep(0.1)
        raise AssertionError(f"the server did not start:\n{self.log_file.read_text()[-3000:]}")

    def _is_ready(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False

    def plans(self) -> dict[str, Any]:
        """What its cache of plans has done, and how far warming is."""
        found: dict[str, Any] = httpx2.get(f"{self.url}/health/plans", timeout=5).json()
        return found

    def await_warm(self) -> None:
        """Wait until the plans of registered operations are made: from then on it does nothing by itself."""
        deadline = time.monotonic() + START_SECONDS
        while not self.plans()["warm"]["is_done"]:
            assert time.monotonic() < deadline, self.plans()
            time.sleep(0.1)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def as_(self, persona: str | None, purpose: str | None = None) -> Client:
        """A client signed in as a persona (None: not at all); one per persona and purpose."""
        key = (persona, purpose)
        if key not in self._clients:
            self._clients[key] = Client(self.url, persona, purpose)
        return self._clients[key]

    def log(self) -> str:
        return self.log_file.read_text()

    def stop(self, how: int = signal.SIGTERM) -> int:
        """End it; returns its exit code."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        if self._process is None:
            return 0
        self._process.send_signal(how)
        try:
            return self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait(10)
