"""Whom a slot loads: a server with its process, and the requests that each query is for it.

In:  a query and samples. Out: whole HTTP requests as text. Nothing is measured here.
"""

from __future__ import annotations

import base64
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import httpx2

from tests.bench.operations import registered_text
from tests.bench.process import Process
from tests.bench.query import JURISDICTION, Query, Sample

Samples = Mapping[str, Sequence[Sample]]


@dataclass
class Target(ABC):
    """A running server. `place` names the database: rows are compared between targets of one place."""

    name: str
    process: Process
    port: int
    samples: Samples
    place: str = "large"
    headers: Mapping[str, str] = field(default_factory=dict)
    _requests: dict[str, list[str]] = field(default_factory=dict)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def requests(self, query: Query) -> list[str]:
        """One whole request for every sample that the query draws."""
        if query.name not in self._requests:
            self._requests[query.name] = [self._write(query, sample) for sample in self.samples[query.draws]]
        return self._requests[query.name]

    @abstractmethod
    def _write(self, query: Query, sample: Sample) -> str: ...

    def write_get(self, path: str) -> str:
        return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\n\r\n"

    def write_post(
        self,
        document: str,
        variables: Mapping[str, object],
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        body = json.dumps({"query": document, "variables": variables})
        lines = [
            "POST /graphql HTTP/1.1",
            f"host: 127.0.0.1:{self.port}",
            "content-type: application/json",
            "accept: application/graphql-response+json",
            f"content-length: {len(body.encode())}",
            *(f"{name}: {value}" for name, value in {**self.headers, **headers}.items()),
        ]
        return "\r\n".join(lines) + "\r\n\r\n" + body

    def ask(
        self,
        document: str,
        variables: Mapping[str, object],
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> dict[str, object]:
        """The data of one answer; RuntimeError when there are errors in it."""
        answer = httpx2.post(
            f"{self.origin}/graphql",
            json={"query": document, "variables": variables},
            headers={"accept": "application/graphql-response+json", **self.headers, **headers},
            timeout=60,
        )
        body = answer.json()
        if answer.status_code != 200 or "errors" in body:
            raise RuntimeError(f"{self.name}: {str(body)[:500]}")
        return dict(body["data"])


class Ours(Target):
    """Kinfold; a cursor is asked for by page number."""

    def _write(self, query: Query, sample: Sample) -> str:
        purpose = {"purpose": query.purpose} if query.purpose else {}
        document = registered_text(query.document, query.title)
        return self.write_post(document, query.ours(sample, self._cursor(query, sample)), purpose)

    def _cursor(self, query: Query, sample: Sample) -> str:
        if not query.page_document:
            return ""
        document = registered_text(query.page_document, query.title)
        data = self.ask(document, {"number": sample.position // 50})
        return _end_cursor(data)


class StrawberryTarget(Target):
    """Our documents; its cursor is the keyset, encoded."""

    def _write(self, query: Query, sample: Sample) -> str:
        cursor = base64.b64encode("|".join(sample.keyset).encode()).decode()
        return self.write_post(query.strawberry_document or query.document, query.ours(sample, cursor))


class PostGraphile(Target):
    """Its own documents; the cursor of a row is asked for by offset."""

    def _document(self, query: Query) -> str:
        return query.peer_document

    def _write(self, query: Query, sample: Sample) -> str:
        cursor = ""
        if query.peer_page_document:
            place = {"jurisdiction": JURISDICTION, "offset": sample.position - 1}
            cursor = _end_cursor(self.ask(query.peer_page_document, place))
        return self.write_post(self._document(query), query.peer(sample, cursor))


class FreePostGraphile(PostGraphile):
    """The same without a policy."""

    def _document(self, query: Query) -> str:
        return query.free_document or query.peer_document


class HandSql(Target):
    """Paths instead of documents."""

    def _write(self, query: Query, sample: Sample) -> str:
        return self.write_get(query.path(sample))


def _end_cursor(data: Mapping[str, object]) -> str:
    connection = data["children"]
    assert isinstance(connection, dict)
    return str(connection["pageInfo"]["endCursor"])
